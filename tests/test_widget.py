"""The live view, its feed and what is shown in a cell, without a kernel: a stand-in takes the comm's part."""

from __future__ import annotations

import asyncio
import json
import threading
import warnings
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import comm
import ipywidgets
import pytest
from comm.base_comm import BaseComm, CommManager
from langgraph.checkpoint.memory import InMemorySaver

from lg_jupyter import stream
from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import Part
from lg_jupyter.kernel import notebook
from lg_jupyter.run import Run
from lg_jupyter.runtime import lifecycle
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.sources.base import EncodePayload, Request, SourceKind
from lg_jupyter.sources.control_parts import make_end_part, make_start_part
from lg_jupyter.sources.structure import Structure, StructureNode
from lg_jupyter.widgets import display
from lg_jupyter.widgets.run import MAX_REMEMBERED_PAGES, RunWidget
from lg_jupyter.widgets.update_feed import VISIBLE_SEND_INTERVAL_SECONDS
from tests.graphs import INPUTS, build
from tests.patience import patience


class Line(BaseComm):
    """A comm which keeps what is sent over it, as the JSON that would travel."""

    made: list[Line]
    broken: str | None = None
    kernel = True  # as ipywidgets 8.0 asks

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.sent: list[dict[str, Any]] = []
        super().__init__(*args, **kwargs)
        type(self).made.append(self)

    def publish_msg(self, msg_type: str, data: Any = None, metadata: Any = None, **_: Any) -> None:
        if self.broken and data.get("method") == "custom":
            raise OSError(self.broken)
        if msg_type != "comm_close":
            self.sent.append(json.loads(json.dumps(data, allow_nan=False)))

    @property
    def state(self) -> dict[str, Any]:
        """The synced traits, as a front end has them."""
        state: dict[str, Any] = {}
        for message in self.sent:
            state |= message.get("state", {})
        return state

    def messages(self, kind: str) -> list[dict[str, Any]]:
        contents = [message["content"] for message in self.sent if message.get("method") == "custom"]
        return [content for content in contents if content["type"] == kind]

    def receive(self, content: dict[str, Any]) -> None:
        self.handle_msg({"content": {"data": {"method": "custom", "content": content}}, "buffers": []})


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[Line]:
    """The comms of the widgets made so far; layouts have none of interest."""
    Line.made = []
    manager = CommManager()
    monkeypatch.setattr(comm, "get_comm_manager", lambda: manager)
    use_comm(monkeypatch, Line)
    return Line.made


def use_comm(monkeypatch: pytest.MonkeyPatch, make: Callable[..., Any]) -> None:
    """Has widgets made with these comms."""
    monkeypatch.setattr(comm, "create_comm", make)
    if hasattr(ipywidgets.widgets.widget, "Comm"):  # ipywidgets 8.0 asks no factory
        monkeypatch.setattr(ipywidgets.widgets.widget, "Comm", make)
        monkeypatch.setattr(ipywidgets.Widget.comm, "klass", BaseComm)


def line_of(widget: RunWidget, watched: bool = True) -> Line:
    """The comm of a view, by default of one that a page shows."""
    assert isinstance(widget.comm, Line)
    if watched:
        widget.set_page_visibility("page", True)
    return widget.comm


class Scripted:
    """A source whose parts are put in by the test, from any thread."""

    kind: SourceKind = "local"
    name = "scripted"
    output = None
    run_id = thread_id = limitation_hint = None

    def __init__(self) -> None:
        self._parts: asyncio.Queue[tuple[str, Any] | None] = asyncio.Queue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.cancelled = False

    def validate_request(self, request: Request) -> None:
        pass

    def collect_secrets(self) -> Mapping[str, str]:
        return {}

    def put(self, mode: str, data: Any) -> None:
        self._parts.put_nowait((mode, data))

    def say(self, text: str, message_id: str = "m", **fields: Any) -> None:
        chunk = {"type": "AIMessageChunk", "id": message_id, "content": text, **fields}
        self.put("messages", [chunk, {"langgraph_node": "speak", "langgraph_step": 1}])

    def end(self) -> None:
        self._parts.put_nowait(None)

    async def stream_parts(self, request: Request, encode: EncodePayload) -> AsyncIterator[Part]:
        yield make_start_part(self, request, encode, 1_000.0)
        while (item := await self._parts.get()) is not None:
            mode, data = item
            yield Part(mode, "", encode(mode, "", data), 1_001.0)
        yield make_end_part("success", encode)

    async def cancel_and_describe_running(self, running: Sequence[tuple[str, str]] | None = None) -> str:
        return ""


