"""The files of the front end, which ``js/build.py`` builds."""

from __future__ import annotations

from pathlib import Path

from lg_jupyter.errors import UsageError

ASSETS = Path(__file__).parents[1] / "assets"

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


# Text, not paths: anywidget watches a path for as long as the kernel lives, and with it holds every widget.


def script(widget: str) -> str:
    """The script of one of :data:`WIDGETS`; if it is not built, one that says so."""
    return _text(f"{widget}.js") or _NOT_BUILT


def style(widget: str) -> str:
    """The style sheet of one of :data:`WIDGETS`; an empty one if it is not built."""
    return _text(f"{widget}.css") or ""


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
    text = _text(f"{name}.js")
    if text is None:
        raise UsageError(f"The front end's {name}.js is not built: run `make assets` in its checkout.")
    return text


def _text(name: str) -> str | None:
    """A file's text; ``None`` if it is not built."""
    path = ASSETS / name
    return path.read_text(encoding="utf-8") if path.is_file() else None
