import asyncio
import contextvars
import gc
import operator
import signal
import subprocess
import sys
import textwrap
import threading
import time
import traceback
import warnings
import weakref
from contextlib import suppress
from typing import Annotated, Any, TypedDict

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph

import lg_jupyter
from lg_jupyter import UsageError
from lg_jupyter.events.events import Part
from lg_jupyter.run import Run, start_run
from lg_jupyter.runtime import waiting
from lg_jupyter.runtime.registry import RUNS
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.sources.base import Request
from lg_jupyter.sources.control_parts import make_end_part, make_start_part
from tests.graphs import INPUTS, build
from tests.patience import patience


def stream(graph: str, **options: Any) -> Run:
    options.setdefault("input", INPUTS.get(graph))
    return lg_jupyter.stream(build(graph, options.pop("checkpointer", None)), display=False, **options)


async def until(condition, within: float = 20.0) -> None:
    deadline = time.monotonic() + patience(within)
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        await asyncio.sleep(0.01)


class Scripted:
    """A source that yields what it is told, and does what it is told between."""

    kind = "local"
    name = "scripted"
    output = run_id = thread_id = limitation_hint = None

    def __init__(self, *items: Any) -> None:
        self.items = items
        self.cancelled_with: Any = "not cancelled"

    def validate_request(self, request):
        pass

    def collect_secrets(self):
        return {}

    async def stream_parts(self, request, encode):
        yield make_start_part(self, request, encode)
        for item in self.items:
            if isinstance(item, BaseException):
                raise item
            if isinstance(item, Part):
                yield item
            else:
                await item()

    async def cancel_and_describe_running(self, running=None):
        self.cancelled_with = running
        return "That is all."


def ended(status: str = "success") -> Part:
    return make_end_part(status, lambda mode, namespace, payload: payload)


def number(value: int) -> Part:
    return Part("custom", "", value, time.time())


# Starting and waiting.


async def test_it_starts_at_once_on_the_running_loop():
    run = stream("steps")
    assert (run.status, run.done) == ("pending", False)
    assert await run is run
    assert (run.status, run.done) == ("success", True)
    assert run.output == {"topic": "ice!", "log": ["first", "second"]}
    assert get_run_state(run).executor.loop is asyncio.get_running_loop()


def test_without_a_loop_it_has_a_thread_of_its_own():
    run = stream("nested")
    assert run.wait() is run
    assert run.status == "success"
    assert [row["text"] for row in run.trace.rows("messages")] == ["a draft about ice"]


async def test_it_has_a_thread_of_its_own_where_it_is_asked_for():
    run = stream("steps", thread=True)
    assert run.wait().status == "success"  # this loop is blocked meanwhile
    assert get_run_state(run).executor.loop is not asyncio.get_running_loop()


async def test_a_run_on_a_thread_can_be_awaited():
    run = await stream("nested", thread=True)
    assert run.status == "success"


async def test_several_may_wait():
    run = stream("steps", thread=True)
    assert await asyncio.gather(run, run, run) == [run, run, run]
    assert await run is run


async def test_blocking_the_loop_that_carries_the_run_is_refused():
    run = stream("slow")
    with pytest.raises(UsageError, match="use `await run`"):
        run.wait()
    await asyncio.sleep(0)
    run.cancel()
    await run
    assert run.wait() is run


def test_waiting_for_a_loop_that_stands_still_is_refused():
    loop = asyncio.new_event_loop()

    async def begin():
        return stream("slow")

    run = loop.run_until_complete(begin())
    with pytest.raises(UsageError, match="does not run"):
        run.wait()
    run.cancel()
    loop.run_until_complete(waiting.wait_until_done(get_run_state(run)))
    loop.close()


def test_waiting_may_have_an_end_before_the_run():
    run = stream("slow")
    with pytest.raises(TimeoutError, match=r"the run goes on after 0\.2 s"):
        run.wait(timeout=0.2)
    assert run.status == "running"
    run.cancel()
    run.wait()


