from typing import Literal

import pytest

import lg_jupyter
from lg_jupyter import ModeError
from lg_jupyter.events.events import DEFAULT_MODES, MODES
from lg_jupyter.events.modes import from_server_modes, parse_modes, to_graph_stream_modes, to_server_modes
from tests.graphs import INPUTS, build


def test_without_a_word_the_default_set():
    assert parse_modes(None) == DEFAULT_MODES


@pytest.mark.parametrize(
    "modes", ["values,messages", ["values", "messages", "values"], ("values", " messages")]
)
def test_modes_come_as_text_or_as_a_list_and_count_once(modes):
    assert parse_modes(modes) == ("values", "messages")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("mesages", "messages"),
        ("Values", "values"),
        ("tokens", "messages"),
        ("state", "values"),
        ("update", "updates"),
    ],
)
def test_an_unknown_mode_is_refused_with_what_was_meant(name, meant):
    with pytest.raises(ModeError, match=f"unknown stream mode '{name}': did you mean '{meant}'") as raised:
        parse_modes(["values", name])
    assert all(mode in str(raised.value) for mode in MODES)


@pytest.mark.parametrize("modes", ["qqq", 5, [5], [], [None], "", " , "])
def test_what_means_nothing_is_refused_with_the_list(modes):
    with pytest.raises(ModeError, match="values, updates, messages") as raised:
        parse_modes(modes)
    assert "did you mean" not in str(raised.value)


def test_a_servers_word_for_messages_is_known():
    assert parse_modes("values,messages-tuple,messages") == ("values", "messages")
    assert from_server_modes("messages-tuple") == ("messages",)
    assert from_server_modes(["values", "messages-tuple"]) == ("values", "messages")


def test_a_mode_that_langgraph_brings_is_passed_on(monkeypatch):
    import langgraph.types

    with pytest.raises(ModeError):
        parse_modes("tomorrow")
    monkeypatch.setattr(langgraph.types, "StreamMode", Literal["values", "tomorrow"])
    assert parse_modes("values,tomorrow") == ("values", "tomorrow")
    assert to_graph_stream_modes(["tomorrow"]) == to_server_modes(["tomorrow"]) == ["tomorrow"]


async def test_what_a_mode_without_a_panel_says_is_kept_as_it_came(monkeypatch):
    """A graph of a later LangGraph, whose stream has a mode that no table reads."""
    monkeypatch.setattr("lg_jupyter.events.modes._list_langgraph_modes", lambda: frozenset({"tomorrow"}))

    class Later:
        async def astream(self, input, config=None, *, stream_mode, subgraphs):
            for mode in stream_mode:
                yield (), mode, {"mode": mode}

    run = await lg_jupyter.stream(Later(), {}, modes="tomorrow", display=False)
    events = run.to_pandas("events").query("mode == 'tomorrow'")
    assert events["data"].tolist() == [{"mode": "tomorrow"}]
    assert run.output == {"mode": "values"}


def test_nothing_is_asked_for_twice():
    assert to_graph_stream_modes(MODES) == ["values", "updates", "messages", "custom", "debug"]
    assert to_graph_stream_modes(["tasks", "checkpoints"]) == ["tasks", "checkpoints"]


def test_a_server_is_asked_for_messages_with_a_namespace():
    assert to_server_modes(["messages", "events", "debug", "tasks"]) == ["messages-tuple", "events", "debug"]


def test_a_mode_that_only_servers_stream_is_refused_here(monkeypatch) -> None:
    """It would be accepted, and nothing would come of it."""
    # Old ones do not know it.
    monkeypatch.setattr("langgraph_sdk.schema.StreamMode", Literal["values", "tools"])
    graph = build("steps")
    with pytest.raises(ModeError, match=r"only servers stream 'tools'.* leave that out; there are values, "):
        lg_jupyter.stream(graph, INPUTS["steps"], modes=["values", "tools"], display=False)
