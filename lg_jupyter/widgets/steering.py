"""What a view of a run can do with it: answer it, have it go on, look at its checkpoints, begin anew at one.

Its methods are those of ``run.resume``, ``run.fork`` and ``run.checkpoints``, with JSON in place of objects.
"""

from __future__ import annotations

import ast
import asyncio
import json
from collections.abc import Callable, Mapping
from concurrent import futures
from typing import Any

from lg_jupyter.encode import Encoder, to_plain_json
from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import JSON, JSONObject
from lg_jupyter.kernel import loops, notebook
from lg_jupyter.request.attachments import validate_attachments
from lg_jupyter.request.breakpoints import (
    EVERY_NODE,
    SUBGRAPH_SEPARATOR,
    BreakpointFields,
    validate_breakpoints,
)
from lg_jupyter.runtime import fork as forking
from lg_jupyter.runtime import lifecycle
from lg_jupyter.runtime import resume as resuming
from lg_jupyter.runtime.answerable import list_answerable_interrupts
from lg_jupyter.runtime.checkpoint_list import Checkpoint, Checkpoints
from lg_jupyter.runtime.registry import RUNS
from lg_jupyter.runtime.resume_hint import make_resume_hint
from lg_jupyter.runtime.state import RunState
from lg_jupyter.sources.base import UNSET, Fork, Resumable
from lg_jupyter.sources.local import graphs
from lg_jupyter.sources.local.subgraph_breakpoints import list_subgraphs_supporting_breakpoints
from lg_jupyter.sources.local.tools import collect_tool_argument_schemas
from lg_jupyter.tables.state_history import make_state_page
from lg_jupyter.widgets.endpoint import method
from lg_jupyter.widgets.write_rules import find_write_rules

CHECKPOINTS_TIMEOUT_SECONDS = 60
"""Seconds that checkpoints which have to be awaited may take."""

MAX_CHECKPOINTS = 2_000
"""The most checkpoints that are listed, the newest."""

DEFAULT_RUN_EXPRESSION = "run"
"""What is written for a run to which no expression leads."""

StartRun = Callable[[Callable[[], RunState]], RunState]
GetEventLoop = Callable[[], "asyncio.AbstractEventLoop | None"]


