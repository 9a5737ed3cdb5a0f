"""How big the front end is: what each view holds, what comes to a page once, what a notebook keeps of a run.

    python -m benchmarks.bundle [--views 3]

The last is counted in a notebook of so many runs that nbclient executed, which keeps all state of widgets.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterable

import nbformat
from nbclient import NotebookClient

from benchmarks.graphs import SETUP
from lg_jupyter.widgets import bundles
from lg_jupyter.widgets.run import INITIAL_MODULES

LOADER = 3_000
FRAME = 150_000
"""Bytes: the budgets of what each view holds, and of the frame with the tokens."""


def show(name: str, texts: Iterable[str], budget: int | None = None) -> None:
    content = "".join(texts).encode()
    zipped = len(gzip.compress(content, 9))
    share = f"   {len(content) / budget:.2f} × the budget" if budget else ""
    print(f"  {name:44}{len(content) / 1000:8.1f} kB {zipped / 1000:8.1f} kB gzip{share}")


def show_modules() -> None:
    built = bundles.get_manifest()
    if built is None:
        print("  nothing is built: run `make assets`")
        return
    show("the loader, in each view", [bundles.make_loader_script()], LOADER)
    frame = bundles.read_module_files(["run"])
    show("frame, tokens and store, once", frame.values(), FRAME)
    show("with a kernel's first view", bundles.read_module_files(["run", *INITIAL_MODULES]).values())
    for name in built.modules:
        if name != "run":
            show(f"{name}, beside those", bundles.read_module_files([name], without=frame).values())
    show("everything", bundles.read_module_files(built.modules).values())


def show_saved(views: int) -> None:
    run = "await lg_jupyter.stream(graph, EMPTY);"
    cells = [SETUP, "import lg_jupyter\ngraph = build(20)", *[run] * views]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=120).execute()
    states = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"].values()
    ours = [len(json.dumps(each)) for each in states if "_summary" in each["state"]]
    whole = sum(len(json.dumps(each)) for each in states)
    print(f"  a notebook keeps {sum(ours) / len(ours) / 1000:.1f} kB of each view,", end=" ")
    print(f"{whole / len(ours) / 1000:.1f} kB with its layout")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--views", type=int, default=3)
    arguments = parser.parse_args()
    show_modules()
    if arguments.views:
        show_saved(arguments.views)


if __name__ == "__main__":
    main()
