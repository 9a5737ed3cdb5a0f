from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.encode import Encoder
from lg_jupyter.events.events import CheckpointSaved, RunEnded, RunResumed, RunStarted
from tests.tables.stream import START, Stream

VALUES = ("values", "updates")


def begin(*modes):
    stream = Stream()
    stream(RunStarted("r", "t", modes=modes))
    return stream


def diffs(stream, *columns):
    return stream.rows("state_diffs", *(columns or ("nodes", "path", "op", "before", "after")))


def checkpoint(source, values, step=-1):
    return CheckpointSaved("c", None, "t", step, source, START, [], values)


def test_the_input_then_a_step():
    stream = begin(*VALUES)
    stream.state({"foo": "x", "log": []}, step=0)
    stream.wrote("a", {"foo": "y", "log": ["a"]}, step=1)
    stream.wrote("b", {"log": ["b"]}, step=1)
    event = stream.state({"foo": "y", "log": ["a", "b"]}, step=1)
    assert diffs(stream) == [
        (["__start__"], "/foo", "add", None, "x"),
        (["__start__"], "/log", "add", None, []),
        (["a"], "/foo", "change", "x", "y"),
        (["a", "b"], "/log", "append", None, ["a", "b"]),
    ]
    row = stream.rows("state_diffs")[-1]
    assert list(row) == list(stream.trace.tables["state_diffs"].schema.column_kinds)
    assert (row["seq"], row["timestamp"], row["namespace"]) == (event.seq, event.timestamp, "")
    assert (row["step"], row["key"]) == (1, "log")


def test_a_state_where_nothing_changed_gives_no_rows():
    stream = begin(*VALUES)
    stream.state({"foo": "x"})
    stream.wrote("a", {"foo": "x"})
    stream.state({"foo": "x"})
    assert len(diffs(stream)) == 1


def test_what_is_written_belongs_to_its_step_alone():
    stream = begin(*VALUES)
    stream.state({"foo": 1, "bar": 1})
    stream.wrote("a", {"foo": 1})
    stream.state({"foo": 1, "bar": 1})
    stream.wrote("b", {"bar": 2})
    stream.state({"foo": 2, "bar": 2})
    assert diffs(stream, "nodes", "path")[2:] == [([], "/foo"), (["b"], "/bar")]


def test_a_key_comes_and_goes():
    stream = begin(*VALUES)
    stream.state({})
    stream.state({"a": None})
    stream.state({"b": 1})
    assert diffs(stream, "path", "op", "before", "after") == [
        ("/a", "add", None, None),
        ("/a", "remove", None, None),
        ("/b", "add", None, 1),
    ]


def test_types_are_told_apart():
    stream = begin("values")
    stream.state({"a": 1, "b": 1})
    stream.state({"a": True, "b": 1.0})
    assert diffs(stream, "path", "op", "after")[2:] == [("/a", "change", True), ("/b", "change", 1.0)]


def test_namespaces_have_states_of_their_own():
    stream = begin(*VALUES)
    stream.state({"a": 1})
    for namespace in ("sub:t1", "sub:t1|1", "sub:t2"):
        stream.state({"a": 1}, namespace=namespace)
        stream.wrote("inner", {"a": 2}, namespace=namespace)
        stream.state({"a": 2}, namespace=namespace)
    assert diffs(stream, "namespace", "nodes", "before") == [
        ("", ["__start__"], None),
        ("sub:t1", ["__start__"], None),
        ("sub:t1", ["inner"], 1),
        ("sub:t1|1", ["__start__"], None),
        ("sub:t1|1", ["inner"], 1),
        ("sub:t2", ["__start__"], None),
        ("sub:t2", ["inner"], 1),
    ]


def test_an_edited_message_is_found_where_it_stands():
    stream = begin(*VALUES)
    messages = [{"id": str(n), "content": f"text {n}"} for n in range(5)]
    stream.state({"messages": messages})
    edited = [*messages[:3], {**messages[3], "content": "edited"}, messages[4], {"id": "5", "content": "new"}]
    stream.wrote("editor", {"messages": [edited[3], edited[5]]})
    stream.state({"messages": edited})
    assert diffs(stream)[1:] == [
        (["editor"], "/messages/3/content", "change", "text 3", "edited"),
        (["editor"], "/messages", "append", None, [edited[5]]),
    ]


