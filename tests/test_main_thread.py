"""What a trace of a page tells: whose the CPU time of each task is."""

from __future__ import annotations

from typing import Any

from benchmarks.main_thread import main_thread_tasks

OURS, JUPYTERLAB = "blob:http://127.0.0.1/1", "http://127.0.0.1/static/lab/core.js"


def event(name: str, start: int, milliseconds: int, url: str = "", thread: int = 1) -> dict[str, Any]:
    at = {"ts": start * 1000, "dur": milliseconds * 1000, "tdur": milliseconds * 1000}
    return {"name": name, "ph": "X", "pid": 1, "tid": thread, "args": {"data": {"url": url}}, **at}


def named(thread: int, name: str) -> dict[str, Any]:
    return {
        "name": "thread_name",
        "ph": "M",
        "pid": 1,
        "tid": thread,
        "ts": 0,
        "args": {"name": name},
    }


MESSAGE = [
    event("ThreadControllerImpl::RunTask", 0, 60),
    event("FunctionCall", 5, 50, JUPYTERLAB),
    event("FunctionCall", 10, 20, OURS),  # which JupyterLab calls to hand a message over
    event("Layout", 40, 10),  # which it waits for
]
FRAME = [
    event("ThreadControllerImpl::RunTask", 100, 80),
    event("FunctionCall", 100, 30, OURS),
    event("Layout", 110, 10),  # which it waits for
    event("Layout", 130, 20),
    event("Paint", 150, 10),
    event("Paint", 152, 5),
]
HEAD = [named(1, "CrRendererMain"), named(2, "CrRendererMain"), named(3, "Compositor")]
OTHERS = [
    event("ThreadControllerImpl::RunTask", 0, 10, thread=2),
    event("ThreadControllerImpl::RunTask", 0, 999, thread=3),
]


def test_scripts_have_what_they_call_and_wait_for() -> None:
    tasks = main_thread_tasks([*HEAD, *OTHERS, *FRAME, *MESSAGE])
    assert tasks.cpu == [60, 80]
    assert tasks.ours == [0, 30]
    assert tasks.drawing == [0, 30]
    assert tasks.lasted == 180


def test_a_task_is_ours_where_half_of_it_is() -> None:
    tasks = main_thread_tasks([*HEAD, *MESSAGE, *FRAME])
    assert tasks.shares() == (
        "of CPU 21% our scripts, 21% layout and paint; "
        "ours 1 task > 50 ms (the longest 80), others' 1 task > 50 ms (the longest 60)"
    )


def test_a_page_that_did_nothing_has_no_tasks() -> None:
    assert main_thread_tasks(HEAD) == ([], [], [], [], 0)
