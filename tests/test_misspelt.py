"""What is misspelt or left out: one line, which says what may have been meant."""

from __future__ import annotations

import copy
import inspect
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

import lg_jupyter
from lg_jupyter.errors import UnknownArgumentError, UnknownAttributeError, UsageError
from tests.graphs import INPUTS, build

Given = tuple[Any, lg_jupyter.Run]


@pytest.fixture(scope="module")
def given() -> Given:
    """A graph, and a run of it."""
    graph = build("steps")
    return graph, lg_jupyter.stream(graph, INPUTS["steps"], display=False).wait()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda graph, run: lg_jupyter.stream(graph, {}, mode="values"), "stream() has no parameter 'mode': "
         "did you mean 'modes'? Parameters: target, input, modes,"),
        (lambda graph, run: lg_jupyter.stream(graph, {}, x=1), "stream() has no parameter 'x'. Parameters: "),
        (lambda graph, run: lg_jupyter.stream(), "stream() lacks 'target': stream(target, input)"),
        (lambda graph, run: lg_jupyter.stream(graph, {}, "values"), "stream() got too many arguments: "
         "stream(target, input); by name: modes=,"),
        (lambda graph, run: lg_jupyter.map(graph, [], concurency=3), "did you mean 'concurrency'?"),
        (lambda graph, run: lg_jupyter.app(graph, mode="values"), "did you mean 'modes'?"),
        (lambda graph, run: lg_jupyter.compare(), "compare() lacks 'a': compare(a, b)"),
        (lambda graph, run: lg_jupyter.Server("http://h", "a", apikey="k"), "did you mean 'api_key'?"),
        (lambda graph, run: run.fork(), "fork() lacks 'checkpoint_id': fork(checkpoint_id, values,"),
        (lambda graph, run: run.fork("a", checkpoint_id="b"), "fork() got 'checkpoint_id' twice"),
        (lambda graph, run: run.replay(spede=2), "replay() has no parameter 'spede': did you mean 'speed'?"),
    ],
)  # fmt: skip
def test_an_argument_is_refused_in_one_line(given: Given, call: Callable[..., Any], said: str) -> None:
    with pytest.raises(UnknownArgumentError) as raised:
        call(*given)
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)
    assert isinstance(raised.value, UsageError) and isinstance(raised.value, TypeError)


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (lambda run: run.statsu, "a Run has no attribute 'statsu': did you mean 'status'?"),
        (lambda run: run.xyz, "a Run has no attribute 'xyz'."),
        (lambda run: run.frames.task, "did you mean 'tasks'?"),
        (lambda run: lg_jupyter.compare(run, run).node, "did you mean 'nodes'?"),
        (
            lambda run: lg_jupyter.steam,
            "'lg_jupyter' has no attribute 'steam': did you mean 'stream'?",
        ),
        (lambda run: lg_jupyter.app(build("steps")).rums, "an App has no attribute 'rums'"),
    ],
)
def test_an_attribute_that_is_not_there_is_said_so(
    given: Given, read: Callable[[lg_jupyter.Run], Any], said: str
) -> None:
    with pytest.raises(UnknownAttributeError) as raised:
        read(given[1])
    assert said in str(raised.value)
    assert isinstance(raised.value, AttributeError)  # so that hasattr and getattr do what they do


def test_a_batch_suggests_its_attributes(given: Given) -> None:
    batch = lg_jupyter.map(given[0], [INPUTS["steps"]], display=False).wait()
    with pytest.raises(UnknownAttributeError, match="did you mean 'outputs'"):
        batch.output  # noqa: B018


def test_python_adds_no_suggestion_of_its_own() -> None:
    code = "import lg_jupyter; lg_jupyter.steam"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.count("id you mean") == 1


def test_what_a_property_raises_is_its_own(monkeypatch: pytest.MonkeyPatch, given: Given) -> None:
    def broken(run: lg_jupyter.Run) -> None:
        raise AttributeError("inside")

    monkeypatch.setattr(lg_jupyter.Run, "output", property(broken))
    with pytest.raises(AttributeError, match=r"^inside$"):
        given[1].output  # noqa: B018


def test_what_is_private_is_asked_for_in_vain(given: Given) -> None:
    assert not hasattr(given[1], "_repr_html_")
    assert copy.copy(given[1]).status == "success"


def test_signatures_are_those_of_the_functions() -> None:
    assert list(inspect.signature(lg_jupyter.compare).parameters) == ["a", "b"]
    assert list(inspect.signature(lg_jupyter.Run.replay).parameters) == ["self", "speed", "display", "thread"]
