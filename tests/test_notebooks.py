"""The notebooks that we ship run from top to bottom, offline, and are kept with what needs no kernel."""

from __future__ import annotations

import re

import nbformat
import pytest

from lg_jupyter.widgets.offline.data import OFFLINE_MIME_TYPE
from tests.patience import patience
from tools.notebooks import NOTEBOOKS, VIEW, execute, unpacked

NAMES = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_kept_with_what_reads_without_a_kernel(name: str) -> None:
    notebook = nbformat.read(NOTEBOOKS / name, as_version=4)
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    kinds = {kind for output in outputs for kind in output.get("data", {})}
    assert "text/html" in kinds
    assert VIEW not in kinds
    assert "widgets" not in notebook.metadata
    assert not [output for output in outputs if output.output_type == "error"]


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever looks for the network finds a proxy that is not there."""
    for scheme in ("http", "https", "all"):
        monkeypatch.setenv(f"{scheme}_proxy", "http://127.0.0.1:9")
        monkeypatch.setenv(f"{scheme}_proxy".upper(), "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")
    monkeypatch.setenv("LANGSMITH_TRACING", "false")


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize("name", sorted(path.name for path in NOTEBOOKS.glob("*.ipynb")))
def test_a_kept_notebook_names_no_folder_of_the_machine_that_ran_it(name: str) -> None:
    notebook = nbformat.read(NOTEBOOKS / name, as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    kept = [output.get("data", {}).get(OFFLINE_MIME_TYPE, {}).get("views", ()) for output in outputs]
    data = [unpacked(view["data"]) for views in kept for view in views]
    assert data
    assert not [text for text in data if re.search(r'"/[^"]*(site-packages|lib/python)', text)]


def test_quickstart_runs_from_top_to_bottom() -> None:
    notebook = execute("quickstart.ipynb", int(patience(60)))
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    assert len(first.source.splitlines()) <= 10
    kinds = {kind for output in first.outputs for kind in output.get("data", {})}
    assert {VIEW, "text/html", "text/plain"} <= kinds
    assert "published, after:" in printed(first)
    assert "Gulbenkian" in record(first)
    assert "look_up" in record(first)
    assert "'success'" in shown(cell_with(notebook, "run.status"))
    assert "food" in record(cell_with(notebook, "%%lgstream trip --thread again"))
    assert "102 €" in shown(cell_with(notebook, "await third"))


@pytest.mark.usefixtures("offline")
def test_people_in_the_loop() -> None:
    notebook = execute("human_in_the_loop.ipynb", int(patience(60)))
    assert "Lunch on Friday at noon?" in shown(cell_with(notebook, "call.args, call.result"))
    assert "'packed'" in shown(cell_with(notebook, "shop.output\n"))
    assert "gift wrapped" in shown(cell_with(notebook, "branch.output"))
    assert "'interrupted'" in shown(cell_with(notebook, "stopped.status"))
    assert "'packed'" in shown(cell_with(notebook, "await stopped.resume()\n"))


@pytest.mark.usefixtures("offline")
def test_traces_become_frames() -> None:
    notebook = execute("traces_to_dataframes.ipynb", int(patience(60)))
    assert "researcher" in shown(cell_with(notebook, "messages.groupby"))
    assert "publish" in shown(cell_with(notebook, "duckdb.sql"))
    assert "chat researcher" in shown(cell_with(notebook, "collector.names()"))
    (chart,) = [output for output in cell_with(notebook, "alt.Chart").outputs if "data" in output]
    assert any(kind.startswith("application/vnd.vegalite") for kind in chart.data)


@pytest.mark.usefixtures("offline")
def test_what_each_call_got() -> None:
    notebook = execute("agents.ipynb", int(patience(60)))
    told = record(cell_with(notebook, "%%lgstream concierge"))
    assert "RateLimitError" in told and "request req_8f2c41" in told and "prompts" in told
    assert "429, 'req_8f2c41', 2, True" in shown(cell_with(notebook, "refused, again"))
    assert "answer = planner.bind(tools=tools" in shown(cell_with(notebook, "run.calls[1].code()"))
    assert "sunny" in shown(cell_with(notebook, "planner.invoke(other)"))
    assert "write" in shown(cell_with(notebook, 'run.calls.totals("agent")'))
    assert "price=" in shown(cell_with(notebook, "priced.frames.model_calls"))
    assert float(shown(cell_with(notebook, 'priced.usage["cost"]'))) > 0
    assert "cancelled\nIt met max_tokens=60: " in printed(cell_with(notebook, "short.note"))
    assert "own_time" in shown(cell_with(notebook, "tasks.groupby"))


@pytest.mark.usefixtures("offline")
def test_your_own_code() -> None:
    notebook = execute("your_own_code.ipynb", int(patience(60)))
    asked = cell_with(notebook, 'guide_book.ask("Two days')
    assert "See the tiles first" in shown(asked)
    assert "success" in record(asked)
    loop = cell_with(notebook, "answers[-2:]")
    assert "no such place" in shown(loop)
    assert "9 runs" in record(loop)
    assert "Went on in" in record(cell_with(notebook, '"A table, please"'))
    assert "It went on here" in record(cell_with(notebook, "Command(resume=4)"))
    assert "('success', 1)" in shown(cell_with(notebook, "booked.status"))
    assert "success" in record(cell_with(notebook, "lg_jupyter.show(stream)"))


def cell_with(notebook: nbformat.NotebookNode, text: str) -> nbformat.NotebookNode:
    (cell,) = (cell for cell in notebook.cells if cell.cell_type == "code" and text in f"{cell.source}\n")
    return cell


def shown(cell: nbformat.NotebookNode) -> str:
    """The plain text of what the cell evaluated to."""
    (result,) = (output for output in cell.outputs if output.output_type == "execute_result")
    return str(result.data["text/plain"])


def printed(cell: nbformat.NotebookNode) -> str:
    return "".join(output.text for output in cell.outputs if output.output_type == "stream")


def record(cell: nbformat.NotebookNode) -> str:
    """The static account of the run that stays in the cell."""
    return "".join(
        output.data["text/html"] for output in cell.outputs if "text/html" in output.get("data", {})
    )


@pytest.mark.usefixtures("offline")
def test_a_dashboard() -> None:
    notebook = execute("dashboard.ipynb", int(patience(60)))
    assert "'success'" in shown(cell_with(notebook, "run.status"))
    assert "Gulbenkian" in record(cell_with(notebook, "lg_jupyter.dashboard(run"))
    assert "kind='step', id=1" in shown(cell_with(notebook, "timeline.step = 1"))
    assert "<div" in shown(cell_with(notebook, "picture.value[:40]"))
