"""Everywhere that something of a run can be seen or kept, as text to look for secrets in."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import lg_jupyter
from lg_jupyter import record
from lg_jupyter.comparison import record as comparison_record
from lg_jupyter.comparison.widget import ComparisonWidget
from lg_jupyter.record.summary import summarize
from lg_jupyter.run import Run
from lg_jupyter.runtime.facade import state_of
from lg_jupyter.tables.schema import SCHEMAS
from lg_jupyter.widgets.run import RunWidget


def sinks(run: Run, folder: Path) -> dict[str, str]:
    """By name, all that can be seen of a run."""
    return {
        "file": _file(run, folder),
        "loaded": _frames(lg_jupyter.load(folder / "sink.jsonl")),
        "frames": _frames(run),
        "parquet": _parquet(run, folder / "tables"),
        "page": _page(run, folder),
        "record": _record(run),
        "spans": "".join(span.to_json() for span in run.to_otel(content=True)),
        "repr": repr([run, run.source, run.request, run.frames, getattr(run.source, "server", None)]),
        "account": repr([run.error, run.interrupts, run.note, run.name, run.usage]),
        "widget": _widget(run),
        "code": _code(run),
        "loaded code": _code(lg_jupyter.load(folder / "sink.jsonl")),
        "comparison": _comparison(run),
        "text": repr(run.structure() if run.source.kind == "local" else ""),
        "summary": json.dumps(summarize(state_of(run))),
    }


def _file(run: Run, folder: Path) -> str:
    run.save(folder / "sink.jsonl")
    run.save(folder / "sink.jsonl.gz")
    packed = gzip.decompress((folder / "sink.jsonl.gz").read_bytes()).decode()
    return (folder / "sink.jsonl").read_text() + packed


def _frames(run: Run) -> str:
    return "".join(repr(run.to_pandas(table).to_dict("records")) for table in SCHEMAS)


def _parquet(run: Run, folder: Path) -> str:
    from pyarrow import parquet

    return "".join(repr(parquet.read_table(file).to_pylist()) for file in run.to_parquet(folder))


def _code(run: Run) -> str:
    """In each language that it can be written in."""
    told = []
    for language in ("python", "javascript", "curl"):
        try:
            told.append(str(run.code(language)))
        except lg_jupyter.UsageError as error:
            told.append(str(error))
    return "\n".join(told)


def _comparison(run: Run) -> str:
    """What a comparison with this run shows and tells a front end."""
    comparison = lg_jupyter.compare(run, run)
    shown = comparison_record.html(comparison) + comparison_record.text(comparison)
    widget = ComparisonWidget(comparison)
    return shown + repr(widget._pushed_rows()) + repr(widget._tables) + repr(widget._summary)


def _record(run: Run) -> str:
    summary = summarize(state_of(run))
    return record.html(summary, run.trace) + record.text(summary, run.trace)


def _page(run: Run, folder: Path) -> str:
    run.to_html(folder / "sink.html")
    return (folder / "sink.html").read_text()


def _widget(run: Run) -> str:
    """What a front end gets that asks for everything."""
    widget = RunWidget(run)
    sent: list[Any] = []
    widget.send = lambda message, buffers=None: sent.append(message)  # type: ignore[method-assign]
    calls: list[dict[str, Any]] = [{"method": "events", "params": {"offset": 0, "limit": 1000}}]
    calls += [{"method": "event", "params": {"seq": row["seq"]}} for row in run.trace.rows("events")]
    calls += [
        {"method": "value", "params": {"table": "messages", "key": row["message_id"], "column": "text"}}
        for row in run.trace.rows("messages")
    ]
    widget._receive(widget, {"type": "snapshot"}, [])
    for number, call in enumerate(calls):
        widget._receive(widget, {"type": "call", "id": str(number), **call}, [])
    assert len(sent) == len(calls) + 1
    state = {name: repr(value) for name, value in widget.get_state().items() if name not in ("_esm", "_css")}
    return json.dumps(sent, default=repr) + json.dumps(state)


def leaks(secret: str, seen: dict[str, str], least: int = 14) -> dict[str, str]:
    """Where a secret is to be seen, or a piece of it that says most; with what stands around it."""
    pieces = {secret[at : at + least] for at in range(len(secret) - least + 1)}
    found = {}
    for place, text in seen.items():
        for piece in pieces:
            if piece in text:
                at = text.index(piece)
                found[place] = text[max(0, at - 80) : at + 80]
                break
    return found
