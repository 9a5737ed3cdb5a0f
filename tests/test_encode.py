"""Live values become JSON-able ones: every kind of value, histories that never change, what is shared."""

from __future__ import annotations

import collections
import copy
import dataclasses
import datetime as dt
import decimal
import enum
import json
import pathlib
import random
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import langgraph.types
import numpy as np
import orjson
import pandas as pd
import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.documents import Document
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    HumanMessage,
    RemoveMessage,
    SystemMessage,
    ToolMessage,
)
from langgraph.types import Command, Interrupt, Send

from lg_jupyter.encode import Encoder, SharedList, dump_json, encode_exception, to_plain_json
from lg_jupyter.encode.encoder import (
    MAX_CHARACTERS_PER_VALUE,
    MAX_ITEMS_PER_VALUE,
    MAX_NESTING_DEPTH,
    MAX_REMEMBERED_STATES,
    MIN_LONG_LIST_LENGTH,
)
from lg_jupyter.encode.encoding_rules import MAX_ARRAY_ITEMS, MAX_REPR_CHARACTERS
from lg_jupyter.encode.long_list_snapshots import BLOCK_LENGTH
from lg_jupyter.encode.snapshots import RecordSnapshot, TypedItemsSnapshot
from lg_jupyter.events.events import JSON


def encode(value: Any) -> JSON:
    return to_plain_json(Encoder().encode(value))


def exact(value: JSON) -> bytes:
    """The JSON text, which tells ``1`` from ``1.0`` from ``true``, whatever the order of the keys."""
    return orjson.dumps(to_plain_json(value), option=orjson.OPT_SORT_KEYS)


# ---------------------------------------------------------------------------------------------
# the form of each kind of value


class Inner(pydantic.BaseModel):
    a: int
    tags: list[str] = ["x"]
    hidden: str = pydantic.Field("no", exclude=True)


class Loose(pydantic.BaseModel, extra="allow"):
    a: int


class Serialized(pydantic.BaseModel):
    when: dt.date

    @pydantic.field_serializer("when")
    def year(self, when: dt.date) -> int:
        return when.year


class Computed(pydantic.BaseModel):
    a: int

    @pydantic.computed_field  # type: ignore[prop-decorator]
    @property
    def double(self) -> int:
        return 2 * self.a


class Numbers(pydantic.RootModel[list[int]]):
    pass


class Keys(pydantic.BaseModel):
    key: pydantic.SecretStr


