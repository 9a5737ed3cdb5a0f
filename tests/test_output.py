"""``run.output`` is the last state, whatever modes were asked; where nobody knows it, the run says so."""

import json
from typing import Annotated, Any, TypedDict

import pytest
from langgraph.graph import START, StateGraph

import lg_jupyter
from lg_jupyter import record
from lg_jupyter.encode import to_plain_json
from lg_jupyter.record.summary import summarize_run
from lg_jupyter.run import Run
from lg_jupyter.runtime.run_properties import get_run_state

MODES = ("values", "updates", "messages", "custom", "debug", "tasks", "events")


class State(TypedDict, total=False):
    topic: str
    joke: str
    log: Annotated[list[str], lambda old, new: old + new]


def refine_topic(state: State) -> Any:
    return {"topic": state["topic"] + " and cats", "log": ["refined"]}


def generate_joke(state: State) -> Any:
    return {"joke": f"This is a joke about {state['topic']}", "log": ["told"]}


def jokes() -> Any:
    graph = StateGraph(State).add_node(refine_topic).add_node(generate_joke)
    return graph.add_edge(START, "refine_topic").add_edge("refine_topic", "generate_joke").compile()


INPUT = {"topic": "ice cream", "log": []}
END = {
    "topic": "ice cream and cats",
    "joke": "This is a joke about ice cream and cats",
    "log": ["refined", "told"],
}


async def run_of(*modes: str) -> Run:
    return await lg_jupyter.stream(jokes(), INPUT, modes=list(modes), display=False)


@pytest.mark.parametrize("mode", MODES)
async def test_a_run_its_file_and_its_replay_have_the_same_output(mode, tmp_path):
    run = await run_of(mode)
    assert (run.output, to_plain_json(run.trace.output)) == (END, END)
    run.save(tmp_path / "run.jsonl")
    loaded = lg_jupyter.load(tmp_path / "run.jsonl")
    assert (to_plain_json(loaded.output), loaded.note) == (END, None)
    replayed = await loaded.replay(None, display=False)
    assert to_plain_json(replayed.output) == to_plain_json(replayed.trace.output) == END


@pytest.mark.parametrize(
    ("mode", "steps"),
    [
        ("updates", {"refine_topic": "ice cream and cats", "generate_joke": END["joke"]}),
        ("values", {"": "ice cream and cats"}),
        ("debug", {"refine_topic": "ice cream and cats", "generate_joke": END["joke"]}),
        ("tasks", {"refine_topic": "ice cream and cats", "generate_joke": END["joke"]}),
    ],
)
async def test_the_record_tells_of_each_node_what_its_mode_prints(mode, steps):
    run = await run_of(mode)
    summary = summarize_run(get_run_state(run))
    for told in (
        record.render_record_html(summary, run.trace),
        record.render_record_text(summary, run.trace),
    ):
        for node, wrote in steps.items():
            assert node in told
            assert wrote in told
        assert END["joke"] in told


async def test_a_file_that_tells_no_state_says_so(tmp_path):
    """Files of older versions end without it."""
    (await run_of("updates")).save(tmp_path / "run.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "run.jsonl").read_text().splitlines()]
    ends = [line["data"] for line in lines if isinstance(line.get("data"), dict)]
    assert [data.pop("output") for data in ends if "output" in data] == [END]
    (tmp_path / "old.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    loaded = lg_jupyter.load(tmp_path / "old.jsonl")
    assert loaded.output is None
    assert "run.output is not known" in (loaded.note or "")