def begin(source: Scripted, thread: bool = False) -> Run:
    run = Run(source, Request(modes=("messages", "custom")))
    lifecycle.start_execution(get_run_state(run), thread)
    return run


async def flushed() -> None:
    """Long enough for what is pending to be sent."""
    await asyncio.sleep(2 * VISIBLE_SEND_INTERVAL_SECONDS)


def replay(messages: list[dict[str, Any]]) -> dict[tuple[str, str], str]:
    """The texts that a front end has after these messages, each in order."""
    texts: dict[tuple[str, str], str] = {}
    for message in messages:
        if message["type"] == "snapshot":
            texts.clear()
        for message_id, kind, offset, text in message.get("text", []):
            known = texts.get((message_id, kind), "")
            assert offset <= len(known), "a gap"
            texts[message_id, kind] = known[:offset] + text
    return texts


class Slowly(Scripted):
    """Draws its graph when the test says so."""

    has_local_structure = False

    def __init__(self) -> None:
        super().__init__()
        self.may_draw = threading.Event()
        self.drawn = 0

    def read_structure(self) -> Structure:
        assert self.may_draw.wait(patience(10))
        self.drawn += 1
        node: StructureNode = {
            "id": "speak",
            "name": "speak",
            "parent": None,
            "kind": "node",
            "deferred": False,
        }
        return {"nodes": [node], "edges": []}


# -- the view -----------------------------------------------------------------------------------------


async def test_a_view_opens_with_three_small_traits(lines: list[Line]) -> None:
    source = Scripted()
    run = begin(source)
    widget = RunWidget(run, record="lgj-record-1")
    state = line_of(widget).state
    assert state["_protocol"] == 1
    assert state["_panel"] is None
    assert state["_summary"]["target"] == "scripted"
    assert state["_summary"]["record"] == "lgj-record-1"
    assert state["_summary"]["stop"] == {"available": True, "hint": None}
    source.end()
    await run


async def test_what_changes_travels_once_numbered(lines: list[Line]) -> None:
    source = Scripted()
    run = begin(source)
    line = line_of(RunWidget(run))
    for number in range(30):
        source.say(f"tok{number} ")
        await asyncio.sleep(0.01)
    source.put("custom", {"at": 1})
    source.end()
    await run
    deltas = line.messages("delta")
    assert [delta["n"] for delta in deltas] == list(range(1, len(deltas) + 1))
    assert "".join(text for delta in deltas for *_, text in delta.get("text", [])) == "".join(
        f"tok{number} " for number in range(30)
    )
    assert [row["data"] for delta in deltas for row in delta.get("rows", {}).get("custom", [])] == [{"at": 1}]
    assert deltas[-1]["counts"] == run.trace.event_and_token_counts
    assert line.messages("snapshot") == []


async def test_tokens_alone_cost_little_more_than_their_text(lines: list[Line]) -> None:
    source = Scripted()
    run = begin(source)
    line = line_of(RunWidget(run))
    source.say("first ")
    await flushed()
    source.say("second ")
    await flushed()
    delta = line.messages("delta")[-1]
    assert delta.keys() == {"type", "n", "elapsed", "counts", "text"}
    source.end()
    await run


async def test_messages_keep_their_pace_and_the_last_tokens_do_not_wait(lines: list[Line]) -> None:
    source = Scripted()
    run = begin(source)
    line = line_of(RunWidget(run))
    sent: list[float] = []
    publish, loop = line.publish_msg, asyncio.get_running_loop()

    def timed(*args: Any, **kwargs: Any) -> None:
        sent.append(loop.time())
        publish(*args, **kwargs)

    line.publish_msg = timed  # type: ignore[method-assign]
    for number in range(200):
        source.say(f"{number} ")
        await asyncio.sleep(0.001)
    await flushed()
    gaps = [later - earlier for earlier, later in pairwise(sent)]
    assert gaps and min(gaps) > VISIBLE_SEND_INTERVAL_SECONDS * 0.9
    assert replay(line.messages("delta"))["m", "text"].endswith("199 ")  # with the run still going on
    source.end()
    await run