@dataclasses.dataclass
class Plain:
    name: str
    log: list[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(slots=True)
class Slotted:
    name: str


class Point(collections.namedtuple("Point", "x y")):
    pass


class Custom:
    def __init__(self, n: int) -> None:
        self.n = n

    def __repr__(self) -> str:
        return f"Custom({self.n})"


class WithDict:
    def dict(self) -> dict[str, str]:
        return {"called": "dict"}


class Color(str, enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


FORMS: dict[str, tuple[Any, JSON]] = {
    "none": (None, None),
    "true": (True, True),
    "text": ("é\x00", "é\x00"),
    "int": (-(2**63), -(2**63)),
    "unsigned": (2**64 - 1, 2**64 - 1),
    "float": (1.5, 1.5),
    "nan": (float("nan"), {"$type": "float", "repr": "nan"}),
    "inf": (float("-inf"), {"$type": "float", "repr": "-inf"}),
    "bigint": (2**70, {"$type": "int", "repr": "1180591620717411303424"}),
    "hugeint": (10**5000, {"$type": "int", "repr": "<an integer of about 5,001 digits>"}),
    "surrogate": ("bad \ud800 surrogate", "bad ? surrogate"),
    "np_array": (np.arange(6, dtype="float64").reshape(2, 3), [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]),
    "np_scalar": (np.float32(1.5), 1.5),
    "np_bool": (np.True_, True),
    "np_obj": (np.array([{"a": 1}, None], dtype=object), [{"a": 1}, None]),
    "np_dt": (np.array(["2024-01-01"], dtype="datetime64[ns]"), ["2024-01-01T00:00:00"]),
    "df": (
        pd.DataFrame({"a": [1, 2], "b": ["x", None]}, dtype=object),
        {"$type": "pandas.DataFrame", "shape": [2, 2], "columns": ["a", "b"], "head": [[1, "x"], [2, None]]},
    ),
    "series": (
        pd.Series([1.5, 2.5], name="s"),
        {"$type": "pandas.Series", "shape": [2], "name": "s", "head": [1.5, 2.5]},
    ),
    "timestamp": (pd.Timestamp("2024-01-01T00:00:00Z"), "2024-01-01T00:00:00+00:00"),
    "bytes": (b"\x00\xffraw", "AP9yYXc="),
    "bytearray": (bytearray(b"ba"), "YmE="),
    "set": ({3, 1, 2}, [1, 2, 3]),
    "mixed set": ({"b", 1, None}, [None, 1, "b"]),
    "frozenset": (frozenset({"f"}), ["f"]),
    "tuple": ((1, "two"), [1, "two"]),
    "named tuple": (Point(1, [2]), {"x": 1, "y": [2]}),
    "deque": (collections.deque([1, 2], maxlen=3), [1, 2]),
    "default dict": (collections.defaultdict(list, a=[1]), {"a": [1]}),
    "datetime": (dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=dt.timezone.utc), "2024-01-02T03:04:05+00:00"),
    "naive datetime": (dt.datetime(2024, 1, 2, 3, 4, 5), "2024-01-02T03:04:05"),
    "date": (dt.date(2024, 1, 2), "2024-01-02"),
    "time": (dt.time(3, 4), "03:04:00"),
    "timedelta": (dt.timedelta(seconds=90), 90.0),
    "timezone": (dt.timezone.utc, "UTC"),
    "uuid": (uuid.UUID(int=5), "00000000-0000-0000-0000-000000000005"),
    "decimal": (decimal.Decimal("1.10"), 1.1),
    "whole decimal": (decimal.Decimal("12"), 12),
    "path": (pathlib.PurePosixPath("/tmp/x"), "/tmp/x"),
    "complex": (1 + 2j, {"$type": "complex", "repr": "(1+2j)"}),
    "range": (range(3), {"$type": "range", "repr": "range(0, 3)"}),
    "function": (len, {"$type": "builtin_function_or_method", "repr": "<built-in function len>"}),
    "class": (Custom, {"$type": "type", "repr": f"<class '{__name__}.Custom'>"}),
    "custom": (Custom(3), {"$type": f"{__name__}.Custom", "repr": "Custom(3)"}),
    "with dict()": (WithDict(), {"called": "dict"}),
    "enum": (Color.RED, "red"),
    "int enum": (Level.HIGH, 3),
    "keys": (
        {1: "a", (2, 3): "b", None: "c", 2.5: "d", Color.RED: "e"},
        {"1": "a", "(2, 3)": "b", "null": "c", "2.5": "d", "red": "e"},
    ),
    "keys in the way": ({1: "int", "1": "text"}, {"1 (int)": "int", "1": "text"}),
    "exception": (ZeroDivisionError("div"), {"error": "ZeroDivisionError", "message": "div"}),
    "model": (Inner(a=7), {"a": 7, "tags": ["x"]}),
    "loose model": (Loose(a=1, b=[2]), {"a": 1, "b": [2]}),
    "model with a serializer": (Serialized(when=dt.date(2024, 1, 2)), {"when": 2024}),
    "model with a computed field": (Computed(a=2), {"a": 2, "double": 4}),
    "root model": (Numbers([1, 2]), [1, 2]),
    "dataclass": (Plain("dc"), {"name": "dc", "log": []}),
    "slotted dataclass": (Slotted("dc"), {"name": "dc"}),
    "document": (
        Document("text", metadata={"page": 1}, id="d"),
        {"id": "d", "metadata": {"page": 1}, "page_content": "text", "type": "Document"},
    ),
    "send": (Send("nowhere", {"x": (1,)}), {"node": "nowhere", "args": {"x": [1]}}),
    "command": (
        Command(goto="a", update={"b": 1}),
        {"graph": None, "update": {"b": 1}, "resume": None, "goto": "a"},
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_the_form_of(name: str) -> None:
    value, form = FORMS[name]
    assert exact(encode(value)) == exact(form)
    assert exact(encode({"inside": [value]})) == exact({"inside": [form]})


@pytest.mark.parametrize(
    "message",
    [
        HumanMessage("hi", id="1", name="ann", extra_field={"n": 1}),
        SystemMessage([{"type": "text", "text": "x"}]),
        AIMessage(
            "",
            id="2",
            tool_calls=[{"name": "look", "args": {"x": 1.5}, "id": "c"}],
            usage_metadata={"input_tokens": 1, "output_tokens": 2, "total_tokens": 3},
            response_metadata={"model_name": "m", "logprobs": None},
        ),
        AIMessageChunk("to", id="3", tool_call_chunks=[{"name": "f", "args": '{"', "id": "c", "index": 0}]),
        ToolMessage("done", tool_call_id="c", artifact={"rows": [1]}, status="error"),
        RemoveMessage(id="4"),
    ],
    ids=lambda message: type(message).__name__,
)
def test_messages_are_the_dicts_that_a_server_sends(message: BaseMessage) -> None:
    assert exact(encode(message)) == exact(json.loads(json.dumps(message.model_dump())))


def test_an_overwrite() -> None:
    overwrite = getattr(langgraph.types, "Overwrite", None)
    if overwrite is None:
        pytest.skip("this langgraph has no Overwrite")
    assert encode(overwrite([1])) == {"value": [1], "type": "__overwrite__"}


def test_an_interrupt() -> None:
    form = encode((Interrupt("why?", id="i"),))[0]
    assert (form["value"], form["id"]) == ("why?", "i")


def test_a_field_that_is_not_to_be_shown() -> None:
    odd = Inner.model_construct(hidden="no")
    odd.__dict__.pop("tags")
    assert encode([odd, Inner(a=1)]) == [{}, {"a": 1, "tags": ["x"]}]


def test_one_object_that_fails_does_not_take_its_neighbours_along() -> None:
    encoded = encode({"good": [1, Note("n")], "bad": [hostile("__getattribute__")]})
    assert encoded["good"] == [1, {"text": "n", "score": 0.5}]
    assert encoded["bad"][0]["$type"].endswith("Hostile___getattribute__")


def test_a_secret_of_pydantic_stays_one() -> None:
    assert "hunter2" not in str(encode(Keys(key=pydantic.SecretStr("hunter2"))))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
        max_leaves=30,
    )
)
def test_whatever_it_is_can_be_written_as_json(value: Any) -> None:
    assert json.loads(dump_json(Encoder().encode(value))) == encode(value)


def test_an_exception_as_data() -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise ValueError

    assert encode_exception(KeyError("k")) == {"error": "KeyError", "message": "'k'"}
    assert encode_exception(Mute()) == {"error": "Mute", "message": "<str failed: ValueError>"}


# ---------------------------------------------------------------------------------------------
# nothing a value does can stop a run


class Boom(BaseException):
    pass


def fail_with(error: type[BaseException]) -> Any:
    def fail(*args: Any, **kwargs: Any) -> Any:
        raise error

    return fail


def hostile(name: str, error: type[BaseException] = Boom) -> Any:
    return type(f"Hostile_{name}", (), {name: fail_with(error)})()


class HostileMeta(type):
    def __getattribute__(cls, name: str) -> Any:
        raise Boom(name)


class HostileHash(type):
    def __eq__(cls, other: object) -> bool:
        raise KeyboardInterrupt

    __hash__ = None  # type: ignore[assignment]


class HostileName(type):
    @property
    def __name__(cls) -> str:  # type: ignore[override]
        raise KeyboardInterrupt


class HostileKey:
    def __hash__(self) -> int:
        return hash("channel")

    __eq__ = __repr__ = fail_with(KeyboardInterrupt)  # type: ignore[assignment]


class HostileField(pydantic.BaseModel):
    a: int

    @pydantic.field_serializer("a")
    def fail(self, a: int) -> int:
        raise KeyboardInterrupt


fail_always = fail_with(Boom)

HOSTILE: list[Callable[[], Any]] = [
    *(
        lambda name=name, error=error: hostile(name, error)
        for name in (
            "__repr__",
            "__eq__",
            "__getattr__",
            "__getattribute__",
            "__iter__",
            "__len__",
            "__hash__",
            "__bool__",
            "__reduce_ex__",
            "model_dump",
            "dict",
            "_asdict",
            "__fspath__",
        )
        for error in (Boom, KeyboardInterrupt, SystemExit)
    ),
    lambda: type("D", (dict,), {"items": fail_always, "__iter__": fail_always, "__eq__": fail_always})(a=1),
    lambda: type("L", (list,), {"__iter__": fail_always, "__len__": fail_always, "__eq__": fail_always})([1]),
    lambda: type("S", (str,), {"__str__": fail_always, "__eq__": fail_always, "__hash__": str.__hash__})("s"),
    lambda: type("T", (dt.datetime,), {"isoformat": fail_with(KeyboardInterrupt)})(2024, 1, 1),
    lambda: type("Z", (dt.tzinfo,), {"utcoffset": fail_with(KeyboardInterrupt)})(),
    lambda: dt.datetime(2024, 1, 1, tzinfo=type("Z", (dt.tzinfo,), {"utcoffset": fail_with(SystemExit)})()),
    lambda: type("P", (), {"__class__": property(fail_with(KeyboardInterrupt))})(),
    lambda: HostileMeta("X", (), {})(),
    lambda: HostileName("N", (), {})(),
    lambda: type("E", (Exception,), {"__str__": fail_with(KeyboardInterrupt)})(),
    lambda: Plain.__new__(Plain),
    lambda: dataclasses.dataclass(type("G", (), {"__annotations__": {}, "__getattribute__": fail_always}))(),
    lambda: HostileHash("Y", (), {})(),
    lambda: Inner.model_construct(),
    lambda: HostileField(a=1),
    lambda: {hostile("__repr__", KeyboardInterrupt): 1, HostileKey(): 2},
    lambda: {hostile("__lt__", KeyboardInterrupt), hostile("__lt__", KeyboardInterrupt)},
    lambda: HumanMessage("m", additional_kwargs={"a": hostile("__bool__", KeyboardInterrupt)}),
]


@pytest.mark.parametrize("make", HOSTILE)
def test_nothing_is_raised(make: Callable[[], Any]) -> None:
    encoder = Encoder()
    for value in (make(), [make()] * MIN_LONG_LIST_LENGTH, {"a": make()}, (make(),)):
        for state in ({"channel": value}, value):
            dump_json(encoder.encode_state("", state))
            dump_json(encoder.encode_state("", state))
        dump_json(encoder.encode(value))
        dump_json(encoder.encode_message({"content": "c", "type": "ai", "extra": value}))


def test_keys_of_a_state_that_fail_when_they_are_compared() -> None:
    encoder = Encoder()
    for _ in range(2):
        assert encoder.encode_state("", {HostileKey(): 2}) == {"<repr failed: KeyboardInterrupt>": 2}


def test_a_generator_is_not_consumed() -> None:
    generator = (n for n in range(3))
    assert encode(generator)["$type"] == "generator"
    assert list(generator) == [0, 1, 2]


def test_what_fails_is_told_in_the_log_and_not_with_what_it_says(caplog: pytest.LogCaptureFixture) -> None:
    class Unwilling:
        def model_dump(self) -> Any:
            raise ValueError("sk-hunter2")

    with caplog.at_level("DEBUG", logger="lg_jupyter"):
        encode({"a": Unwilling()})
    assert "Unwilling: ValueError at " in caplog.text
    assert Path(__file__).name in caplog.text
    assert "hunter2" not in caplog.text


def test_a_fault_of_the_encoder_itself_is_told_without_asking(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Encoder, "_encode_dict_items", fail_with(LookupError))
    assert encode(Inner(a=1))["repr"] == "<cannot be encoded: LookupError>"
    assert "Inner: LookupError at " in caplog.text


# ---------------------------------------------------------------------------------------------
# bounds


def test_what_contains_itself() -> None:
    value: dict[str, Any] = {"list": []}
    value["list"] += [value, value["list"]]
    assert encode(value) == {
        "list": [
            {"$type": "dict", "repr": "<contains itself>"},
            {"$type": "list", "repr": "<contains itself>"},
        ]
    }


def test_depth() -> None:
    value: Any = "deep"
    for _ in range(MAX_NESTING_DEPTH + 50):
        value = [value]
    assert b"<nested too deep>" in dump_json(Encoder().encode(value))


def test_a_value_that_unfolds_without_end_is_cut() -> None:
    value: Any = ["x"] * 100
    for _ in range(6):
        value = [value] * 100
    assert b"<left out: 100 items>" in dump_json(Encoder().encode(value))


def test_a_long_list_within_the_bound_is_whole() -> None:
    assert len(Encoder().encode(list(range(MAX_ITEMS_PER_VALUE)))) == MAX_ITEMS_PER_VALUE


def test_long_texts_are_whole_up_to_a_bound() -> None:
    assert len(encode("x" * MAX_CHARACTERS_PER_VALUE)) == MAX_CHARACTERS_PER_VALUE
    cut = encode("x" * (MAX_CHARACTERS_PER_VALUE + 1))
    assert cut == "x" * MAX_CHARACTERS_PER_VALUE + "… [cut: 20,000,001 characters in all]"
    shared = encode({"a": "x" * (MAX_CHARACTERS_PER_VALUE - 5), "b": "y" * 10})
    assert shared["b"] == "yyyyy… [cut: 10 characters in all]"


def test_each_channel_has_bounds_of_its_own() -> None:
    state = Encoder().encode_state(
        "", {"a": "x" * MAX_CHARACTERS_PER_VALUE, "b": "y" * MAX_CHARACTERS_PER_VALUE}
    )
    assert [len(text) for text in state.values()] == [MAX_CHARACTERS_PER_VALUE] * 2


def test_reprs_arrays_and_frames_are_bounded() -> None:
    long = type("Long", (), {"__repr__": lambda self: "x" * 10_000})()
    assert encode(long)["repr"] == "x" * MAX_REPR_CHARACTERS + "… [10,000 characters]"
    array = encode(np.zeros((MAX_ARRAY_ITEMS, 2)))
    assert (array["$type"], array["shape"], len(array["head"])) == ("numpy.ndarray", [MAX_ARRAY_ITEMS, 2], 20)
    frame = encode(pd.DataFrame(np.zeros((1000, 100))))
    assert (frame["shape"], len(frame["columns"]), len(frame["head"])) == ([1000, 100], 50, 20)


# ---------------------------------------------------------------------------------------------
# history


@dataclasses.dataclass
class Note:
    text: str
    score: float = 0.5


def things(rnd: random.Random) -> Any:
    """A value of some kind, small."""
    n = rnd.randrange(3)
    return rnd.choice(
        [
            lambda: n,
            lambda: bool(n),
            lambda: float(n + 1),
            lambda: f"text {n}",
            lambda: None,
            lambda: [n, "a", [n]],
            lambda: {"n": n, "deep": {"list": [n, True]}},
            lambda: {"id": f"id-{n}", "text": "t"},
            lambda: (n, [n]),
            lambda: {n, "s"},
            lambda: collections.deque([n]),
            lambda: np.array([n, 1]),
            lambda: dt.datetime(2024, 1, 1 + n, tzinfo=dt.timezone(dt.timedelta(hours=n))),
            lambda: decimal.Decimal("1." + "0" * n),
            lambda: Note(f"note {n}", float(n)),
            lambda: Loose(a=n, more=[n]),
            lambda: HumanMessage(f"hi {n}", id=f"m{n}"),
            lambda: AIMessage(
                f"answer {n}",
                id=f"a{n}",
                usage_metadata={"input_tokens": n, "output_tokens": 1, "total_tokens": n + 1},
                response_metadata={"usage": {"cached": {"n": n}}, "model": "m"},
                remark=n,
            ),
        ]
    )()


def containers(value: Any) -> Iterator[Any]:
    """Everything in a state that can be changed in place."""
    if isinstance(value, (BaseMessage, Note, Loose)):
        yield value
        children = [*vars(value).values(), *(getattr(value, "__pydantic_extra__", None) or {}).values()]
    elif isinstance(value, dict):
        yield value
        children = list(value.values())
    elif isinstance(value, (list, collections.deque, set, np.ndarray)):
        yield value
        children = [] if isinstance(value, (set, np.ndarray)) else list(value)
    else:
        children = list(value) if isinstance(value, tuple) else []
    for child in children:
        yield from containers(child)


def twisted(value: Any, rnd: random.Random) -> Any:
    """Something that Python may take for equal."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return rnd.choice([float(value), bool(value), value + 1])
    if isinstance(value, float):
        return rnd.choice([int(value), value + 0.5])
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.timezone.utc)
    if isinstance(value, decimal.Decimal):
        return value + 0 if rnd.random() < 0.5 else 1
    if isinstance(value, str):
        return "".join(list(value)) if rnd.random() < 0.5 else value + "!"
    return things(rnd)


def mutate(state: dict[str, Any], rnd: random.Random) -> None:
    """Change something somewhere, in place."""
    state["thing"] = twisted(state["thing"], rnd) if rnd.random() < 0.5 else things(rnd)
    target = rnd.choice(list(containers(state))[1:])
    if isinstance(target, (BaseMessage, Note, Loose)):
        name = rnd.choice([*vars(target), "extra"])
        if name in vars(target):
            target.__dict__[name] = twisted(getattr(target, name), rnd)
        elif not isinstance(target, Note):
            target.__pydantic_extra__[name] = things(rnd)  # type: ignore[index]
    elif isinstance(target, dict):
        key = rnd.choice([*target, "new"])
        if rnd.random() < 0.2:
            target.pop(key, None)
        else:
            target[key] = twisted(target[key], rnd) if key in target and rnd.random() < 0.6 else things(rnd)
    elif isinstance(target, set):
        target.symmetric_difference_update({rnd.randrange(4)})
    elif isinstance(target, np.ndarray):
        target[0] += 1
    elif isinstance(target, list):
        change_list(target, state, rnd)
    else:
        target.append(things(rnd))


def change_list(target: list[Any], state: dict[str, Any], rnd: random.Random) -> None:
    at = rnd.randrange(len(target) + 1)
    what = rnd.randrange(6)
    if what == 0:
        target.append(things(rnd))
    elif what == 1:
        target.insert(at, things(rnd))
    elif what == 2 and target:
        target.pop(at - 1)
    elif what == 3 and target:
        target[at - 1] = twisted(target[at - 1], rnd)
    elif what == 4:
        target.reverse()
    elif target:  # the same object in two places
        state["moved"] = [*state["moved"], target[at - 1]][-20:]


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32), st.booleans(), st.integers(0, 40), st.sampled_from([BLOCK_LENGTH, 5]))
def test_history_never_changes(seed: int, replace: bool, length: int, block: int) -> None:
    """Whatever is changed in place, what was encoded stays what a copy made then would have given."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lg_jupyter.encode.long_list_snapshots.BLOCK_LENGTH", block)
        check_history(random.Random(seed), replace, length)


