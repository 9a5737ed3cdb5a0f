"""Messages of any shape over the comm of each widget: one reply or silence, and nothing else happens."""

from __future__ import annotations

import inspect
import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import ipywidgets.widgets.widget
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisWarning
from langgraph.checkpoint.memory import InMemorySaver

import lg_jupyter
from lg_jupyter.batch.widget import BatchTableWithRun
from lg_jupyter.comparison.widget import ComparisonWidget
from lg_jupyter.widgets.endpoint import MAX_CALL_ID_CHARACTERS, MAX_ERROR_CHARACTERS
from lg_jupyter.widgets.run import RunWidget
from tests.graphs import INPUTS, build
from tests.patience import patience
from tests.test_widget import Line, lines  # noqa: F401

FEW, MANY = 120, 2_000

LARGEST = 400_000
"""More characters than any answer about these small runs has; the front end is most of a whole state."""

OTHERS = (HypothesisWarning, DeprecationWarning, ResourceWarning)
"""Warnings that are no matter of this: of traitlets by old ipywidgets, of sockets of tests before it."""

SECRET = "sk-canary-canary-canary"


@pytest.fixture(autouse=True)
def watched(
    lines: list[Line],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    recwarn: pytest.WarningsRecorder,
) -> Iterator[None]:
    """Nothing is shown, logged or warned of, in any thread."""
    monkeypatch.setenv("SOME_API_KEY", SECRET)
    shown: list[Any] = []
    shell = type("Shell", (), {"showtraceback": lambda self: shown.append(sys.exc_info())})()
    monkeypatch.setattr(ipywidgets.widgets.widget, "get_ipython", lambda: shell)
    yield
    assert shown == []
    assert [record.getMessage() for record in caplog.records if record.levelname != "DEBUG"] == []
    assert [each.message for each in recwarn if not isinstance(each.message, OTHERS)] == []


def run_widget() -> Any:
    run = lg_jupyter.stream(build("ask", InMemorySaver()), {**INPUTS["ask"], "topic": SECRET}, display=False)
    run.wait()
    return RunWidget(run)


def batch_widget() -> Any:
    batch = lg_jupyter.map(build("steps"), [INPUTS["steps"], 5], display=False)
    batch.wait()
    return BatchTableWithRun(batch._state).table


def comparison_widget() -> Any:
    runs = [lg_jupyter.stream(build("steps"), INPUTS["steps"], display=False) for _ in "ab"]
    for run in runs:
        run.wait()
    return ComparisonWidget(lg_jupyter.compare(*runs))


def form_widget() -> Any:
    return lg_jupyter.app(build("steps"), INPUTS["steps"])


WIDGETS = {"run": run_widget, "batch": batch_widget, "comparison": comparison_widget, "form": form_widget}


# -- messages -----------------------------------------------------------------------------------------

WORDS = ["", "messages", "text", "tasks", "topic", "/log/0", "call", "snapshot", "update"]

scalars = (
    st.none() | st.booleans() | st.integers(-3, 5) | st.integers() | st.floats() | st.sampled_from(WORDS)
) | st.text(st.characters(codec=None), max_size=20)


def nested(depth: int) -> Any:
    value: Any = []
    for level in range(depth):
        value = [value] if level % 2 else {"deeper": value}
    return value


values = st.sampled_from([nested(20), nested(90), nested(500)]) | st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


PLAUSIBLE: dict[str, st.SearchStrategy[Any]] = {
    "table": st.sampled_from(["messages", "custom", "tasks", "runs", "path"]),
    "column": st.sampled_from(["text", "data", "name", "run"]),
    "namespace": st.sampled_from(["", "team"]),
    "path": st.sampled_from(["", "/log", "/log/0", "/topic", "log", "/", "/log/-1", "/log/" + "9" * 5_000]),
    "language": st.sampled_from(["python", "javascript", "curl", "rust"]),
    "name": st.sampled_from(["steering", "graph_layout", "../run"]),
    "text": st.sampled_from(["first", "{'a': 1}", "[" * 500, "'\\ud800'", "f()", "1e999", "9" * 5_000]),
    "answers": st.dictionaries(st.text("0f", max_size=3), st.integers(), max_size=2),
    "before": st.lists(st.sampled_from(["ask", "first", "no node"]), max_size=2),
    "steps": st.tuples(st.none() | st.integers(0, 3), st.none() | st.integers(0, 3)).map(list),
    "input": st.fixed_dictionaries({"topic": st.text(max_size=3), "log": st.just([])}),
    "thread_id": st.sampled_from(["1", " ", ""]),
    "shown": st.booleans(),
}
for like, names in {
    "before": ("after", "modes", "namespaces", "nodes", "tasks", "messages", "tags"),
    "answers": ("values", "config", "context"),
    "text": ("said", "assistant", "checkpoint_id", "as_node", "interrupt_id"),
}.items():
    PLAUSIBLE |= dict.fromkeys(names, PLAUSIBLE[like])
NUMBER = st.integers(-2, 3) | st.integers()
"""What the other parameters take."""


@st.composite
def calls(draw: Any, widget: Any) -> Any:
    """Mostly calls that there are, and as they might be; or one thing of them is wrong."""
    known = widget._endpoint._methods
    name = draw(st.sampled_from([*known]))
    params = [*inspect.signature(known[name]).parameters]
    given = draw(st.fixed_dictionaries({}, optional={name: PLAUSIBLE.get(name, NUMBER) for name in params}))
    call = {
        "type": "call",
        "id": draw(st.text("abc", min_size=1, max_size=3)),
        "method": name,
        "params": given,
    }
    wrong = draw(
        st.sampled_from([None, None, "a parameter", "another", "id", "method", "params", "more", None])
    )
    if wrong == "a parameter" and params:
        given[draw(st.sampled_from(params))] = draw(values)
    elif wrong == "another":
        given[draw(st.text(max_size=8))] = draw(values)
    elif wrong == "method":
        call["method"] = draw(st.sampled_from(["__init__", "close", "_ping"]) | values)
    elif wrong is not None:
        call[wrong] = draw(values)
    return call