async def test_two_views_share_the_pace(lines: list[Line]) -> None:
    source = Scripted()
    run = begin(source)
    both = [line_of(RunWidget(run)), line_of(RunWidget(run, "state"))]
    loop, started = asyncio.get_running_loop(), asyncio.get_running_loop().time()
    while loop.time() < started + 10 * VISIBLE_SEND_INTERVAL_SECONDS:
        source.say("x")
        await asyncio.sleep(VISIBLE_SEND_INTERVAL_SECONDS / 10)
    assert sum(len(line.messages("delta")) for line in both) <= 12
    source.end()
    await run
    first, second = (line.messages("delta") for line in both)
    assert replay(first) == replay(second) != {}
    assert (first[-1]["n"], first[-1]["counts"]) == (second[-1]["n"], second[-1]["counts"])
    assert both[1].state["_panel"] == "state"


async def test_a_view_that_nobody_sees_is_told_the_same_in_fewer_messages(lines: list[Line]) -> None:
    source = Scripted()
    run = begin(source)
    seen, unseen = line_of(RunWidget(run)), line_of(RunWidget(run), watched=False)
    for _ in range(40):
        source.say("x")
        await asyncio.sleep(VISIBLE_SEND_INTERVAL_SECONDS / 4)
    assert 0 < len(unseen.messages("delta")) < len(seen.messages("delta")) / 2
    source.end()
    await run
    (*_, last) = unseen.messages("delta")
    assert last["n"] == seen.messages("delta")[-1]["n"] > last["since"] + 1
    assert replay(unseen.messages("delta")) == replay(seen.messages("delta")) == {("m", "text"): "x" * 40}
    told = {message["n"]: message.get("since", message["n"] - 1) for message in unseen.messages("delta")}
    assert [*told.values()] == [0, *told][:-1], "each follows the one before"
    assert last["summary"]["status"] == "success"


async def test_what_comes_in_sight_is_told_what_it_missed(lines: list[Line]) -> None:
    source = Scripted()
    run = begin(source)
    widget = RunWidget(run)
    line = line_of(widget, watched=False)
    source.say("one ")
    await flushed()
    source.say("two ")
    await flushed()
    assert replay(line.messages("delta")) == {("m", "text"): "one "}
    line.receive({"type": "call", "id": "1", "method": "watch", "params": {"page": "p", "visible": True}})
    await flushed()
    assert replay(line.messages("delta")) == {("m", "text"): "one two "}
    assert widget.is_visible
    widget.set_page_visibility("q", False)
    assert widget.is_visible, "another page shows it"
    widget.set_page_visibility("p", False)
    assert not widget.is_visible
    for number in range(1_000):
        widget.set_page_visibility(str(number), False)
    assert len(widget._visibility_by_page) == MAX_REMEMBERED_PAGES
    source.end()
    await run


async def test_a_page_that_cannot_be_heard_is_told_as_if_somebody_looked(lines: list[Line]) -> None:
    source = Scripted()
    run = begin(source)
    widget = RunWidget(run, stop_hint="use the button")
    assert widget.is_visible
    widget.set_page_visibility("p", False)
    assert not widget.is_visible
    source.end()
    await run


async def test_the_end_is_synced_and_then_nothing_more_is_sent(lines: list[Line]) -> None:
    source = Scripted()
    run = begin(source)
    line = line_of(RunWidget(run))
    source.say("hello", response_metadata={}, chunk_position="last")
    source.end()
    await run
    assert line.state["_summary"]["status"] == "success"
    assert line.state["_summary"]["ended"] == run.trace.ended
    assert line.messages("delta")[-1]["summary"]["status"] == "success"
    count = len(line.sent)
    await flushed()
    assert len(line.sent) == count


async def test_a_panel_alone(lines: list[Line]) -> None:
    source = Scripted()
    run = begin(source)
    assert line_of(run.panel("events")).state["_panel"] == "events"
    with pytest.raises(UsageError, match=r"no panel 'event': did you mean 'events'.*tokens, interrupts"):
        run.panel("event")
    source.end()
    await run


async def test_a_page_of_a_run(tmp_path: Path) -> None:
    source = Scripted()
    run = begin(source)
    source.say("for the page")
    source.end()
    await run
    run.to_html(tmp_path / "run.html")
    assert "for the page" in (tmp_path / "run.html").read_text("utf-8")


# -- catching up --------------------------------------------------------------------------------------


async def test_a_late_view_gets_all_there_is_and_then_what_comes(lines: list[Line]) -> None:
    source = Scripted()
    run = begin(source)
    first = line_of(RunWidget(run))
    source.say("once upon ")
    source.put("custom", 1)
    await flushed()
    late = line_of(RunWidget(run))
    source.say("a time")
    source.put("custom", 2)
    source.end()
    await run
    for line in (first, late):
        messages = [m["content"] for m in line.sent if m.get("method") == "custom"]
        assert replay(messages)["m", "text"] == "once upon a time"
        assert [row["data"] for m in messages for row in m.get("rows", {}).get("custom", [])] == [1, 2]
        numbers = [message["n"] for message in messages]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert first.messages("snapshot") == []


