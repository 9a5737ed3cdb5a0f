"""Runs in a notebook that is opened again without its kernel, in a real JupyterLab with the labextension."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from playwright.sync_api import Browser, BrowserContext, Locator, expect

from lg_jupyter.widgets.offline.data import OFFLINE_MIME_TYPE
from tests.browser.lab import ROOT, Lab, NotebookPage
from tests.browser.test_panels import RUN, SETUP
from tests.patience import patience

KINDS = (
    *("react", "ask", "broken", "steps", "nested", "fan"),
    *("gate", "asks", "heavy", "flow", "context", "stop"),
)
"""Of graphs in ``tests/graphs.py``; the last is stopped."""

FEW = ("react", "ask")
"""What `make test` opens."""

PANELS = ("Tokens", "State", "Subgraphs", "Timeline", "Calls", "Context", "Graph", "Events", "Checkpoints")

PREPARE = """
%load_ext lg_jupyter
import asyncio
import lg_jupyter
from langgraph.checkpoint.memory import InMemorySaver
from tests.graphs import INPUTS, build
"""

COMPARED = "lg_jupyter.compare(run, run)"
SEVERAL = """
inputs = [INPUTS['react']] * 2
batch = lg_jupyter.map(build('react'), inputs)
await batch
"""

START = "run = lg_jupyter.stream(build('{name}', InMemorySaver()), INPUTS['{name}'], thread_id='t')"
FINISH = "\ntry:\n    await run\nexcept Exception:\n    pass"
STOP = "\nawait asyncio.sleep(0.3)\nrun.cancel()"
NO_KERNEL = {"name": "none", "display_name": "none", "language": "none"}


def cell_of(kind: str) -> str:
    stopped = kind == "stop"
    return START.format(name="slow" if stopped else kind) + (STOP if stopped else "") + FINISH


@pytest.fixture(scope="module")
def opened(request: pytest.FixtureRequest) -> list[str]:
    """The kinds of which tests were chosen, and those that every choice needs."""
    calls = [getattr(item, "callspec", None) for item in request.session.items]
    chosen = {call.params.get("kind") for call in calls if call is not None}
    return [kind for kind in KINDS if kind in FEW or kind in chosen]


@pytest.fixture(scope="module")
def made(opened: list[str], tmp_path_factory: pytest.TempPathFactory) -> nbformat.NotebookNode:
    """A notebook with a run of each kind, as it is kept; made before Playwright has a loop of its own."""
    sources = (PREPARE, *map(cell_of, opened), COMPARED, SEVERAL)
    notebook = nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_code_cell, sources)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("LANGSMITH_TRACING", "false")
        client = NotebookClient(
            notebook,
            timeout=int(patience(100)),
            startup_timeout=int(patience(60)),
            resources={"metadata": {"path": str(tmp_path_factory.mktemp("made"))}},
        )
        client.execute()
    notebook.metadata.kernelspec = NO_KERNEL
    notebook.metadata.pop("language_info", None)
    return notebook


@pytest.fixture(scope="module")
def lab(made: nbformat.NotebookNode, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with Lab(tmp_path_factory.mktemp("lab"), labextension=True) as lab:
        nbformat.write(made, lab.root / "kinds.ipynb")
        yield lab


@pytest.fixture(scope="module")
def context(lab: Lab, browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    context.set_default_timeout(patience(30) * 1000)
    yield context
    context.close()


Problems = list[str]
Open = Callable[[str], tuple[NotebookPage, Problems]]


@pytest.fixture(scope="module")
def without_kernel(lab: Lab, context: BrowserContext) -> Open:
    """Opens a notebook and lets no kernel be started."""

    def open_notebook(name: str) -> tuple[NotebookPage, Problems]:
        page, problems = context.new_page(), []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda line: line.type == "error" and problems.append(line.text))
        notebook = NotebookPage(page, lab, name).open(kernel=False)
        page.locator(".jp-Dialog").get_by_role("button", name="No Kernel").click()
        return notebook, problems

    return open_notebook


@pytest.fixture(scope="module")
def kinds(without_kernel: Open) -> tuple[NotebookPage, Problems]:
    return without_kernel("kinds.ipynb")


def saved_view(output: Locator) -> Locator:
    output.scroll_into_view_if_needed()
    return output.locator(".lgj-saved .lgj-root").first


@pytest.mark.parametrize(
    "kind", [kind if kind in FEW else pytest.param(kind, marks=pytest.mark.matrix) for kind in KINDS]
)
def test_each_panel_of_a_run_opens_untrusted_and_without_a_kernel(
    kinds: tuple[NotebookPage, Problems], opened: list[str], kind: str
) -> None:
    notebook, problems = kinds
    output = notebook.output(1 + opened.index(kind))
    view = saved_view(output)
    expect(view.get_by_text("Saved run, not connected")).to_be_visible()
    expect(output.get_by_text("lg_jupyter: live view")).to_be_hidden()
    for panel in PANELS:
        tab = view.get_by_role("tab", name=re.compile(f"^{panel}"))
        if tab.count() == 0:  # what a run has nothing of
            continue
        tab.click()
        shown = view.get_by_role("tabpanel", name=re.compile(f"^{panel}"))
        expect(shown).to_be_visible()
        expect(shown.get_by_text("Loading")).to_have_count(0)
    assert problems == []


def test_two_runs_compared_and_a_batch_open_too(
    lab: Lab, made: nbformat.NotebookNode, without_kernel: Open
) -> None:
    some = nbformat.from_dict(json.loads(nbformat.writes(made)))
    some.cells = some.cells[-2:]
    nbformat.write(some, Path(lab.root, "several.ipynb"))
    notebook, problems = without_kernel("several.ipynb")
    compared, several = notebook.output(0), notebook.output(1)
    view = saved_view(compared)
    expect(view).to_be_visible()
    view.get_by_role("tab", name=re.compile("^Nodes")).click()
    table = saved_view(several)
    expect(table.get_by_role("row")).to_have_count(3)  # with the titles
    table.get_by_role("row").nth(1).click()
    run = several.locator(".lgj-saved .lgj-root").nth(1)
    expect(run.get_by_role("tab", name=re.compile("^Timeline"))).to_be_visible()
    assert problems == []


def test_a_run_is_set_beside_another_of_the_page(
    kinds: tuple[NotebookPage, Problems], opened: list[str]
) -> None:
    notebook, problems = kinds
    output = notebook.output(1 + opened.index("react"))
    alone = saved_view(output)
    alone.get_by_role("button", name="Compare with…").click()
    offered = output.get_by_role("group", name="Other saved runs of this page").locator(".lgj-menu")
    expect(offered.get_by_role("button", name="weather?")).to_have_count(0)  # what this run was given
    offered.get_by_role("button", name="topic: go on").first.click()
    pair = output.get_by_role("region", name="Two saved runs side by side").locator(".lgj-root")
    expect(pair).to_have_count(3)
    expect(alone).to_be_hidden()
    differences, left, right = pair.nth(0), pair.nth(1), pair.nth(2)
    for given in ("weather?", "topic: go on"):
        expect(differences.locator(".lgj-runs")).to_contain_text(given)
    differences.get_by_role("tab", name=re.compile("^Path")).click()
    expect(differences.get_by_role("tabpanel", name="Path")).to_contain_text("agent")
    for panel in ("State", "Timeline"):
        left.get_by_role("tab", name=re.compile(f"^{panel}")).click()
        for view in (left, right):
            expect(view.get_by_role("tabpanel", name=panel)).to_be_visible()
    left.get_by_role("tab", name=re.compile("^Tokens")).click()
    expect(left).to_contain_text("It rains in Bergen.")
    expect(right).not_to_contain_text("It rains in Bergen.")
    differences.get_by_role("button", name="Close", exact=True).click()
    expect(alone).to_be_visible()
    assert problems == []


def test_a_live_view_is_used_and_in_a_trusted_notebook_without_it_the_saved_one(
    lab: Lab, context: BrowserContext
) -> None:
    lab.write("live.ipynb", SETUP, "%load_ext lg_jupyter", RUN)
    notebook = NotebookPage(context.new_page(), lab, "live.ipynb").open()
    for number in range(3):
        notebook.run(number)
        notebook.finish(number)
    output = notebook.output(2)
    expect(output.locator(".lgj-root")).to_have_count(1)
    expect(output.locator(".lgj-saved")).to_be_hidden()
    notebook.save()
    notebook.page.close()
    lab.end_sessions()
    again = NotebookPage(context.new_page(), lab, "live.ipynb").open()  # a new kernel, which knows no view
    output = again.output(2)
    expect(saved_view(output)).to_contain_text("first the tides")
    for line in ("Loading widget", "model not found", "live view of"):
        expect(output.get_by_text(line)).to_be_hidden()


def test_what_a_newer_release_made_says_so_and_shows_the_record(
    lab: Lab, made: nbformat.NotebookNode, without_kernel: Open
) -> None:
    newer = nbformat.from_dict(json.loads(nbformat.writes(made)))
    newer.cells = newer.cells[:2]
    for output in newer.cells[1].outputs:
        if OFFLINE_MIME_TYPE in output.get("data", {}):
            output["data"][OFFLINE_MIME_TYPE] |= {"format": 99, "version": "9.0"}
    nbformat.write(newer, Path(lab.root, "newer.ipynb"))
    notebook, _ = without_kernel("newer.ipynb")
    output = notebook.output(1)
    expect(output.get_by_text("made with a newer lg_jupyter (9.0)")).to_be_visible()
    expect(output.locator(".lgj-saved details").first).to_be_visible()
