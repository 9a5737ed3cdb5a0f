"""What is kept of a run for where there is no kernel."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from html.parser import HTMLParser
from operator import add
from typing import Annotated, Any, TypedDict

import pytest
from langgraph.graph import END, START, StateGraph

import lg_jupyter
from lg_jupyter.batch.offline import make_offline_batch_view
from lg_jupyter.comparison.offline import make_offline_comparison_view
from lg_jupyter.encode import SharedList, to_plain_json
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.widgets.offline.budget import SizeBudget
from lg_jupyter.widgets.offline.data import OFFLINE_MIME_TYPE, make_offline_bundle
from lg_jupyter.widgets.offline.page_script import escape_script
from lg_jupyter.widgets.offline.run_data import (
    PAGE_LIMITS,
    OfflineLimits,
    make_notebook_limits,
    make_offline_run_view,
)
from lg_jupyter.widgets.offline.value_pool import ValuePool
from lg_jupyter.widgets.queries import RunQueries
from tests.graphs import INPUTS, build
from tests.unpacking import kept_on, unpacked, whole


async def ran(name: str = "react", **options: Any) -> lg_jupyter.Run:
    return await lg_jupyter.stream(build(name), INPUTS[name], display=False, **options)


def data_of(run: lg_jupyter.Run, room: OfflineLimits | None = None) -> dict[str, Any]:
    view = make_offline_run_view(get_run_state(run), room or make_notebook_limits(), record="lgj-record-1")
    assert view is not None and view["module"] == "run"
    return unpacked(view)


class Grown(TypedDict):
    messages: Annotated[list[Any], add]
    number: int


def growing(steps: int) -> Any:
    """A graph whose list of messages grows by one in each step."""

    def step(state: Grown) -> Any:
        return {"messages": [("user", f"message {state['number']}")], "number": state["number"] + 1}

    graph = StateGraph(Grown).add_node(step).add_edge(START, "step")
    graph = graph.add_conditional_edges("step", lambda state: END if state["number"] >= steps else "step")
    return graph.compile()


async def grown(steps: int) -> lg_jupyter.Run:
    config = {"recursion_limit": steps + 5}
    given = {"messages": [], "number": 0}
    return await lg_jupyter.stream(growing(steps), given, config=config, display=False)


async def test_the_view_finds_all_that_its_kernel_would_tell():
    run = await ran()
    data = data_of(run)
    rows = RunQueries(get_run_state(run)).find_events(limit=1000)["rows"]
    assert data["events"] == json.loads(json.dumps(to_plain_json(rows)))
    assert data["snapshot"]["summary"]["status"] == "success"
    assert data["traits"]["_summary"]["record"] == "lgj-record-1"
    assert data["omitted"] is None
    for namespace, seq, _, _, _, number in data["states"]:
        state = run.trace.states.find_state(namespace, seq=seq)
        assert whole(data, number) == json.loads(json.dumps(to_plain_json(state.values)))
    for seq, number in data["payloads"].items():
        row = run.trace.row("events", int(seq))
        assert whole(data, number) == json.loads(json.dumps(to_plain_json(row["data"])))
    for table, columns in data["cells"].items():
        for column, numbers in columns.items():
            for key, number in numbers.items():
                row = run.trace.row(table, key)
                assert whole(data, number) == json.loads(json.dumps(to_plain_json(row[column])))


async def test_a_run_is_found_among_others_by_its_name_its_input_and_its_time():
    run = await ran("steps")
    view = make_offline_run_view(get_run_state(run), make_notebook_limits())
    assert view is not None
    assert view["about"] == {
        "key": get_run_state(run).key,
        "name": run.name,
        "title": "topic: ice",
        "started": run.trace.started,
    }


async def test_states_that_grow_are_kept_once_not_each_whole():
    few, many = [len(json.dumps(data_of(await grown(steps))["values"])) for steps in (20, 200)]
    assert many < 20 * few  # a tenth of that would be the square


async def test_what_there_is_no_room_for_is_left_out_and_said():
    run = await grown(60)
    whole_size = len(make_offline_run_view(get_run_state(run), OfflineLimits(None, 1000, 1000))["data"])
    view = make_offline_run_view(get_run_state(run), OfflineLimits(whole_size * 2 // 3, 1000, 1000))
    assert len(view["data"]) <= whole_size * 2 // 3
    data = unpacked(view)
    kept = [number for *_, number in data["states"]]
    assert re.search(r"\d+ (states|big values|events)", data["omitted"])
    assert data["snapshot"]["rows"]["tasks"]
    assert kept[0] is not None or None in kept  # the newest first


async def test_nothing_is_kept_where_nothing_fits_or_is_wanted(monkeypatch):
    run = await ran()
    assert make_offline_run_view(get_run_state(run), OfflineLimits(100, 1000, 1000)) is None
    monkeypatch.setattr(lg_jupyter.options, "saved_size", 0)
    assert make_offline_run_view(get_run_state(run), make_notebook_limits()) is None
    assert make_offline_bundle("lgj-record-1", []) == {}


async def test_of_too_many_events_tokens_are_left_out_first():
    run = await ran()
    modes = run.trace.events.list_event_modes()
    others = sum(mode != "messages" for mode in modes)
    data = data_of(run, OfflineLimits(None, others + 1, 5))
    assert [row["mode"] for row in data["events"]].count("messages") == 1
    assert len(data["events"]) == others + 1
    assert [row["seq"] for row in data["events"]] == sorted(row["seq"] for row in data["events"])
    assert data["omitted"].startswith(f"{len(modes) - others - 1} events")


async def test_of_tokens_fewer_are_kept_than_of_other_events():
    run = await ran()
    data = data_of(run, OfflineLimits(None, 1_000, 3))
    assert [row["mode"] for row in data["events"]].count("messages") == 3
    assert len(data["events"]) > 10


async def test_a_bundle_says_how_it_is_read():
    view = make_offline_run_view(get_run_state(await ran()), make_notebook_limits())
    kept = make_offline_bundle("lgj-record-1", [view])[OFFLINE_MIME_TYPE]
    assert kept == {
        "format": 1,
        "version": lg_jupyter.__version__,
        "record": "lgj-record-1",
        "views": [view],
    }
    assert json.loads(json.dumps(kept)) == kept


def test_a_value_that_finds_no_room_leaves_nothing_behind():
    longer = SharedList(["a" * 40]).extended_by([f"{number}" for number in range(1000)])
    pool = ValuePool(SizeBudget(400))
    assert pool.add({"list": longer.get_prefix(1)}) == 1
    assert pool.add({"list": longer}) is None
    assert pool.add({"list": longer.get_prefix(1), "more": 1}) is not None
    written = {name: json.loads(text) for name, text in pool.dump_json_fields().items()}
    assert written["lists"] == [["a" * 40]]


def test_a_pool_gives_up_after_some_values_without_room():
    pool = ValuePool(SizeBudget(100))
    values = [{"text": hashlib.sha256(str(number).encode()).hexdigest() * 4} for number in range(40)]
    assert [pool.add(value) for value in values] == [None] * 40
    assert pool.is_full


class Page(HTMLParser):
    """The elements of a page, and the texts of its scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.metas: list[dict[str, str | None]] = []
        self.scripts: list[tuple[str | None, str]] = []
        self.sources: list[str] = []
        self._script: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.sources += [value for name, value in attrs if name in ("src", "href") and value]
        if tag == "meta":
            self.metas.append(given)
        if tag == "script":
            self.scripts.append((given.get("type"), ""))

    def handle_data(self, data: str) -> None:
        if self.scripts and self.cdata_elem == "script":
            kind, text = self.scripts[-1]
            self.scripts[-1] = kind, text + data