async def test_a_snapshot_is_given_to_whom_asks_and_does_not_repeat_in_the_next_delta(
    lines: list[Line],
) -> None:
    source = Scripted()
    run = begin(source)
    asking, other = line_of(RunWidget(run)), line_of(RunWidget(run))
    source.put("custom", 1)
    await flushed()
    source.put("custom", 2)
    await asyncio.sleep(0)  # fed, and not sent yet
    asking.receive({"type": "snapshot"})
    await flushed()
    source.end()
    await run
    (snapshot,) = asking.messages("snapshot")
    assert other.messages("snapshot") == []
    later = [delta for delta in asking.messages("delta") if delta["n"] > snapshot["n"]]
    shown = [row["data"] for m in (snapshot, *later) for row in m.get("rows", {}).get("custom", [])]
    assert shown == [1, 2]


async def test_a_view_of_a_run_that_is_over_gets_everything_and_can_ask_for_it(lines: list[Line]) -> None:
    source = Scripted()
    run = begin(source)
    source.say("all of it")
    source.put("custom", 1)
    source.end()
    await run
    line = line_of(RunWidget(run))
    assert line.state["_summary"]["status"] == "success"
    line.receive({"type": "snapshot"})
    pushed, snapshot = line.messages("snapshot")
    assert pushed == snapshot
    assert replay([snapshot])["m", "text"] == "all of it"
    assert snapshot["rows"]["custom"][0]["data"] == 1
    assert snapshot["n"] >= 1
    summary = line.state["_summary"]
    assert summary.keys() - snapshot["summary"].keys() == {"record", "stop"}, "the view's own"
    known = {
        name: value for name, value in snapshot["summary"].items() if value is not None or name in summary
    }
    known["counts"] = {name: count for name, count in known["counts"].items() if count}
    assert summary | known == summary


async def test_what_a_view_asks_is_answered_also_from_another_thread(lines: list[Line]) -> None:
    source = Scripted()
    run = begin(source)
    line = line_of(RunWidget(run))
    await flushed()
    asked = threading.Thread(
        target=lambda: (
            line.receive({"type": "snapshot"}),
            line.receive({"type": "call", "id": "1", "method": "ping", "params": {}}),
        )
    )
    asked.start()
    asked.join()
    assert len(line.messages("snapshot")) == 1
    assert line.messages("reply") == [{"type": "reply", "id": "1", "result": True}]
    source.end()
    await run


async def test_stop_cancels_the_run(lines: list[Line]) -> None:
    run = begin(Scripted())
    line = line_of(RunWidget(run))
    await flushed()
    line.receive({"type": "call", "id": "1", "method": "cancel", "params": {}})
    await run
    assert run.status == "cancelled"
    assert line.state["_summary"]["status"] == "cancelled"
    assert "kept" in line.state["_summary"]["note"]


def test_a_run_on_a_thread_is_shown_as_well(lines: list[Line]) -> None:
    source = Scripted()
    run = begin(source, thread=True)
    line = line_of(RunWidget(run))
    assert get_run_state(run).loop is not None
    get_run_state(run).loop.call_soon_threadsafe(source.say, "from afar")
    get_run_state(run).loop.call_soon_threadsafe(source.end)
    run.wait()
    assert replay(line.messages("delta"))["m", "text"] == "from afar"
    assert line.state["_summary"]["status"] == "success"


# -- what must not happen -----------------------------------------------------------------------------


async def test_a_view_that_fails_is_one_warning_and_the_run_goes_on(lines: list[Line]) -> None:
    source = Scripted()
    run = begin(source)
    widget = RunWidget(run)
    line_of(widget).broken = "the socket is gone"

    async def go_on() -> None:
        for number in range(3):
            source.say(str(number))
            await flushed()
        source.end()
        await run

    with pytest.warns(RuntimeWarning, match="failed and stands still, the run goes on: OSError") as caught:
        await go_on()
    assert len(caught) == 1
    assert run.status == "success"
    assert len(run.trace.rows("tokens")) == 3
    assert widget._summary["status"] == "success"


