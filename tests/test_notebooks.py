"""The notebooks that we ship run from top to bottom, offline, and are kept without outputs."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.patience import patience

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"


def read(name: str) -> nbformat.NotebookNode:
    return nbformat.read(NOTEBOOKS / name, as_version=4)


@pytest.mark.parametrize("name", sorted(path.name for path in NOTEBOOKS.glob("*.ipynb")))
def test_notebook_is_kept_without_outputs(name: str) -> None:
    for cell in read(name).cells:
        if cell.cell_type == "code":
            assert (cell.outputs, cell.execution_count) == ([], None), cell.source


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever looks for the network finds a proxy that is not there."""
    for scheme in ("http", "https", "all"):
        monkeypatch.setenv(f"{scheme}_proxy", "http://127.0.0.1:9")
        monkeypatch.setenv(f"{scheme}_proxy".upper(), "http://127.0.0.1:9")


@pytest.mark.usefixtures("offline")
def test_quickstart_runs_from_top_to_bottom() -> None:
    notebook = read("quickstart.ipynb")
    client = NotebookClient(
        notebook,
        timeout=int(patience(60)),
        startup_timeout=int(patience(60)),
        resources={"metadata": {"path": str(NOTEBOOKS)}},
    )

    client.execute()

    watched = cell_with(notebook, "%%lgstream trip --thread lisbon")
    kinds = {kind for output in watched.outputs for kind in output.get("data", {})}
    assert {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"} <= kinds
    assert "published, after:" in printed(watched)
    assert "Gulbenkian" in record(watched)
    assert "'success'" in shown(cell_with(notebook, "run.status"))
    assert "look_up" in record(watched)
    assert "102 €" in shown(cell_with(notebook, "await second"))
    assert "write" in shown(cell_with(notebook, "quick = "))


def cell_with(notebook: nbformat.NotebookNode, text: str) -> nbformat.NotebookNode:
    (cell,) = (cell for cell in notebook.cells if cell.cell_type == "code" and text in cell.source)
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
