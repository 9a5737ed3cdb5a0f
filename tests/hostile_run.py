"""A graph that tells texts in every place where a run has one, and what is made of it for a page."""

from __future__ import annotations

import io
import json
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import nbformat
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langgraph.graph import START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.types import StreamWriter
from markdown_it import MarkdownIt
from nbconvert import HTMLExporter, MarkdownExporter
from rich.console import Console
from typing_extensions import TypedDict

import lg_jupyter
from lg_jupyter import record
from lg_jupyter.batch import table as batch_table
from lg_jupyter.comparison import static_tables as comparison_tables
from lg_jupyter.record.summary import summarize_run
from lg_jupyter.run import Run
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.terminal.view import TerminalView
from lg_jupyter.text.markup import element
from tests.graphs import ScriptedModel
from tests.hostile_texts import vectors

BATCH = 40
"""Texts of one run."""

BATCHES = range((len(vectors()) + BATCH - 1) // BATCH)


class Hostile(TypedDict, total=False):
    messages: Annotated[list, add_messages]
    texts: list[str]
    told: dict[str, Any]


def texts_of(batch: int) -> list[str]:
    return [text for _, text in vectors()[batch * BATCH : (batch + 1) * BATCH]]


def build_hostile(batch: int) -> Any:
    """It ends in an error that says all of them, too."""
    texts = texts_of(batch)

    def tell(state: Hostile, writer: StreamWriter) -> Hostile:
        spoken: list[Any] = []
        for number, text in enumerate(texts):
            writer({text: text})
            calls = [{"name": text[:60] or "x", "args": {text: text}, "id": f"call-{number}"}]
            spoken += [
                AIMessage(text, id=f"ai-{number}", name=_clean(text), tool_calls=calls),
                ToolMessage(text, tool_call_id=f"call-{number}", id=f"tool-{number}", name=_clean(text)),
            ]
        pieces = [piece for text in texts[:10] for piece in (text[:3], text[3:], "\n\n")]
        streamed = ScriptedModel(lines=[pieces]).invoke([HumanMessage("go", id="h")])
        return {"messages": [streamed, *spoken], "told": dict.fromkeys(texts, texts)}

    def fail(state: Hostile) -> Hostile:
        raise ValueError("\n".join(texts))

    graph = StateGraph(Hostile).add_node("tell", tell).add_node("fail", fail)
    return graph.add_edge(START, "tell").add_edge("tell", "fail").compile(name=_clean(texts[0]))


def _clean(text: str) -> str:
    return text.encode(errors="replace").decode()


def given(batch: int) -> dict[str, Any]:
    texts = texts_of(batch)
    return {
        "texts": texts,
        "messages": [HumanMessage(text, id=f"in-{n}") for n, text in enumerate(texts[:9])],
    }


def run_hostile(batch: int) -> Run:
    run = lg_jupyter.stream(build_hostile(batch), given(batch), display=False, thread=True)
    with suppress(ValueError):
        run.wait()
    return run


def pages(batch: int, folder: Path) -> dict[str, Path]:
    """By place, a page with what is made of the run there."""
    run = run_hostile(batch)
    made = {name: folder / f"{name} {batch}.html" for name in ("interactive", "record")}
    run.to_html(made["interactive"], interactive=True)
    run.to_html(made["record"])
    summary, other = summarize_run(get_run_state(run)), run_hostile((batch + 1) % len(BATCHES))
    fragments = {
        "fragment": record.render_record_html(summary, run.trace),
        "batch": _batch(batch),
        "comparison": comparison_tables.render_html(lg_jupyter.compare(run, other)),
        "instead of markup": str(element("p", *texts_of(batch))),
    }
    notebook = _notebook(fragments["fragment"], record.render_record_text(summary, run.trace))
    fragments["nbconvert HTML"] = HTMLExporter().from_notebook_node(notebook)[0]
    markdown = MarkdownExporter().from_notebook_node(notebook)[0]
    fragments["nbconvert Markdown"] = MarkdownIt("commonmark", {"html": True}).render(markdown)
    for name, fragment in fragments.items():
        made[name] = folder / f"{name} {batch}.html"
        made[name].write_text(fragment, encoding="utf-8", errors="replace")
    return made


def _batch(batch: int) -> str:
    runs = lg_jupyter.map(build_hostile(batch), [given(batch)] * 2, display=False, thread=True)
    with suppress(Exception):
        runs.wait()
    return str(batch_table.render_html(runs._state, is_final=True))


def _notebook(html: str, text: str) -> Any:
    output = nbformat.v4.new_output("display_data", {"text/html": html, "text/plain": text})
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("run", outputs=[output])])


def terminal_text(batch: int) -> str:
    """What a terminal is given."""
    run, written = run_hostile(batch), io.StringIO()
    TerminalView(run, Console(file=written, force_terminal=True, color_system=None)).show()
    summary = summarize_run(get_run_state(run))
    return (
        written.getvalue() + record.render_record_text(summary, run.trace) + repr(run) + json.dumps(run.note)
    )