def check_history(rnd: random.Random, replace: bool, length: int) -> None:
    encoder = Encoder()
    state: dict[str, Any] = {
        "list": [things(rnd) for _ in range(length)],
        "messages": [HumanMessage(f"m{n}", id=str(n)) for n in range(length)],
        "dict": {"a": things(rnd), "b": [things(rnd)]},
        "moved": [],
        "thing": things(rnd),
    }
    history: list[tuple[JSON, bytes]] = []
    for step in range(12):
        for _ in range(rnd.randrange(3)):
            mutate(state, rnd)
        if replace and step % 3 == 0:
            messages = copy.deepcopy(state["messages"]) if rnd.random() < 0.2 else state["messages"]
            state["messages"] = [*messages, AIMessage("new", id=f"new {step}")]
        then = exact(Encoder().encode_state("", copy.deepcopy(state)))
        slot = rnd.choice(["", "sub"])
        history.append((encoder.encode_state(slot, state), then))
        if rnd.random() < 0.3:
            history.append((encoder.encode(state), then))
    for encoded, then in history:
        assert exact(encoded) == then


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (1, True),
        (1, 1.0),
        (0, False),
        (1.0, True),
        ((1, 2), Point(1, 2)),
        (("a",), ["a"]),
        (decimal.Decimal("1.0"), decimal.Decimal("1.00000000000000000000001")),
        (
            dt.datetime(2024, 1, 1, 12, tzinfo=dt.timezone.utc),
            dt.datetime(2024, 1, 1, 13, tzinfo=dt.timezone(dt.timedelta(hours=1))),
        ),
        ([1], np.array([1])),
        (2, np.array([2])),
        ({"a"}, frozenset({"b"})),
    ],
    ids=str,
)
def test_what_python_calls_equal_is_not_taken_for_unchanged(before: Any, after: Any) -> None:
    for wrap in (
        lambda value: {"channel": value},
        lambda value: {"channel": {"deep": [{"x": value}]}},
        lambda value: {"channel": [HumanMessage("m", additional_kwargs={"x": value})] * MIN_LONG_LIST_LENGTH},
        lambda value: {"channel": ["text"] * MIN_LONG_LIST_LENGTH + [value]},
    ):
        encoder = Encoder()
        first = encoder.encode_state("", wrap(before))
        assert exact(first) == exact(Encoder().encode_state("", wrap(before)))
        second = encoder.encode_state("", wrap(after))
        assert exact(second) == exact(Encoder().encode_state("", wrap(after)))