class Steering:
    """What one view can do with its run.

    Parameters
    ----------
    run
        The run.
    start
        Calls what starts a run, in the context in which its outputs are to appear.
    show
        Shows a new run beside this one; whether it could.
    loop
        The loop that runs where messages are heard: checkpointers that must be awaited belong to one.
    """

    def __init__(
        self, run: RunState, start: StartRun, show: Callable[[RunState], bool], loop: GetEventLoop
    ) -> None:
        self._run = run
        self._start_run = start
        self._show_branch = show
        self._get_loop = loop
        self._fetched_checkpoints: dict[str, Checkpoint] = {}

    # What is known.

    @method("steering")
    def describe_steering(self) -> JSONObject:
        """How the run can be steered now.

        ``name`` is an expression for it, if one leads to it (``named``), and ``imports`` what has to stand
        before. ``done`` says whether it is over, ``resume_blocker`` why it cannot go on, ``fork_blocker`` why
        nothing can begin at its checkpoints. ``waiting`` are the ids that can be answered, ``next`` the nodes
        that come next, ``resume_hint`` says where it waits, and why; ``breakpoint_holders`` are the subgraphs
        in which it can stop, ``next_step`` is until where it goes to its next step; ``runs`` is the tree of
        branches that it belongs to.
        """
        run = self._run
        leads, blocker = find_run_expression(run), find_resume_blocker(run)
        name = leads or DEFAULT_RUN_EXPRESSION
        return {
            "name": name,
            "named": leads is not None,
            "imports": "import lg_jupyter; "
            if name.startswith("lg_jupyter.") and not _has_user_imported_lg_jupyter()
            else "",
            "done": run.done,
            "resume_blocker": blocker,
            "waiting": [] if blocker else [row["interrupt_id"] for row in list_answerable_interrupts(run)],
            "next": _find_next_nodes(run),
            "resume_hint": make_resume_hint(run),
            "before": list(run.current_request.breakpoints_before),
            "after": list(run.current_request.breakpoints_after),
            "breakpoint_holders": _list_breakpoint_subgraphs(run),
            "next_step": _make_next_step_breakpoints(run),
            "fork_blocker": _find_fork_blocker(run),
            "drainable": lifecycle.is_run_drainable(run),
            "run": run.key,
            "runs": [_make_branch_tree_entry(one) for one in run.fork_tree],
        }

    @method("checkpoints", threaded=True)
    def list_checkpoints(self) -> JSON:
        """The checkpoints of the run's thread, the oldest first, without their values.

        Checkpointers and servers may have to be waited for.
        """
        found = self.fetch_checkpoints()
        self._fetched_checkpoints = {one.checkpoint_id: one for one in found}
        runs = self._run.fork_tree
        makers = _map_checkpoints_to_runs(found, runs)
        shown = found[-MAX_CHECKPOINTS:]
        return {
            "total": len(found),
            "rows": [_make_checkpoint_row(one, makers.get(one.checkpoint_id)) for one in shown],
            "runs": [_make_branch_tree_entry(one) for one in runs],
            "nodes": _list_root_nodes(self._run),
            **find_write_rules(self._run),
        }

    @method("checkpoint")
    def get_checkpoint_state(
        self, checkpoint_id: str, path: str = "", offset: int = 0, limit: int = 200
    ) -> JSON:
        """The state at a checkpoint, or of a large one what :func:`states.make_state_page` gives at once."""
        known = self._fetched_checkpoints.get(checkpoint_id)
        if known is not None:
            return {"path": path, **to_plain_json(make_state_page(known.values, path, offset, limit))}
        with self._run.lock:
            row = self._run.trace.row("checkpoints", checkpoint_id)
            if row is None:
                raise UsageError(f"the checkpoint {checkpoint_id!r} is not known here: list them anew")
            return {"path": path, **to_plain_json(make_state_page(row["values"], path, offset, limit))}

    @method("tool_arguments", threaded=True)
    def get_tool_argument_schemas(self) -> JSON:
        """The JSON schema of each tool's arguments, by name, of a graph in this process."""
        graph = graphs.unwrap_graph(getattr(self._run.source, "graph", None))
        return {} if graph is None or graphs.is_remote_graph(graph) else collect_tool_argument_schemas(graph)

    @method("literal")
    def parse_literal_text(self, text: str) -> JSON:
        """The value of a Python literal; nothing is executed."""
        return {"value": parse_literal(text)}

    # What is done.

    @method()
    def resume_run(
        self,
        answers: Mapping[str, Any] | None = None,
        before: list[str] | None = None,
        after: list[str] | None = None,
        until: list[str] | None = None,
    ) -> JSON:
        """Answer by interrupt id, or without answers go on, with these breakpoints, to these nodes."""
        self._reject_masked_values(answers, "resume")
        validate_attachments(dict(answers or {}))
        value: Any = UNSET if answers is None else dict(answers)
        stops = validate_breakpoints(before, after, until)
        if before is not None:  # the page knows their names alone
            conditions = self._run.current_request.breakpoint_conditions
            stops["breakpoint_conditions"] = {name: conditions[name] for name in before if name in conditions}
        run = self._start_run(lambda: self._resume_run(value, stops))
        return {"note": run.note}

    @method("fork")
    def start_fork(
        self,
        checkpoint_id: str,
        values: Mapping[str, Any] | None = None,
        as_node: str | None = None,
        before: list[str] | None = None,
        after: list[str] | None = None,
    ) -> JSON:
        """Run again from a checkpoint: a new run, shown beside this one if that can be."""
        self._reject_masked_values(values, "fork")
        at = Fork(checkpoint_id, UNSET if values is None else dict(values), as_node)
        stops = validate_breakpoints(before, after)
        branch = self._start_run(lambda: forking.start_fork(self._run, at, None, stops, thread=False))
        return {
            "run": branch.key,
            "name": find_run_expression(branch) or DEFAULT_RUN_EXPRESSION,
            "shown": self._show_branch(branch),
        }

    @method("cancel")
    def cancel_run(self) -> JSON:
        """Stop the run."""
        lifecycle.cancel_run(self._run)
        return {"message": "Stopping the run."}

    @method("drain")
    def drain_run(self) -> JSON:
        """Stop after the step that runs now."""
        lifecycle.drain_run(self._run)
        return {"message": "Stopping after this step."}

    # ---------------------------------------------------------------------------------------------

    def _resume_run(self, value: Any, stops: BreakpointFields) -> RunState:
        resuming.resume_run(self._run, value, stops, thread=False)
        return self._run

    def _reject_masked_values(self, given: Mapping[str, Any] | None, method: str) -> None:
        """The page was shown a mask in place of each secret: to send it back would overwrite the secret."""
        mask = self._run.redactor.find_mask_in_text(json.dumps(given, ensure_ascii=False))
        if mask is not None:
            name = find_run_expression(self._run) or DEFAULT_RUN_EXPRESSION
            raise UsageError(
                f"{mask} stands for a secret, which is not shown here and would be lost: "
                f"give this value in a cell, {name}.{method}(...)"
            )

    def fetch_checkpoints(self) -> Checkpoints:
        """The thread's checkpoints, asked for on the loop that the run's checkpointer knows, if that runs."""
        run = self._run
        for loop in (run.loop, self._get_loop()):
            if loop is not None and loop.is_running() and loop is not loops.get_running_loop_or_none():
                fetching = asyncio.run_coroutine_threadsafe(forking.fetch_checkpoints(run), loop)
                try:
                    return fetching.result(CHECKPOINTS_TIMEOUT_SECONDS)
                except (TimeoutError, futures.TimeoutError):  # the same since Python 3.11
                    fetching.cancel()
                    raise UsageError(
                        f"the checkpoints did not come within {CHECKPOINTS_TIMEOUT_SECONDS} s"
                    ) from None
        return forking.list_checkpoints(run)


