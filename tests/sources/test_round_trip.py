"""A run comes back from a file exactly as it was, from whatever is left of the file."""

from __future__ import annotations

import gzip
import json
import math
import operator
import random
from pathlib import Path
from typing import Annotated

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from langgraph.graph import END, START, StateGraph
from typing_extensions import TypedDict

import lg_jupyter
from lg_jupyter.encode import Encoder, SharedList, to_plain_json
from lg_jupyter.events.events import Part
from lg_jupyter.run import Run
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.sources.saved import writing
from lg_jupyter.sources.saved.lines import PartLineDecoder, PartLineEncoder, make_list_reference_key
from lg_jupyter.tables.trace import Trace
from tests import recordings
from tests.matrix import sampled

ENDINGS = [".jsonl", ".jsonl.gz", ".jsonl.zst"]


def fed(parts) -> Trace:
    trace = Trace()
    for part in parts:
        trace.feed(part)
    return trace


def tables(trace: Trace) -> dict[str, str]:
    """Every table as text that tells 1, 1.0 and true apart, and -0.0 and 0.0."""
    return {
        name: json.dumps(to_plain_json([dict(row) for row in trace.rows(name)]), sort_keys=True)
        for name in trace.tables
    }


def write(path: Path, parts) -> Path:
    writing.write_run_file(path, {"name": "graph", "source": "local", "modes": ["values"]}, parts)
    return path


@pytest.mark.parametrize("name", sampled(recordings.names()))
def test_tables_before_equal_tables_after(name, tmp_path):
    parts = list(recordings.parts(name))
    before = fed(parts)
    run = lg_jupyter.load(write(tmp_path / "run.jsonl", parts))
    assert tables(run.trace) == tables(before)
    assert run.trace.make_run_fields() == before.make_run_fields()
    assert to_plain_json(run.output) == to_plain_json(before.output)
    run.save(tmp_path / "again.jsonl.gz")
    assert tables(lg_jupyter.load(tmp_path / "again.jsonl.gz").trace) == tables(before)


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_compression(ending, tmp_path):
    parts = list(recordings.parts(recordings.names()[0]))
    path = write(tmp_path / f"run{ending}", parts)
    assert tables(lg_jupyter.load(path).trace) == tables(fed(parts))
    renamed = path.rename(tmp_path / "renamed")
    assert len(lg_jupyter.load(renamed).trace.rows("events")) == len(parts)


# ---------------------------------------------------------------------------------------------
# Values

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.text(st.characters(codec=None))
    | st.binary(),
    lambda inner: st.lists(inner, max_size=30) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
    max_leaves=60,
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(values, max_size=6))
def test_any_value_comes_back(live):
    encoder = Encoder()
    parts = [Part("custom", "", encoder.encode(value), 1.5) for value in live]
    assert repr(to_plain_json([p.data for p in there_and_back(parts)])) == repr(
        to_plain_json([p.data for p in parts])
    )


def there_and_back(parts: list[Part]) -> list[Part]:
    key = make_list_reference_key(None)
    writer, reader = PartLineEncoder(key), PartLineDecoder(key)
    return [reader.decode_line(writer.encode_part(part)) for part in parts]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_versions_of_lists_come_back_and_share(steps, chance: random.Random):
    """A list grows, loses items, goes on from an earlier version; lists stand inside lists."""
    encoder, live, parts = Encoder(), [{"id": str(n)} for n in range(20)], []
    for step in steps:
        if chance.random() < 0.2:
            live = live[: chance.randrange(len(live) + 1)]
        live = live + [{"id": f"{step}-{n}", "inner": list(range(step))} for n in range(step)]
        parts.append(Part("values", "", encoder.encode_state("", {"messages": live}), 1.0))
    back = there_and_back(parts)
    assert [to_plain_json(p.data) for p in back] == [to_plain_json(p.data) for p in parts]