@pytest.mark.parametrize(
    "after",
    [
        [{"a": 1, "b": 2}, {"d": 3}],
        [{"a": 1, "b": 3}, {"c": 2}],
        [{"a": 1}, {"b": 2, "c": 3}],
        [{"a": 1, "b": 2, "c": 3}, {}],
        [{"a": 1, "b": 2.0}, {"c": 3}],
        [{"a": 1, "b": 2}, {"c": [3]}],
        [{"a": True, "b": 2}, {"c": 3}],
    ],
    ids=str,
)
def test_numbers_that_change_their_name_their_message_or_their_type(after: list[dict[str, Any]]) -> None:
    messages = [HumanMessage(f"m{n}", id=str(n)) for n in range(MIN_LONG_LIST_LENGTH)]
    messages[3].additional_kwargs = {"a": 1, "b": 2}
    messages[5].additional_kwargs = {"c": 3}
    encoder = Encoder()
    encoder.encode_state("", {"messages": messages})
    for message, now in zip((messages[3], messages[5]), after, strict=True):
        message.additional_kwargs.clear()
        message.additional_kwargs.update(now)
    encoded = encoder.encode_state("", {"messages": messages})["messages"]
    assert exact([encoded[3]["additional_kwargs"], encoded[5]["additional_kwargs"]]) == exact(after)


