"""The table ``tool_calls``: one row per call of a tool."""

from __future__ import annotations

from collections.abc import Mapping

from lg_jupyter.events.calls import DEFAULT_TOOL_ERROR_NAME, ToolCallEnded, ToolCallStarted
from lg_jupyter.events.events import CompleteMessage, Event, RunEnded, RunStarted, Status
from lg_jupyter.tables.base import FactHandler, Row, seconds_between
from lg_jupyter.tables.call_table import CallTable, ReadRowByKey
from lg_jupyter.tables.model_calls import ModelCallTable
from lg_jupyter.tables.schema import SCHEMAS

_COLUMNS_FROM_MESSAGE = (
    "message_id",
    "namespace",
    "node",
    "step",
    "task_id",
    "tool_call_id",
    "artifact",
    "tags",
)


class ToolCallTable(CallTable):
    """Calls as they were reported; in a run whose calls nobody reports, those that gave a message.

    Parameters
    ----------
    model_calls
        Knows which call of a model requested a tool's.
    read_message_row
        Reads a row of ``messages`` by its id.
    """

    schema = SCHEMAS["tool_calls"]

    def __init__(self, model_calls: ModelCallTable, read_message_row: ReadRowByKey) -> None:
        super().__init__(read_message_row)
        self._model_calls = model_calls
        self._uninferred_ids: list[str] = []  # of which no call is known
        # Ended calls whose messages LangGraph has yet to give ids, as below.
        self._calls_by_run_and_tool_call_id: dict[tuple[str, str | None], Row] = {}
        # By the id that a model gave to a call, and its task: how often the tool was called.
        self._attempt_counts: dict[tuple[str, str | None], int] = {}

    def get_fact_handlers(self) -> Mapping[type, FactHandler]:
        return {
            RunStarted: self._on_run_started,
            ToolCallStarted: self._on_call_started,
            ToolCallEnded: self._on_call_ended,
            CompleteMessage: self._on_complete_message,
            RunEnded: self._on_run_ended,
        }

    def _on_call_started(self, event: Event, fact: ToolCallStarted) -> None:
        self._add_row(
            fact.call_id,
            call_id=fact.call_id,
            tool_call_id=fact.tool_call_id,
            parent_call_id=fact.parent_call_id,
            requested_by=self._model_calls.find_tool_call_request(
                fact.tool_call_id, event.namespace
            ).model_call_id,
            task_id=event.task_id,
            namespace=event.namespace,
            node=event.node,
            step=event.step,
            agent_name=fact.agent_name,
            name=fact.name,
            description=fact.description,
            status="running",
            start_time=fact.time,
            args=fact.args,
            attempt=self._increment_attempt_number(fact.tool_call_id, event.task_id),
            tags=fact.tags,
            known_from=fact.known_from,
        )

    def _increment_attempt_number(self, tool_call_id: str | None, task_id: str | None) -> int | None:
        if tool_call_id is None:
            return None
        key = tool_call_id, task_id  # another task's may have the same id
        number = self._attempt_counts[key] = self._attempt_counts.get(key, 0) + 1
        return number

    def _find_requesting_model_call_id(self, tool_call_id: str | None, row: Row) -> str | None:
        return self._model_calls.find_tool_call_request(tool_call_id, row["namespace"]).model_call_id

    def _on_call_ended(self, event: Event, fact: ToolCallEnded) -> None:
        row = self._row_by_key.get(fact.call_id)
        if row is None or row["status"] != "running":
            return
        tool_call_id = row["tool_call_id"] or fact.tool_call_id
        self._update_row(
            row,
            tool_call_id=tool_call_id,
            requested_by=row["requested_by"] or self._find_requesting_model_call_id(tool_call_id, row),
            message_id=fact.message_id,
            status=fact.status,
            end_time=fact.time,
            latency=seconds_between(row["start_time"], fact.time),
            result=fact.result,
            artifact=fact.artifact,
            error=fact.error,
        )
        if fact.message_id is None and tool_call_id is not None:
            self._calls_by_run_and_tool_call_id[tool_call_id, row["task_id"]] = row

    def _on_run_ended(self, event: Event, fact: RunEnded) -> None:
        """Nothing more is reported of a call that is open when its run ends."""
        status: Status = "cancelled" if fact.status in ("cancelled", "error", "interrupted") else "incomplete"
        for row in self._rows:
            if row["requested_by"] is None:  # the model's call may be known by its message alone
                self._update_row(
                    row, requested_by=self._find_requesting_model_call_id(row["tool_call_id"], row)
                )
            if row["status"] == "running":
                self._close_open_call(row, status, event.timestamp)

    def _on_complete_message(self, event: Event, fact: CompleteMessage) -> None:
        if fact.role != "tool" or fact.tool_call_id is None:
            return
        if self._call_source == "inferred":
            self._uninferred_ids.append(fact.message_id)
        elif (
            self._calls_by_run_and_tool_call_id
            and (message := self._read_message_row(fact.message_id)) is not None
        ):
            row = self._calls_by_run_and_tool_call_id.pop((fact.tool_call_id, message["task_id"]), None)
            if row is not None:
                self._update_row(row, message_id=fact.message_id)

    # -- calls that nobody reported

    def _add_inferred_calls(self) -> None:
        messages, self._uninferred_ids = self._uninferred_ids, []
        for message_id in messages:
            message = self._read_message_row(message_id)
            if message is not None and message["source"] == "tool" and message_id not in self._row_by_key:
                self._add_inferred_call(message)

    def _add_inferred_call(self, message: Row) -> None:
        request = self._model_calls.find_tool_call_request(message["tool_call_id"], message["namespace"])
        failed = message["status"] == "error"
        self._add_row(
            message["message_id"],
            call_id=message["message_id"],
            requested_by=request.model_call_id,
            name=message["name"] or request.name,
            args=request.args,
            status="error" if failed else "success",
            end_time=message["end_time"],
            result=message["text"],
            error={"error": DEFAULT_TOOL_ERROR_NAME, "message": message["text"]} if failed else None,
            known_from="inferred",
            **{name: message[name] for name in _COLUMNS_FROM_MESSAGE},
        )
