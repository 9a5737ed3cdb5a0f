"""What a run is in a few fields: the widget's header, the record's first line, the terminal's last."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from lg_jupyter.events.events import JSONObject
from lg_jupyter.exports import code
from lg_jupyter.panels import PANELS
from lg_jupyter.panels.explain import Explanation, collect_explanations
from lg_jupyter.panels.run_settings import RunSettings
from lg_jupyter.record.branch_description import describe_branch
from lg_jupyter.runtime.answerable import list_answerable_interrupts
from lg_jupyter.runtime.resume_hint import make_resume_hint
from lg_jupyter.runtime.state import RunState
from lg_jupyter.tables.costs import Costs
from lg_jupyter.tables.schema import SCHEMAS
from lg_jupyter.tables.usage import Usage
from lg_jupyter.tables.waits import Wait
from lg_jupyter.text.words import (
    STATUS_SIGNS,
    abbreviate_home_directory,
    format_cost,
    format_count,
    format_duration,
    format_token_usage,
    join_with_dots,
)

if TYPE_CHECKING:
    from lg_jupyter.tables.trace_since_resume import TraceSinceResume


class StopControl(TypedDict):
    """Whether Stop can be pressed, and what to do where it cannot."""

    available: bool
    hint: str | None


class RunSummary(TypedDict):
    """A run in a few fields. Times are seconds since the epoch.

    ``key`` is the same for all views of a run. ``counts`` are of rows, those of ``messages`` without what was
    there before; ``history_omitted`` is how many messages more the thread held than have a row.
    ``elapsed`` are the seconds that it took, ``None`` while it goes on; they leave out ``waits``, each with
    its start, its end and why it waited. ``steps`` is ``None`` where the stream does not tell how many there
    were.
    ``tokens`` are those that the models gave out; of calls that told no usage, such as those that were
    cancelled, the pieces of text; 0 until the end.
    ``error`` is what it failed with, ``failure`` where and why (:meth:`Failure.to_brief_json`).
    ``record`` is the class of the element that holds the run's static record, which a live view hides.
    ``id`` is the run's own, by which its branches call it, and ``branch`` says of a branch where it began.
    ``history`` is the folder of the history that keeps it.
    ``earlier`` is where a record of what came after an answer says that the rest is.
    ``resume_hint`` is where a run that waits stands, why, and the line that goes on; ``waiting`` is how many
    questions of it can be answered.
    ``filter`` is what is shown at first of the tokens. ``explanations`` say of panels why they show nothing,
    or less than they could. ``languages`` are those in which :meth:`Run.code` can write the run.
    """

    key: str
    status: str
    target: str
    source: str
    id: str
    run_id: str | None
    thread_id: str | None
    modes: list[str]
    started: float | None
    ended: float | None
    elapsed: float | None
    waits: list[Wait]
    steps: int | None
    tokens: int
    usage: dict[str, float | None] | None
    error: dict[str, str] | None
    failure: JSONObject | None
    counts: dict[str, int]
    history_omitted: int
    stop: StopControl
    note: str | None
    branch: str | None
    earlier: str | None
    resume_hint: str | None
    waiting: int
    record: str | None
    history: str | None
    filter: dict[str, list[str]]
    explanations: list[Explanation]
    languages: list[str]


FIELDS_SET_PER_VIEW = frozenset({"stop", "record"})
"""Those that each view of a run has for itself: its widget syncs them, and no message holds them."""


STORED_THREAD_EXPLANATION = (
    "Of a thread its checkpoints are stored: not what ran when, nor tokens and calls. What runs from here "
    "on, by run.resume() or run.fork(...), is shown."
)


def summarize_run(run: RunState, stop_hint: str | None = None, record: str | None = None) -> RunSummary:
    """A run as it is now. ``stop_hint`` is what to do where Stop cannot be pressed."""
    trace = run.trace
    counts = {**trace.event_and_token_counts, "messages": trace.messages.produced_count}
    usage = trace.usage
    known = trace.make_run_fields()
    return {
        "key": run.key,
        "status": run.status,
        "target": run.name,
        "source": run.source.kind,
        "id": run.id,
        "run_id": run.run_id,
        "thread_id": run.thread_id,
        "modes": list(run.request.modes),
        "started": trace.started,
        "ended": None if run.is_stored_thread else trace.ended,
        "elapsed": run.elapsed(),
        "waits": list(trace.waits),
        "steps": trace.root_step_count,
        "tokens": 0
        if trace.ended is None
        else trace.count_output_tokens(usage, trace.messages.find_message_ids_without_usage()),
        "usage": usage if any(usage.values()) else None,
        "error": known["error"],
        "failure": known["failure"],
        "counts": {name: counts.get(name, len(trace.tables[name])) for name in SCHEMAS},
        "history_omitted": trace.messages.omitted_count,
        "stop": {"available": stop_hint is None, "hint": stop_hint},
        "note": run.note,
        "branch": describe_branch(run),
        "earlier": None,
        "resume_hint": make_resume_hint(run),
        "waiting": len(list_answerable_interrupts(run)) if run.done else 0,
        "record": record,
        "history": None if run.kept_file is None else abbreviate_home_directory(run.kept_file),
        "filter": run.request.message_filter.to_json(),
        "explanations": find_panel_explanations(run),
        "languages": code.list_code_languages(run),
    }


def summarize_run_since_resume(whole: RunSummary, part: TraceSinceResume, earlier: int) -> RunSummary:
    """The run in a few fields, after the resume point; ``earlier`` is the cell that has what came before.

    Steps are those of the root's tasks, and ``None`` where no mode tells of tasks.
    """
    steps = {row["step"] for row in part.rows("tasks") if not row["namespace"]} - {None}
    messages = part.rows("messages")
    usage = Usage.sum_over_rows(messages)
    known = {
        **usage.to_usage_fields(),
        **Costs.sum_over_model_calls(part.rows("model_calls")).to_usage_fields(),
    }
    uncounted = {row["message_id"] for row in messages if row["output_tokens"] is None}
    counts = {**whole["counts"], **part.trace.event_and_token_counts}
    since = {name: counts[name] - before for name, before in part.resume_point.event_and_token_counts.items()}
    summary: RunSummary = {
        **whole,
        "started": part.resume_point.timestamp,
        "elapsed": part.elapsed,
        "steps": len(steps) or None,
        "usage": known if any(known.values()) else None,
        "tokens": part.trace.count_output_tokens(known, uncounted)
        if usage.output_tokens
        else since["tokens"],
        "counts": {**counts, **since},
        "history_omitted": 0,
        "earlier": f"It went on here. What came before stands in [{earlier}].",
    }
    return summary


def find_panel_explanations(run: RunState) -> list[Explanation]:
    """What there is to explain of a run; nothing of one whose graph cannot be looked at."""
    if run.is_stored_thread:
        return [
            {"panel": panel.id, "text": STORED_THREAD_EXPLANATION}
            for panel in PANELS
            if not panel.is_stored_in_checkpoints
        ]
    try:
        return collect_explanations(run.trace, RunSettings.from_run(run))
    except Exception:
        return []


def format_headline(summary: RunSummary) -> str:
    """The run in one line: ``✓ graph · success · 1.20 s · 4 steps · 120 tokens``."""
    return f"{STATUS_SIGNS.get(summary['status'], '·')} {summary['target']} · {format_outcome(summary)}"


def format_outcome(summary: RunSummary) -> str:
    """How the run goes or went: its status, its duration, its steps and tokens, what it cost."""
    steps = None if summary["steps"] is None else format_count(summary["steps"], "step")
    cost = format_cost(summary["usage"] or {})
    return join_with_dots(
        summary["status"], format_duration(summary["elapsed"]), steps, _format_tokens(summary), cost
    )


def _format_tokens(summary: RunSummary) -> str | None:
    """What the models counted, and how many pieces came of what none did."""
    usage = summary["usage"] or {}
    counted = format_token_usage(usage)
    if counted is None:
        return format_count(summary["tokens"], "token") if summary["tokens"] else None
    uncounted = summary["tokens"] - int(usage["output_tokens"] or 0)
    return join_with_dots(counted, f"{uncounted:,} uncounted" if uncounted > 0 else None)
