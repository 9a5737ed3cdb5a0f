"""The files of the front end, which ``js/build.py`` builds."""

from __future__ import annotations

from pathlib import Path

from .errors import UsageError

ASSETS = Path(__file__).parent / "assets"

MODULES = ("graph_layout", "steering")
"""Parts too big to travel with each widget: a page asks for them when it first needs them."""


def module(name: str) -> str:
    """The text of one of :data:`MODULES`.

    Raises:
        UsageError: there is none of this name, or it is not built.
    """
    if name not in MODULES:
        raise UsageError(f"There is no part {name!r} of the front end; there are {', '.join(MODULES)}.")
    path = ASSETS / f"{name}.js"
    if not path.is_file():
        raise UsageError(f"The front end's {path.name} is not built: run `make assets` in its checkout.")
    return path.read_text(encoding="utf-8")
