"""Screenshots of every state in a real JupyterLab, to be looked at: light and dark, narrow and wide.

python -m tests.browser.look FOLDER
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import nbformat
from playwright.sync_api import sync_playwright

from tests.browser.lab import Lab, NotebookPage, launch

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
WIDTHS = (700, 1400)

EXTRA = """
from langgraph.types import interrupt

def ask(state: Trip):
    return {"log": [interrupt({"question": "Book it?", "costs": state.get("costs")})]}

def fail(state: Trip):
    raise ValueError("no such place: Atlantis")

def graph_of(*nodes):
    builder = StateGraph(Trip)
    for node in nodes:
        builder.add_node(node.__name__, node).add_edge(START, node.__name__)
    return builder.compile(checkpointer=InMemorySaver(), name=nodes[-1].__name__)

asking, failing = graph_of(write, ask), graph_of(budget, fail)
"""

CELLS = {
    "success": '%%lgstream trip -o run\n{"messages": [("user", "Two days in Lisbon?")]}',
    "interrupted": '%%lgstream asking\n{"messages": [("user", "Two days in Lisbon?")]}',
    "error": '%%lgstream failing\n{"messages": [("user", "Two days in Atlantis?")]}',
}


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with Lab(Path(tempfile.mkdtemp())) as lab, sync_playwright() as playwright:
        shutil.copy(NOTEBOOKS / "scripted_model.py", lab.root)
        quickstart = nbformat.read(NOTEBOOKS / "quickstart.ipynb", as_version=4)
        setup = next(cell.source for cell in quickstart.cells if cell.cell_type == "code")
        cells = [f"{setup}\n{EXTRA}", "%load_ext lg_jupyter", *CELLS.values()]
        browser = launch(playwright)
        for width in WIDTHS:
            page = browser.new_page(viewport={"width": width, "height": 1000})
            lab.write(f"{width}.ipynb", *cells)
            notebook = NotebookPage(page, lab, f"{width}.ipynb").open()
            look(notebook, folder / f"{width}")
            page.close()
        page = browser.new_page(viewport={"width": 1200, "height": 1000}, device_scale_factor=2)
        picture(NotebookPage(page, lab, f"{WIDTHS[-1]}.ipynb").open(), folder / "readme")
        browser.close()


def look(notebook: NotebookPage, prefix: Path) -> None:
    notebook.theme("JupyterLab Light")
    for number in (0, 1):
        notebook.run(number)
        notebook.finish(number)
    for number, name in enumerate(CELLS, 2):
        notebook.run(number)
        notebook.page.wait_for_timeout(1_500)
        shoot(notebook, number, f"{prefix}-{name}-running")
        notebook.finish(number)
        notebook.page.wait_for_timeout(300)
        shoot(notebook, number, f"{prefix}-{name}")
    for tab in notebook.output(2).get_by_role("tab").all():
        title = (tab.text_content() or "").rstrip("0123456789").lower()
        tab.click()
        notebook.page.wait_for_timeout(200)
        shoot(notebook, 2, f"{prefix}-tab-{title}")
    notebook.theme("JupyterLab Dark")
    notebook.page.wait_for_timeout(500)
    for number, name in enumerate(CELLS, 2):
        shoot(notebook, number, f"{prefix}-{name}-dark")


def picture(notebook: NotebookPage, path: Path) -> None:
    """The README's: tokens as they come, beside the timeline."""
    notebook.theme("JupyterLab Light")
    for number in (0, 1):
        notebook.run(number)
        notebook.finish(number)
    notebook.run(2)
    right = notebook.output(2).get_by_role("tablist").nth(1)
    right.get_by_role("tab", name="Timeline").click()
    notebook.page.wait_for_timeout(3_800)
    shoot(notebook, 2, f"{path}")
    notebook.finish(2)


def shoot(notebook: NotebookPage, number: int, path: str) -> None:
    cell = notebook.cell(number)
    cell.scroll_into_view_if_needed()
    cell.screenshot(path=f"{path}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