def test_a_list_that_grows_is_written_once(tmp_path):
    encoder, live, sizes = Encoder(), [], []
    writer = PartLineEncoder(make_list_reference_key(None))
    for step in range(400):
        live = [*live, {"id": f"message {step}", "text": "x" * 100}]
        data = encoder.encode_state("", {"messages": live})
        sizes.append(len(writer.encode_part(Part("values", "", data, float(step)))))
    assert max(sizes[100:]) < 2 * min(sizes[100:])


def test_what_was_shared_is_shared_again(tmp_path):
    encoder, parts = Encoder(), []
    for step in range(20, 60):
        data = encoder.encode_state("", {"messages": [{"id": str(n)} for n in range(step)]})
        parts.append(Part("values", "", data, float(step)))
    lists = [part.data["messages"] for part in there_and_back(parts)]
    assert all(isinstance(one, SharedList) for one in lists)
    assert len({one.buffer_id for one in lists}) == 1


@pytest.mark.parametrize("order", ["aabb", "abab"])
def test_calls_of_one_task_with_equal_metadata_stay_apart(order):
    metadata = {"langgraph_checkpoint_ns": "n:t", "langgraph_node": "n", "ls_model_type": "chat"}
    chunks = [{"type": "AIMessageChunk", "id": f"lc_run--{call}", "content": call} for call in order]
    parts = [Part("messages", "", [chunk, dict(metadata)], float(n)) for n, chunk in enumerate(chunks)]
    rows = fed(there_and_back(parts)).rows("messages")
    assert [(row["message_id"], row["text"]) for row in rows] == [("lc_run--a", "aa"), ("lc_run--b", "bb")]


def test_metadata_of_one_message_are_one_object():
    chunk, metadata = {"type": "AIMessageChunk", "id": "m", "content": "x"}, {"ls_model_type": "chat"}
    parts = [Part("messages", "", [dict(chunk), dict(metadata)], float(n)) for n in range(3)]
    assert len({id(part.data[1]) for part in there_and_back(parts)}) == 1