def test_a_loop_that_ends_takes_the_run_with_it():
    async def main():
        run = stream("slow")
        await until(lambda: run.status == "running")
        return run

    run = asyncio.run(main())
    assert run.wait().status == "cancelled"


def test_ctrl_c_while_waiting_cancels_the_run():
    code = """
        import os, signal, threading, lg_jupyter
        from tests.graphs import build, INPUTS
        run = lg_jupyter.stream(build("slow"), INPUTS["slow"])
        threading.Timer(0.7, os.kill, (os.getpid(), signal.SIGINT)).start()
        try:
            run.wait()
        except KeyboardInterrupt:
            print(run.status, len(run.trace.rows("tasks")))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=patience(60),
        check=False,
    )
    *account, last = done.stdout.splitlines()
    assert last == "cancelled 1", done.stderr
    assert account[-2].startswith("⊘ graph · cancelled") or "cancelled" in account[-2]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers of the system here")
async def test_what_a_signal_asks_for_is_done_while_the_loop_sleeps():
    slept = []

    async def sleep():
        await asyncio.sleep(30)
        slept.append(True)

    run = start_run(Scripted(sleep, ended()), Request())

    async def cell():
        await run

    waiting = asyncio.ensure_future(cell())
    before = signal.signal(signal.SIGALRM, lambda *_: waiting.cancel())  # as a kernel does when interrupted
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(asyncio.CancelledError):
            await waiting
    finally:
        signal.signal(signal.SIGALRM, before)
    assert run.status == "cancelled"
    assert slept == []


async def test_wait_all_waits_for_every_run_and_raises_what_one_raised(monkeypatch):
    monkeypatch.setattr(RUNS, "running", set())  # of other tests some may be left that never end
    runs = [stream("steps"), stream("broken"), stream("nested", thread=True)]
    with pytest.raises(ValueError, match="no milk"):
        await lg_jupyter.wait_all()
    assert all(run.done for run in runs)
    await lg_jupyter.wait_all()


async def test_the_last_run_is_kept_and_no_other():
    first = weakref.ref(await stream("steps"))
    second = await stream("steps")
    assert lg_jupyter.last_run is second
    gc.collect()
    assert first() is None


# Failing.


async def test_a_failure_is_the_users_own_each_time():
    run = stream("broken")
    errors = []
    for _ in range(3):
        with pytest.raises(ValueError, match="no milk today") as raised:
            await run
        errors.append(raised.value)
    assert errors[0] is errors[1] is errors[2] is run.exception
    assert (run.status, run.error) == ("error", {"error": "ValueError", "message": "no milk today"})
    frames = traceback.extract_tb(errors[2].__traceback__)
    assert frames[-1].name == "fall"
    assert sum(frame.name == "fall" for frame in frames) == 1  # it does not grow from time to time
    ours = [frame for frame in frames if "lg_jupyter" in frame.filename and "tests" not in frame.filename]
    assert len(ours) <= 2  # awaiting it, not what goes on inside


async def test_a_failure_that_nobody_asks_for_makes_no_noise(caplog):
    complaints = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: complaints.append(context))
    done = [weakref.ref(stream("broken", thread=thread)) for thread in (True, False)]
    lg_jupyter.stream(build("steps"), INPUTS["steps"], display=False)  # and these two are not the last
    await until(lambda: [gc.collect(), *(run() for run in done)][1:] == [None, None])
    await asyncio.sleep(0.05)
    assert complaints == []
    assert caplog.text == ""


class Log(TypedDict):
    log: Annotated[list[str], operator.add]


def compiled_log(node: Any) -> Any:
    return StateGraph(Log).add_node("node", node).add_edge(START, "node").compile()


def leaving(*nodes: Any) -> Any:
    graph = StateGraph(dict)
    for number, node in enumerate(nodes):
        graph.add_node(str(number), node).add_edge(START, str(number))
    return graph.compile()


def leave(state):
    sys.exit(3)


async def leave_later(state):
    sys.exit(3)


@pytest.mark.parametrize("nodes", [(leave,), (leave_later,), (leave, lambda state: None)])
@pytest.mark.parametrize("modes", [None, "values"])
def test_a_node_that_asks_python_to_exit_ends_its_run_alone(nodes, modes):
    run = lg_jupyter.stream(leaving(*nodes), {}, modes=modes, thread=True, display=False)
    with pytest.raises(lg_jupyter.RunError, match="SystemExit: 3: a node asked") as raised:
        run.wait(patience(20))
    assert isinstance(raised.value.__cause__, SystemExit)
    assert run.status == "error"
    assert run.error == {"error": "SystemExit", "message": "3"}
    assert "Cancelled" not in (run.note or "")


def test_others_of_a_batch_go_on_when_a_node_asks_python_to_exit():
    def node(state):
        if state["x"] == 1:
            sys.exit(3)

    graph = leaving(node)
    batch = lg_jupyter.map(graph, [{"x": x} for x in range(3)], thread=True, display=False)
    assert [run.status for run in batch.wait(patience(20)).runs] == ["success", "error", "success"]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="LangGraph hands nothing on to async nodes there")
@pytest.mark.parametrize("thread", [False, True])
async def test_a_run_started_in_a_node_is_a_run_of_its_own(thread):
    kept = contextvars.ContextVar("kept", default=None)
    inside = []

    async def inner(state):
        inside.append(kept.get())
        return {"log": ["inner"]}

    async def nest(state):
        inside.append(await lg_jupyter.stream(compiled_log(inner), {"log": []}, thread=thread, display=False))
        return {"log": ["nest"]}

    kept.set("kept")
    outer = await lg_jupyter.stream(compiled_log(nest), {"log": []}, display=False)
    word, run = inside
    assert word == "kept"
    assert run.output == {"log": ["inner"]}
    assert {row["namespace"] for row in run.trace.rows("tasks")} == {""}
    assert [row["namespace"] for row in outer.trace.rows("tasks")] == [""]


async def test_a_source_that_breaks_without_a_word_is_a_failure():
    run = start_run(Scripted(number(1), OSError("gone")), Request())
    with pytest.raises(OSError, match="gone"):
        await run
    assert (run.status, run.error["error"]) == ("error", "OSError")
    assert len(run.trace.rows("custom")) == 1


async def test_a_stream_that_ends_without_its_end_is_incomplete():
    run = await start_run(Scripted(number(1)), Request())
    assert run.status == "incomplete"
    assert run.note == "The stream ended, and nobody said how the run did: it may go on."


async def test_a_fault_in_the_tables_is_one_warning_and_loses_nothing(tmp_path):
    run = start_run(Scripted(number(1), number(2), ended()), Request())

    def fail(event, fact):
        raise RuntimeError("a bug of ours")

    run.trace._handlers = dict.fromkeys(run.trace._handlers, (fail,))
    with pytest.warns(RuntimeWarning, match="the tables of this run are not complete") as caught:
        await run
    assert len(caught) == 1
    run.save(tmp_path / "run.jsonl")
    assert [row["data"] for row in lg_jupyter.load(tmp_path / "run.jsonl").trace.rows("custom")] == [1, 2]


# Cancelling.


async def test_cancel_keeps_what_came_and_says_so():
    run = stream("slow")
    await until(lambda: len(run.trace.tables["tasks"]))
    run.cancel()
    run.cancel()
    assert await run is run  # and raises nothing
    assert run.status == "cancelled"
    assert run.note.startswith("Cancelled. All that had come is kept: ")
    assert run.trace.rows("tasks")[0]["status"] == "cancelled"


async def test_cancel_does_not_wait_for_a_plain_function(tmp_path):
    ticks = tmp_path / "ticks"
    run = stream("heavy", input={"topic": str(ticks), "log": []})
    await until(ticks.exists)
    run.cancel()
    await run
    assert "14" not in ticks.read_text().split()  # its last
    assert "until it returns" in run.note
    seen = len(run.trace.rows("events"))
    await until(lambda: "14" in ticks.read_text().split())  # it does
    await asyncio.sleep(0.2)
    assert "99" not in ticks.read_text().split()  # and nothing comes after it
    assert len(run.trace.rows("events")) == seen


async def test_a_node_that_will_not_stop_does_not_keep_the_run():
    gone_on = []

    async def stubborn():
        for _ in range(30):
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(0.1)
        gone_on.append(True)

    run = start_run(Scripted(number(1), stubborn, number(2), ended()), Request())
    await until(lambda: len(run.trace.tables["custom"]) > 0)
    run.cancel()
    await run
    assert gone_on == []
    assert run.status == "cancelled"
    await until(lambda: gone_on)
    assert [row["data"] for row in run.trace.rows("custom")] == [1]


async def test_a_source_that_does_not_answer_the_cancel_does_not_keep_the_run():
    class Deaf(Scripted):
        async def cancel_and_describe_running(self, running=None):
            await asyncio.sleep(30)

    run = start_run(Deaf(lambda: asyncio.sleep(30)), Request())
    await until(lambda: run.status == "running")
    run.cancel()
    await run
    assert "nobody confirmed" in run.note  # it was not waited for


async def test_the_source_is_told_which_tasks_are_open():
    source = Scripted(
        Part("tasks", "", {"id": "t1", "name": "done", "input": 1, "triggers": []}, time.time()),
        Part(
            "tasks",
            "",
            {"id": "t1", "name": "done", "error": None, "result": {}, "interrupts": []},
            time.time(),
        ),
        Part("tasks", "sub:x", {"id": "t2", "name": "open", "input": 1, "triggers": []}, time.time()),
        lambda: asyncio.sleep(30),
    )
    run = start_run(source, Request(modes=("tasks",)))
    await until(lambda: len(run.trace.tables["tasks"]) == 2)
    run.cancel()
    await run
    assert source.cancelled_with == [("sub:x", "open")]


async def test_cancel_before_anything_began():
    run = stream("slow")
    run.cancel()
    await run
    assert run.status == "cancelled"


@pytest.mark.parametrize("thread", [True, False])
async def test_who_is_cancelled_while_awaiting_cancels_the_run(thread):
    run = stream("slow", thread=thread)
    await until(lambda: run.status == "running")

    async def cell():
        await run

    waiting = asyncio.ensure_future(cell())
    await asyncio.sleep(0.05)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert run.done
    assert run.status == "cancelled"


async def test_a_cancel_comes_from_any_thread():
    run = stream("slow")
    await until(lambda: run.status == "running")
    threading.Thread(target=run.cancel).start()
    await run
    assert run.status == "cancelled"


async def test_a_run_that_is_over_cannot_be_cancelled():
    run = await stream("steps")
    run.cancel()
    await run
    assert run.status == "success"


async def test_a_run_that_is_over_before_the_cancel_gets_there_is_what_it_was():
    run = start_run(Scripted(ended("interrupted")), Request())
    await until(lambda: run.trace.ended is not None)
    run.cancel()
    await run
    assert run.status == "interrupted"


async def test_a_loop_in_a_burst_of_parts_still_hears_a_cancel():
    async def breathless():
        return None

    class Endless(Scripted):
        async def stream_parts(self, request, encode):
            yield make_start_part(self, request, encode)
            while True:
                yield number(1)

    run = start_run(Endless(), Request())
    asyncio.get_running_loop().call_later(0.2, run.cancel)
    await run
    assert run.status == "cancelled"


# Listening.


async def test_a_listener_hears_of_changes_at_a_pace_and_of_the_end():
    heard: list[tuple[float, str, bool]] = []

    async def chatter():
        await asyncio.sleep(0.001)

    items = [item for value in range(400) for item in (number(value), chatter)]
    run = start_run(Scripted(*items, ended()), Request())
    run.subscribe(lambda run: heard.append((time.monotonic(), run.status, run.done)))
    began = time.monotonic()
    await run
    lasted = time.monotonic() - began
    assert 3 <= len(heard) <= 20 * lasted + 2
    assert heard[-1][1:] == ("success", True)
    assert not any(done for _, _, done in heard[:-1])


async def test_a_listener_that_fails_is_one_warning_and_harms_nobody():
    heard = []

    def fails(run):
        raise ZeroDivisionError("in the display")

    run = stream("nested")
    run.subscribe(fails)
    run.subscribe(heard.append)
    with pytest.warns(
        RuntimeWarning, match="failed to follow the run, which goes on: ZeroDivisionError"
    ) as caught:
        await run
    assert len(caught) == 1
    assert run.status == "success"
    assert heard[-1] is run


async def test_a_listener_may_leave_and_may_come_too_late():
    heard = []
    run = stream("steps")
    leave = run.subscribe(heard.append)
    leave()
    leave()
    await run
    assert heard == []
    run.subscribe(heard.append)
    assert heard == [run]


# What it says of itself.


async def test_its_repr_is_short_and_keeps_secrets():
    run = stream("steps", config={"configurable": {"api_key": "sk-12345678"}})
    await run
    assert repr(run) == f"<Run graph: success, {len(run.trace.rows('events'))} events>"


async def test_secrets_of_the_environment_and_the_config_are_masked(monkeypatch, tmp_path):
    monkeypatch.setenv("MODEL_API_KEY", "sk-from-the-environment")
    run = stream(
        "broken",
        input={"topic": "sk-from-the-environment and hf-from-the-config", "log": []},
        config={"configurable": {"hf_token": "hf-from-the-config"}},
    )
    with pytest.raises(ValueError, match="no sk-from-the-environment"):  # the user's own
        await run
    run.save(tmp_path / "run.jsonl")
    shown = str(run.trace.rows("events")) + str(run.error) + (tmp_path / "run.jsonl").read_text()
    assert "sk-from-the-environment" not in shown
    assert "hf-from-the-config" not in shown
    assert "[redacted MODEL_API_KEY]" in run.error["message"]
    assert run.output["topic"] == "sk-from-the-environment and hf-from-the-config"


async def test_our_own_errors_quote_no_secret(monkeypatch):
    monkeypatch.setenv("MODEL_API_KEY", "sk-from-the-environment")

    class Quotes(Scripted):
        async def stream_parts(self, request, encode):
            raise UsageError("got sk-from-the-environment")
            yield

    with pytest.raises(UsageError) as raised:
        await start_run(Quotes(), Request())
    assert str(raised.value) == "got [redacted MODEL_API_KEY]"


async def test_it_may_be_called_something_else():
    run = await stream("steps", name="my_graph")
    assert run.name == "my_graph"
    assert run.trace.rows("events")[0]["data"]["target"] == "my_graph"


async def test_its_tables_are_frames():
    run = await stream("nested", checkpointer=InMemorySaver())
    assert run.to_pandas()["mode"].iloc[0] == "control"
    assert set(run.frames.tasks["node"]) == {"plan", "team", "writer", "draft", "check"}
    assert len(run.to_pandas("messages")) == 1
    with pytest.raises(UsageError, match="task"):
        run.to_pandas("task")


async def test_what_a_user_gave_wrongly_starts_nothing():
    before = lg_jupyter.last_run
    with pytest.raises(UsageError):
        stream("steps", modes="valeus")
    with pytest.raises(UsageError):
        stream("steps", input=5)
    assert lg_jupyter.last_run is before


def test_it_warns_of_nothing_in_the_ordinary_course():
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        stream("react").wait()