async def test_a_page_allows_its_one_script_and_nothing_else(tmp_path):
    evil = {"messages": [("user", "</script><!--<script>alert(1)</script>")], "number": 9}
    run = await lg_jupyter.stream(growing(1), evil, display=False)
    run.to_html(tmp_path / "run.html", interactive=True)
    text = (tmp_path / "run.html").read_bytes().decode()
    page = Page(text)
    (kind, data), (module, script) = page.scripts
    assert (kind, module) == ("application/json", "module")
    policy = next(meta["content"] for meta in page.metas if meta.get("http-equiv"))
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert rules.pop("script-src") == f"'sha256-{digest}'"
    assert rules.pop("style-src") == "'unsafe-inline'"
    assert {rules.pop("img-src"), rules.pop("media-src")} == {"data:"}
    assert set(rules.values()) == {"'none'"} and "default-src" in rules
    assert not re.search(r"</script|<!--", script + data, re.IGNORECASE)
    assert not re.search(r"\beval\(|new Function\(", script)
    assert [source for source in page.sources if not source.startswith(("data:", "http"))] == []
    assert "\r" not in script


async def test_a_page_has_the_record_for_where_scripts_are_forbidden(tmp_path):
    run = await ran()
    run.to_html(tmp_path / "plain.html")
    run.to_html(tmp_path / "run.html", interactive=True)
    plain_page, page = [(tmp_path / name).read_text() for name in ("plain.html", "run.html")]
    assert "<script" not in plain_page
    for row in run.trace.rows("messages"):
        for word in (row["text"] or "").split():
            assert html.escape(word, quote=False) in page
    assert kept_on(page)[0]["omitted"] is None