def parse_literal(text: str) -> JSON:
    """The value of a Python literal as JSON.

    Raises
    ------
    UsageError
        Saying what of it is none, and where.
    """
    try:
        value = ast.literal_eval(text.strip())
    except SyntaxError as error:
        where = f" (line {error.lineno}, column {error.offset})" if error.lineno else ""
        raise UsageError(f"this is no Python literal: {error.msg}{where}") from None
    except (ValueError, TypeError, MemoryError, RecursionError):
        raise UsageError(
            "this is no Python literal: write texts in quotes, numbers, True, False, None, lists and dicts; "
            "names and calls are for a cell"
        ) from None
    return to_plain_json(Encoder().encode(value))


def find_resume_blocker(run: RunState) -> str | None:
    """Why a run cannot go on now, as a sentence; ``None`` if it can."""
    try:
        resuming.validate_resumable(run)
    except UsageError as error:
        return str(error)
    return None


def find_run_expression(run: RunState) -> str | None:
    """What to write for a run: the notebook's variable, or a way to it; ``None`` where there is none."""
    if run.user_run is not None and (held := notebook.find_variable_name(run.user_run)) is not None:
        return held
    if run is RUNS.last:
        return "lg_jupyter.last_run"
    above = None if run.parent is None else find_run_expression(run.parent)
    if above is None or run.parent is None:
        return None
    return f"{above}.branches[{run.parent.branches.index(run)}]"


def _make_branch_tree_entry(run: RunState) -> JSONObject:
    fork = run.request.fork
    return {
        "run": run.key,
        "name": find_run_expression(run) or DEFAULT_RUN_EXPRESSION,
        "status": run.status,
        "parent": None if run.parent is None else run.parent.key,
        "checkpoint_id": None if fork is None else fork.checkpoint_id,
        "writes": fork is not None and fork.changes_state,
        "as_node": None if fork is None else fork.as_node,
    }


def _make_checkpoint_row(one: Checkpoint, maker: str | None) -> JSONObject:
    return {
        "checkpoint_id": one.checkpoint_id,
        "parent_checkpoint_id": one.parent_checkpoint_id,
        "step": one.step,
        "source": one.source,
        "next": list(one.next),
        "created_at": one.created_at,
        "changed": list(one.changed),
        "run": maker,
    }


def _map_checkpoints_to_runs(found: Checkpoints, runs: list[RunState]) -> dict[str, str]:
    """Which of the runs made which checkpoint, as far as they say; what a fork wrote first is its own."""
    makers: dict[str, str] = {}
    for run in runs:
        with run.lock:
            for row in run.trace.rows("checkpoints"):
                if not row["namespace"]:
                    makers.setdefault(row["checkpoint_id"], run.key)
    begun = {run.key: run.request.fork.checkpoint_id for run in runs if run.request.fork is not None}
    for one in found:
        parent = one.parent_checkpoint_id
        maker = makers.get(one.checkpoint_id)
        if parent is not None and maker is not None and parent not in makers and maker in begun:
            makers[parent] = maker
    return makers


def _find_next_nodes(run: RunState) -> list[JSON]:
    """The nodes that come next, as the newest checkpoint says; none where that is not known."""
    if isinstance(run.latest_checkpoint_at_stop, Mapping):
        return list(run.latest_checkpoint_at_stop["next"] or ())
    with run.lock:
        rows = [row for row in run.trace.rows("checkpoints") if not row["namespace"]]
        steps = [
            row["step"]
            for row in run.trace.rows("tasks")
            if not row["namespace"] and row["status"] == "success"
        ]
    if not rows or rows[-1]["step"] is None or max(filter(None, steps), default=0) > rows[-1]["step"]:
        return []  # langgraph 1.0 does not tell of the checkpoint at which it stops after a node
    return list(rows[-1]["next"] or ())


def _list_root_nodes(run: RunState) -> list[JSON]:
    """The root graph's nodes, if they can be had."""
    try:
        drawn = run.structure()["nodes"]
    except Exception:
        return []
    return [node["id"] for node in drawn if node["parent"] is None and node["kind"] in ("node", "group")]


def _list_breakpoint_subgraphs(run: RunState) -> list[JSON]:
    graph = graphs.unwrap_graph(getattr(run.source, "graph", None))
    return (
        []
        if graph is None or graphs.is_remote_graph(graph)
        else [*list_subgraphs_supporting_breakpoints(graph)]
    )


def _make_next_step_breakpoints(run: RunState) -> list[JSON]:
    """Until where a run goes to its next step: every node of the graphs in which it stands."""
    inside = (run.trace.thread_state or {}).get("inside") or ()
    paths = [path.split(SUBGRAPH_SEPARATOR) for path in inside]
    around = [path[:depth] for path in paths for depth in range(len(path))] or [[]]
    return list(dict.fromkeys(SUBGRAPH_SEPARATOR.join([*graph, EVERY_NODE]) for graph in around))


def _find_fork_blocker(run: RunState) -> str | None:
    source = run.source
    if not isinstance(source, Resumable):
        return "This run is a saved one, and runs nothing: stream its graph anew."
    return source.describe_resume_blocker()


def _has_user_imported_lg_jupyter() -> bool:
    return getattr(notebook.get_user_variables().get("lg_jupyter"), "__name__", None) == "lg_jupyter"
