"""``--form`` and ``lg_jupyter.app``: a form in a cell, and what its widget is sent."""

from __future__ import annotations

from typing import Any

import pytest

VIEW = "application/vnd.jupyter.widget-view+json"

ASK = """
import uuid
def ask(form, method, **params):
    id = uuid.uuid4().hex
    content = {"type": "call", "id": id, "method": method, "params": params}
    form._handle_custom_msg(content, [])
"""


@pytest.mark.parametrize(
    "cell",
    ["%lgstream graph --form -o form", "%%lgstream graph --form -o form\n", "form = %lgstream graph --form"],
)
def test_a_form_is_shown_and_nothing_runs(kernel: Any, cell: str) -> None:
    done = kernel.run(cell)
    assert [VIEW in data for data in done.shown] == [True, False]
    record = done.shown[1]["text/html"]
    assert "A form for graph: no run yet" in record
    assert done.shown[0]["text/plain"] == "lg_jupyter: form of graph"  # whatever is run later
    assert kernel.value_of("len(form.runs), form.run, seen") == "(0, None, [])"


def test_what_was_typed_stands_in_the_form(kernel: Any) -> None:
    kernel.run("%%lgstream graph --form -o form --thread t-1 --config {'recursion_limit': 7}\n{'x': 1 + 1}")
    assert (
        kernel.value_of(
            "form._controller.initial.visible_input.input, form._controller.initial.visible_input.config"
        )
        == "({'x': 2}, {'recursion_limit': 7})"
    )
    assert kernel.value_of("form._chat.thread") == "'t-1'"


def test_run_starts_a_run_on_the_kernels_loop_and_its_record_joins_the_cell(kernel: Any) -> None:
    kernel.run(ASK)
    cell = kernel.run("import lg_jupyter; form = lg_jupyter.app(graph); form")
    kernel.run("ask(form, 'start', input={'x': 1})")
    kernel.run("while not form.runs: await asyncio.sleep(0.01)\nawait form.run")
    assert kernel.value_of("form.run.status, form.run.output, len(form.runs)") == "('success', {'x': 2}, 1)"
    kernel.run("from lg_jupyter.runtime.run_properties import get_run_state")
    assert kernel.value_of("get_run_state(form.run).loop is asyncio.get_event_loop()") == "True"
    assert (
        kernel.value_of("type(form._view).__name__, form._summary['run']['model'] == form._view.model_id")
        == "('RunWidget', True)"
    )
    kernel.until(lambda: "✓ graph · success" in kernel.record(cell)["text/plain"])


def test_a_form_opens_where_nothing_can_be_awaited(kernel: Any) -> None:
    done = kernel.run("def go():\n    %lgstream graph --form -o form\ngo()")
    assert VIEW in done.shown[0]


def test_what_is_no_graph_is_refused(kernel: Any) -> None:
    assert kernel.fail("%lgstream 5 --form").error["ename"] == "TargetError"
