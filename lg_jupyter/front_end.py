"""The files of the front end, which ``js/build.py`` builds."""

from __future__ import annotations

from pathlib import Path

from .errors import UsageError

ASSETS = Path(__file__).parent / "assets"

WIDGETS = ("widget", "batch", "compare", "form")
"""The widgets, each with a script and a style of its own."""

MODULES = ("graph_layout", "steering")
"""Parts too big to travel with each widget: a page asks for them when it first needs them."""

_NOT_BUILT = """
export default {
  render({ el }) {
    el.textContent =
      "The front end of lg_jupyter is not built: run `make assets` in its checkout, then restart " +
      "the kernel. The run goes on; its record follows when it ends.";
  },
};
"""


def script(widget: str) -> Path | str:
    """The script of one of :data:`WIDGETS`; if it is not built, one that says so."""
    path = ASSETS / f"{widget}.js"
    return path if path.is_file() else _NOT_BUILT


def style(widget: str) -> Path | str:
    """The style sheet of one of :data:`WIDGETS`; an empty one if it is not built."""
    path = ASSETS / f"{widget}.css"
    return path if path.is_file() else ""


def missing() -> list[str]:
    """The files that are not built."""
    files = [f"{widget}.{kind}" for widget in WIDGETS for kind in ("js", "css")]
    files += [f"{name}.js" for name in MODULES]
    return [name for name in files if not (ASSETS / name).is_file()]


def module(name: str) -> str:
    """The text of one of :data:`MODULES`.

    Raises
    ------
    UsageError
        If there is none of this name, or it is not built.
    """
    if name not in MODULES:
        raise UsageError(f"There is no part {name!r} of the front end; there are {', '.join(MODULES)}.")
    path = ASSETS / f"{name}.js"
    if not path.is_file():
        raise UsageError(f"The front end's {path.name} is not built: run `make assets` in its checkout.")
    return path.read_text(encoding="utf-8")
