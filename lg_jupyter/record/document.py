"""The record as HTML: a fragment for a notebook, a page of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lg_jupyter.config import options
from lg_jupyter.events.events import JSONObject
from lg_jupyter.panels import PANELS, compute_panel_character_limit
from lg_jupyter.panels.explain import name_panels_by_text
from lg_jupyter.panels.panel import RecordContext
from lg_jupyter.record.summary import RunSummary, format_headline, format_outcome
from lg_jupyter.tables import waits
from lg_jupyter.tables.failures import Failure
from lg_jupyter.text import tracebacks
from lg_jupyter.text.elements import (
    INDENTED_BLOCK_STYLE,
    MONOSPACE_STYLE,
    MUTED_STYLE,
    ROOT_STYLE,
    STATUS_COLORS,
    make_root_class_names,
    render_details,
    render_muted_line,
    render_output_hiding_style,
    render_status_sign,
)
from lg_jupyter.text.markup import Markup, element
from lg_jupyter.text.words import (
    RESUME_SIGN,
    STILL_RUNNING_NOTE,
    clip_text,
    format_count,
    format_utc_time,
    join_with_dots,
)

if TYPE_CHECKING:
    from lg_jupyter.tables.trace import Trace
    from lg_jupyter.tables.trace_since_resume import TraceSinceResume

MAX_RECORD_CHARACTERS = 300_000
"""About the most characters that a record's HTML has."""

MAX_EXCEPTION_CHARACTERS = 4_000
"""The most characters of what an exception says."""

_PAGE_STYLE = """
:root { color-scheme: light dark }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 68rem; margin: 2rem auto; padding: 0 1.25rem }
body > details { font-size: 14px !important }
body > details > summary { font-size: 1.25rem; list-style: none; padding-bottom: .25rem }
.lgj-record details { border-top: 1px solid rgb(128 128 128 / .25); padding: .5rem 0; margin: 0 !important }
.lgj-record details > summary { padding: .15rem 0 }
.lgj-record div details { border: 0; padding: 0 }
.lgj-record summary { cursor: pointer }
.lgj-record table { border-collapse: collapse }
.lgj-record th { font-weight: 600; opacity: .7 }
.lgj-record svg { display: block }
@media print { details::details-content { content-visibility: visible; height: auto } }
"""


def render_running_html(summary: RunSummary) -> str:
    """The one line that stands in the record's place until the run ends.

    A page that was loaded anew meanwhile forgets which output the record is, and keeps the line: it is true
    then, too, and ``lgj-running`` tells the live view that it is still there.
    """
    since = f"since {format_utc_time(summary['started'])}" if summary["started"] else None
    facts = join_with_dots(STILL_RUNNING_NOTE, since)
    name = element("b", summary["target"])
    view = render_output_hiding_style(summary["record"])
    class_ = make_root_class_names("lgj-record", summary["record"], "lgj-running")
    return element(
        "div", view, render_status_sign("running"), " ", name, f" · {facts}", class_=class_, style=ROOT_STYLE
    )


def render_outcome_html(summary: RunSummary) -> str:
    """How the run ended, and nothing more."""
    view = render_output_hiding_style(summary["record"])
    return element(
        "div", view, format_headline(summary), class_=_format_css_classes(summary), style=ROOT_STYLE
    )


def render_resumed_elsewhere_html(record: str, sentence: str) -> str:
    """What stands before the record of a run that went on elsewhere; ``record`` is its class."""
    return render_notice_html(record, f"{RESUME_SIGN} {sentence}")


def render_notice_html(record: str, sentence: str) -> str:
    """What stands before a record; ``record`` is its class."""
    return element("div", sentence, class_=make_root_class_names("lgj-record", record), style=ROOT_STYLE)


def make_record_mime_bundle(record: str, html: str, text: str, closed: str = "") -> JSONObject:
    """What stands beside a live view that hides the class ``record``, by MIME type.

    Of one that was ``closed`` it begins with the sentence that says so.
    """
    notice = render_notice_html(record, closed) if closed else ""
    return {
        "text/html": f"{render_output_hiding_style(record)}{notice}{html}",
        "text/plain": "\n".join(filter(None, (closed, text))),
    }


def render_record_html(
    summary: RunSummary, trace: Trace | TraceSinceResume, limit: int | None = None, panel: str | None = None
) -> str:
    """The record of a run as an HTML fragment of about ``limit`` characters at most, or as the options say.

    Of one panel it has only what that shows; of those that show what no record keeps, how the run ended.
    """
    limit = options().record_size if limit is None else limit
    return _render_record_element(summary, trace, limit, panel, render_output_hiding_style(summary["record"]))


