"""How many bytes a notebook has with what its runs need to open without a kernel, and without.

    python -m benchmarks.saved [--tokens 20000] [--steps 1000]

Of the quickstart, of a run of so many tokens, and of so many steps in each of which a list of messages grows
by one. A record stands in all of them; the state of widgets, which nbclient keeps too, is counted apart.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from benchmarks.graphs import SETUP

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
SECONDS = 300
"""How long a cell may take."""

TOKENS = "await lg_jupyter.stream(build({tokens}), EMPTY);"

STEPS = """
from operator import add
from typing import Annotated, TypedDict
from langgraph.graph import END, START, StateGraph

class Chat(TypedDict):
    messages: Annotated[list, add]

def step(state):
    return {{"messages": [("user", f"message {{len(state['messages'])}} of many")]}}

def follow(state):
    return END if len(state["messages"]) >= {steps} else "step"

graph = StateGraph(Chat).add_node(step).add_edge(START, "step").add_conditional_edges("step", follow)
await lg_jupyter.stream(graph.compile(), {{"messages": []}}, config={{"recursion_limit": {steps} + 5}});
"""


def quickstart() -> list[str]:
    """The code cells of the quickstart."""
    notebook = nbformat.read(NOTEBOOKS / "quickstart.ipynb", as_version=4)
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def measure(cells: list[str], saved_size: int) -> tuple[int, int]:
    """The bytes of a notebook, and those of the state of its widgets."""
    option = f"import lg_jupyter; lg_jupyter.options.saved_size = {saved_size}"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(each) for each in (option, *cells)])
    resources = {"metadata": {"path": str(NOTEBOOKS)}}
    NotebookClient(notebook, timeout=SECONDS, resources=resources).execute()
    state = len(json.dumps(notebook.metadata.pop("widgets", {})))
    return len(nbformat.writes(notebook).encode()), state


def show(name: str, cells: list[str]) -> None:
    before, state = measure(cells, 0)
    after, _ = measure(cells, 1_000_000)
    sizes = f"{before / 1000:9.1f} kB → {after / 1000:9.1f} kB"
    print(f"  {name:24}{sizes}   {state / 1000:8.1f} kB of widgets", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tokens", type=int, default=20_000)
    parser.add_argument("--steps", type=int, default=1_000)
    arguments = parser.parse_args()
    show("the quickstart", quickstart())
    show(f"{arguments.tokens:,} tokens", [SETUP, TOKENS.format(tokens=arguments.tokens)])
    show(f"{arguments.steps:,} steps", [STEPS.format(steps=arguments.steps)])


if __name__ == "__main__":
    main()
