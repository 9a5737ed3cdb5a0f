"""Which files of the front end go to pages with a new view, and which when they are asked for."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

import lg_jupyter
from lg_jupyter.errors import UsageError
from lg_jupyter.widgets import bundles, live_widget
from lg_jupyter.widgets.delivery import ModuleDelivery
from lg_jupyter.widgets.protocol import Message
from lg_jupyter.widgets.run import RunWidget
from tests.graphs import build_steps


@pytest.fixture
def delivery() -> ModuleDelivery:
    return ModuleDelivery()


def due(delivery: ModuleDelivery, *names: str, blocked_cell: str | None = None) -> list[str]:
    message = delivery.take_modules_message_for_view(names, blocked_cell)
    if message is None:
        return []
    assert message["type"] == "modules" and f"{message['release']}/run" == bundles.format_module_address(
        "run"
    )
    assert all(message["files"].values())
    return list(message["files"])


def test_the_first_view_brings_what_it_begins_with_and_the_next_what_is_new(delivery: ModuleDelivery) -> None:
    first = due(delivery, "run", "markdown")
    assert (first[:2], first[-1]) == (["frame.js", "run.js"], "markdown.js")  # and what it imports
    assert due(delivery, "run", "markdown") == []
    assert due(delivery, "batch")[-1] == "batch.js"
    assert "frame.js" not in due(delivery, "compare")


def test_what_has_no_module_of_its_own_comes_with_another(delivery: ModuleDelivery) -> None:
    assert due(delivery, "run", "tokens") == ["frame.js", "run.js"]


def test_a_page_gets_what_it_lacks(delivery: ModuleDelivery) -> None:
    due(delivery, "run")
    release = bundles.format_module_address("run").partition("/")[0]
    have = [f"{release}/frame.js", "another/state.js"]
    files = delivery.get_module_files("state", have)["files"]
    assert "frame.js" not in files and list(files)[-1] == "state.js"
    assert list(delivery.get_module_files("run")["files"]) == ["frame.js", "run.js"]
    assert "state.js" not in due(delivery, "run", "state")
    with pytest.raises(UsageError, match="There is no module 'secret'"):
        delivery.get_module_files("secret")


def test_a_cell_in_which_nobody_is_heard_gets_all_once(delivery: ModuleDelivery) -> None:
    due(delivery, "run")
    delivery.get_module_files("events")
    first = due(delivery, "run", "timeline", blocked_cell="one")
    assert {"frame.js", "run.js", "timeline.js", "events.js"} <= set(first)
    assert due(delivery, "run", "timeline", blocked_cell="one") == []
    assert due(delivery, "run", "timeline", blocked_cell="two") == first
    assert due(delivery, "run", "timeline") == []


async def test_a_view_in_a_cell_that_blocks_its_kernel_brings_the_panel_of_the_state_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent = []

    class Noted(ModuleDelivery):
        def take_modules_message_for_view(
            self, names: Iterable[str], blocked_cell: str | None = None
        ) -> Message | None:
            sent.append(list(names))
            return None

    monkeypatch.setattr(live_widget, "MODULE_DELIVERY", Noted())
    run = lg_jupyter.stream(build_steps(), {"topic": "tides", "log": []})
    await run
    RunWidget(run)
    RunWidget(run, stop_hint="use ■")
    assert ["state" in names for names in sent] == [False, True]
