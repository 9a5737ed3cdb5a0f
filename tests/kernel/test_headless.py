"""Notebooks that nobody watches, and files: the cell waits for its run by itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import papermill
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_notebook

from tests.kernel.cells import SETUP
from tests.patience import patience

STARTS_IN = int(patience(60))
"""Seconds that a kernel may take to be there."""

CELLS = [
    "%load_ext lg_jupyter",
    f"{SETUP}\nasync def later(state):\n    await asyncio.sleep(0.5)\n    return {{'x': state['x'] + 1}}\n",
    "later_graph = compiled(later=later)",
    "%%lgstream later_graph -o run\n{'x': 1}",
    "print(run.status, run.output)",
]


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    return written(tmp_path, CELLS)


def written(folder: Path, cells: list[str]) -> Path:
    notebook = new_notebook(cells=[new_code_cell(source) for source in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook.metadata["language_info"] = {
        "name": "python",
        "file_extension": ".py",
        "nbconvert_exporter": "python",
    }
    path = folder / "notebook.ipynb"
    nbformat.write(notebook, path)
    return path


def printed(path: Path) -> str:
    outputs = nbformat.read(path, as_version=4).cells[-1].outputs
    return "".join(output.text for output in outputs if output.output_type == "stream")


def run(*command: str, cwd: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> nbformat.NotebookNode:
    notebook = nbformat.read(written(tmp_path_factory.mktemp("executed"), CELLS), as_version=4)
    NotebookClient(notebook, kernel_name="python3", startup_timeout=STARTS_IN).execute()
    return notebook


def test_nbclient(executed, tmp_path) -> None:
    nbformat.write(executed, tmp_path / "executed.ipynb")
    assert printed(tmp_path / "executed.ipynb") == "success {'x': 2}\n"


def test_papermill(notebook, tmp_path) -> None:
    papermill.execute_notebook(
        notebook, tmp_path / "out.ipynb", kernel_name="python3", start_timeout=STARTS_IN, progress_bar=False
    )
    assert printed(tmp_path / "out.ipynb") == "success {'x': 2}\n"


@pytest.mark.matrix
def test_jupyter_execute(notebook, tmp_path) -> None:
    run("jupyter", "execute", "--inplace", f"--startup_timeout={STARTS_IN}", notebook.name, cwd=tmp_path)
    assert printed(notebook) == "success {'x': 2}\n"


def test_the_record_is_in_the_saved_notebook(executed) -> None:
    outputs = executed.cells[3].outputs
    assert len(outputs) == 2
    assert "application/vnd.jupyter.widget-view+json" in outputs[0].data
    assert "success" in outputs[1].data["text/html"]
    assert "later_graph" in outputs[1].data["text/plain"]


def test_wait_all_at_the_end_of_a_notebook(tmp_path) -> None:
    cells = [
        *CELLS[:3],
        "%%lgstream later_graph -o run --background\n{'x': 1}",
        "import lg_jupyter\nprint(run.status)\nawait lg_jupyter.wait_all()\nprint(run.status, run.output)",
    ]
    executed = nbformat.read(written(tmp_path, cells), as_version=4)
    NotebookClient(executed, kernel_name="python3", startup_timeout=STARTS_IN).execute()
    assert "".join(output.text for output in executed.cells[-1].outputs) == "running\nsuccess {'x': 2}\n"
    assert "success" in executed.cells[3].outputs[1].data["text/html"]


def test_a_failing_run_stops_the_notebook(tmp_path) -> None:
    cells = [*CELLS[:2], "%%lgstream failing_graph\n{'x': 0}", "print('not reached')"]
    executed = nbformat.read(written(tmp_path, cells), as_version=4)
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        NotebookClient(executed, kernel_name="python3", startup_timeout=STARTS_IN).execute()
    assert executed.cells[-1].outputs == []


@pytest.mark.parametrize("program", ["ipython", pytest.param("ipython %run", marks=pytest.mark.matrix)])
def test_an_exported_script(notebook, tmp_path, program) -> None:
    run("nbconvert", "--to", "script", notebook.name, cwd=tmp_path)
    assert (
        "get_ipython().run_cell_magic('lgstream', 'later_graph -o run'"
        in (tmp_path / "notebook.py").read_text()
    )
    command = ["notebook.py"] if program == "ipython" else ["-c", "%run notebook.py"]
    assert run("IPython", *command, cwd=tmp_path).endswith("success {'x': 2}\n")


@pytest.mark.parametrize("program", ["ipython", pytest.param("ipython %run", marks=pytest.mark.matrix)])
def test_a_file_of_cells(tmp_path, program) -> None:
    (tmp_path / "cells.ipy").write_text(
        "\n".join(CELLS[:3]) + "\nrun = %lgstream later_graph --input {'x': 1}\n" + CELLS[4]
    )
    command = ["cells.ipy"] if program == "ipython" else ["-c", "%run cells.ipy"]
    assert run("IPython", *command, cwd=tmp_path).endswith("success {'x': 2}\n")
