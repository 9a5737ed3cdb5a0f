"""The run's graph as a picture, made without a browser: ``run.graph_svg()``."""

from __future__ import annotations

from lg_jupyter.exports.drawing.arrange import arrange
from lg_jupyter.exports.drawing.path import path_of
from lg_jupyter.exports.drawing.picture import write
from lg_jupyter.exports.drawing.visited import visited
from lg_jupyter.runtime.state import RunState


def graph_svg(run: RunState) -> str:
    """The graph with what has happened in it, as an SVG."""
    structure = run.structure()
    with run.lock:
        tasks, over = run.trace.rows("tasks"), run.status == "success"
    path = path_of(structure, tasks, over)
    return write(arrange(structure, path.undeclared), path, visited(structure, tasks))
