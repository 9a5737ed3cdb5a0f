"""Every line of Python in the README runs as it stands, in order, with nothing but this process."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import interrupt
from traitlets.config import Config

import lg_jupyter
from lg_jupyter.config import LGStream
from lg_jupyter.runtime import lifecycle
from lg_jupyter.runtime.registry import RUNS
from lg_jupyter.watching import watch
from tests.graphs import ScriptedModel, words

otel = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter")

README = (Path(__file__).parents[1] / "README.md").read_text()
BLOCKS = re.findall(r"^```python\n(.*?)^```$", README, flags=re.M | re.S)
NOWHERE = "http://127.0.0.1:9"


class State(MessagesState, total=False):
    topic: str


def graph() -> Any:
    """A graph that answers, and asks before it ends."""
    model = ScriptedModel(lines=[words("See the castle")])
    builder = StateGraph(State).add_node("answer", lambda state: {"messages": [model.invoke("?")]})
    builder.add_node("name", lambda state: {"topic": state.get("topic", "Lisbon")})
    builder.add_node("ask", lambda state: {"topic": interrupt(f"is it {state['topic']}?")})
    builder.add_edge(START, "answer").add_edge("answer", "name").add_edge("name", "ask")
    return builder.compile(checkpointer=InMemorySaver())


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    """An IPython in a folder of its own, with the names that the README takes for granted."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    config = Config()
    config.HistoryManager.hist_file = ":memory:"
    InteractiveShell.clear_instance()
    LGStream.clear_instance()
    shell = InteractiveShell.instance(config=config)
    shell.user_ns |= {
        "graph": graph(),
        "inputs": [{"messages": [("user", "Hello")]}] * 2,
        "exporter": otel.InMemorySpanExporter(),
        "url": NOWHERE,
        "thread_id": "11111111-1111-1111-1111-111111111111",
        "run_id": "22222222-2222-2222-2222-222222222222",
        "key": "no-key",
    }
    shell.user_ns["other"] = lg_jupyter.stream(
        shell.user_ns["graph"], shell.user_ns["inputs"][0], display=False
    ).wait()
    yield shell
    watch.stop_all_watches()
    for run in list(RUNS.running):
        lifecycle.cancel_run(run)
    InteractiveShell.clear_instance()
    LGStream.clear_instance()


def test_its_lines_run(shell: InteractiveShell, tmp_path: Path) -> None:
    assert len(BLOCKS) >= 4
    for block in BLOCKS:
        cell = block.replace("https://my-deployment.example", NOWHERE)
        shell.run_cell(cell).raise_error()
    assert {"run.jsonl.gz", "run.html", "tables"} <= {path.name for path in tmp_path.iterdir()}
    assert shell.user_ns["exporter"].get_finished_spans()
    assert lg_jupyter.load(tmp_path / "run.jsonl.gz").status == "success"
