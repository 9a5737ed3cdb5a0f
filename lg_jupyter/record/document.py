"""The record as HTML: a fragment for a notebook, a page of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lg_jupyter.panels import PANELS, room
from lg_jupyter.panels.panel import Recorded
from lg_jupyter.record.summary import Summary, failed_places, headline, outcome
from lg_jupyter.tables import waits
from lg_jupyter.text.elements import (
    BLOCK,
    COLORS,
    MONO,
    MUTED,
    ROOT,
    classes,
    folded,
    instead_of_view,
    muted,
    sign,
)
from lg_jupyter.text.markup import Markup, element
from lg_jupyter.text.words import GOES_ON, clip, count, dotted, moment

if TYPE_CHECKING:
    from lg_jupyter.tables.onwards import Onwards
    from lg_jupyter.tables.trace import Trace

LIMIT = 300_000
"""About the most characters that a record's HTML has."""

_PAGE_STYLE = """
:root { color-scheme: light dark }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 68rem; margin: 2rem auto; padding: 0 1.25rem }
body > details { font-size: 14px !important }
body > details > summary { font-size: 1.25rem; list-style: none; padding-bottom: .25rem }
details details { border-top: 1px solid rgb(128 128 128 / .25); padding: .5rem 0; margin: 0 !important }
details details > summary { padding: .15rem 0 }
details div details { border: 0; padding: 0 }
summary { cursor: pointer }
table { border-collapse: collapse }
th { font-weight: 600; opacity: .7 }
svg { display: block }
@media print { details::details-content { content-visibility: visible; height: auto } }
"""


def waiting_html(summary: Summary, background: bool) -> str:
    """The one line that stands in the record's place until the run ends."""
    since = f"since {moment(summary['started'])}" if summary["started"] else None
    facts = dotted("still running when saved" if background else "running…", since)
    name = element("b", summary["target"])
    view = instead_of_view(summary["record"])
    return element("div", view, sign("running"), " ", name, f" · {facts}", class_=_class(summary), style=ROOT)


def brief_html(summary: Summary) -> str:
    """How the run ended, and nothing more."""
    view = instead_of_view(summary["record"])
    return element("div", view, headline(summary), class_=_class(summary), style=ROOT)


def left_html(record: str, sentence: str) -> str:
    """What stands before the record of a run that went on elsewhere; ``record`` is its class."""
    return element("div", f"{GOES_ON} {sentence}", class_=classes("lgj-record", record), style=ROOT)


def html(summary: Summary, trace: Trace | Onwards, limit: int = LIMIT, panel: str | None = None) -> str:
    """The record of a run as an HTML fragment of about ``limit`` characters at most.

    Of one panel it has only what that shows; of those that show what no record keeps, how the run ended.
    """
    name = element("b", summary["target"])
    first = element(
        "summary", sign(summary["status"]), " ", name, f" · {outcome(summary)}", style="cursor:pointer"
    )
    sections = [instead_of_view(summary["record"]), _sections(summary, trace, limit, panel)]
    return element("details", first, sections, class_=_class(summary), style=ROOT, open=True)


def page(summary: Summary, trace: Trace) -> str:
    """The record as a page of its own, light or dark as the reader's system is."""
    title = element("title", f"{summary['target']}: {summary['status']}")
    viewport = element("meta", name="viewport", content="width=device-width")
    head = element(
        "head", element("meta", charset="utf-8"), viewport, title, element("style", Markup(_PAGE_STYLE))
    )
    body = element("body", Markup(html(summary, trace, limit=10 * LIMIT)))
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


def _class(summary: Summary) -> str:
    return classes("lgj-record", summary["record"])


def _sections(summary: Summary, trace: Trace | Onwards, limit: int, panel: str | None) -> Iterator[Markup]:
    yield _origin(summary)
    if summary.get("earlier"):
        yield element("div", GOES_ON, " ", summary["earlier"], style=BLOCK)
    if summary.get("branch"):
        yield element("div", summary["branch"], style=BLOCK)
    if summary["note"]:
        yield muted(summary["note"])
    if summary.get("standing"):
        yield element("div", sign("interrupted"), " ", element("b", summary["standing"]), style=BLOCK)
    if trace.error:
        yield _error(trace)
    yield from _panels(summary, Recorded(trace, summary["history_omitted"], limit), panel)
    yield from _explained(summary, panel)


def _panels(summary: Summary, run: Recorded, only: str | None) -> Iterator[Markup]:
    """What the panels have to tell, those first that ask something of the reader."""
    for panel in sorted(PANELS, key=lambda panel: not panel.is_urgent):
        if only not in (None, panel.id):
            continue
        if panel.html is not None:
            yield from panel.html(run, room(panel, run.limit))
        if panel.explains_itself:
            yield from (muted(each["text"]) for each in summary["explanations"] if each["panel"] == panel.id)


def _origin(summary: Summary) -> Markup:
    facts = dotted(
        summary["source"],
        f"run {summary['id']}" if summary.get("id") else None,
        summary["thread_id"] and f"thread {summary['thread_id']}",
        f"modes {', '.join(summary['modes'])}" if summary["modes"] else None,
        f"started {moment(summary['started'])}" if summary["started"] else None,
        waits.told(summary["waits"]),
        count(summary["counts"].get("events"), "event"),
    )
    return element("div", facts, style=f"{MUTED};font-size:12px")


def _error(trace: Trace | Onwards) -> Markup:
    error = trace.error or {}
    name = element("b", error.get("error") or "Error", style=f"color:{COLORS['error']}")
    places = ", ".join(failed_places(trace)[:5])
    message = element("span", clip(error.get("message"), 4_000), style=MONO)
    return element("div", name, places and f" in {places}", ": ", message, style=BLOCK)


def _explained(summary: Summary, only: str | None) -> Iterator[Markup]:
    """Why there is nothing of some things, or less than one would think, where that is not said yet."""
    elsewhere = {panel.id for panel in PANELS if not panel.explains_itself}
    lines = [
        element("div", element("b", explanation["panel"]), f": {explanation['text']}")
        for explanation in summary["explanations"]
        if explanation["panel"] in elsewhere and only in (None, explanation["panel"])
    ]
    if lines:
        yield folded("what is not here, and why", "", lines)
