"""The first examples of LangGraph's page on streaming, mode by mode: what it prints is in every display."""

import io
import json
import re
from typing import Any, TypedDict

import pytest
from langchain_core.language_models import FakeListChatModel
from langgraph.config import get_stream_writer
from langgraph.graph import START, StateGraph
from rich.console import Console

import lg_jupyter
from lg_jupyter.terminal import TerminalView
from lg_jupyter.widgets.run import RunWidget

JOKE = "This is a joke about ice cream and cats"


class State(TypedDict, total=False):
    topic: str
    joke: str


def jokes() -> Any:
    model = FakeListChatModel(responses=[JOKE])

    def refine_topic(state: State) -> State:
        return {"topic": state["topic"] + " and cats"}

    def generate_joke(state: State) -> State:
        get_stream_writer()({"custom_key": "Generating custom data inside node"})
        return {"joke": str(model.invoke(f"a joke about {state['topic']}").content)}

    graph = StateGraph(State).add_node(refine_topic).add_node(generate_joke)
    return graph.add_edge(START, "refine_topic").add_edge("refine_topic", "generate_joke").compile()


PRINTED = {
    "values": ["ice cream", "ice cream and cats", JOKE],
    "updates": ["refine_topic", "ice cream and cats", "generate_joke", JOKE],
    "custom": ["custom_key", "Generating custom data inside node"],
    "messages": [JOKE],
}


def record_of(run: lg_jupyter.Run, folder: Any) -> str:
    run.to_html(folder / "run.html")
    return re.sub(r"<[^>]*>|\s+", " ", (folder / "run.html").read_text(encoding="utf-8"))


def terminal_of(run: lg_jupyter.Run) -> str:
    console = Console(file=io.StringIO(), width=150, highlight=False, markup=False, emoji=False)
    TerminalView(run, console).show()
    return console.file.getvalue()  # type: ignore[attr-defined]


def page_of(run: lg_jupyter.Run, monkeypatch: pytest.MonkeyPatch) -> str:
    """What a page is sent that asks for everything."""
    sent: list[Any] = []
    monkeypatch.setattr(RunWidget, "send", lambda self, message, buffers=None: sent.append(message))
    RunWidget(run)._send_snapshot()
    return json.dumps(sent)


@pytest.mark.parametrize("mode", PRINTED)
async def test_what_the_page_prints_is_shown(mode, tmp_path, monkeypatch):
    run = await lg_jupyter.stream(jokes(), {"topic": "ice cream"}, modes=mode, display=False)
    shown = {
        "record": record_of(run, tmp_path),
        "terminal": re.sub(r"\s+", " ", terminal_of(run)),
        "panel": page_of(run, monkeypatch),
    }
    missing = [(where, text) for where, said in shown.items() for text in PRINTED[mode] if text not in said]
    assert missing == []
