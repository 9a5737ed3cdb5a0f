"""Screenshots of forms in a real JupyterLab, to be looked at, and the one in ``docs``: FOLDER/app.png.

python -m tests.browser.look_form FOLDER
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Locator, sync_playwright

from tests.browser.form_cells import SETUP
from tests.browser.lab import ROOT, Lab, NotebookPage, launch

WIDTHS = (700, 1400)
ATTACHED = [ROOT / "docs" / "app.png", ROOT / "README.md"]

CELLS = [
    SETUP,
    "form = lg_jupyter.app(research); form",
    "lg_jupyter.app(huge)",
    "lg_jupyter.app(failing, {'topic': 'Atlantis'})",
    "lg_jupyter.app(slow, {'topic': 'rain'})",
    "lg_jupyter.app(chat)",
]


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with Lab(Path(tempfile.mkdtemp())) as lab, sync_playwright() as playwright:
        browser = launch(playwright)
        for width in WIDTHS:
            page = browser.new_page(viewport={"width": width, "height": 1100})
            lab.write(f"{width}.ipynb", *CELLS)
            look(NotebookPage(page, lab, f"{width}.ipynb").open(), folder / f"{width}")
            page.close()
        page = browser.new_page(viewport={"width": 1100, "height": 1300})
        lab.write("docs.ipynb", SETUP, "lg_jupyter.app(chat)")
        picture(NotebookPage(page, lab, "docs.ipynb").open(), folder / "app.png")
        browser.close()


def look(notebook: NotebookPage, prefix: Path) -> None:
    page = notebook.page
    notebook.theme("JupyterLab Light")
    for number in range(len(CELLS)):
        notebook.run(number)
        notebook.finish(number)
    research, _, failing, slow, chat = [form(notebook, number) for number in range(1, len(CELLS))]
    for number, name in enumerate(("research", "huge", "failing", "slow", "chat"), 1):
        both(notebook, number, f"{prefix}-{name}-empty")
    research.get_by_role("button", name="Run", exact=True).click()
    both(notebook, 1, f"{prefix}-research-wrong")
    research.get_by_label("topic", exact=True).fill("tea in Portugal")
    for name in ("where", "sources"):
        research.get_by_role("group", name=name).get_by_role("button", name="Give").click()
    research.get_by_role("group", name="sources").get_by_role("button", name="Add an item").click()
    research.get_by_label("url", exact=True).fill("https://example.org")
    research.get_by_role("button", name="Python").click()
    page.wait_for_timeout(700)
    both(notebook, 1, f"{prefix}-research-filled")
    for each in (research, failing, slow):
        each.get_by_role("button", name="Run", exact=True).click()
        page.wait_for_timeout(2_500)
    both(notebook, 1, f"{prefix}-research-ran")
    both(notebook, 3, f"{prefix}-failing-failed")
    both(notebook, 4, f"{prefix}-slow-running")
    slow.get_by_role("button", name="Stop").click()
    chat.locator("input[type=file]").set_input_files(ATTACHED)
    chat.get_by_label("Message").fill("What is in these?")
    both(notebook, 5, f"{prefix}-chat-attached")
    for n, text in enumerate(("Two days in Lisbon?", "Yes, a room please.", "now fail", "and ask me")):
        chat.get_by_label("Message").fill(text)
        chat.get_by_label("Message").press("Enter")
        page.wait_for_timeout(600)
        both(notebook, 5, f"{prefix}-chat-{n}-running")
        page.wait_for_timeout(3_000)
        both(notebook, 5, f"{prefix}-chat-{n}")


def picture(notebook: NotebookPage, path: Path) -> None:
    """The picture in the docs: a chat of two turns, and the panels of the second."""
    for number in (0, 1):
        notebook.run(number)
        notebook.finish(number)
    chat = form(notebook, 1)
    for text in ("Two days in Lisbon?", "Yes, a room please."):
        chat.get_by_label("Message").fill(text)
        chat.get_by_label("Message").press("Enter")
        notebook.page.wait_for_timeout(3_000)
    notebook.output(1).screenshot(path=path)


def form(notebook: NotebookPage, number: int) -> Locator:
    return notebook.output(number).get_by_role("region", name="LangGraph form")


def both(notebook: NotebookPage, number: int, name: str) -> None:
    notebook.output(number).scroll_into_view_if_needed()
    notebook.output(number).screenshot(path=f"{name}.png")
    if "empty" in name or "ran" in name or "chat-1" in name:
        notebook.theme("JupyterLab Dark")
        notebook.output(number).screenshot(path=f"{name}-dark.png")
        notebook.theme("JupyterLab Light")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
