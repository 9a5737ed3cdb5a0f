"""What a cell showed is let go, when its widgets are closed and no name holds its run."""

from __future__ import annotations

SHOWN = """\
%%lgstream graph -o run
{'x': 1}"""

AGAIN = """\
refs = globals().get('refs', []) + [weakref.ref(run)]"""

CLOSED = """\
ipywidgets.Widget.close_all()
del run
await lg_jupyter.stream(graph, {'x': 1}, display=False)  # or `last_run` holds it
gc.collect()"""


def test_runs_of_a_cell_that_is_run_again(kernel) -> None:
    kernel.run("import gc, weakref, ipywidgets, lg_jupyter")
    for _ in range(3):
        kernel.run(SHOWN)
        kernel.run(AGAIN)
    kernel.run(CLOSED)
    assert kernel.value_of("[ref() for ref in refs]") == "[None, None, None]"
