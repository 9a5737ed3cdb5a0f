"""The front end in a real kernel: sent once, kept by no notebook, and there in a cell that blocks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import ipykernel
import nbformat
import pytest
from nbclient import NotebookClient

from lg_jupyter.widgets import bundles
from tests.kernel.counted import ROOT, Kernel, Published, kernel, widgets
from tests.kernel.test_iopub import SETUP, customs
from tests.patience import patience

HEARS = ipykernel.version_info >= (7,)
"""Whether a kernel hears pages while a cell awaits."""

VIEW = 3 * 1024
"""The most bytes that a view of a run sends when it opens."""

KEPT = 4_000
"""The most bytes of a view that a notebook keeps: with how the run ended, and what there is to explain."""


@pytest.fixture
def fresh() -> Iterator[Kernel]:
    with kernel() as running:
        running.run(SETUP)
        yield running


def opened(published: list[Published]) -> list[int]:
    """The bytes of the views that were opened."""
    return [len(compact(message.content["data"]["state"])) for message in widgets(published)]


def compact(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def files(published: list[Published]) -> list[list[str]]:
    """The files of the front end that came, by message."""
    return [list(message["files"]) for message in customs(published, "modules")]


def test_a_view_sends_a_loader_and_the_first_one_brings_the_modules(fresh: Kernel) -> None:
    run = "await lg_jupyter.stream(talk(5), INPUT);"
    first, second, third = fresh.run(run), fresh.run(run), fresh.run("lg_jupyter.last_run.panel('state')")
    (begun,) = files(first)
    assert {"frame.js", "run.js", "markdown.js", "timeline.js"} <= set(begun)
    assert max(opened(first + second)) <= VIEW
    (opening,) = widgets(first)
    assert first.index(opening) < first.index(next(m for m in first if (m.custom or {}).get("files")))
    if HEARS:
        assert files(second) == []
        assert sum(message.size for message in second) < 40_000  # the record and all
        (panel,) = files(third)
        assert panel[-1] == "state.js" and "frame.js" not in panel
        assert all(file not in begun for file in panel)
    else:  # a page that lacks one could not ask while the cell runs
        assert {"frame.js", "run.js", "state.js"} <= set(*files(second))


def test_a_page_that_has_nothing_asks(fresh: Kernel) -> None:
    (opening,) = widgets(fresh.run("await lg_jupyter.stream(talk(5), INPUT);"))

    def ask(number: int, **params: Any) -> Any:
        call = {"type": "call", "id": str(number), "method": "module", "params": params}
        fresh.send(opening.content["comm_id"], call)
        reply = fresh.wait_for(lambda m: m.custom and m.custom.get("id") == str(number)).custom
        return reply

    whole = ask(1, name="run", have=[])
    assert whole["result"]["files"] == bundles.read_module_files(["run"])
    release = bundles.format_module_address("run").partition("/")[0]
    part = ask(2, name="timeline", have=[f"{release}/frame.js"])
    assert "frame.js" not in part["result"]["files"]
    assert "there are" in ask(3, name="../secret", have=[])["error"]


def test_a_cell_that_blocks_brings_all_once(fresh: Kernel) -> None:
    # A page that was reloaded since has nothing of this.
    fresh.run("await lg_jupyter.stream(talk(5), INPUT);")
    blocked = "for _ in range(2): lg_jupyter.stream(talk(5), INPUT, thread=True).wait()"
    for published in (fresh.run(blocked), fresh.run(blocked)):
        (all_of_it,) = files(published)
        assert {"frame.js", "run.js", "markdown.js", "timeline.js"} <= set(all_of_it)
        assert len(opened(published)) == 2


def test_a_notebook_keeps_little_of_each_view() -> None:
    cells = [
        SETUP,
        *["await lg_jupyter.stream(talk(5), INPUT);"] * 2,
        "await lg_jupyter.map(talk(5), [INPUT, INPUT]);",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=int(patience(60)), resources={"metadata": {"path": ROOT}}).execute()
    kept = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"].values()
    ours = [each["state"] for each in kept if "_summary" in each["state"]]
    assert [state["_module"].partition("/")[2] for state in ours] == ["run", "run", "batch"]
    assert all("_css" not in state and len(compact(state)) <= KEPT for state in ours)
