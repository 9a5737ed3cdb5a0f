"""What goes on while marimo runs a notebook: its page draws it; where there is none, a text tells it."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest

import lg_jupyter
from tests.graphs import INPUTS, build


@pytest.fixture
def marimo(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """As much of marimo as is called; it keeps what is shown."""
    shown: list[Any] = []
    module = SimpleNamespace(
        running_in_notebook=lambda: True,
        output=SimpleNamespace(append=shown.append),
        shown=shown,
        vstack=list,
        Html=str,
    )
    context = SimpleNamespace(get_context=lambda: SimpleNamespace(execution_context=None))
    monkeypatch.setitem(sys.modules, "marimo", module)
    monkeypatch.setitem(sys.modules, "marimo._runtime.context", context)
    return module


@pytest.mark.parametrize(("browsers_request", "is_told"), [(None, True), (object(), False)])
async def test_a_text_tells_it_where_no_browser_asked_for_a_page(
    marimo: SimpleNamespace, capsys: pytest.CaptureFixture[str], browsers_request: object, is_told: bool
) -> None:
    marimo.app_meta = lambda: SimpleNamespace(request=browsers_request)
    await lg_jupyter.stream(build("steps"), INPUTS["steps"])
    batch = lg_jupyter.map(build("steps"), [INPUTS["steps"]] * 2)
    await batch
    printed = capsys.readouterr().out
    assert marimo.shown, "the view stands there all the same"
    assert ("✓ graph · success" in printed) == is_told
    assert ("graph on 2 inputs · 2 success" in printed) == is_told