# -- what the state was before the run ----------------------------------------------------------------


def test_what_a_checkpoint_held_before_the_input_was_not_written_by_the_input():
    stream = begin(*VALUES)
    stream(checkpoint("input", {"old": 1, "list": [1]}))
    stream.state({"old": 1, "list": [1, 2], "new": 3})
    assert diffs(stream, "path", "nodes") == [
        ("/old", []),
        ("/list", ["__start__"]),
        ("/new", ["__start__"]),
    ]


def test_a_resumed_run_finds_its_state():
    stream = begin(*VALUES)
    stream(RunResumed("yes"))
    stream.state({"a": 1})
    stream.state({"a": 1}, namespace="sub:t1")
    stream(checkpoint("input", {"a": 1}), namespace="sub:t2")
    stream.state({"a": 1, "b": 2}, namespace="sub:t2")
    assert diffs(stream, "path", "nodes") == [("/a", []), ("/a", []), ("/a", []), ("/b", ["__start__"])]


# -- interrupts ---------------------------------------------------------------------------------------


def test_what_was_written_beside_an_interrupt_shows_when_it_is_applied():
    stream = begin(*VALUES)
    stream.state({"log": []})
    stream.wrote("fine", {"log": ["fine"]})
    stream.state({"log": []}, interrupted=True)
    stream.state({"log": ["fine"]})
    stream(RunEnded("interrupted"))
    assert diffs(stream)[1:] == [(["fine"], "/log", "append", None, ["fine"])]


def test_the_same_trace_goes_on_after_a_resume():
    stream = begin(*VALUES)
    stream.state({"log": []})
    stream.wrote("fine", {"log": ["fine"], "hidden": 1})
    stream.state({"log": []}, interrupted=True)
    stream(RunResumed("yes"))
    stream.state({"log": []})
    stream.wrote("fine", {"log": ["fine"], "hidden": 1})
    stream.wrote("ask", {"log": ["yes"]})
    stream.state({"log": ["fine", "yes"]})
    assert diffs(stream)[1:] == [
        (["fine", "ask"], "/log", "append", None, ["fine", "yes"]),
        (["fine"], "/hidden", "write", None, 1),
    ]


def test_an_interrupt_without_its_state_removes_nothing():
    stream = begin(*VALUES)
    stream.state({"a": 1})
    stream.state({}, interrupted=True)
    stream.state(None)
    assert len(diffs(stream)) == 1


# -- writes that no state shows ------------------------------------------------------------------------


def test_a_key_that_no_state_shows_is_a_write_once_the_state_has_come():
    stream = begin(*VALUES)
    stream.state({"a": 1})
    wrote = stream.wrote("n", [{"hidden": 1}, {"hidden": 2, "a": 2}], step=1)
    assert len(diffs(stream)) == 1
    stream.state({"a": 2}, step=1)
    assert diffs(stream)[1:] == [
        (["n"], "/a", "change", 1, 2),
        (["n"], "/hidden", "write", None, 1),
        (["n"], "/hidden", "write", None, 2),
    ]
    assert stream.rows("state_diffs", "seq", "step")[2:] == [(wrote.seq, 1), (wrote.seq, 1)]


def test_or_once_the_step_is_saved():
    stream = begin(*VALUES)
    stream.state({"a": 1})
    stream.wrote("n", {"hidden": 1})
    stream(checkpoint("loop", {"a": 1}, 1))
    assert diffs(stream, "path", "op")[1:] == [("/hidden", "write")]


def test_or_once_the_run_has_ended():
    stream = begin(*VALUES)
    stream.state({"a": 1})
    stream.wrote("n", {"hidden": 1})
    stream(RunEnded("success"))
    stream(RunEnded("success"))
    assert diffs(stream, "path", "op")[1:] == [("/hidden", "write")]


def test_updates_alone_are_writes_at_once():
    stream = begin("updates")
    stream.wrote("a", {"foo": "x", "log": ["a"]}, step=1)
    assert diffs(stream) == [
        (["a"], "/foo", "write", None, "x"),
        (["a"], "/log", "write", None, ["a"]),
    ]
    stream.wrote("b", None)
    stream.wrote("c", "no keys")
    stream(RunEnded("success"))
    assert diffs(stream, "nodes", "key", "path", "after")[2:] == [(["c"], None, "", "no keys")]