# ---------------------------------------------------------------------------------------------
# Cut files


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A run with many-byte characters, saved in each way; by ending, the bytes and the parts."""
    folder = tmp_path_factory.mktemp("whole")
    encoder = Encoder()
    parts = [Part("control", "", {"event": "start", "thread_id": None, "modes": ["custom"]}, 1.0)]
    parts += [Part("custom", "", encoder.encode(f"été 🎉 {n} " * 40), 1.0 + n) for n in range(60)]
    parts += [Part("control", "", {"event": "end", "status": "success", "error": None}, 99.0)]
    return {e: (write(folder / f"run{e}", parts).read_bytes(), parts) for e in ENDINGS}


def loaded_or_refused(path: Path) -> Run | str:
    try:
        return lg_jupyter.load(path)
    except lg_jupyter.SavedRunError as error:
        return str(error)


@pytest.mark.parametrize("ending", ENDINGS)
@settings(max_examples=40, deadline=None)
@given(at=st.floats(0, 1))
def test_a_file_cut_anywhere_loads_up_to_the_cut(whole, tmp_path_factory, ending, at):
    content, parts = whole[ending]
    cut = math.floor(at * len(content))
    path = tmp_path_factory.mktemp("cut") / f"run{ending}"
    path.write_bytes(content[:cut])
    run = loaded_or_refused(path)
    if isinstance(run, str):
        assert "holds no run" in run
        assert cut < 400 or ending == ".jsonl.zst"  # which is written in blocks
        return
    rows = run.trace.rows("custom")
    assert [row["data"] for row in rows] == [part.data for part in parts[1:-1]][: len(rows)]
    if len(run.trace.rows("events")) < len(parts) or run.status != "success":
        assert run.status == "incomplete"
        assert path.name in run.note
    if ending == ".jsonl":
        whole_lines = content[:cut].count(b"\n") - 1
        assert len(rows) in (min(60, max(0, whole_lines - 1)), min(60, whole_lines))


def test_a_file_cut_at_any_byte_around_the_ends_of_its_lines(whole, tmp_path):
    content, parts = whole[".jsonl"]
    said = [part.data for part in parts[1:-1]]
    ends = [at for at, byte in enumerate(content) if byte == ord("\n")]
    path = tmp_path / "run.jsonl"
    for line, end in enumerate(ends):  # line 0 is the header, 1 the start
        for cut in range(end - 2, end + 4):
            path.write_bytes(content[:cut])
            run = loaded_or_refused(path)
            if cut < ends[0]:
                assert "cut in its first line" in run
                continue
            complete = line if cut >= end else line - 1  # without its end a line is as good as with it
            assert [row["data"] for row in run.trace.rows("custom")] == said[: max(0, complete - 1)], cut
            over = complete == len(ends) - 1
            assert run.status == ("success" if over else "incomplete")
            assert (run.note is None) is (over and cut >= end + 1), cut


def test_the_note_says_where_the_file_is_cut(whole, tmp_path):
    content, _ = whole[".jsonl"]
    path = tmp_path / "run.jsonl"
    path.write_bytes(content[: content.index("🎉".encode()) + 2])  # inside a character
    run = lg_jupyter.load(path)
    assert run.note == "run.jsonl is cut in line 3; all that comes before is here."
    path.write_bytes(b"".join(content.splitlines(keepends=True)[:10]))
    run = lg_jupyter.load(path)
    assert run.note == "run.jsonl ends before the run did; all that it holds is here."
    assert (run.status, len(run.trace.rows("custom"))) == ("incomplete", 8)
    assert run.trace.ended == run.trace.rows("custom")[-1]["timestamp"]


@pytest.mark.parametrize("ending", [".gz", ".zst"])
@pytest.mark.parametrize("place", [0.1, 0.5, 0.97])
def test_damage_inside_a_compressed_file_costs_some_seconds(ending, place, tmp_path):
    noise = random.Random(7)
    parts = [Part("custom", "", noise.randbytes(500).hex(), 1.0 + second) for second in range(300)]
    path = write(tmp_path / f"run{ending}", parts)
    content = bytearray(path.read_bytes())
    content[int(len(content) * place)] ^= 1
    path.write_bytes(content)
    run = lg_jupyter.load(path)
    rows = [row["data"] for row in run.trace.rows("custom")]
    assert 300 - 6 <= len(rows) < 300
    assert set(rows) <= {part.data for part in parts}
    assert "is damaged: 1 part of it could not be read" in run.note
    assert "all else is here" in run.note


@pytest.mark.parametrize("ending", [".gz", ".zst"])
def test_a_list_whose_beginning_is_lost_goes_on(ending, tmp_path):
    encoder, messages, parts = Encoder(), [], []
    for second in range(100):
        messages.append(
            {"type": "ai", "id": f"m{second}", "content": random.Random(second).randbytes(99).hex()}
        )
        parts.append(Part("values", "", encoder.encode_state("", {"messages": [*messages]}), 1.0 + second))
    path = write(tmp_path / f"run{ending}", parts)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    run = lg_jupyter.load(path)
    last = run.trace.rows("events")[-2]["data"]["messages"]
    assert len(last) == 100
    lost = [item for item in last if item.get("$type") == "lost"]
    assert 1 <= len(lost) <= 6
    assert [item for item in last if item not in lost] == [m for m in messages if m in last]


@pytest.mark.parametrize("ending", ENDINGS)
def test_saving_again_gives_the_same_lines(ending, tmp_path):
    class Growing(TypedDict):
        items: Annotated[list[str], operator.add]

    graph = StateGraph(Growing).add_node("more", lambda state: {"items": [f"item {len(state['items'])}"]})
    graph.add_edge(START, "more")
    graph.add_conditional_edges("more", lambda state: "more" if len(state["items"]) < 40 else END)
    run = lg_jupyter.stream(graph.compile(), {"items": []}, config={"recursion_limit": 99}, display=False)
    run.wait()
    contents = []
    for name in ("one", "two", "three"):
        run.save(tmp_path / f"{name}{ending}")
        contents.append((tmp_path / f"{name}{ending}").read_bytes())
        run = lg_jupyter.load(tmp_path / f"{name}{ending}")
    assert contents[0] == contents[1] == contents[2]


def test_a_note_is_kept(tmp_path):
    run = lg_jupyter.load(write(tmp_path / "run.jsonl", recordings.parts(recordings.names()[0])))
    run.note = "Cancelled. All that had come is kept."
    run.save(tmp_path / "again.jsonl")
    assert lg_jupyter.load(tmp_path / "again.jsonl").note == "Cancelled. All that had come is kept."


# ---------------------------------------------------------------------------------------------
# Hostile files

HEADER = b'{"format": "lg_jupyter run", "version": 1, "list_key": "$l"}\n'


def part(data: str, **fields: str) -> bytes:
    told = {"mode": '"custom"', "namespace": '""', "timestamp": "1.0", "data": data, **fields}
    return ("{" + ", ".join(f'"{name}": {value}' for name, value in told.items()) + "}\n").encode()


@pytest.mark.parametrize(
    "line",
    [
        part("[" * 100_000 + "]" * 100_000),
        part('{"a":' * 900 + "1" + "}" * 900),
        part("[[1]," * 300 + "1" + "]" * 300),
        part('{"$l": [5, 1, []]}'),
        part('{"$l": [0, 9, [1]]}'),
        part('{"$l": [-1, 0, []]}'),
        part('{"$l": "no list"}'),
        part('"\\ud800"'),
        part('"\\ud800", "x": ' + "9" * 30),
        part("1", timestamp='"now"'),
        part("1", timestamp="NaN"),
        part("1", timestamp="9" * 400),
        part("1", source_id="7"),
        part("1", mode="[]"),
        b"[1, 2]\n",
        b"\xff\xfe\n",
        b"\x80\x04\x95K\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93\x94.\n",
    ],
    ids=lambda line: repr(line[:60]),
)
def test_where_nothing_is_of_a_run_it_is_refused_in_one_line(line, tmp_path):
    path = tmp_path / "run.jsonl"
    path.write_bytes(HEADER + line)
    with pytest.raises(lg_jupyter.SavedRunError, match="line 2: no part of a run") as raised:
        lg_jupyter.load(path)
    assert len(str(raised.value).splitlines()) == 1
    assert len(str(raised.value)) < 400


@pytest.mark.parametrize(
    ("data", "read"),
    [
        ("9" * 5000, {"$type": "int", "repr": "9" * 500}),
        ("1e999", {"$type": "float", "repr": "inf"}),
        ("18446744073709551615", 2**64 - 1),
        ("-9223372036854775809", {"$type": "int", "repr": "-9223372036854775809"}),
    ],
)
def test_numbers_without_measure_are_told_not_taken(data, read, tmp_path):
    path = tmp_path / "run.jsonl"
    path.write_bytes(HEADER + part(data))
    run = lg_jupyter.load(path)
    assert run.trace.rows("custom")[0]["data"] == read
    run.save(tmp_path / "again.jsonl")
    assert lg_jupyter.load(tmp_path / "again.jsonl").trace.rows("custom")[0]["data"] == read


@pytest.mark.parametrize(
    "data",
    [
        '{"$py": "exec", "v": "__import__(\'os\').abort()"}',
        '{"py/object": "os.system", "py/reduce": [{"py/function": "os.abort"}]}',
        '{"lc": 2, "type": "not_implemented", "id": ["os", "abort"]}',
        '{"lc": 1, "type": "constructor", "id": ["os", "abort"], "kwargs": {}}',
        '{"$type": "os.abort", "repr": "os.abort()"}',
        '{"__class__": "os.abort", "__reduce__": ["os.abort", []]}',
    ],
)
@pytest.mark.parametrize(
    "mode", ["values", "updates", "messages", "custom", "debug", "tasks", "events", "control"]
)
def test_what_looks_like_a_program_stays_text(data, mode, tmp_path, monkeypatch):
    monkeypatch.setattr("os.abort", lambda: pytest.fail("a file was executed"))
    path = tmp_path / "run.jsonl"
    path.write_bytes(HEADER + part(data, mode=f'"{mode}"'))
    run = lg_jupyter.load(path)
    assert run.trace.rows("events")[0]["data"] == json.loads(data)
    for table in run.trace.tables:
        run.to_pandas(table)
    repr(run)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "holds no run, it is empty"),
        (gzip.compress(b"", mtime=0), "holds no run, it is empty"),
        (b"\x1f\x8b", "holds no run"),
        (bytes(range(256)) * 100, "holds no run"),
        (HEADER[:40], "holds no run, it was cut in its first line"),
        (b'{\n "cells": [],\n "nbformat": 4}', "holds no run, but perhaps a notebook"),
        (b'{"cells": [], "nbformat": 4}', "holds no run, but perhaps a notebook"),
        (
            b'{"format": "lg_jupyter run", "version": 2, "lg_jupyter": "9.1"}',
            r"newer lg_jupyter \(9.1\) in format 2",
        ),
        (b'{"format": "lg_jupyter run", "version": [[]]}', "newer lg_jupyter"),
        (b'{"format": "lg_jupyter run", "version": true, "name": 7}', None),
    ],
)
def test_other_files(content, sentence, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(content)
    if sentence is None:
        assert lg_jupyter.load(path).name == "file"
        return
    with pytest.raises(lg_jupyter.SavedRunError, match=sentence) as raised:
        lg_jupyter.load(path)
    assert "\n" not in str(raised.value)


def test_a_loaded_run_is_a_run(tmp_path):
    run = lg_jupyter.load(write(tmp_path / "run.jsonl", recordings.parts(recordings.names()[0])))
    assert isinstance(run, Run)
    run.to_html(tmp_path / "run.html")
    assert "graph" in (tmp_path / "run.html").read_text()
    assert run.panel("events")._summary["source"] == "saved"


JUNK = [None, True, -1, 1.5, "", [], {}, [1, [2]], {"a": {"b": [None]}}, 2**63, "control"]


def damaged(value, chance: random.Random, rate: float):
    """A payload in which some values are others, and some keys are missing."""
    if chance.random() < rate:
        return chance.choice(JUNK)
    if isinstance(value, dict):
        return {key: damaged(item, chance, rate) for key, item in value.items() if chance.random() > rate / 3}
    if isinstance(value, list):
        return [damaged(item, chance, rate) for item in value]
    return value


@pytest.mark.filterwarnings("ignore:the tables of this run:RuntimeWarning")
@pytest.mark.parametrize("seed", range(30))
def test_payloads_that_make_no_sense_still_load_and_go_on(seed, tmp_path):
    chance = random.Random(seed)
    name = chance.choice([name for name in recordings.names() if "ALL" in name])
    parts = [
        Part(part.mode, part.namespace, damaged(to_plain_json(part.data), chance, 0.05), part.timestamp)
        for part in recordings.parts(name)
    ]
    run = lg_jupyter.load(write(tmp_path / "run.jsonl", parts))
    assert [to_plain_json(part.data) for part in get_run_state(run).parts][: len(parts)] == [
        part.data for part in parts
    ]
    run.to_parquet(tmp_path / "tables")
    assert run.to_otel(content=True)
    run.save(tmp_path / "again.jsonl")
    assert lg_jupyter.load(tmp_path / "again.jsonl").status == run.status