# ---------------------------------------------------------------------------------------------
# sharing


def conversation(length: int) -> list[BaseMessage]:
    usage = {"input_tokens": 1000, "output_tokens": 2000, "total_tokens": 3000}
    return [
        AIMessage(f"a{n}", id=f"a{n}", usage_metadata=usage) if n % 2 else HumanMessage(f"h{n}", id=f"h{n}")
        for n in range(length)
    ]


def json_copy(messages: list[BaseMessage]) -> list[dict[str, Any]]:
    """The same messages as a server would send them: all objects new."""
    return json.loads(json.dumps([message.model_dump() for message in messages]))


SOURCES = pytest.mark.parametrize("as_sent", [list, json_copy], ids=["local", "server"])


@SOURCES
def test_an_unchanged_state_is_the_same_object(as_sent: Callable[[Any], Any]) -> None:
    encoder, messages = Encoder(), conversation(40)
    big = "long text " * 1000
    first = encoder.encode_state("", {"messages": as_sent(messages), "text": big, "n": 12345, "f": [0.25]})
    again = encoder.encode_state(
        "", {"messages": as_sent(messages), "text": big + "", "n": 12345, "f": [0.25]}
    )
    assert again is first


@SOURCES
def test_unchanged_channels_are_the_same_objects(as_sent: Callable[[Any], Any]) -> None:
    encoder, messages = Encoder(), conversation(40)
    first = encoder.encode_state("", {"messages": as_sent(messages), "few": as_sent(messages[:3]), "n": 1})
    second = encoder.encode_state("", {"messages": as_sent(messages), "few": as_sent(messages[:3]), "n": 2})
    assert second["messages"] is first["messages"]
    assert second["few"] is first["few"]
    assert (first["n"], second["n"]) == (1, 2)


