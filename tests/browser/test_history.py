"""Kept runs in a real JupyterLab: found, opened, compared, deleted; and the options of a project."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook

SETUP = """
import pathlib
import os
pathlib.Path("project").mkdir(exist_ok=True)
os.chdir("project")
told = ["[tool.lg_jupyter]", 'panels = ["state", "tokens"]', "height = 300"]
pathlib.Path("pyproject.toml").write_text("\\n".join(told))
import lg_jupyter
from tests.graphs import INPUTS, build
history = lg_jupyter.history()
history.clear()
for name in ("steps", "react", "nested", "react"):
    await lg_jupyter.stream(build(name), INPUTS[name], display=False, name=name)
"""

RUN = "lg_jupyter.stream(build('react'), INPUTS['react'], name='react')"


def test_kept_runs_are_found_opened_compared_and_deleted(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(SETUP, "history", RUN)
    for number in range(3):
        notebook.run(number)
        notebook.finish(number)
    view = notebook.output(1).get_by_role("region", name=re.compile("LangGraph runs kept in"))
    rows = view.get_by_role("table", name="Kept runs").get_by_role("row")
    expect(rows).to_have_count(6)  # the head, four, and the one that came after
    shown = notebook.output(2).get_by_role("region", name=re.compile("LangGraph run of react"))
    expect(shown.get_by_text("kept", exact=True)).to_be_visible()
    expect(shown.get_by_role("tab")).to_have_text([re.compile("State"), re.compile("Tokens")])
    assert shown.evaluate("each => each.offsetHeight") == 300
    view.get_by_role("textbox").fill("bergen")
    expect(rows).to_have_count(4)
    rows.nth(1).click()
    opened = notebook.output(1).get_by_role("region", name=re.compile("LangGraph run of react"))
    expect(opened).to_be_visible()
    for index in (0, 2):
        view.get_by_role("checkbox").nth(index).check()
    view.get_by_role("button", name="Compare").click()
    expect(notebook.output(1).get_by_role("region", name="Two LangGraph runs side by side")).to_be_visible()
    expect(opened).to_have_count(0)
    view.get_by_role("button", name="Delete").click()
    view.get_by_role("button", name="Delete 2 runs for good").click()
    expect(rows).to_have_count(2)
    expect(notebook.output(1).get_by_role("region", name="Two LangGraph runs side by side")).to_have_count(0)
