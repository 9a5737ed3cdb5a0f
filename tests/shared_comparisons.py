"""What a kernel finds that two runs differ in, to which the page is held: ``js/fixtures/compared.json``.

``python -m tests.shared_comparisons`` writes it, and tests on both sides hold what they compute to it.
"""

from __future__ import annotations

import base64
import gzip
import json
import random
from contextlib import suppress
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import lg_jupyter
from lg_jupyter.comparison.compared_runs import ComparedRuns
from lg_jupyter.comparison.widget import make_widget_tables
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.sources.saved.replay import ReplaySource
from lg_jupyter.tables.state_history import diff_states
from lg_jupyter.widgets.offline.run_data import OfflineLimits, make_offline_run_view
from tests.recordings import parts

FILE = Path(__file__).parents[1] / "js" / "fixtures" / "compared.json"

PAIRS = (
    ("local_v1/agent__ALL__sg", "local_v1/agent__ALL__sg"),
    ("local_v1/err_par__ALL__sg", "local_v1/err_par--again__ALL__sg"),
    ("local_v1/fansub__ALL__sg", "local_v1/fanout__ALL__sg"),
    ("local_v1/callsub__ALL__sg", "local_v1/agent__ALL__sg"),
)

SUMMARY = ("id", "target", "status", "elapsed", "steps", "usage", "failure", "counts")
KEPT = ("states", "values", "lists", "list_key")

SAID = [{"id": str(n), "type": "human", "content": f"line {n}"} for n in range(4)]
STATES: list[tuple[Any, Any]] = [
    ({"a": 1, "b": [1, 2]}, {"b": [1, 2, 3], "c": None}),
    ({"a/b~": {"x": 1}, "": []}, {"a/b~": {"y": 1}, "": [[]]}),
    ({"messages": SAID}, {"messages": [SAID[0], {**SAID[1], "content": "else"}, SAID[3]]}),
    ({"messages": SAID}, {"messages": SAID[::-1]}),
    ({"messages": SAID[:2]}, {"messages": [*SAID[2:], *SAID[:2]]}),
    ({"rows": [{"n": 1}, {"n": 2}]}, {"rows": [{"n": 1}, {"n": 3}, {"n": 4}]}),
    ({"rows": [{"n": 1}, {"id": 1}]}, {"rows": [{"id": 2}, [1], {"id": 1}]}),
    ({"words": ["a", "b", "c", "d"]}, {"words": ["a", "x", "c"]}),
    ({"words": ["a", "a", "b"]}, {"words": ["a", "b", "a"]}),
    ({"many": list(range(102))}, {"many": list(range(1000, 1102))}),
    ({"many": {str(n) + "k": n for n in range(102)}}, {"many": {str(n) + "k": -n for n in range(102)}}),
    ({"constructor": 1, "kept": True}, {"kept": 1, "toString": [None]}),
    ([1, [2, 3]], [1, [2, 4]]),
    ("text", {"a": 1}),
    ({"mixed": [1, "1", True, None, {}]}, {"mixed": ["1", 1, None, True, []]}),
]


def facts() -> dict[str, Any]:
    """Comparisons of recorded runs, and what they are made of: changes of states, stretches of sequences."""
    chance = random.Random(7)
    texts = [["".join(chance.choices("abc", k=chance.randrange(14))) for _ in "ab"] for _ in range(40)]
    return {
        "pairs": [_compare(*names) for names in PAIRS],
        "states": [[before, after, diff_states(before, after)] for before, after in STATES],
        "sequences": [[a, b, SequenceMatcher(None, a, b, autojunk=False).get_opcodes()] for a, b in texts],
    }


def _compare(first: str, second: str) -> dict[str, Any]:
    runs = [_replay(name) for name in (first, second)]
    tables = make_widget_tables(ComparedRuns(*runs))
    for row, name in zip(tables["runs"], (first, second), strict=True):
        row["run_id"] = name
    data = [_reduce(run, name) for run, name in zip(runs, (first, second), strict=True)]
    return {"a": data[0], "b": data[1], "tables": tables}


def _replay(name: str) -> lg_jupyter.Run:
    source = ReplaySource(name, list(parts(name)), None)
    run = lg_jupyter.stream(source, display=False)
    with suppress(Exception):  # what a recorded one failed with
        run.wait()
    return run


def _reduce(run: lg_jupyter.Run, name: str) -> dict[str, Any]:
    """Of what is kept of a run, what is compared."""
    view = make_offline_run_view(get_run_state(run), OfflineLimits(None, max_events=0, max_token_events=0))
    assert view is not None
    text = gzip.decompress(base64.b64decode(view["data"])).decode()
    data = json.loads(text.replace(json.loads(text)["list_key"], "$list"))  # which is chosen by chance
    summary = {**{key: data["traits"]["_summary"][key] for key in SUMMARY}, "id": name}
    rows = {table: data["snapshot"]["rows"].get(table, []) for table in ("tasks", "messages")}
    return {
        "traits": {"_summary": summary},
        "snapshot": {"rows": rows, "text": data["snapshot"]["text"]},
        "cells": {"messages": data["cells"].get("messages", {})},
        **{key: data[key] for key in KEPT},
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(facts(), ensure_ascii=False, separators=(",", ":")) + "\n")