@SOURCES
def test_a_list_that_grew_shares_its_beginning(as_sent: Callable[[Any], Any]) -> None:
    encoder, messages = Encoder(), conversation(MIN_LONG_LIST_LENGTH)
    first = encoder.encode_state("", {"messages": as_sent(messages)})["messages"]
    second = encoder.encode_state("", {"messages": as_sent([*messages, HumanMessage("new", id="new")])})[
        "messages"
    ]
    assert isinstance(first, SharedList)
    assert (len(first), len(second)) == (MIN_LONG_LIST_LENGTH, MIN_LONG_LIST_LENGTH + 1)
    assert second.count_common_prefix(first) == MIN_LONG_LIST_LENGTH
    assert second._buffer is first._buffer


@SOURCES
@pytest.mark.parametrize("edit", ["change", "remove", "insert", "reverse", "window"])
def test_an_edited_list_shares_what_was_not_edited(as_sent: Callable[[Any], Any], edit: str) -> None:
    encoder, messages = Encoder(), conversation(40)
    first = encoder.encode_state("", {"messages": as_sent(messages)})["messages"]
    edited = list(messages)
    if edit == "change":
        edited[7] = HumanMessage("other", id="other")
    elif edit == "remove":
        del edited[7]
    elif edit == "insert":
        edited.insert(7, HumanMessage("other", id="other"))
    elif edit == "reverse":
        edited.reverse()
    else:
        edited = [*edited[1:], HumanMessage("other", id="other")]
    second = encoder.encode_state("", {"messages": as_sent(edited)})["messages"]
    known = {id(item) for item in first}
    strangers = [item for item in second if id(item) not in known]
    assert len(strangers) == (1 if "other" in {message.id for message in edited} else 0)
    assert [item["id"] for item in first] == [message.id for message in messages]
    assert [item["id"] for item in second] == [message.id for message in edited]


def test_a_message_changed_in_place_is_another_the_rest_is_not() -> None:
    encoder, messages = Encoder(), conversation(40)
    first = encoder.encode_state("", {"messages": messages})["messages"]
    messages[7].content = "edited"
    second = encoder.encode_state("", {"messages": messages})["messages"]
    assert (first[7]["content"], second[7]["content"]) == ("a7", "edited")
    assert [a is b for a, b in zip(first, second, strict=True)].count(False) == 1
    assert second[7]["usage_metadata"] is first[7]["usage_metadata"]


@pytest.mark.parametrize("length", [1, MIN_LONG_LIST_LENGTH - 1, MIN_LONG_LIST_LENGTH, BLOCK_LENGTH + 1])
@pytest.mark.parametrize(
    "change",
    [
        lambda message: setattr(message, "content", "edited"),
        lambda message: vars(message).update(content="edited"),
        lambda message: vars(message).pop("name"),
        lambda message: message.additional_kwargs.update(note=1),
        lambda message: object.__setattr__(message, "__dict__", {**vars(message), "content": "edited"}),
        lambda message: object.__setattr__(
            message, "__dict__", {**vars(message), "usage_metadata": {"input_tokens": True}}
        ),
        lambda message: object.__setattr__(message, "__pydantic_extra__", {"note": 1}),
        lambda message: message.__pydantic_extra__.update(note=1),
        lambda message: setattr(message, "note", 1),
    ],
    ids=["field", "fields", "gone", "container", "dict", "number", "extra", "in-extra", "other"],
)
def test_whatever_of_a_message_is_replaced_is_seen(change: Callable[[Any], Any], length: int) -> None:
    encoder, messages = Encoder(), conversation(length)
    messages[-1] = AIMessage("last", id="last", usage_metadata=None)
    messages[-1].__dict__["usage_metadata"] = {"input_tokens": 1}
    first = encoder.encode_state("", {"messages": messages})["messages"]
    before = exact(first)
    change(messages[-1])
    second = encoder.encode_state("", {"messages": messages})["messages"]
    assert exact(first) == before != exact(second)
    assert exact(second) == exact(Encoder().encode_state("", {"messages": messages})["messages"])


class WithAttribute(HumanMessage):
    """A message that refers to one thing more."""

    __slots__ = ("beside",)


@pytest.mark.parametrize("at", [0, 7, MIN_LONG_LIST_LENGTH, BLOCK_LENGTH])
def test_messages_of_another_build_stand_among_others(at: int) -> None:
    encoder, messages = (
        Encoder(),
        conversation(MIN_LONG_LIST_LENGTH if at == MIN_LONG_LIST_LENGTH else BLOCK_LENGTH + 1),
    )
    other = WithAttribute("other", id="other")
    object.__setattr__(other, "beside", "what nobody looks at")
    messages.insert(at, other)
    for message in (other, messages[-1], HumanMessage("new", id="new")):
        before = encoder.encode_state("", {"messages": messages})["messages"]
        assert encoder.encode_state("", {"messages": [*messages]})["messages"] is before
        if message not in messages:
            messages.append(message)
        message.content = f"{message.content}, edited"
        after = encoder.encode_state("", {"messages": messages})["messages"]
        assert exact(after) == exact(Encoder().encode_state("", {"messages": messages})["messages"])
        assert exact(before) != exact(after)


