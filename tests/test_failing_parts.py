"""Each part around a run fails alone, and leaves the run whole: disk, display, comm, page, loop."""

from __future__ import annotations

import asyncio
import errno
import os
import warnings
from collections.abc import Callable
from typing import Any

import pytest

import lg_jupyter
from lg_jupyter.kernel import notebook
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.sources.saved import writing
from lg_jupyter.widgets import display
from lg_jupyter.widgets.cell_outputs import CellOutputs
from lg_jupyter.widgets.run import RunWidget
from tests.graphs import INPUTS, build

Break = Callable[[pytest.MonkeyPatch], None]


class Broken(Exception):
    """What a part raises that fails."""


def raises(*_: Any, **__: Any) -> Any:
    raise Broken("it does not work")


def full_disk(patch: pytest.MonkeyPatch) -> None:
    def write(self: Any, line: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    patch.setattr(writing.RunFileWriter, "_write_bytes", write)


def half_full_disk(patch: pytest.MonkeyPatch) -> None:
    whole, room = writing.RunFileWriter._write_bytes, [2_000]

    def write(self: Any, line: bytes) -> None:
        room[0] -= len(line)
        if room[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        whole(self, line)

    patch.setattr(writing.RunFileWriter, "_write_bytes", write)


def no_display(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(notebook, "publish_mime_bundle", raises)


def no_comm(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(RunWidget, "open", raises)


def no_sending(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(RunWidget, "send", raises)


def no_summary(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(RunWidget, "sync_final_state", raises)


def no_record(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(CellOutputs, "_render_record", raises)


def a_page_that_asks_nonsense(patch: pytest.MonkeyPatch) -> None:
    whole = RunWidget.sync_final_state

    def finish(self: Any) -> None:
        for content in (None, [], {"type": "call"}, {"type": "call", "id": 1, "method": {}}, "x" * 10_000):
            self.receive(content)
        whole(self)

    patch.setattr(RunWidget, "sync_final_state", finish)


FAULTS: dict[str, Break] = {
    each.__name__.replace("_", " "): each
    for each in (
        full_disk,
        half_full_disk,
        no_display,
        no_comm,
        no_sending,
        no_summary,
        no_record,
        a_page_that_asks_nonsense,
    )
}


def tables(run: Any) -> dict[str, int]:
    return {name: len(run.trace.rows(name)) for name in run.trace.tables}


async def ran(name: str, folder: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        run = lg_jupyter.stream(build(name), INPUTS[name], display=False, save=folder / "run.jsonl")
        display.show_run(get_run_state(run), background=True)
        try:
            await run
        except Broken:
            raise
        except Exception:
            pass
    return run


@pytest.mark.parametrize("graph", ["nested", "react", "broken"])
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_part_that_fails_loses_nothing_of_the_run(fault, graph, monkeypatch, tmp_path) -> None:
    whole = await ran(graph, tmp_path)
    monkeypatch.setattr(notebook, "get_shell", object)
    monkeypatch.setattr(notebook, "is_in_kernel", lambda: True)
    monkeypatch.setattr(notebook, "publish_mime_bundle", lambda *_, **__: None)
    FAULTS[fault](monkeypatch)
    run = await ran(graph, tmp_path)
    assert run.status == whole.status
    assert run.done
    assert tables(run) == tables(whole)
    assert type(run.output) is type(whole.output)
    if "disk" in fault:
        assert "is not complete" in (run.note or "")


def test_a_loop_that_is_closed_leaves_a_run_incomplete() -> None:
    loop = asyncio.new_event_loop()

    async def begin() -> Any:
        run = lg_jupyter.stream(build("slow"), INPUTS["slow"], display=False)
        await asyncio.sleep(0.05)
        return run

    run = loop.run_until_complete(begin())
    for task in asyncio.all_tasks(loop):
        task._log_destroy_pending = False  # type: ignore[attr-defined]
    assert run.status == "running"
    loop.close()
    assert run.status == "incomplete"
    assert run.done
    assert "nobody said how the run did" in run.note
