"""What a run is in a few fields: the widget's header, the record's first line, the terminal's last."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, cast

from lg_jupyter.exports import code
from lg_jupyter.panels.explain import Explanation, explain
from lg_jupyter.panels.setting import Setting
from lg_jupyter.record.branching import branch_of
from lg_jupyter.runtime.questions import waits_for
from lg_jupyter.runtime.standing import where_it_stands
from lg_jupyter.runtime.state import RunState
from lg_jupyter.tables.schema import SCHEMAS
from lg_jupyter.tables.usage import Usage
from lg_jupyter.tables.waits import Wait
from lg_jupyter.text.words import SIGNS, count, dotted, in_and_out, seconds

if TYPE_CHECKING:
    from lg_jupyter.tables.onwards import Onwards
    from lg_jupyter.tables.trace import Trace


class Stop(TypedDict):
    """Whether Stop can be pressed, and what to do where it cannot."""

    available: bool
    hint: str | None


class Summary(TypedDict):
    """A run in a few fields. Times are seconds since the epoch.

    ``key`` is the same for all views of a run. ``counts`` are of rows, those of ``messages`` without what was
    there before; ``history_omitted`` is how many messages more the thread held than have a row.
    ``elapsed`` are the seconds that it took, ``None`` while it goes on; they leave out ``waits``, each with
    its start, its end and why it waited. ``steps`` is ``None`` where the stream does not tell how many there
    were.
    ``tokens`` are those that the models gave out, or pieces of text where no model counts; 0 until the end.
    ``record`` is the class of the element that holds the run's static record, which a live view hides.
    ``id`` is the run's own, by which its branches call it, and ``branch`` says of a branch where it began.
    ``earlier`` is where a record of what came after an answer says that the rest is.
    ``standing`` is where a run that waits stands, why, and the line that goes on; ``waiting`` is how many
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
    usage: dict[str, int | None] | None
    error: dict[str, str] | None
    counts: dict[str, int]
    history_omitted: int
    stop: Stop
    note: str | None
    branch: str | None
    earlier: str | None
    standing: str | None
    waiting: int
    record: str | None
    filter: dict[str, list[str]]
    explanations: list[Explanation]
    languages: list[str]


def summarize(run: RunState, stop_hint: str | None = None, record: str | None = None) -> Summary:
    """A run as it is now. ``stop_hint`` is what to do where Stop cannot be pressed."""
    trace = run.trace
    counts = {**trace.counts, "messages": trace.messages.count}
    usage = trace.usage
    given_out = usage["output_tokens"] or counts["tokens"]
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
        "ended": trace.ended,
        "elapsed": trace.elapsed(),
        "waits": list(trace.waits),
        "steps": trace.steps,
        "tokens": 0 if trace.ended is None else given_out,
        "usage": usage if any(usage.values()) else None,
        "error": trace.error,
        "counts": {name: counts.get(name, len(trace.tables[name])) for name in SCHEMAS},
        "history_omitted": trace.messages.history_omitted,
        "stop": {"available": stop_hint is None, "hint": stop_hint},
        "note": run.note,
        "branch": branch_of(run),
        "earlier": None,
        "standing": where_it_stands(run),
        "waiting": len(waits_for(run)) if run.done else 0,
        "record": record,
        "filter": run.request.shown.to_json(),
        "explanations": explanations(run),
        "languages": code.languages(run),
    }


def since(whole: Summary, part: Onwards, earlier: int) -> Summary:
    """The run in a few fields, after the mark; ``earlier`` is the cell that has what came before.

    Steps are those of the root's tasks, and ``None`` where no mode tells of tasks.
    """
    steps = {row["step"] for row in part.rows("tasks") if not row["namespace"]} - {None}
    usage = Usage.of_rows(part.rows("messages"))
    counts = {**whole["counts"], **part.trace.counts}
    since = {name: counts[name] - before for name, before in part.mark.counts.items()}
    told = {
        **whole,
        "started": part.mark.timestamp,
        "elapsed": part.elapsed,
        "steps": len(steps) or None,
        "usage": usage.known() if any(usage) else None,
        "tokens": usage.output_tokens or since["tokens"],
        "counts": {**counts, **since},
        "history_omitted": 0,
        "earlier": f"It went on here. What came before stands in [{earlier}].",
    }
    return cast("Summary", told)


def explanations(run: RunState) -> list[Explanation]:
    """What there is to explain of a run; nothing of one whose graph cannot be looked at."""
    try:
        return explain(run.trace, Setting.of(run))
    except Exception:
        return []


def failed_places(trace: Trace | Onwards) -> list[str]:
    """Where tasks failed, in names."""
    places = trace.places
    return sorted({places.where(row) for row in trace.rows("tasks") if row["status"] == "error"})


def headline(summary: Summary) -> str:
    """The run in one line: ``✓ graph · success · 1.20 s · 4 steps · 120 tokens``."""
    return f"{SIGNS.get(summary['status'], '·')} {summary['target']} · {outcome(summary)}"


def outcome(summary: Summary) -> str:
    """How the run goes or went: its status, its duration, its steps and tokens."""
    steps = None if summary["steps"] is None else count(summary["steps"], "step")
    return dotted(summary["status"], seconds(summary["elapsed"]), steps, _tokens(summary))


def _tokens(summary: Summary) -> str | None:
    """What the models counted; where none did, how many pieces came."""
    pieces = count(summary["tokens"], "token") if summary["tokens"] else None
    return in_and_out(summary["usage"] or {}) or pieces