KINDS = ["call"] * 5 + ["custom", "snapshot", "update", "update", "state", "data", "nothing"] + ["call"] * 5
"""Hypothesis likes what stands first and last."""


@st.composite
def messages(draw: Any, widget: Any) -> dict[str, Any]:
    """As they come over the comm: most of them calls."""
    kind = draw(st.sampled_from(KINDS))
    data: Any = {"method": "custom"}
    if kind == "call":
        data["content"] = draw(calls(widget))
    elif kind == "custom":
        data |= draw(st.fixed_dictionaries({}, optional={"content": values}))
    elif kind == "snapshot":
        data["content"] = {"type": "snapshot", **draw(st.dictionaries(st.just("id"), values))}
    elif kind == "update":
        names = st.sampled_from(widget.keys) | st.text(max_size=8)
        state = draw(st.dictionaries(names, values, min_size=1, max_size=4) | values)
        data = {"method": "update", "state": state}
        data |= draw(st.dictionaries(st.just("buffer_paths"), values | st.lists(st.lists(names))))
    elif kind == "state":
        data = draw(st.fixed_dictionaries({"method": st.just("request_state") | values, "state": values}))
    elif kind == "data":
        data = draw(values)
    content = {"comm_id": "1", "data": data}
    if kind == "nothing":
        del content["data"]
    return {"content": content, "buffers": draw(st.lists(st.binary(max_size=4), max_size=2))}


def expects_a_reply(data: Any) -> bool:
    content = data.get("content") if isinstance(data, dict) and data.get("method") == "custom" else None
    if not isinstance(content, dict) or content.get("type") != "call":
        return False
    call_id = content.get("id")
    if not isinstance(call_id, str) or len(call_id) > MAX_CALL_ID_CHARACTERS:
        return False
    return not any("\ud800" <= character <= "\udfff" for character in call_id)


# -- what must hold -----------------------------------------------------------------------------------


def quiet(widget: Any) -> None:
    """Wait until all is answered, and what was begun has ended."""
    until = time.monotonic() + patience(20)
    app = getattr(widget, "app", None)
    while widget._endpoint._running_calls or not (app is None or app.run is None or app.run.done):
        assert time.monotonic() < until, "a call is not answered"
        time.sleep(0.001)


CHANGED_BY_CALLS = {"_summary", "_branches"}


def traits(widget: Any, message: dict[str, Any]) -> dict[str, Any]:
    """What a page sees of it that this message must not change."""
    data = message["content"].get("data")
    calls = isinstance(data, dict) and data.get("method") == "custom"
    left_out = CHANGED_BY_CALLS if calls else set()
    return {name: value for name, value in widget.get_state().items() if name not in left_out}


def check(widget: Any, message: dict[str, Any]) -> None:
    line, before = widget.comm, traits(widget, message)
    line.sent.clear()
    line.handle_msg(message)
    quiet(widget)
    data = message["content"].get("data")
    sent = [each["content"] for each in line.sent if each.get("method") == "custom"]
    replies = [each for each in sent if each["type"] == "reply"]
    assert traits(widget, message) == before
    assert len(replies) == expects_a_reply(data)
    text = json.dumps(line.sent, ensure_ascii=False, allow_nan=False)
    text.encode()
    assert len(text) < LARGEST and SECRET not in text
    for reply in replies:
        assert reply["id"] == data["content"]["id"]
        assert {*reply} in ({"type", "id", "result"}, {"type", "id", "error"})
        error = reply.get("error", "no error")
        assert error and len(error) < MAX_ERROR_CHARACTERS + 50
        assert "could not answer" not in error, data["content"]
    if isinstance(data, dict) and data.get("method") == "update":
        state = data["state"] if isinstance(data["state"], dict) else {}
        true = json.loads(json.dumps(widget.get_state()))
        restored = {name: value for name in state if name in true and (value := true[name]) != state[name]}
        told = [each["state"] for each in line.sent if each["method"] == "update"]
        assert told == ([restored] if restored else [])


def deliver(make: Callable[[], Any], count: int) -> None:
    widget = make()

    @settings(max_examples=count, derandomize=True, database=None, deadline=None)
    @given(messages(widget))
    def all_hold(message: dict[str, Any]) -> None:
        check(widget, message)

    all_hold()


@pytest.mark.parametrize("kind", WIDGETS)
def test_whatever_comes_is_answered_once_or_not_at_all(kind: str) -> None:
    deliver(WIDGETS[kind], FEW)


@pytest.mark.parametrize("kind", WIDGETS)
def test_no_reply_quotes_a_secret(kind: str) -> None:
    line = WIDGETS[kind]().comm
    line.receive({"type": "call", "id": "1", "method": SECRET})
    (reply,) = line.messages("reply")
    assert reply["error"].startswith("There is no method '")
    assert SECRET not in json.dumps(line.sent)


@pytest.mark.matrix
@pytest.mark.parametrize("kind", WIDGETS)
def test_two_thousand_messages_of_any_shape(kind: str) -> None:
    deliver(WIDGETS[kind], MANY)
