"""Which views stay live: a cell that is run again frees its old one, and of all others the newest stay."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kernel.cells import Kernel, ready_kernel

SHOWN = """\
%%lgstream graph -o run
{'x': 1}"""

COUNTED = """\
(len(ipywidgets.Widget.get_manager_state()['state']), len(LIVE_VIEWS._views))"""

LISTENERS = """\
(len(get_run_state(one).listeners._listeners), len(some._state.listeners))"""

PLACE = """\
from lg_jupyter.kernel import notebook
notebook.get_current_cell_id = lambda: 'the one cell'"""


@pytest.fixture(scope="module")
def own_kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    with ready_kernel(tmp_path_factory.mktemp("kernel")) as kernel:
        yield kernel


@pytest.fixture
def kernel(own_kernel: Kernel) -> Kernel:
    """One that has no views of other tests."""
    own_kernel.run("seen.clear(); run = None")
    return own_kernel


def test_views_are_bounded_and_the_record_says_so(kernel) -> None:
    kernel.run("import ipywidgets, lg_jupyter\nfrom lg_jupyter.widgets.live_views import LIVE_VIEWS")
    kernel.run("lg_jupyter.options.live_views = 3")
    before = eval(kernel.value_of(COUNTED))[0]
    kernel.run(SHOWN)
    kernel.run("held = run")
    for _ in range(5):
        kernel.run(SHOWN)
    assert eval(kernel.value_of(COUNTED)) == (before + 3 * 2, 3)
    kernel.run("lg_jupyter.options.live_views = 1")
    cell = kernel.run(SHOWN)
    told = [str(each["data"].get("text/plain")) for each in cell.of("update_display_data")]
    assert any("This view was closed, for newer ones are open" in text for text in told)
    kernel.run("held.show()\nlg_jupyter.options.live_views = 20")


def test_a_cell_that_is_run_again_frees_its_view(kernel) -> None:
    kernel.run(
        "import gc, weakref, ipywidgets, lg_jupyter\nfrom lg_jupyter.widgets.live_views import LIVE_VIEWS"
    )
    kernel.run("lg_jupyter.options.live_views = 20")
    kernel.run(PLACE)
    kernel.run(SHOWN)
    before = eval(kernel.value_of(COUNTED))
    for _ in range(5):
        kernel.run(SHOWN)
        kernel.run("their_refs = globals().get('their_refs', []) + [weakref.ref(run)]")
    assert eval(kernel.value_of(COUNTED)) == before
    kernel.run("gc.collect()")
    assert kernel.value_of("[ref() is None for ref in their_refs[:3]]") == "[True, True, True]"


TABLES = {
    "batch": "await lg_jupyter.map(graph, [{'x': 1}, {'x': 2}])",
    "comparison": "display(lg_jupyter.compare(one, other))",
    "app": "form = lg_jupyter.app(graph)\ndisplay(form)",
    "history": "display(lg_jupyter.history('./kept'))",
    "dashboard": "display(lg_jupyter.dashboard(one))",
    "dashboard of a batch": "display(lg_jupyter.dashboard(some))",
    "panel": "display(one.panel('state'))",
    "run": "one.show()",
    "batch again": "some.show()",
}


@pytest.mark.parametrize("shown", TABLES)
@pytest.mark.parametrize("times", [5, pytest.param(100, marks=pytest.mark.matrix)])
def test_whatever_a_cell_shows_is_freed_when_it_is_run_again(kernel, shown, times) -> None:
    begin_with_two_runs(kernel)
    kernel.run(PLACE)
    kernel.run(TABLES[shown])
    before = eval(kernel.value_of(COUNTED)), kernel.value_of(LISTENERS)
    for _ in range(times):
        kernel.run(TABLES[shown])
    assert (eval(kernel.value_of(COUNTED)), kernel.value_of(LISTENERS)) == before


@pytest.mark.parametrize("shown", sorted(TABLES.keys() - {"app"}))
def test_of_whatever_cells_show_the_newest_stay(kernel, shown) -> None:
    begin_with_two_runs(kernel)
    kernel.run("lg_jupyter.options.live_views = 2")
    for _ in range(2):
        kernel.run(TABLES[shown])
    before = eval(kernel.value_of(COUNTED))
    cell = kernel.run(TABLES[shown])
    assert eval(kernel.value_of(COUNTED)) == before
    told = [str(each["data"].get("text/plain")) for each in cell.of("update_display_data")]
    assert any("This view was closed, for newer ones are open" in text for text in told)
    kernel.run("lg_jupyter.options.live_views = 20")


def test_what_a_variable_holds_stays(kernel) -> None:
    begin_with_two_runs(kernel)
    kernel.run(PLACE)
    kernel.run("board = lg_jupyter.dashboard(one)\nform = lg_jupyter.app(graph)\npanel = one.panel('state')")
    kernel.run("display(board, form, panel)")
    before = kernel.value_of(LISTENERS)
    for _ in range(3):
        kernel.run("display(board, form, panel)")
    assert kernel.value_of(LISTENERS) == before
    assert kernel.value_of("[each.comm is None for each in (board, form, panel)]") == "[False, False, False]"
    kernel.run("for each in (board, form, panel): each.close()")


def begin_with_two_runs(kernel) -> None:
    """A kernel whose views are those of this test alone."""
    kernel.run("import ipywidgets, lg_jupyter\nfrom lg_jupyter.widgets.live_views import LIVE_VIEWS")
    kernel.run("from lg_jupyter.kernel import notebook\nnotebook.get_current_cell_id = lambda: None")
    kernel.run("lg_jupyter.options.live_views = 20\nLIVE_VIEWS._views.clear()")
    kernel.run("one, other = [await lg_jupyter.stream(graph, {'x': 1}, display=False) for _ in range(2)]")
    kernel.run("from lg_jupyter.runtime.run_properties import get_run_state")
    kernel.run("import os\nos.makedirs('kept', exist_ok=True)")
    kernel.run("some = await lg_jupyter.map(graph, [{'x': 1}], display=False)")


def test_runs_that_views_alone_hold_have_one_share_of_memory(kernel) -> None:
    begin_with_two_runs(kernel)
    kernel.run("from weakref import ref\nrefs = []")
    takes = int(kernel.value_of("one._state.intake.size_limiter.held_bytes") or 0)
    kernel.run(f"lg_jupyter.options.max_bytes_of_views = {int(2.5 * takes)}")
    held = kernel.run("%%lgstream graph -o held\n{'x': 1}")
    cells = []
    for _ in range(5):
        cells.append(kernel.run("%%lgstream graph\n{'x': 1}"))
        kernel.run("refs.append(ref(lg_jupyter.last_run._state)); lg_jupyter.options.live_views = 20")
    kernel.run("import gc; gc.collect()")
    assert kernel.value_of("[each() is None for each in refs]") == "[True, True, False, False, False]"
    told = [content["data"]["text/plain"] for cell in cells for content in cell.of("update_display_data")]
    assert sum("for runs that views alone held took more than " in text for text in told) == 2
    assert not any("was closed" in str(content["data"]) for content in held.of("update_display_data"))


@pytest.mark.parametrize("layout", ["debug", "batch"])
def test_so_have_runs_that_dashboards_alone_hold(kernel, layout) -> None:
    begin_with_two_runs(kernel)
    kernel.run("from weakref import ref\nrefs = []")
    takes = int(kernel.value_of("one._state.intake.size_limiter.held_bytes") or 0)
    kernel.run(f"lg_jupyter.options.max_bytes_of_views = {int(2.5 * takes)}")
    shown = {
        "debug": "lg_jupyter.last_run",
        "batch": "await lg_jupyter.map(graph, [{'x': 1}], display=False)",
    }
    for _ in range(5):
        kernel.run("made = await lg_jupyter.stream(graph, {'x': 1}, display=False); del made")
        kernel.run(f"board = lg_jupyter.dashboard({shown[layout]}); display(board); del board")
        kernel.run("refs.append(ref(lg_jupyter.last_run._state))")
    kernel.run("import gc; gc.collect()")
    assert kernel.value_of("[each() is None for each in refs]") == "[True, True, False, False, False]"


def test_a_table_whose_batch_nobody_holds_counts_its_runs(kernel) -> None:
    begin_with_two_runs(kernel)
    takes = int(kernel.value_of("one._state.intake.size_limiter.held_bytes") or 0)
    kernel.run(f"lg_jupyter.options.max_bytes_of_views = {3 * takes}")
    made = "await lg_jupyter.map(graph, [{'x': 1}] * 2)"
    tables = [kernel.run(f"{name} = {made}").of("display_data")[-1] for name in ("b", "c", "b", "d")]
    closing = kernel.run("del b, c\nother = await lg_jupyter.stream(graph, {'x': 1})")
    kernel.run("lg_jupyter.options.max_bytes_of_views = 2_000_000_000")
    closed = [
        content["transient"]["display_id"]
        for content in closing.of("update_display_data")
        if "views alone held took more than " in content["data"]["text/plain"]
    ]
    assert [each["transient"]["display_id"] in closed for each in tables] == [True, True, False, False]