def test_messages_that_are_made_anew_are_the_same_whatever_was_set_in_them() -> None:
    encoder, messages = Encoder(), conversation(2 * BLOCK_LENGTH)
    first = encoder.encode_state("", {"messages": messages})["messages"]
    anew = [type(message).model_construct(**message.model_dump()) for message in messages]
    assert anew[1].model_fields_set != messages[1].model_fields_set
    assert encoder.encode_state("", {"messages": anew})["messages"] is first
    anew[1].content = "edited"
    assert encoder.encode_state("", {"messages": anew})["messages"][1]["content"] == "edited"


def test_unchanged_messages_are_compared_all_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: collections.Counter[type] = collections.Counter()
    for kind in (RecordSnapshot, TypedItemsSnapshot):

        def count(snapshot: Any, live: object, kind: type = kind, compare: Any = kind.__eq__) -> bool:
            calls[kind] += 1
            return compare(snapshot, live)

        monkeypatch.setattr(kind, "__eq__", count)
    messages = conversation(2 * BLOCK_LENGTH)
    for message in messages:
        message.response_metadata = {"usage": {"cached": {"n": 1}}, "scores": [0.5]}
        message.additional_kwargs = {"calls": [{"index": 0, "args": {"x": [1, 2]}}]}
    encoder = Encoder()
    encoder.encode_state("", {"messages": messages})
    for state in (messages, [*messages, messages[0]], copy.deepcopy(messages)):
        calls.clear()
        encoder.encode_state("", {"messages": state})
        assert calls.total() < 10
    messages[7].response_metadata["scores"][0] = 1
    assert encoder.encode_state("", {"messages": messages})["messages"][7]["response_metadata"]["scores"] == [
        1
    ]


def test_messages_are_shared_by_all_who_hold_them() -> None:
    encoder, messages = Encoder(), conversation(40)
    update = encoder.encode({"node": {"messages": messages[-1:]}})
    root = encoder.encode_state("", {"messages": messages})
    inside = encoder.encode_state("sub:1", {"history": messages[:20], "messages": messages})
    assert update["node"]["messages"][0] is root["messages"][-1]
    assert all(a is b for a, b in zip(inside["messages"], root["messages"], strict=True))
    assert all(a is b for a, b in zip(inside["history"], root["messages"], strict=False))


def test_what_is_encoded_anew_each_time_is_kept_if_it_is_the_same() -> None:
    encoder = Encoder()
    state = {"array": np.arange(30), "set": {1, 2}, "custom": Custom(1), "frame": pd.DataFrame({"a": [1]})}
    first = encoder.encode_state("", state)
    state["array"] = np.arange(30)
    assert encoder.encode_state("", state) is first
    state["array"][0] = 5
    assert encoder.encode_state("", state)["array"][0] == 5
    assert first["array"][0] == 0


def test_an_object_of_unknown_kind_in_a_long_list_costs_its_neighbours_nothing() -> None:
    encoder = Encoder()
    messages = conversation(40)
    messages[3] = ToolMessage("rows", tool_call_id="c", id="t", artifact=pd.DataFrame({"a": [1]}))
    first = encoder.encode_state("", {"messages": messages})["messages"]
    assert encoder.encode_state("", {"messages": messages})["messages"] is first
    messages[3].artifact.loc[0, "a"] = 2
    second = encoder.encode_state("", {"messages": messages})["messages"]
    assert (first[3]["artifact"]["head"], second[3]["artifact"]["head"]) == ([[1]], [[2]])
    assert [a is b for a, b in zip(first, second, strict=True)].count(False) == 1


def objects(values: list[JSON]) -> int:
    """How many objects there are in all of these values together."""
    seen: set[int] = set()
    todo: list[Any] = list(values)
    while todo:
        value = todo.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, SharedList):
            todo.append(value._buffer)
        elif isinstance(value, dict):
            todo += [*value, *value.values()]
        elif isinstance(value, list):
            todo += value
    return len(seen)


@SOURCES
def test_each_step_of_a_growing_list_adds_the_same_number_of_objects(as_sent: Callable[[Any], Any]) -> None:
    encoder, messages, history = Encoder(), [], []
    sizes = [0]
    for step in range(200):
        messages = [*messages, AIMessage(f"answer {step}", id=f"message {step}")]
        history.append(encoder.encode_state("", {"messages": as_sent(messages), "step": step}))
        if step % 50 == 49:
            sizes.append(objects(history))
    first, *later = (after - before for before, after in pairwise(sizes))
    assert len(set(later)) == 1
    assert later[0] <= first


def test_states_of_other_slots_are_apart_and_old_ones_forgotten() -> None:
    encoder = Encoder()
    first = encoder.encode_state("a", {"n": [1]})
    assert encoder.encode_state("b", {"n": [2]}) == {"n": [2]}
    assert encoder.encode_state("a", {"n": [1]}) is first
    for n in range(MAX_REMEMBERED_STATES):
        encoder.encode_state(f"other {n}", {"n": [n]})
    assert len(encoder._cached_states) == MAX_REMEMBERED_STATES
    assert encoder.encode_state("a", {"n": [1]}) == first


