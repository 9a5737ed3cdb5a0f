"""Runs the notebooks, and keeps them with outputs that read without a kernel.

    python -m tools.notebooks            all of them
    python -m tools.notebooks NAME ...   these

What only a kernel can show (views of widgets, their state) is left out, as are times of execution: the
records and tables stay, as do the panels' data, without where this machine keeps its packages.
"""

from __future__ import annotations

import base64
import gzip
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from lg_jupyter.widgets.offline.data import OFFLINE_MIME_TYPE

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
VIEW = "application/vnd.jupyter.widget-view+json"
SECONDS = 180
"""How long a cell may take."""


def execute(name: str, seconds: int = SECONDS) -> Any:
    """The notebook ``name`` with the outputs of a run from top to bottom; raises what a cell raises."""
    notebook = nbformat.read(NOTEBOOKS / name, as_version=4)
    resources = {"metadata": {"path": str(NOTEBOOKS)}}
    NotebookClient(notebook, timeout=seconds, startup_timeout=seconds, resources=resources).execute()
    return notebook


def without_views(notebook: Any) -> Any:
    """The notebook without what needs a kernel."""
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type != "code":
            continue
        for output in cell.outputs:
            output.get("data", {}).pop(VIEW, None)
            for view in output.get("data", {}).get(OFFLINE_MIME_TYPE, {}).get("views", ()):
                view["data"] = without_places(view["data"])
        cell.outputs = [output for output in cell.outputs if output.get("data", output.get("text"))]
    return notebook


def without_places(data: str) -> str:
    """The data of a view's panels without the folders of this machine, which frames of exceptions name."""
    text = unpacked(data)
    for place in (sys.prefix, sys.base_prefix, str(NOTEBOOKS.parent)):
        text = text.replace(f"{place}{os.sep}", "")
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def unpacked(data: str) -> str:
    return gzip.decompress(base64.b64decode(data)).decode()


def main(arguments: Sequence[str]) -> int:
    os.environ["LANGSMITH_TRACING"] = "false"
    for name in arguments or sorted(path.name for path in NOTEBOOKS.glob("*.ipynb")):
        nbformat.write(without_views(execute(name)), NOTEBOOKS / name)
        print(f"{name}: {(NOTEBOOKS / name).stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