async def test_closing_a_view_ends_nothing_but_the_view(lines: list[Line]) -> None:
    source = Scripted()
    run = begin(source)
    widget, other = RunWidget(run), RunWidget(run)
    line, kept = line_of(widget), line_of(other)
    widget.close()
    source.say("still here")
    source.end()
    await run
    assert line.messages("delta") == []
    assert replay(kept.messages("delta"))["m", "text"] == "still here"


# -- in a cell ----------------------------------------------------------------------------------------


class Shell:
    """What the display needs of a kernel's shell: there is a kernel."""

    kernel = object()


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch, lines: list[Line]) -> list[dict[str, Any]]:
    """What is put into the cell."""
    outputs: list[dict[str, Any]] = []

    def publish(data: Any, metadata: Any, transient: Any = None, update: bool = False) -> None:
        outputs.append({"data": data, "id": (transient or {}).get("display_id"), "update": update})

    monkeypatch.setattr(notebook, "get_shell", Shell)
    monkeypatch.setattr("IPython.display.publish_display_data", publish)
    return outputs


async def test_a_cell_gets_the_view_and_the_record_which_is_filled_at_the_end(
    published: list[dict[str, Any]],
) -> None:
    source = Scripted()
    run = begin(source)
    display.show_run(get_run_state(run))
    view, record = published
    assert "application/vnd.jupyter.widget-view+json" in view["data"]
    assert "text/html" not in view["data"]
    assert view["data"]["text/plain"] == "lg_jupyter: live view of scripted"
    assert (
        "running when this was written" in record["data"]["text/html"]
        and "running when this was written" in record["data"]["text/plain"]
    )
    source.say("the whole story")
    source.end()
    await run
    (filled,) = published[2:]
    assert filled["update"] and filled["id"] == record["id"]
    assert "the whole story" in filled["data"]["text/html"]
    assert "the whole story" in filled["data"]["text/plain"]


async def test_a_view_begins_with_the_panel_that_was_asked_for(
    published: list[dict[str, Any]], lines: list[Line]
) -> None:
    run = begin(source := Scripted())
    run.show("graph")
    assert lines[-1].state["_options"] == {"panel": "graph"}
    with pytest.raises(UsageError, match=r"no panel 'grpah': did you mean 'graph'"):
        run.show("grpah")
    source.end()
    await run


async def test_the_view_names_the_record_that_it_hides(
    published: list[dict[str, Any]], lines: list[Line]
) -> None:
    source = Scripted()
    run = begin(source)
    display.show_run(get_run_state(run))
    name = lines[-1].state["_summary"]["record"]
    assert f'class="lgj-record {name} ' in published[1]["data"]["text/html"]
    source.end()
    await run
    assert f'class="lgj-record {name} ' in published[2]["data"]["text/html"]


async def test_a_background_run_is_said_to_run_until_it_ends(published: list[dict[str, Any]]) -> None:
    source = Scripted()
    run = begin(source)
    display.show_run(get_run_state(run), background=True)
    assert "running when this was written" in published[1]["data"]["text/plain"]
    source.end()
    await run
    assert "success" in published[2]["data"]["text/plain"]