async def test_a_page_keeps_all_of_a_long_run(tmp_path):
    run = await grown(300)
    run.to_html(tmp_path / "run.html", interactive=True)
    (data,) = kept_on((tmp_path / "run.html").read_text())
    assert len(data["events"]) == len(run.trace.events) < PAGE_LIMITS.max_events
    assert data["omitted"] is None


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("'</script>'", r"'\u003c/script>'"),
        ("/<!--(?:x)/u", r"/\u003c!--(?:x)/u"),
        ("`</SCRIPT `", r"`\u003c/SCRIPT `"),
        ("a<b", "a<b"),
    ],
)
def test_a_script_cannot_end_itself(script, told):
    assert escape_script(script) == told


async def test_a_comparison_is_kept_with_what_is_too_long_for_its_rows(tmp_path):
    run, other = await grown(300), await grown(320)
    comparison = lg_jupyter.compare(run, other)
    view = make_offline_comparison_view(comparison, OfflineLimits(None, 0, 0), "lgj-comparison-1")
    data = unpacked(view)
    assert view["module"] == "compare"
    assert len(data["snapshot"]["rows"]["runs"]) == 2
    cut = [row for row in data["snapshot"]["rows"]["state_diffs"] if "$big" in json.dumps(row)]
    assert sum(len(numbers) for numbers in data["cells"]["state_diffs"].values()) >= len(cut)
    comparison.to_html(tmp_path / "compared.html", interactive=True)
    page = (tmp_path / "compared.html").read_text()
    assert kept_on(page)[0]["snapshot"] == data["snapshot"]
    comparison.to_html(tmp_path / "compared.html")
    assert "<script" not in (tmp_path / "compared.html").read_text()
    assert make_offline_comparison_view(comparison, OfflineLimits(10, 0, 0), "lgj-comparison-1") is None


async def test_a_batch_is_kept_with_its_runs_and_says_which_found_no_room(tmp_path):
    batch = await lg_jupyter.map(growing(3), [{"messages": [], "number": 0}] * 4, display=False)
    view = make_offline_batch_view(get_run_state_batch(batch), PAGE_LIMITS, "lgj-batch-1")
    data = unpacked(view)
    assert view["module"] == "batch"
    assert [row["status"] for row in data["snapshot"]["rows"]["inputs"]] == ["success"] * 4
    runs = {index: unpacked(kept) for index, kept in data["views"].items()}
    assert {index: run["snapshot"]["summary"]["id"] for index, run in runs.items()} == {
        str(index): run.id for index, run in enumerate(batch.runs)
    }
    poor = make_offline_batch_view(get_run_state_batch(batch), OfflineLimits(6_000, 100, 100), "lgj-batch-1")
    assert len(poor["data"]) <= 6_000
    assert re.fullmatch(r"\d runs?", unpacked(poor)["omitted"])
    batch.to_html(tmp_path / "batch.html", interactive=True)
    assert set(kept_on((tmp_path / "batch.html").read_text())[0]["views"]) == {"0", "1", "2", "3"}


def get_run_state_batch(batch: Any) -> Any:
    return batch._state


async def test_a_batch_hides_no_record_by_what_it_says_of_itself_later():
    """Where it stands in its record's place, as in a notebook, it would hide itself."""
    batch = await lg_jupyter.map(growing(1), [{"messages": [], "number": 0}], display=False)
    data = unpacked(make_offline_batch_view(get_run_state_batch(batch), PAGE_LIMITS, "lgj-batch-1"))
    assert data["traits"]["_summary"]["record"] == "lgj-batch-1"
    assert "record" not in data["snapshot"]["summary"]


def test_data_of_a_page_are_json_whatever_ends_a_script_in_them() -> None:
    data = {"name": "a</script><!--<SCRIPT>b</SCRIPT>"}
    escaped = escape_script(json.dumps(data))
    assert "</script" not in escaped.lower()
    assert "<!--" not in escaped
    assert json.loads(escaped) == data
