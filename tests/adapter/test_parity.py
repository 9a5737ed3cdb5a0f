"""The same graph gives the same facts, wherever it runs: up to ids, times, and what a server hides."""

from __future__ import annotations

import re

import pytest

from tests.adapter.brief import brief
from tests.recordings import events, names

HIDDEN = "An internal error occurred"
"""What servers say of errors of most classes."""

IN_LINE = "taken from the queue"
"""What only a server has."""

COUNTED = re.compile(r"\b([tmci])\d+\b")
ERROR = re.compile(r'("error": "\w+"), "message": .*')


def _graph(name: str) -> str:
    """What was run and what was asked for, in the words of local graphs."""
    run = name.split("/")[1]
    return run.replace("messages-tuple", "messages").replace("SALL", "ALL").replace("ALLD", "ALL")


LOCAL = {_graph(name): name for name in names("local_v1")}


def _twins(*sources: str) -> list[str]:
    legacy = ("__messages", "__messages__sg")  # a mode of its own, that no local graph has
    return [
        name
        for name in names(*sources)
        if _graph(name) in LOCAL and not (name.startswith("server_v1") and name.endswith(legacy))
    ]


def facts(name: str) -> list[str]:
    """The facts as a multiset: what runs in parallel comes in another order each time.

    Recordings do not say what the input was, so on a thread it cannot always be told from the history.
    """
    lines = [line for line in brief(events(name)) if line != IN_LINE]
    return sorted(COUNTED.sub(r"\1", line).replace("(history)", "(input)") for line in lines)


def without_hidden_texts(lines: list[str], other: list[str]) -> list[str]:
    return [ERROR.sub(r"\1", line) for line in lines] if HIDDEN in "".join(other) else lines


@pytest.mark.parametrize("name", _twins("server_v1", "server_v2"))
def test_server_gives_the_facts_of_the_local_run(name: str) -> None:
    local, server = facts(LOCAL[_graph(name)]), facts(name)
    assert without_hidden_texts(local, server) == without_hidden_texts(server, server)


@pytest.mark.parametrize("name", [name for name in _twins("local_v2") if "/pyd__" not in name])
def test_stream_version_2_gives_the_facts_of_version_1(name: str) -> None:
    assert facts(name) == facts(LOCAL[_graph(name)])


def test_stream_version_2_gives_whole_models_where_version_1_gives_the_channels_that_are_set() -> None:
    def without_keys(name: str) -> list[str]:
        return [re.sub(r"(state step \d+) {.*}", r"\1", line) for line in facts(name)]

    assert without_keys("local_v2/pyd__ALL__sg") == without_keys("local_v1/pyd__ALL__sg")


def _between_releases(lines: list[str]) -> list[str]:
    """Without the states beside interrupts, and where an interrupt that came in one was raised."""
    kept = [line for line in lines if not ("state step" in line and line.endswith(" interrupted"))]
    return sorted(line[line.index("? i by") :] if "? i by None" in line else line for line in kept)


@pytest.mark.parametrize(
    "name", _twins("old_local_v1_lg0.6.0", "old_local_v1_lg1.0.0", "old_local_v1_lg1.2.0")
)
def test_older_langgraph_gives_the_same_facts_but_states_beside_interrupts(name: str) -> None:
    assert _between_releases(facts(name)) == _between_releases(facts(LOCAL[_graph(name)]))


SINGLE_MODES = ("__checkpoints", "__checkpoints__sg", "__messages-tuple__sg")


@pytest.mark.parametrize(
    "name", [n for n in _twins("old_server_v1_api0.4.48") if not n.endswith(SINGLE_MODES)]
)
def test_older_servers_give_the_same_facts_but_states_beside_interrupts(name: str) -> None:
    old, new = _between_releases(facts(name)), _between_releases(facts(LOCAL[_graph(name)]))
    assert without_hidden_texts(old, new + old) == without_hidden_texts(new, new + old)


def test_in_order_where_nothing_runs_in_parallel() -> None:
    for graph in ["agent", "callsub", "cmd", "err_sub", "hitl_sub", "linear", "msgs", "react"]:
        local = brief(events(f"local_v1/{graph}__ALL__sg"))
        server = [line for line in brief(events(f"server_v1/{graph}__SALL__sg")) if line != IN_LINE]
        assert local == server, graph


@pytest.mark.parametrize("graph", ["err", "hitl", "hitl_par", "hitl_sub", "msgs", "nested"])
def test_remote_graph_gives_the_facts_of_a_stateless_run(graph: str) -> None:
    assert facts(f"remote_v1/{graph}__RALL__sg") == facts(f"server_v1/{graph}--stateless__SALL__sg")