def _render_record_element(
    summary: RunSummary,
    trace: Trace | TraceSinceResume,
    limit: int,
    panel: str | None = None,
    before: Markup | None = None,
) -> str:
    name = element("b", summary["target"])
    first = element(
        "summary",
        render_status_sign(summary["status"]),
        " ",
        name,
        f" · {format_outcome(summary)}",
        style="cursor:pointer",
    )
    sections = [before, _iter_record_sections(summary, trace, limit, panel)]
    return element(
        "details", first, sections, class_=_format_css_classes(summary), style=ROOT_STYLE, open=True
    )


def render_record_page(summary: RunSummary, trace: Trace) -> str:
    """The record as a page of its own."""
    return render_html_page(format_page_title(summary), render_record_for_page(summary, trace))


def render_html_page(title: str, body: Markup, head: Markup | None = None, style: str = "") -> str:
    """A page of its own, light or dark as the reader's system is; ``head`` and ``style`` are added."""
    viewport = element("meta", name="viewport", content="width=device-width")
    looks = element("style", Markup(_PAGE_STYLE + style))
    own = element("meta", charset="utf-8"), head, viewport, element("title", title), looks
    return f"<!doctype html>\n{element('html', element('head', *own), element('body', body), lang='en')}\n"


def format_page_title(summary: RunSummary) -> str:
    """What a page of a run is called."""
    return f"{summary['target']}: {summary['status']}"


def render_record_for_page(summary: RunSummary, trace: Trace) -> Markup:
    """The record as a page has it: with more room than in a notebook, and no output before it to hide."""
    return Markup(_render_record_element(summary, trace, 10 * MAX_RECORD_CHARACTERS))


def _format_css_classes(summary: RunSummary) -> str:
    return make_root_class_names("lgj-record", summary["record"])


def _iter_record_sections(
    summary: RunSummary, trace: Trace | TraceSinceResume, limit: int, panel: str | None
) -> Iterator[Markup]:
    yield _render_run_facts(summary)
    if summary.get("earlier"):
        yield element("div", RESUME_SIGN, " ", summary["earlier"], style=INDENTED_BLOCK_STYLE)
    if summary.get("branch"):
        yield element("div", summary["branch"], style=INDENTED_BLOCK_STYLE)
    if summary["note"]:
        yield render_muted_line(summary["note"])
    if summary.get("resume_hint"):
        yield element(
            "div",
            render_status_sign("interrupted"),
            " ",
            element("b", summary["resume_hint"]),
            style=INDENTED_BLOCK_STYLE,
        )
    if (failure := trace.failure) is not None:
        yield _render_failure(failure)
    yield from _render_panels(summary, RecordContext(trace, summary["history_omitted"], limit), panel)
    yield from _render_explanations(summary, panel)


def _render_panels(summary: RunSummary, run: RecordContext, only: str | None) -> Iterator[Markup]:
    """The parts of the panels, those first on which the reader has to act."""
    for panel in sorted(PANELS, key=lambda panel: not panel.is_urgent):
        if only not in (None, panel.id):
            continue
        if panel.render_record_html is not None:
            yield from panel.render_record_html(run, compute_panel_character_limit(panel, run.max_characters))
        if panel.has_inline_explanations:
            yield from (
                render_muted_line(each["text"])
                for each in summary["explanations"]
                if each["panel"] == panel.id
            )


def _render_run_facts(summary: RunSummary) -> Markup:
    facts = join_with_dots(
        summary["source"],
        f"run {summary['id']}" if summary.get("id") else None,
        summary["thread_id"] and f"thread {summary['thread_id']}",
        f"modes {', '.join(summary['modes'])}" if summary["modes"] else None,
        f"started {format_utc_time(summary['started'])}" if summary["started"] else None,
        waits.format_waits(summary["waits"]),
        format_count(summary["counts"].get("events"), "event"),
        f"kept in {summary['history']}" if summary.get("history") else None,
    )
    return element("div", facts, style=f"{MUTED_STYLE};font-size:12px")


def _render_failure(failure: Failure) -> Markup:
    """Where and why the run failed, and the traceback; without one the whole text, if that is long."""
    where = element("b", failure.where, style=f"color:{STATUS_COLORS['error']}") if failure.where else None
    more = tracebacks.render_traceback(failure.traceback, MAX_EXCEPTION_CHARACTERS)
    if more is None and failure.message not in failure.why:
        more = element("div", clip_text(failure.message, MAX_EXCEPTION_CHARACTERS), style=MONOSPACE_STYLE)
    return element("div", where, where and ": ", failure.why, more, style=INDENTED_BLOCK_STYLE)


def _render_explanations(summary: RunSummary, only: str | None) -> Iterator[Markup]:
    """Why there is nothing of some things, or less than one would think; without what panels explain."""
    elsewhere = {panel.id for panel in PANELS if not panel.has_inline_explanations}
    shown = [
        explanation
        for explanation in summary["explanations"]
        if explanation["panel"] in elsewhere and only in (None, explanation["panel"])
    ]
    lines = [
        element("div", element("b", names), f": {text}") for text, names in name_panels_by_text(shown).items()
    ]
    if lines:
        yield render_details("what is not here, and why", "", lines)