def test_states_that_are_no_dicts() -> None:
    encoder = Encoder()
    assert encoder.encode_state("", Inner(a=1)) == {"a": 1, "tags": ["x"]}
    assert encoder.encode_state("", Loose(a=1, b=2)) == {"a": 1, "b": 2}
    assert encoder.encode_state("", Plain("p")) == {"name": "p", "log": []}
    assert encoder.encode_state("", Slotted("s")) == {"name": "s"}
    assert encoder.encode_state("", [1, 2]) == [1, 2]
    assert encoder.encode_state("", None) is None
    assert encoder.encode_state("", ((1,), {"a": 2})) == [[1], {"a": 2}]


def test_nothing_is_looked_at_again_where_nothing_can_have_changed() -> None:
    encoder, notes = Encoder(), [["a"]]
    first = encoder.encode_state("", {"notes": notes})
    notes[0].append("b")
    assert encoder.encode_state("", {"notes": notes}, trust_identity=True) is first
    assert encoder.encode_state("", {"notes": [["a", "c"]]}, trust_identity=True) == {"notes": [["a", "c"]]}
    assert encoder.encode_state("", {"notes": notes}) == {"notes": [["a", "b"]]}


# ---------------------------------------------------------------------------------------------
# messages by themselves


def test_a_chunk_without_what_is_empty() -> None:
    chunk = AIMessageChunk("token", id="m")
    assert Encoder().encode_message(chunk) == {"content": "token", "type": "AIMessageChunk", "id": "m"}
    assert Encoder().encode_message(AIMessageChunk([])) == {
        "content": [],
        "type": "AIMessageChunk",
        "id": None,
    }


@pytest.mark.parametrize(
    "message",
    [
        AIMessageChunk("to\ud800ken é", id="m", response_metadata={"model_provider": "p"}),
        AIMessageChunk("", id="m", usage_metadata={"input_tokens": 1, "output_tokens": 0, "total_tokens": 1}),
        AIMessageChunk([{"type": "text", "text": "x", "index": 0}], id="m", chunk_position="last"),
        AIMessageChunk("", tool_call_chunks=[{"name": None, "args": '{"a": 1', "id": None, "index": 0}]),
        ToolMessage("ok", tool_call_id="c", id="t", artifact=[1, {"a": 2.5}]),
        HumanMessage("hi", id="h", extra_field=[1]),
    ],
    ids=lambda message: type(message).__name__,
)
def test_a_message_has_one_form_from_here_and_from_a_server(message: BaseMessage) -> None:
    sent = orjson.loads(json.dumps(message.model_dump()).replace("\\ud800", "?"))
    assert Encoder().encode_message(message) == Encoder().encode_message(sent)


def test_a_chunk_is_not_the_models_own_object() -> None:
    chunk = AIMessageChunk([{"type": "text", "text": "x"}], id="m", additional_kwargs={"reasoning": ["a"]})
    encoded = Encoder().encode_message(chunk)
    before = exact(encoded)
    chunk.content[0]["text"] = "changed"  # type: ignore[index]
    chunk.additional_kwargs["reasoning"].append("b")
    assert exact(encoded) == before


def test_a_message_that_cannot_be_asked_whether_it_is_empty() -> None:
    message = ToolMessage("ok", tool_call_id="c", id="t", artifact=np.array([1, 2]))
    assert Encoder().encode_message(message)["artifact"] == [1, 2]


def test_the_torn_tool_calls_of_a_chunk_are_left_out() -> None:
    chunk = AIMessageChunk("", id="m", tool_call_chunks=[{"name": "f", "args": '{"a', "id": "c", "index": 0}])
    encoded = Encoder().encode_message(chunk)
    assert "tool_calls" not in encoded and "invalid_tool_calls" not in encoded
    assert encoded["tool_call_chunks"][0]["args"] == '{"a'


# ---------------------------------------------------------------------------------------------
# SharedList


def test_a_shared_list_is_a_list_to_who_reads_it() -> None:
    shared = SharedList("abcd")
    assert list(shared) == ["a", "b", "c", "d"] and len(shared) == 4
    assert (shared[0], shared[-1], shared[1:3], shared[::-1]) == ("a", "d", ["b", "c"], ["d", "c", "b", "a"])
    assert shared == ["a", "b", "c", "d"] and shared == ["a", "b", "c", "d"]
    assert shared != ["a"] and shared != "abcd" and shared != SharedList("abc")
    assert "c" in shared and shared.index("c") == 2 and repr(shared) == "['a', 'b', 'c', 'd']"
    assert dump_json({"list": shared}) == b'{"list":["a","b","c","d"]}'
    assert to_plain_json({"list": [shared]}) == {"list": [["a", "b", "c", "d"]]}
    for index in (4, -5):
        with pytest.raises(IndexError):
            shared[index]


def test_versions_of_a_shared_list() -> None:
    one = SharedList([1])
    two = one.extended_by([2])
    other = one.extended_by([3])
    assert (one, two, other) == ([1], [1, 2], [1, 3])
    assert two._buffer is one._buffer and other._buffer is not one._buffer
    assert two.get_prefix(1) == one and two.get_prefix(1)._buffer is one._buffer
    assert two.extended_by([]) is two
    assert two.count_common_prefix(other) == 1 and two.count_common_prefix([1, 2, 3]) == 2
    assert one[-1] == 1 and one.count_common_prefix(two) == 1
    with pytest.raises(IndexError):
        one[1]


def test_only_json_is_written() -> None:
    with pytest.raises(TypeError):
        dump_json({"set": {1}})


# ---------------------------------------------------------------------------------------------


def test_importing_imports_no_library_of_others() -> None:
    code = (
        "import sys, lg_jupyter.encode, lg_jupyter.adapter.part_encoder as _;"
        "others = {'langchain_core', 'langgraph', 'pandas', 'numpy', 'pydantic'};"
        "print(sorted(others & sys.modules.keys()))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
