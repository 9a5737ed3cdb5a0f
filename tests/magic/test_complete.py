"""Tab in the line of ``%lgstream`` offers ours and nothing else, and elsewhere nothing of ours."""

from __future__ import annotations

import warnings
from typing import ClassVar

import pytest
from IPython.core.completer import provisionalcompleter

from lg_jupyter.events.events import MODES
from lg_jupyter.magic.completion import MagicMatcher
from lg_jupyter.magic.options import OPTIONS


class Graph:
    nodes: ClassVar = {"__start__": None, "write": None, "judge": None}

    def stream(self): ...
    def astream(self): ...
    def get_state(self): ...


@pytest.fixture
def offered(shell):
    """``offered("text|")``: what Tab at the bar offers."""
    shell.Completer.custom_matchers.append(MagicMatcher(shell))
    shell.user_ns |= {"agent": Graph(), "graph": Graph(), "alpha": 1, "_hidden": Graph(), "graphs": {}}

    def ask(text: str) -> list[str]:
        cursor = text.index("|")
        with provisionalcompleter():
            found = list(shell.Completer.completions(text.replace("|", ""), cursor))
        for completion in found:
            assert completion.end == cursor
            assert text[completion.start : cursor] in completion.text
        return [completion.text for completion in found]

    return ask


LONG = [option.name for option in OPTIONS]


@pytest.mark.parametrize(
    "start", ["%lgstream ", "%%lgstream ", "x = %lgstream ", "a, b = %lgstream ", "  %lgstream "]
)
def test_graphs_come_first(offered, start) -> None:
    names = offered(f"{start}|")
    assert names[:2] == ["agent", "graph"]
    assert {"alpha", "graphs"} < set(names)
    assert not {"_hidden", "In", "get_ipython", "print"} & set(names)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("%%lgstream graph --node |", ["write", "judge"]),
        ("%%lgstream graph --node write, j|", ["judge"]),
        ("%%lgstream gr|", ["graph", "graphs"]),
        ("%lgstream of|", ["off"]),
        ("%%lgstream _h|", ["_hidden"]),
        ("%%lgstream make(gr|", ["graph", "graphs"]),
        ("%%lgstream graph --input {'a': al|", ["alpha"]),
        ("%%lgstream graph --input alpha - al|", ["alpha"]),
        ("%%lgstream graph -o x --config al|", ["alpha"]),
        ("%%lgstream graph --mo|", ["--mode"]),
        ("%%lgstream graph --qu|\n{}", ["--quiet"]),
        ("%%lgstream graph -m values --no-|", ["--no-subgraphs", "--no-think-tags", "--no-mask-secrets"]),
        ("%%lgstream make(a, 'b c') --th|", ["--thread"]),
        ("%%lgstream graph -m |", list(MODES)),
        ("%%lgstream graph -m va|", ["values"]),
        ("%%lgstream graph --mode=va|", ["values"]),
        ("%%lgstream graph -m values,up|", ["updates"]),
        ("%%lgstream graph -m values, |", [mode for mode in MODES if mode != "values"]),
        ("run = %lgstream graph -m values,updates,m|", ["messages"]),
    ],
)
def test_what_is_offered(offered, text, expected) -> None:
    assert offered(text) == expected


@pytest.mark.parametrize("text", ["%%lgstream graph -|", "%%lgstream graph |", "%%lgstream make(a) --|"])
def test_all_options(offered, text) -> None:
    assert [name for name in offered(text) if name.startswith("--")] == LONG


def test_an_option_is_offered_once(offered) -> None:
    names = offered("%%lgstream graph --quiet -m values -o run |")
    assert "--mode" in names
    assert not {"--quiet", "--out", "-o"} & set(names)


@pytest.mark.parametrize(
    "text",
    [
        "%%lgstream graph\ngr|",
        "gr|",
        "'%lgstream gr|",
        "%%time\n%%lgstream gr|",
        "x = 1 # %%lgstream graph -|",
    ],
)
def test_nothing_of_ours_elsewhere(offered, shell, text) -> None:
    with_us = offered(text)
    shell.Completer.custom_matchers.clear()
    assert offered(text) == with_us
    assert not set(LONG) & set(with_us)


@pytest.mark.parametrize("text", ["%%lgstream graph.|", "%%lgstream graphs['|", "%%lgstream graph -o |"])
def test_where_we_know_nothing_ipython_answers(offered, shell, text) -> None:
    with_us = offered(text)
    shell.Completer.custom_matchers.clear()
    assert offered(text) == with_us


def test_the_older_interface_too(offered, shell) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert shell.complete(None, "%%lgstream graph --mo") == ("--mo", ["--mode"])