def test_where_modes_are_unknown_states_tell_that_they_come():
    stream = Stream()
    stream.wrote("a", {"foo": "x"})
    assert diffs(stream, "op") == ["write"]
    stream.state({"foo": "x"})
    stream.wrote("b", {"foo": "y"})
    stream.state({"foo": "y"})
    assert diffs(stream, "nodes", "op") == [(["a"], "write"), (["a"], "add"), (["b"], "change")]


# -- states without keys, functions --------------------------------------------------------------------


def test_the_result_of_a_function_comes_from_who_returned_it():
    stream = begin(*VALUES)
    stream.wrote("double", {"n": 4})
    stream.wrote("flow", {"xs": [4]})
    stream.state({"xs": [4]})
    assert diffs(stream) == [(["flow"], "/xs", "add", None, [4])]


def test_a_state_that_is_no_object_has_no_key():
    stream = begin(*VALUES)
    stream.wrote("flow", 6)
    stream.state(6)
    stream.wrote("again", 7)
    stream.state(7)
    assert diffs(stream, "nodes", "key", "path", "op", "before", "after") == [
        (["flow"], None, "", "add", None, 6),
        (["again"], None, "", "change", 6, 7),
    ]


# -- order, steps, cost --------------------------------------------------------------------------------


def test_a_step_told_after_its_state_is_in_the_rows():
    stream = begin(*VALUES)
    event = stream.state({"a": 1})
    assert diffs(stream, "step") == [None]
    event.step = 0
    assert diffs(stream, "step") == [0]
    assert stream.trace.columns("state_diffs")["step"] == [0]


def test_and_in_all_rows_of_a_state_that_changed_several_keys():
    stream = begin(*VALUES)
    event = stream.state({"a": 1, "b": 2}, namespace="team:1")
    stream.state({"c": 3}, step=4)
    event.step = 2
    assert diffs(stream, "path", "step") == [("/a", 2), ("/b", 2), ("/c", 4)]


def test_rows_are_told_once_and_found_by_position():
    stream = begin(*VALUES)
    stream.state({"a": 1})
    assert [row["path"] for row in stream.trace.take_changes().rows["state_diffs"]] == ["/a"]
    stream.state({"a": 2})
    assert [row["after"] for row in stream.trace.take_changes().rows["state_diffs"]] == [2]
    assert stream.trace.take_changes().rows == {}
    assert stream.the("state_diffs", 1)["after"] == 2
    assert stream.trace.row("state_diffs", 2) is None


def test_a_long_growing_list_is_never_walked_again():
    """A thousand states of an encoded list that grows: what is compared is what is new."""
    encoder, stream = Encoder(), begin("values")
    live = [{"id": str(n), "content": "x"} for n in range(1000)]
    stream.state(encoder.encode_state("", {"messages": live}))
    walked = []
    for n in range(1000, 1100):
        live = [*live, {"id": str(n), "content": "x"}]
        state = encoder.encode_state("", {"messages": live})
        state["messages"].__class__ = counting(type(state["messages"]), walked)
        stream.state(state)
    assert diffs(stream, "op")[1:] == ["append"] * 100
    assert len(walked) == 0


def counting(kind, walked):
    class Counting(kind):
        __slots__ = ()

        def __iter__(self):
            walked.append(len(self))
            return super().__iter__()

    return Counting


@pytest.mark.parametrize(
    ("source", "parent", "known"),
    [("input", "b", {"n": 1}), ("input", None, {}), ("loop", "b", None), (None, "b", None)],
)
def test_a_run_on_a_thread_begins_with_what_its_checkpoint_had(source: Any, parent: Any, known: Any) -> None:
    def initial(stream: Stream, namespace: str = "") -> Any:
        diffs: Any = stream.trace.tables["state_diffs"]
        return diffs.get_initial_state(namespace)

    stream, empty = Stream(), Stream()
    stream(CheckpointSaved("c", parent, "t", -1, source, 0.0, [], {"n": 1}))
    assert initial(stream) == (initial(empty) if known is None else known)
    assert initial(stream, "sub:t1") == initial(empty, "sub:t1")
