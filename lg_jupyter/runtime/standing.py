"""Where a run stands that waits, why, and the line that goes on."""

from __future__ import annotations

from lg_jupyter.runtime.questions import question, waits_for
from lg_jupyter.runtime.state import RunState
from lg_jupyter.sources.base import GoesOn
from lg_jupyter.tables.base import Row

SHOWN = 5
"""The most questions that are told in a sentence."""


def where_it_stands(run: RunState) -> str | None:
    """A sentence on a run that was interrupted: ``Stopped before write, at a breakpoint: run.resume()``.

    ``None`` of any other run. A saved one has no line, for it runs nothing.
    """
    if not run.done or run.status != "interrupted":
        return None
    where, line = _where(run)
    if not isinstance(run.source, GoesOn):
        return f"{where}."
    if (why_not := run.source.why_not_on()) is not None:
        return f"{where}. It cannot go on: {why_not}"
    return f"{where}: {line}"


def needs_another_state(run: RunState, row: Row) -> str:
    """What a ``NodeInterrupt`` waits for, and the lines that give it."""
    at = (run.trace.standing or {}).get("checkpoint_id")
    fork = f"run.fork({at!r}, values)" if at else "run.fork(checkpoint_id, values)"
    return (
        f"{row['node'] or 'A node'} raised a NodeInterrupt, which takes no answer but another state: "
        f"{fork}, or graph.update_state(config, values) and then run.resume()"
    )


# ---------------------------------------------------------------------------------------------


def _where(run: RunState) -> tuple[str, str]:
    """Where it stands and why, and the line."""
    answerable = waits_for(run)
    if answerable:
        asked = "; ".join(map(question, answerable[:SHOWN]))
        more = f" and {len(answerable) - SHOWN} more" if len(answerable) > SHOWN else ""
        if len(answerable) == 1:
            return f"Waits for an answer to {asked}", "run.resume(value)"
        number = f"{len(answerable)} answers"
        return f"Waits for {number}, to {asked}{more}", "run.resume({interrupt_id: value})"
    if run.interrupts:
        where, _, lines = needs_another_state(run, run.interrupts[0]).partition(": ")
        return where, lines
    return _breakpoint(run), "run.resume()"


def _breakpoint(run: RunState) -> str:
    """Which nodes a run stopped before; at a breakpoint after a node, after which."""
    standing = run.trace.standing
    if standing is None or standing["next"] is None:
        return "Stopped at a breakpoint"
    following = list(dict.fromkeys(standing["next"]))
    if not following:
        return "Its thread has come to its end"
    passed = [] if set(following) & set(run.asked.before) else _ran_last(run)
    after = f"after {', '.join(passed)}, " if passed else ""
    return f"Stopped {after}before {', '.join(following)}, at a breakpoint"


def _ran_last(run: RunState) -> list[str]:
    """The nodes of the last step that have a breakpoint after them, as far as the modes tell."""
    rows = [row for row in run.trace.rows("tasks") if not row["namespace"] and row["step"] is not None]
    last = max((row["step"] for row in rows), default=None)
    ran = dict.fromkeys(row["node"] for row in rows if row["step"] == last)
    after = run.asked.after
    return [node for node in ran if node in after or "*" in after]
