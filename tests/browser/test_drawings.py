"""The panels that draw, in a real JupyterLab: what the kernel says of a graph is what one sees."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook
from tests.browser.test_panels import RUN, SETUP


def test_the_graph_says_where_its_run_has_been_and_a_task_opens_in_the_timeline(
    open_notebook: OpenNotebook,
) -> None:
    notebook = open_notebook(SETUP, "%load_ext lg_jupyter", RUN)
    problems: list[str] = []
    notebook.page.on("pageerror", lambda error: problems.append(str(error)))
    for number in (0, 1, 2):
        notebook.run(number)
        notebook.finish(number)
    pane = notebook.output(2)
    pane.get_by_role("tab", name="Graph", exact=True).click()
    nodes = pane.locator("[data-node]")
    expect(nodes).to_have_count(2)
    expect(nodes.first).to_have_attribute("aria-label", re.compile(r"^plan, success, 1 task, "))
    pane.get_by_role("tab", name="Timeline").click()
    pane.get_by_role("option", name=re.compile("^write, step 2, success")).click()
    details = pane.get_by_role("group", name="Task write")
    expect(details).to_contain_text("result")
    expect(details).to_contain_text("eels")
    assert problems == []