@pytest.mark.parametrize(
    ("version", "background", "available"),
    [((6, 29), False, False), ((6, 29), True, True), ((7, 0), False, True)],
)
async def test_stop_is_offered_where_the_kernel_hears_it(
    version: tuple[int, int],
    background: bool,
    available: bool,
    published: list[dict[str, Any]],
    lines: list[Line],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ipykernel = pytest.importorskip("ipykernel")
    monkeypatch.setattr(ipykernel, "version_info", version)
    source = Scripted()
    run = begin(source)
    display.show_run(get_run_state(run), background=background)
    stop = lines[-1].state["_summary"]["stop"]
    assert stop["available"] is available
    assert available or "--background" in stop["hint"]
    source.end()
    await run


async def test_without_a_live_view_the_record_is_there(
    published: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise OSError("no comm")

    use_comm(monkeypatch, fail)
    source = Scripted()
    run = begin(source)
    with pytest.warns(RuntimeWarning, match="no live view"):
        display.show_run(get_run_state(run))
    source.say("told anyway")
    source.end()
    await run
    assert "told anyway" in published[-1]["data"]["text/html"]


async def test_a_record_that_cannot_be_made_is_not_left_running(
    published: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> str:
        raise RecursionError("too deep")

    monkeypatch.setattr("lg_jupyter.record.render_record_html", fail)
    source = Scripted()
    run = begin(source)
    display.show_run(get_run_state(run))
    source.end()
    with pytest.warns(RuntimeWarning, match="no record.*RecursionError: too deep"):
        await run
    assert "scripted · success" in published[-1]["data"]["text/html"]


async def test_in_plain_python_nothing_is_shown(monkeypatch: pytest.MonkeyPatch, lines: list[Line]) -> None:
    monkeypatch.setattr(notebook, "get_shell", lambda: None)
    source = Scripted()
    run = begin(source)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        display.show_run(get_run_state(run))
    assert lines == []
    source.end()
    await run


# -- the drawing ----------------------------------------------------------------------------------------


async def test_nobody_waits_for_a_slow_drawing(lines: list[Line]) -> None:
    source = Slowly()
    run = begin(source)
    line = line_of(RunWidget(run))
    for name, method in (("1", "graph"), ("2", "ping"), ("3", "graph")):
        line.receive({"type": "call", "id": name, "method": method, "params": {}})
    source.say("hello")
    source.end()
    await run  # the run does not wait either
    assert [reply["id"] for reply in line.messages("reply")] == ["2"]
    source.may_draw.set()
    while len(line.messages("reply")) < 3:
        await asyncio.sleep(0.01)
    drawings = [reply["result"] for reply in line.messages("reply") if reply["id"] != "2"]
    assert drawings == [{"nodes": source.read_structure()["nodes"], "edges": []}] * 2
    assert source.drawn == 2  # once for both, and once for this test


async def test_what_cannot_be_drawn_is_told_in_a_sentence(lines: list[Line]) -> None:
    run = begin(source := Scripted())
    line = line_of(RunWidget(run))
    line.receive({"type": "call", "id": "1", "method": "graph", "params": {}})
    while not line.messages("reply"):
        await asyncio.sleep(0.01)
    assert "scripted draws nothing" in line.messages("reply")[0]["error"]
    source.end()
    await run


# -- explanations ---------------------------------------------------------------------------------------


async def test_what_does_not_come_is_explained_at_the_end(lines: list[Line]) -> None:
    run = begin(source := Scripted())
    widget = RunWidget(run)
    line = line_of(widget)

    def panels(summary: dict[str, Any]) -> set[str]:
        return {explanation["panel"] for explanation in summary["explanations"]}

    not_asked = {"state", "timeline", "checkpoints"}
    assert panels(line.state["_summary"]) == not_asked
    source.say("hello")
    await flushed()
    assert not any("explanations" in delta.get("summary", {}) for delta in line.messages("delta"))
    source.end()
    await run
    last = line.messages("delta")[-1]["summary"]
    assert panels(last) == panels(line.state["_summary"]) == not_asked | {"subgraphs", "custom", "context"}


async def test_a_view_goes_on_without_explanations(
    lines: list[Line], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> Any:
        raise RuntimeError("a graph of a kind never seen")

    monkeypatch.setattr("lg_jupyter.record.summary.collect_explanations", fail)
    run = begin(source := Scripted())
    line = line_of(RunWidget(run))
    source.say("hello")
    source.end()
    await run
    assert line.state["_summary"]["explanations"] == []
    assert line.state["_summary"]["status"] == "success"


async def test_a_view_goes_on_with_a_run_that_goes_on(lines: list[Line]) -> None:
    run = stream(build("ask", InMemorySaver()), INPUTS["ask"], display=False)
    line = line_of(RunWidget(run))
    await run
    assert line.state["_summary"]["status"] == "interrupted"
    before = len(line.messages("delta"))
    await run.resume("yes")
    later = line.messages("delta")[before:]
    sent = [message["summary"]["status"] for message in later if "status" in message.get("summary", {})]
    assert line.state["_summary"]["status"] == sent[-1] == "success"
    assert "from its start" in str([message.get("summary", {}).get("note") for message in later])
    assert [row["status"] for message in later for row in message.get("rows", {}).get("interrupts", ())] == [
        "resumed"
    ]


async def test_a_view_hears_what_a_run_says_of_itself_while_it_goes_on(lines: list[Line]) -> None:
    run = begin(source := Scripted())
    line = line_of(RunWidget(run))

    async def heard(note: str) -> None:
        while note not in str([message.get("summary", {}).get("note") for message in line.messages("delta")]):
            await asyncio.sleep(0.01)

    source.put("control", {"event": "note", "note": "it broke off: trying to join it again"})
    await asyncio.wait_for(heard("trying to join it again"), patience(20))
    source.put("control", {"event": "note", "note": "it was joined again"})
    await asyncio.wait_for(heard("was joined again"), patience(20))
    assert not run.done
    source.end()
    await run
