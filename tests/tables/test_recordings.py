"""Whole recordings, from parts to tables: small ones value by value, all of them by what must hold."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from langgraph.types import Interrupt

from lg_jupyter.encode import to_plain_json
from lg_jupyter.events.events import FINAL_STATUSES, Event, StateValues
from lg_jupyter.exports.frames import to_pandas
from lg_jupyter.tables import SCHEMAS
from lg_jupyter.tables.json_diff import JSONChange, is_equal_json
from lg_jupyter.tables.trace import Trace
from tests.matrix import sampled
from tests.recordings import STARTED, names, parts
from tests.tables.apply import applied
from tests.tables.display import Display

ALL = names("local_v1", "local_v2", "local_events_v2", "server_v1", "server_v2", "remote_v1", "remote_v2")


def traced(name: str) -> tuple[Trace, list[Event]]:
    trace = Trace()
    return trace, [trace.feed(part) for part in parts(name)]


# -- what must hold for every recording ----------------------------------------------------------------


@pytest.mark.parametrize("name", sampled(ALL))
def test_a_recording_holds_together(name: str) -> None:
    trace, events = traced(name)
    nothing_goes_on(trace)
    inner_lies_within_outer(trace)
    every_id_joins(trace)
    changes_lead_to_every_state(trace, events)
    tokens_make_the_messages(trace)
    sums_agree(trace)


def nothing_goes_on(trace: Trace) -> None:
    assert trace.status in FINAL_STATUSES
    for table in ("tasks", "messages", "namespaces", "model_calls", "tool_calls"):
        for row in trace.rows(table):
            assert row["status"] in FINAL_STATUSES
            assert row["latency"] is None or row["latency"] >= 0
    assert all(row["status"] == "pending" for row in trace.pending_interrupts)


def inner_lies_within_outer(trace: Trace) -> None:
    """In time, for what succeeded: tasks within their namespace, namespaces within the one around them."""
    spaces = {row["namespace"]: row for row in trace.rows("namespaces") if row["namespace"]}
    inner = [(row, row["namespace"]) for row in trace.rows("tasks")]
    inner += [(row, row["parent"]) for row in spaces.values()]
    for row, namespace in inner:
        outer = spaces.get(namespace)
        if trace.rows("tasks") and outer is not None and outer["status"] == row["status"] == "success":
            assert outer["start_time"] <= row["start_time"] <= row["end_time"] <= outer["end_time"]


def every_id_joins(trace: Trace) -> None:
    namespaces = {row["namespace"] for row in trace.rows("namespaces")}
    tasks = {row["task_id"] for row in trace.rows("tasks")}
    messages = {row["message_id"] for row in trace.rows("messages")}
    for table in SCHEMAS.keys() - {"namespaces"}:
        assert {row["namespace"] for row in trace.rows(table)} <= namespaces
    assert {row["parent"] for row in trace.rows("namespaces")} <= namespaces | {None}
    assert {row["message_id"] for row in trace.rows("tokens")} <= messages
    models = {row["call_id"] for row in trace.rows("model_calls")}
    tools = {row["call_id"] for row in trace.rows("tool_calls")}
    for table in ("model_calls", "tool_calls"):
        assert {row["parent_call_id"] for row in trace.rows(table)} <= models | tools | {None}
    assert {row["requested_by"] for row in trace.rows("tool_calls")} <= models | {None}
    if tasks:
        assert {row["parent_task_id"] for row in trace.rows("tasks")} <= tasks | {None}
        for table in ("messages", "model_calls", "tool_calls"):
            assert {row["task_id"] for row in trace.rows(table)} <= tasks | {None}
    for table, schema in SCHEMAS.items():
        rows = trace.rows(table)
        if schema.key is not None:
            assert len({row[schema.key] for row in rows}) == len(rows)
        if "seq" in schema.column_kinds:
            assert {row["seq"] for row in rows} <= set(range(len(trace.events)))


def changes_lead_to_every_state(trace: Trace, events: list[Event]) -> None:
    rows = [row for row in trace.rows("state_diffs") if row["op"] != "write"]
    states: dict[str, Any] = {}
    for event in events:
        changes = [
            JSONChange(row["path"], row["op"], to_plain_json(row["before"]), to_plain_json(row["after"]))
            for row in rows
            if row["seq"] == event.seq
        ]
        for fact in event.facts:
            if isinstance(fact, StateValues) and isinstance(fact.values, dict) and fact.values:
                began = trace.tables["state_diffs"].get_initial_state(event.namespace) or {}
                shown = {key: to_plain_json(value) for key, value in began.items() if key in fact.values}
                states.setdefault(event.namespace, shown)
        states[event.namespace] = applied(states.get(event.namespace, {}), changes)
        for fact in event.facts:
            if isinstance(fact, StateValues) and fact.values is not None:
                assert is_equal_json(states[event.namespace], to_plain_json(fact.values))


def tokens_make_the_messages(trace: Trace) -> None:
    spoken: Counter[tuple[str, str]] = Counter()
    texts: dict[tuple[str, str], str] = {}
    for row in trace.rows("tokens"):
        key = row["message_id"], row["kind"]
        texts[key] = texts.get(key, "") + row["text"]
        spoken[key] += 1
    for row in trace.rows("messages"):
        for kind in ("text", "reasoning"):
            if (row["message_id"], kind) in texts:
                assert row[kind] == texts[row["message_id"], kind]


def sums_agree(trace: Trace) -> None:
    messages, namespaces = trace.rows("messages"), trace.rows("namespaces")
    for name in ("input_tokens", "output_tokens"):
        for rows in (messages, namespaces):
            known = [row[name] for row in rows if row[name] is not None]
            assert trace.usage[name] == (sum(known) if known else None)
    given = [row for row in messages if row["source"] not in ("model", "node", "tool")]
    assert len(messages) - len(given) == sum(row["message_count"] for row in namespaces)
    assert all(row["start_time"] is row["end_time"] is row["total_tokens"] is None for row in given)
    assert len(trace.rows("tasks")) == sum(row["task_count"] for row in namespaces)


@pytest.mark.parametrize("every", [1, 7])
def test_a_display_shows_every_recording(every: int) -> None:
    for name in ALL:
        trace, display = Trace(), Display()
        for number, part in enumerate(parts(name)):
            trace.feed(part)
            if number % every == 0:
                display.apply(trace.take_changes())
        display.apply(trace.take_changes())
        display.must_show(trace)


@pytest.mark.parametrize("name", ALL)
def test_every_recording_makes_frames(name: str) -> None:
    trace, _ = traced(name)
    for table in SCHEMAS:
        made = to_pandas(trace, table)
        assert made.dtypes.astype(str).to_dict() == to_pandas(Trace(), table).dtypes.astype(str).to_dict()
        assert len(made) == len(trace.rows(table))


# -- the same graph gives the same tables, wherever it runs ----------------------------------------------

TIMES = {
    name
    for schema in SCHEMAS.values()
    for name, kind in schema.column_kinds.items()
    if kind in ("time", "float")
}
OF_THE_RUN = {"seq", "thread_id"}
IN_PARALLEL = {"fanout", "fansub", "parllm", "hitl_par"}
ID = re.compile(r"(?:lc_run--)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|msg_[0-9a-f]{16}|\b[0-9a-f]{32}\b")
HIDDEN = "An internal error occurred"


def comparable(name: str) -> dict[str, list[Any]]:
    """The tables up to ids, times and, where nodes run in parallel, order."""
    trace, _ = traced(name)
    tables = {
        table: [
            {column: value for column, value in row.items() if column not in TIMES | OF_THE_RUN}
            for row in trace.rows(table)
        ]
        for table in SCHEMAS
        if table != "events"
    }
    if name.split("/")[1].split("__")[0] in IN_PARALLEL:
        return {
            table: sorted(ID.sub("#", json.dumps(to_plain_json(row), sort_keys=True)) for row in rows)
            for table, rows in tables.items()
        }
    return json.loads(short(json.dumps(to_plain_json(tables), sort_keys=True)))


def twins() -> list[tuple[str, str]]:
    local = {name.split("/")[1]: name for name in names("local_v1")}
    servers = [name for name in names("server_v1") if "__SALL" in name]
    pairs = [(local.get(server.split("/")[1].replace("__SALL", "__ALL")), server) for server in servers]
    nested = ("local_v1/nested__ALLD__sg", "server_v1/nested__SALL__sg")
    return [nested, *((twin, server) for twin, server in pairs if twin is not None)]


@pytest.mark.parametrize(("local", "server"), twins())
def test_a_server_gives_the_tables_of_the_local_run(local: str, server: str) -> None:
    if "schema" in local and not hasattr(Interrupt("value"), "response_schema"):
        pytest.skip("this langgraph has no schemas of answers")
    ours, theirs = comparable(local), comparable(server)
    if HIDDEN in json.dumps(theirs):
        for tables in (ours, theirs):
            for row in tables["tasks"]:
                if row["error"]:
                    row["error"] = row["error"]["error"]
    for table in ours:
        assert ours[table] == theirs[table], table


# -- value by value --------------------------------------------------------------------------------------

GOLDEN = Path(__file__).parent / "golden"
OF_PRICES = {"cost", "cost_note", "price_source"}  # they say whether prices are installed

READ = [
    "local_events_v2/nested--modes__values+updates__sg",
    "local_v1/agent__ALL__sg",
    "local_v1/cmd__ALL__sg",
    "local_v1/err_sub__ALL__sg",
    "local_v1/fansub__ALL__sg",
    "local_v1/func__ALL__sg",
    "local_v1/hitl_par__ALL__sg",
    "local_v1/msgs__ALL__sg",
    "local_v1/nested__ALLD__sg",
    "local_v1/parllm__ALL__sg",
    "local_v1/react__ALL__sg",
]


@pytest.mark.parametrize("name", READ)
def test_a_recording_gives_these_tables(name: str) -> None:
    """The files in ``golden/`` were read by a person; ``LG_JUPYTER_WRITE_GOLDEN=1`` writes them anew."""
    trace, _ = traced(name)
    file = GOLDEN / f"{name.replace('/', '-')}.txt"
    lines = shown(trace, [part.data for part in parts(name)])
    if os.environ.get("LG_JUPYTER_WRITE_GOLDEN"):
        file.write_text("\n".join(lines) + "\n")
    assert lines == file.read_text().splitlines()


def shown(trace: Trace, payloads: list[Any]) -> list[str]:
    """Every table, a line for each row, ids made short; of events, whether their data are their part's."""
    run = {
        key: value
        for key, value in trace.make_run_fields().items()
        if key in ("status", "steps", "usage", "error")
    }
    lines = [json.dumps(run)]
    tables = ("tasks", "messages", "model_calls", "tool_calls", "state_diffs", "namespaces", "custom")
    tables = (*tables, "interrupts", "checkpoints")
    assert {*tables, "events", "tokens", "store_ops"} == {*SCHEMAS}
    assert trace.rows("store_ops") == []  # which no stream tells of
    for table in (*tables, "tokens"):
        lines += ["", f"# {table}", *(" ".join(cells(row)) for row in trace.rows(table))]
    lines += ["", "# events"]
    for row, payload in zip(trace.rows("events"), payloads, strict=True):
        if json.dumps(to_plain_json(row["data"])) == json.dumps(to_plain_json(payload)):
            row["data"] = "of the part"
        lines.append(" ".join(cells(row)))
    return short("\n".join(lines)).splitlines()


def cells(row: dict[str, Any]) -> list[str]:
    """What is there; then the names of the columns that are missing."""
    made, missing = [], []
    for column, value in row.items():
        if column in OF_PRICES:
            continue
        if value is None:
            missing.append(column)
            continue
        if column in TIMES:
            value = round(value - (STARTED if value > STARTED - 1 else 0), 4)
        made.append(f"{column}={json.dumps(to_plain_json(value), ensure_ascii=False)}")
    return [*made, f"null: {', '.join(missing)}"] if missing else made


def short(text: str) -> str:
    """Ids become ``#0``, ``#1``, … in the order in which they appear."""
    seen: dict[str, str] = {}
    return ID.sub(lambda found: seen.setdefault(found[0], f"#{len(seen)}"), text)
