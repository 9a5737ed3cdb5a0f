"""What was shown is let go: a widget that is closed holds nothing of its run, nor of what else it was of."""

from __future__ import annotations

import asyncio
import gc
import weakref
from typing import Any

import pytest

import lg_jupyter
from lg_jupyter.apps.app import App
from lg_jupyter.comparison.widget import ComparisonWidget
from lg_jupyter.kernel import notebook
from lg_jupyter.run import Run
from lg_jupyter.widgets.run import RunWidget
from tests.graphs import INPUTS, build
from tests.test_batch_widget import watched
from tests.test_widget import Line, lines, use_comm  # noqa: F401

pytestmark = pytest.mark.usefixtures("lines")


async def alive(*refs: weakref.ref[Any]) -> list[Any]:
    """Which of them are still there, once nobody here holds them."""
    await lg_jupyter.stream(build("steps"), INPUTS["steps"], display=False)  # `last_run` is another one
    await asyncio.sleep(0)  # callbacks that are due hold what they were given
    Line.made.clear()  # a test's own: the comms' messages
    gc.collect()
    return [found for ref in refs if (found := ref()) is not None]


async def ran() -> Run:
    return await lg_jupyter.stream(build("steps"), INPUTS["steps"], display=False)


async def test_a_run_whose_views_are_closed_is_freed():
    run = await ran()
    views = [RunWidget(run), run.panel("state")]
    refs = [weakref.ref(each) for each in (run, run.trace, *views)]
    for view in views:
        view.close()
    del run, views, view
    assert await alive(*refs) == []


async def test_a_run_that_was_shown_while_it_went_on_is_freed():
    run = lg_jupyter.stream(build("steps"), INPUTS["steps"], display=False)
    view = RunWidget(run)
    await run
    view.close()
    refs = [weakref.ref(run), weakref.ref(view)]
    del run, view
    assert await alive(*refs) == []


async def test_each_time_anew_it_is_freed():
    refs = []
    for _ in range(3):  # as a cell that is run again, which closes what it had shown
        run = lg_jupyter.stream(build("steps"), INPUTS["steps"], display=False)
        view = run.panel("tokens")
        await run
        view.close()
        refs.append(weakref.ref(run))
        del run, view
    assert await alive(*refs) == []


async def test_a_batch_is_freed_with_its_runs(monkeypatch):
    batch, view = await watched(monkeypatch, build("steps"), [INPUTS["steps"]] * 2)
    await batch
    view._set_shown_run(batch.entries[0])
    refs = [weakref.ref(each) for each in (batch, view.table, *(entry.run for entry in batch.entries))]
    view.close()
    del batch, view
    assert await alive(*refs) == []


async def test_a_comparison_is_freed():
    a, b = await ran(), await ran()
    comparison = lg_jupyter.compare(a, b)
    widget = ComparisonWidget(comparison)
    widget.close()
    refs = [weakref.ref(each) for each in (comparison, widget, a, b)]
    del a, b, comparison, widget
    assert await alive(*refs) == []


async def test_a_form_is_freed_with_its_runs(monkeypatch):
    monkeypatch.setattr(notebook, "publish_mime_bundle", lambda *_, **__: None)
    app: App = lg_jupyter.app(build("steps"))
    await app._load_and_describe_form()
    await app._start_run(input=INPUTS["steps"])
    assert app.run is not None
    await app.run
    refs = [weakref.ref(each) for each in (app, app._view, app.run)]
    app.close()
    del app
    assert await alive(*refs) == []
