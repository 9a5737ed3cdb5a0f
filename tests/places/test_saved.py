"""A saved notebook in Notebook 7: the panels of its run, with no kernel, trusted or not."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.sign import NotebookNotary
from playwright.sync_api import Page, expect

from tests.browser.lab import ROOT
from tests.patience import patience
from tests.places.conftest import Serve

pytest.importorskip("notebook", reason="the extra front-ends has it")
pytestmark = pytest.mark.matrix

PREPARE = """
import lg_jupyter
from tests.graphs import INPUTS, build
"""
RUN = "run = await lg_jupyter.stream(build('react'), INPUTS['react'])"


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> nbformat.NotebookNode:
    """A notebook that was run where no front end was, and whose kernel is none of this machine's."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in (PREPARE, RUN)]
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("LANGSMITH_TRACING", "false")
        NotebookClient(
            notebook,
            timeout=int(patience(100)),
            startup_timeout=int(patience(60)),
            resources={"metadata": {"path": str(tmp_path_factory.mktemp("made"))}},
        ).execute()
    notebook.metadata.kernelspec = {"name": "none", "display_name": "none", "language": "none"}
    notebook.metadata.pop("language_info", None)
    return notebook


def trust(notebook: nbformat.NotebookNode, home: Path) -> None:
    """Signs it as the server would whose data are in this folder."""
    (home / "jupyter_data_dir").mkdir(parents=True, exist_ok=True)
    notary = NotebookNotary(data_dir=str(home / "jupyter_data_dir"))
    notary.sign(notebook)
    notary.store.close()


def put_labextension(home: Path) -> None:
    """Where the server looks, as this checkout builds it."""
    assert (ROOT / "labextension" / "package.json").is_file(), "run `make assets` first"
    places = home / "jupyter_data_dir" / "labextensions"
    places.mkdir(parents=True, exist_ok=True)
    (places / "lg-jupyter").symlink_to(ROOT / "labextension", target_is_directory=True)


@pytest.mark.parametrize("trusted", [False, True])
def test_each_panel_opens_without_a_kernel(
    saved: nbformat.NotebookNode, serve: Serve, tmp_path: Path, page: Page, trusted: bool
) -> None:
    nbformat.write(saved, tmp_path / "saved.ipynb")
    if trusted:
        trust(saved, tmp_path / "home")
    put_labextension(tmp_path / "home")
    problems: list[str] = []  # Notebook has some of its own
    page.on("pageerror", lambda error: "lg-jupyter" in str(error.stack) and problems.append(str(error.stack)))
    server = serve(
        *("notebook", "--no-browser", "--allow-root", "--port={port}", "--ServerApp.ip=127.0.0.1"),
        "--IdentityProvider.token=none",
    )
    page.goto(f"{server.url}/notebooks/saved.ipynb?token=none")
    page.locator(".jp-Dialog").get_by_role("button", name="No Kernel").click()
    output = page.locator(".jp-Notebook .jp-Cell").nth(1).locator(".jp-Cell-outputArea")
    output.scroll_into_view_if_needed()
    view = output.locator(".lgj-saved .lgj-root").first
    expect(view.get_by_text("Saved run, not connected")).to_be_visible()
    expect(view).to_contain_text("It rains in Bergen.")
    for panel in ("Timeline", "State", "Graph", "Calls", "Events"):
        view.get_by_role("tab", name=re.compile(f"^{panel}")).click()
        shown = view.get_by_role("tabpanel", name=re.compile(f"^{panel}"))
        expect(shown).to_be_visible()
        expect(shown.get_by_text("Loading")).to_have_count(0)
    for line in ("Loading widget", "model not found", "live view of", "lg_jupyter: live view"):
        expect(output.get_by_text(line)).to_be_hidden()
    assert problems == []
