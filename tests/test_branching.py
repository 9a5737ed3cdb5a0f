"""A branch says of which run and checkpoint it is one, and what was written there."""

import io
from typing import Any

import pytest
from rich.console import Console

import lg_jupyter
from lg_jupyter import record
from lg_jupyter.record.summary import summarize_run
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.terminal.view import TerminalView
from tests.test_later_turns import chat, turn


@pytest.fixture
async def parent() -> Any:
    return await turn(chat(), 0)


async def describe_branch(parent: Any, values: Any = None, as_node: str | None = None) -> Any:
    at = next(one for one in parent.checkpoints if one.next == ("summarize",)).checkpoint_id
    given = () if values is None else (values,)
    return at, await parent.fork(at, *given, as_node=as_node, display=False)


def told(run: Any) -> list[str]:
    """What each of the places says where a person reads of a run."""
    summary, out = summarize_run(get_run_state(run)), io.StringIO()
    TerminalView(run, Console(file=out, width=500)).show()
    texts = [
        record.render_record_html(summary, run.trace),
        record.render_record_text(summary, run.trace),
        out.getvalue(),
    ]
    return [str(summary["branch"]), *texts]


async def test_it_is_said_wherever_the_run_is_shown(parent):
    at, run = await describe_branch(parent, {"turns": 7, "summary": "mine"}, "answer")
    sentence = (
        f"A branch of run {parent.id}, at its checkpoint {at}, with turns = 7, summary = mine written "
        "as the node answer."
    )
    assert all(sentence in place for place in told(run))
    assert not any("A branch" in place for place in told(parent))
    assert f"run {parent.id}" in told(parent)[1]  # which the sentence calls by this


async def test_a_loaded_one_says_the_same_and_so_does_its_replay(parent, tmp_path):
    _, run = await describe_branch(parent, {"turns": 7}, "answer")
    run.save(tmp_path / "run.jsonl")
    loaded = lg_jupyter.load(tmp_path / "run.jsonl")
    assert told(loaded)[0] == told(run)[0]
    for one in (run, loaded):
        replayed = await one.replay(None, display=False)
        assert told(replayed)[0] == told(run)[0]


@pytest.mark.parametrize(
    ("values", "as_node", "said"),
    [
        (None, None, "."),
        (None, "answer", ", with nothing written as the node answer."),
        ({"turns": 7}, None, ", with turns = 7 written."),
    ],
)
async def test_what_was_written(parent, values, as_node, said):
    at, run = await describe_branch(parent, values, as_node)
    assert (
        summarize_run(get_run_state(run))["branch"]
        == f"A branch of run {parent.id}, at its checkpoint {at}{said}"
    )


async def test_large_values_and_secrets_are_not(parent, monkeypatch):
    monkeypatch.setenv("SOME_TOKEN", "a-secret-answer")
    _, run = await describe_branch(
        parent, {"summary": "a-secret-answer", "turns": 7, "messages": "x" * 9_000}
    )
    said = summarize_run(get_run_state(run))["branch"]
    assert "summary = [redacted SOME_TOKEN], turns = 7, messages = xxx" in said
    assert len(said) < 400


async def test_of_a_file_that_does_not_tell_it_says_whose_it_is(parent, tmp_path):
    _, run = await describe_branch(parent)
    run.save(tmp_path / "run.jsonl")
    text = (tmp_path / "run.jsonl").read_text().replace('"asked"', '"once"', 1)
    (tmp_path / "run.jsonl").write_text(text)
    loaded = get_run_state(lg_jupyter.load(tmp_path / "run.jsonl"))
    assert summarize_run(loaded)["branch"] == f"A branch of run {parent.id}."
