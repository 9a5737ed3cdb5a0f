"""The run's graph as a picture, made without a browser: ``run.render_graph_svg()``."""

from __future__ import annotations

from lg_jupyter.exports.drawing.graph_layout import lay_out_graph
from lg_jupyter.exports.drawing.node_visits import count_node_visits
from lg_jupyter.exports.drawing.svg import render_svg
from lg_jupyter.exports.drawing.taken_path import find_taken_path
from lg_jupyter.runtime.state import RunState


def render_graph_svg(run: RunState) -> str:
    """The graph with what has happened in it, as an SVG."""
    structure = run.structure()
    with run.lock:
        tasks, over = run.trace.rows("tasks"), run.status == "success"
    path = find_taken_path(structure, tasks, over)
    return render_svg(
        lay_out_graph(structure, path.undeclared_edges), path, count_node_visits(structure, tasks)
    )
