"""A run in a real JupyterLab: seen while it goes on, stopped, reloaded, reopened without its kernel."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import OpenNotebook
from tests.browser.lab import ROOT, Lab, NotebookPage

SETUP = """
import lg_jupyter
from langgraph.graph import START, StateGraph
from tests.graphs import Chat, ScriptedModel

def talk(count, pause):
    model = ScriptedModel(lines=[[f"word{number} " for number in range(count)]], pause=pause)
    async def speak(state):
        return {"messages": [await model.ainvoke(state["messages"])]}
    return StateGraph(Chat).add_node("speak", speak).add_edge(START, "speak").compile(name="talk")

short, medium, endless = talk(5, 0.0), talk(300, 0.02), talk(20_000, 0.05)
"""
LOAD = "%load_ext lg_jupyter"
INPUT = '{"messages": [("user", "go")]}'


def view(scope: Locator) -> Locator:
    """The live view."""
    return scope.locator(".lgj-root")


def record(scope: Locator) -> Locator:
    """The static record."""
    return scope.locator(".lgj-record")


def prepare(open_notebook: OpenNotebook, *cells: str) -> NotebookPage:
    """A notebook with these cells after the two that load the extension and define graphs."""
    notebook = open_notebook(SETUP, LOAD, *cells)
    for number in (0, 1):
        notebook.run(number)
        notebook.finish(number)
    return notebook


def seen(page: Page, cell: Locator, text: str, prompt: str) -> None:
    """Waits until, at one moment, the view in the cell shows a text and the prompt says this."""
    page.wait_for_function(
        """([cell, text, prompt]) =>
            cell.querySelector(".lgj-root")?.textContent.includes(text) &&
            cell.querySelector(".jp-InputPrompt").textContent.includes(prompt)""",
        arg=[cell.element_handle(), text, prompt],
    )


def test_the_quickstart_runs_and_tokens_appear_while_the_cell_runs(browser: Browser, lab: Lab) -> None:
    shutil.copytree(ROOT / "notebooks", lab.root / "notebooks", dirs_exist_ok=True)
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    notebook = NotebookPage(page, lab, "notebooks/quickstart.ipynb").open()
    source = lab.read("notebooks/quickstart.ipynb").cells
    code = [number for number, cell in enumerate(source) if cell.cell_type == "code"]
    streamed = code[0]
    notebook.run(streamed)
    seen(page, notebook.cell(streamed), "Let me see", "*")
    seen(page, notebook.cell(streamed), "Two museums", "*")
    notebook.finish(streamed)
    expect(view(notebook.output(streamed))).to_contain_text("A weekend in Lisbon")
    expect(view(notebook.output(streamed)).locator("header")).to_contain_text("Success")
    expect(record(notebook.output(streamed))).to_be_hidden()
    for number in [n for n in code if n > streamed]:
        notebook.run(number)
        notebook.finish(number)
        assert "error" not in notebook.output_types(number)
    page.close()


def test_stop_ends_the_cell_normally_and_says_what_was_kept(open_notebook: OpenNotebook) -> None:
    notebook = prepare(open_notebook, f"%%lgstream endless -o run\n{INPUT}", "run.status")
    notebook.run(2)
    seen(notebook.page, notebook.cell(2), "word3 ", "*")
    view(notebook.output(2)).get_by_role("button", name="Stop", exact=True).click()
    notebook.finish(2)
    expect(view(notebook.output(2)).locator("header")).to_contain_text("Cancelled")
    expect(view(notebook.output(2))).to_contain_text("had come is kept")
    expect(view(notebook.output(2))).to_contain_text("word3 ")
    expect(view(notebook.output(2)).get_by_role("button", name="Stop", exact=True)).to_have_count(0)
    assert notebook.output_types(2) == ["display_data", "display_data"]
    notebook.run(3)
    notebook.finish(3)
    expect(notebook.output(3)).to_contain_text("'cancelled'")


@pytest.mark.parametrize("options", ["--background", pytest.param("", marks=pytest.mark.matrix)])
def test_a_reloaded_page_catches_up(open_notebook: OpenNotebook, options: str) -> None:
    notebook = prepare(open_notebook, f"%%lgstream endless {options}\n{INPUT}")
    notebook.run(2)
    expect(view(notebook.output(2))).to_contain_text("word9 ")
    notebook.save()
    notebook.reload_running(2)
    expect(view(notebook.output(2))).to_contain_text("word0 word1 word2 ")
    expect(view(notebook.output(2)).locator("header")).to_contain_text("Running")
    before = view(notebook.output(2)).text_content() or ""
    newest = max(int(number) for number in re.findall(r"word(\d+) ", before))
    expect(view(notebook.output(2))).to_contain_text(f"word{newest + 5} ")  # and it goes on
    expect(record(notebook.output(2))).to_be_hidden()
    view(notebook.output(2)).get_by_role("button", name="Stop", exact=True).click()
    expect(view(notebook.output(2)).locator("header")).to_contain_text("Cancelled")


@pytest.mark.matrix
@pytest.mark.parametrize("options", ["", "--background"])
def test_a_run_that_ended_after_a_reload_says_where_its_record_can_be_had(
    open_notebook: OpenNotebook, options: str
) -> None:
    """JupyterLab has forgotten by then which output the record is."""
    notebook = prepare(open_notebook, f"%%lgstream endless -o run {options}\n{INPUT}", "run.show()")
    notebook.run(2)
    expect(view(notebook.output(2))).to_contain_text("word9 ")
    notebook.save()
    notebook.reload_running(2)
    expect(view(notebook.output(2))).to_contain_text("word9 ")
    view(notebook.output(2)).get_by_role("button", name="Stop", exact=True).click()
    expect(view(notebook.output(2)).locator("header")).to_contain_text("Cancelled")
    expect(view(notebook.output(2))).to_contain_text("run.show() in a cell leaves one")
    notebook.run(3)
    expect(record(notebook.output(3))).to_contain_text("word9 ")
    expect(view(notebook.output(3)).locator("header")).to_contain_text("Cancelled")
    notebook.save()
    forgotten, kept = (str(cell.outputs) for cell in notebook.lab.read(notebook.name).cells[2:])
    assert "lgj-running" in forgotten and "word9 " not in forgotten  # still true: it says since when it ran
    assert "word9 " in kept and "lgj-running" not in kept


@pytest.mark.matrix
def test_a_second_view_and_a_single_panel_catch_up(open_notebook: OpenNotebook) -> None:
    notebook = prepare(
        open_notebook,
        f"%%lgstream endless --background -o run\n{INPUT}",
        'run.panel("tokens", header=True)',
        "run.cancel()",
    )
    notebook.run(2)
    expect(view(notebook.output(2))).to_contain_text("word9 ")
    notebook.command("notebook:create-output-view")
    second = notebook.page.locator(".jp-LinkedOutputView")
    expect(view(second)).to_contain_text("word0 word1 word2 ")
    notebook.run(3)
    expect(view(notebook.output(3))).to_contain_text("word0 word1 word2 ")
    expect(view(notebook.output(3)).get_by_role("tab")).to_have_count(0)
    notebook.run(4)
    for place in (notebook.output(2), second, notebook.output(3)):
        expect(view(place).locator("header")).to_contain_text("Cancelled")


@pytest.mark.matrix
def test_a_run_that_is_over_shows_itself_again_after_a_reload(open_notebook: OpenNotebook) -> None:
    notebook = prepare(open_notebook, f"%%lgstream short\n{INPUT}")
    notebook.run(2)
    notebook.finish(2)
    notebook.save()
    notebook.reload()
    expect(view(notebook.output(2))).to_contain_text("word0 word1 word2 word3 word4")
    expect(view(notebook.output(2)).locator("header")).to_contain_text("Success")
    expect(record(notebook.output(2))).to_be_hidden()


def saved_run(open_notebook: OpenNotebook) -> NotebookPage:
    notebook = prepare(open_notebook, f"%%lgstream short -o run\n{INPUT}", 'run.panel("timeline")')
    for number in (2, 3):
        notebook.run(number)
        notebook.finish(number)
        expect(view(notebook.output(number))).to_be_visible()
        expect(record(notebook.output(number))).to_be_hidden()
    notebook.save()
    notebook.page.close()
    notebook.lab.end_sessions()
    return notebook


@pytest.mark.matrix
def test_without_its_kernel_a_trusted_notebook_shows_the_record(
    open_notebook: OpenNotebook, browser: Browser
) -> None:
    saved = saved_run(open_notebook)
    page = browser.new_page()
    again = NotebookPage(page, saved.lab, saved.name).open()
    expect(record(again.output(2))).to_be_visible()
    expect(record(again.output(2))).to_contain_text("talk · success")
    expect(record(again.output(2))).to_contain_text("word0 word1 word2 word3 word4")
    expect(record(again.output(3))).to_contain_text("timeline")
    for number in (2, 3):  # what JupyterLab has to say of the view is hidden
        failed = again.output(number).get_by_text(re.compile("displaying widget|Loading widget"))
        expect(failed).to_have_count(1)
        expect(failed).to_be_hidden()
    page.close()


def test_an_untrusted_notebook_shows_the_record(
    open_notebook: OpenNotebook, browser: Browser, tmp_path: Path
) -> None:
    saved = saved_run(open_notebook)
    with Lab(tmp_path) as other:  # which never signed this notebook
        shutil.copy(saved.lab.root / saved.name, other.root)
        page = browser.new_page()
        again = NotebookPage(page, other, saved.name).open()
        shown = record(again.output(2))
        expect(shown).to_be_visible()
        expect(shown).to_contain_text("word0 word1 word2 word3 word4")
        shown.get_by_text("timeline").click()
        cell = shown.locator("td").first
        expect(cell).to_have_css("text-align", "left")  # the styles passed the sanitizer
        expect(cell).to_contain_text("speak")
        page.close()


@pytest.mark.matrix
def test_when_the_kernel_dies_the_view_says_so(open_notebook: OpenNotebook) -> None:
    notebook = prepare(open_notebook, f"%%lgstream endless --background\n{INPUT}", "import os; os._exit(1)")
    notebook.run(2)
    expect(view(notebook.output(2))).to_contain_text("word3 ")
    notebook.run(3)
    expect(view(notebook.output(2))).to_contain_text("The kernel is gone")
    expect(view(notebook.output(2))).to_contain_text("unknown")
    expect(view(notebook.output(2)).locator("header")).not_to_contain_text("Running")
    expect(view(notebook.output(2)).get_by_role("button", name="Stop", exact=True)).to_be_disabled()


def brightness(place: Locator, of: str) -> float:
    color = place.evaluate(f"element => getComputedStyle(element).{of}")
    red, green, blue = (float(part) for part in re.findall(r"[\d.]+", color)[:3])
    return (0.299 * red + 0.587 * green + 0.114 * blue) * (255 if "color(srgb" in color else 1)


@pytest.mark.matrix
def test_it_follows_the_theme(open_notebook: OpenNotebook) -> None:
    notebook = prepare(open_notebook, f"%%lgstream short\n{INPUT}")
    notebook.run(2)
    notebook.finish(2)
    for theme, dark in (("JupyterLab Light", False), ("JupyterLab Dark", True)):
        notebook.theme(theme)
        root = view(notebook.output(2))
        expect(root).to_be_visible()
        assert (brightness(root, "backgroundColor") < 100) is dark
        assert (brightness(root, "color") > 150) is dark
    notebook.theme("JupyterLab Light")


PRICES = """
def price(state):
    return {"messages": [("ai", "It costs $5 here and $10 there.")]}

prices = StateGraph(Chat).add_node("price", price).add_edge(START, "price").compile(name="prices")
"""


def test_prices_are_no_formulas_in_view_and_record(open_notebook: OpenNotebook) -> None:
    typeset = "from IPython.display import HTML\nHTML('<p>It costs $5 here and $10 there.</p>')"
    notebook = prepare(open_notebook, PRICES, f"%%lgstream prices\n{INPUT}", typeset)
    for number in (2, 3, 4):
        notebook.run(number)
        notebook.finish(number)
    notebook.save()
    notebook.reload()  # all outputs are drawn anew, the last one after the run's
    expect(notebook.output(4).locator("mjx-container")).to_have_count(1)  # MathJax reads dollars
    for place in (view(notebook.output(3)), record(notebook.output(3))):
        expect(place).to_contain_text("It costs $5 here and $10 there.")
        expect(place.locator("mjx-container")).to_have_count(0)
