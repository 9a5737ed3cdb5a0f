"""A panel is one thing with two halves, a module here and a folder in the front end: no part is forgotten."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

import lg_jupyter
from lg_jupyter import config
from lg_jupyter.events.events import (
    CheckpointSaved,
    CompleteMessage,
    CustomDataEmitted,
    InterruptRaised,
    RunEnded,
    RunResumed,
    TaskEnded,
)
from lg_jupyter.events.store import StoreCalled
from lg_jupyter.panels import PANELS, compute_panel_character_limit
from lg_jupyter.panels.panel import Panel, RecordContext
from lg_jupyter.panels.run_settings import RunSettings
from tests.tables.stream import START, Stream

PACKAGE = Path(lg_jupyter.__file__).parent
ROOT = PACKAGE.parent
FRONT_END = ROOT / "js" / "src" / "panels"

each_panel = pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.id)


def drawn(panel_id: str) -> str:
    """What the front end's frame has of a panel, as source text."""
    return (FRONT_END / panel_id / "panel.ts").read_text()


def test_each_module_and_each_folder_is_a_panel() -> None:
    listed = set(config.PANELS)
    sources = (PACKAGE / "panels").glob("*.py")
    modules = {path.stem for path in sources if re.search(r"^PANEL\b", path.read_text(), re.MULTILINE)}
    folders = {path.name for path in FRONT_END.iterdir() if path.is_dir()}
    assert modules == listed, "the modules with a PANEL and the ids in PANELS of config.py differ"
    assert folders == listed, "the folders of js/src/panels and the ids in PANELS of config.py differ"


def test_a_record_has_panels_as_the_tabs_stand_but_those_that_precede_another() -> None:
    assert [panel.id for panel in PANELS if not panel.precedes_in_record] == [
        name
        for name in config.PANELS
        if name not in {panel.id for panel in PANELS if panel.precedes_in_record}
    ]
    for panel, after in pairwise(PANELS):
        assert panel.precedes_in_record in (None, after.id)


@each_panel
def test_both_halves_say_the_same(panel: Panel) -> None:
    source = drawn(panel.id)
    for line in (f'id: "{panel.id}"', f'title: "{panel.title}"'):
        assert line in source, f"js/src/panels/{panel.id}/panel.ts does not say {line}, as its module does"


@each_panel
def test_a_panel_has_all_its_parts_or_says_why_not(panel: Panel) -> None:
    assert (panel.render_record_html is None) == bool(panel.no_record_reason), (
        "it has render_record_html=, or no_record_reason= says why not"
    )
    assert (panel.explain_missing is None) == bool(panel.no_explanation_reason), (
        "it has explain_missing=, or no_explanation_reason="
    )
    assert bool(panel.render_record_html) == bool(panel.record_weight) or panel.is_urgent, (
        "its part of a record has no record_weight="
    )
    for reason in filter(None, (panel.no_record_reason, panel.no_explanation_reason)):
        assert reason.endswith(".")


def explained() -> list[Panel]:
    """The panels with explanations of their own: another's may be theirs as well."""
    return [
        panel
        for panel in PANELS
        if panel.explain_missing and panel.explain_missing.__module__ == panel.module_name
    ]


@pytest.mark.parametrize("panel", explained(), ids=lambda panel: panel.id)
def test_its_explanations_have_rows_in_the_documents_and_tests(panel: Panel) -> None:
    rows = re.findall(r"^\| ([a-z, ]+) \|", (ROOT / "docs" / "why-empty.md").read_text(), re.MULTILINE)
    named = {name for row in rows for name in row.split(", ")}
    assert panel.id in named, f"docs/why-empty.md has no row that begins with | {panel.id} |"
    is_tested = f'"{panel.id}"' in (Path(__file__).parent / "test_explain.py").read_text()
    assert is_tested, f'tests/test_explain.py provokes no explanation of "{panel.id}"'


@pytest.fixture(scope="module")
def recorded() -> RecordContext:
    """A run that has something of everything."""
    stream = Stream()
    stream.state({"topic": "ice"}, step=0)
    stream.task("1", "think", step=1)
    usage = {"input_tokens": 10, "output_tokens": 3}
    whole = CompleteMessage("m", "ai", "Let me think.", usage=usage, model="gpt", source="model")
    stream(whole, node="think", step=1, task_id="1")
    stream(CustomDataEmitted({"page": 3}), node="think")
    stream(StoreCalled("put", START, ["users"], "ada", {"likes": "figs"}), node="think")
    stream(CheckpointSaved("c", None, "t", 1, "loop", START, ["ask"], {"topic": "ice"}))
    stream.task("2", "draft", namespace="team:1")
    stream.state({"topic": "sorbet"}, step=1)
    stream.task_end("1", node="think")
    stream.task("3", "spoil", step=2)
    stream(TaskEnded("3", "spoil", "error", START, error={"error": "ValueError", "message": "It melts."}))
    stream(InterruptRaised("h", "for whom?", node="ask"), node="ask")
    stream(RunEnded("interrupted"))
    stream(RunResumed("ada"))
    stream(InterruptRaised("i", "which one?", node="ask"), node="ask")
    assert stream.trace.waits
    return RecordContext(stream.trace, 0, 10_000)


@each_panel
def test_what_a_run_has_of_a_panel_is_in_its_record(panel: Panel, recorded: RecordContext) -> None:
    if panel.render_record_html is not None:
        part = "".join(
            panel.render_record_html(recorded, compute_panel_character_limit(panel, recorded.max_characters))
        )
        assert part, (
            "render_record_html= writes nothing of a run that has something of everything, see `recorded`"
        )
    if panel.format_record_text is not None:
        lines = "".join(panel.format_record_text(recorded))
        assert lines, (
            "format_record_text= writes nothing of a run that has something of everything, see `recorded`"
        )


@each_panel
def test_its_explanations_are_sentences(panel: Panel) -> None:
    if panel.explain_missing is None:
        return
    for setting in (
        RunSettings(frozenset()),
        RunSettings(frozenset({"values"}), False, graph_calling_nodes=("team",), has_checkpointer=False),
    ):
        for over in (True, False):
            assert all(text.endswith(".") for text in panel.explain_missing(Stream().trace, setting, over))


def test_the_parts_of_a_record_have_room_for_each() -> None:
    assert sum(compute_panel_character_limit(panel, 100_000) for panel in PANELS) <= 100_000
    heavier = max(PANELS, key=lambda panel: panel.record_weight)
    assert heavier.id == "tokens"
