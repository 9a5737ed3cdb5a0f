"""What the sections are made of: a few styles, folded blocks, and lists cut to their share."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

from lg_jupyter.text.markup import Markup, element
from lg_jupyter.text.words import STATUS_SIGNS, format_count, join_with_dots

Row = dict[str, Any]
RowRenderer = Callable[[Row], Markup]

STATUS_COLORS = {
    "running": "#2f7fd6",
    "success": "#2a9150",
    "interrupted": "#b8860b",
    "error": "#d64545",
    "incomplete": "#b8860b",
}
NO_MATHJAX_CLASSES = "mathjax_ignore tex2jax_ignore"
"""The classes of an element that MathJax leaves alone: between two prices there is no formula."""

ROOT_STYLE = "margin:4px 0;font-size:13px;line-height:1.45;direction:ltr"
MUTED_STYLE = "opacity:0.7"
PROSE_STYLE = "white-space:pre-wrap;overflow-wrap:break-word"
MONOSPACE_STYLE = f"font-family:monospace;{PROSE_STYLE}"
CELL_STYLE = "text-align:left;vertical-align:top;padding:2px 12px 2px 0"
NOWRAP_CELL_STYLE = f"{CELL_STYLE};white-space:nowrap"
NUMBER_CELL_STYLE = NOWRAP_CELL_STYLE.replace("left", "right")
INDENTED_BLOCK_STYLE = "border-left:2px solid rgba(128,128,128,0.4);padding:0 0 0 10px;margin:6px 0"

MAX_HTML_VALUE_CHARACTERS = 600

MAX_SECTION_LINES = 30
"""The most lines that a section of a text has."""

_OUTPUT_HIDING_CSS = (
    ".jp-OutputArea-child:has(+ .jp-OutputArea-child .{name}) > .jp-OutputArea-output:not(:has(*))"
    "{{display:none}}"
)

_UNQUOTED_CSS_CHARACTERS = ".:()+*-{}"
"""What stands in that link as it is."""


def render_output_hiding_style(name: str | None) -> Markup | None:
    """What hides the output before the element of class ``name``, when all there is in it is a line of text.

    In a trusted notebook without its kernel, JupyterLab says no more of a live view than that its model was
    not found. It lets a style pass only there, where it is needed: an untrusted one shows no view at all. It
    is a link that holds the style: the text of a ``<style>`` would be read where Markdown is made of this.
    """
    if not name:
        return None
    return element(
        "link",
        rel="stylesheet",
        href=f"data:text/css,{quote(_OUTPUT_HIDING_CSS.format(name=name), safe=_UNQUOTED_CSS_CHARACTERS)}",
    )


def make_root_class_names(*names: str | None) -> str:
    """The classes of a root element."""
    return " ".join(filter(None, (*names, NO_MATHJAX_CLASSES)))


def get_status_color(status: str) -> str:
    return STATUS_COLORS.get(status, "gray")


def render_status_sign(status: str) -> Markup:
    return element("span", STATUS_SIGNS.get(status, "·"), style=f"color:{get_status_color(status)}")


def render_muted_suffix(facts: str) -> Markup | None:
    return element("span", f" · {facts}", style=MUTED_STYLE) if facts else None


def render_muted_line(text: str) -> Markup:
    return element("div", text, style=MUTED_STYLE)


def render_details(title: str, size: str, children: Iterable[Markup]) -> Markup:
    first = element("summary", element("b", title), render_muted_suffix(size), style="cursor:pointer")
    return element("details", first, children, style="margin:4px 0")


def format_section_lines(title: str, size: str, lines: Sequence[str], unit: str) -> list[str]:
    """As text, a title and lines under it: of many the first third and the last."""
    if not lines:
        return []
    if (left := len(lines) - MAX_SECTION_LINES) > 0:
        gap = f"… {format_count(left, unit)} left out here"
        lines = [*lines[: MAX_SECTION_LINES // 3], gap, *lines[MAX_SECTION_LINES // 3 + left :]]
    return ["", join_with_dots(title, size), *(f"  {line}" for line in lines)]


def render_table(titles: Sequence[str], rows: Iterable[Markup], numbers: Container[str] = ()) -> Markup:
    """Rows under their titles; ``numbers`` are those of columns whose cells are right-aligned numbers."""
    heads = [
        element("th", title, style=NUMBER_CELL_STYLE if title in numbers else CELL_STYLE) for title in titles
    ]
    head = element("thead", element("tr", heads))
    return element("table", head, element("tbody", rows), style="table-layout:auto;margin:4px 0")


def render_spanning_row(line: Markup) -> Markup:
    """What was left out of a table, as a row of it."""
    return element("tr", element("td", line, colspan="7", style=CELL_STYLE))


def render_rows_that_fit(
    rows: Sequence[Row],
    write: RowRenderer,
    room: int,
    unit: str,
    table: str | None = None,
    wrap: Callable[[Markup], Markup] = lambda line: line,
    weigh: Callable[[Markup], int] = len,
) -> Iterator[Markup]:
    """The rows that ``room`` characters hold: from the start and, as it matters more, from the end."""
    tail: list[Markup] = []
    first, last, used = 0, len(rows), 0
    while first < last and used < room // 3:
        row = write(rows[first])
        yield row
        used += weigh(row)
        first += 1
    while first < last and used < room:
        last -= 1
        tail.append(write(rows[last]))
        used += weigh(tail[-1])
    if first < last:
        whole = f"; run.to_pandas({table!r}) has all" if table else ""
        yield wrap(render_muted_line(f"… {format_count(last - first, unit)} left out here{whole}"))
    yield from reversed(tail)
