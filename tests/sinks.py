"""Everywhere that something of a run can be seen or kept, as text to look for secrets in."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import lg_jupyter
from lg_jupyter import record
from lg_jupyter.comparison import static_tables as comparison_tables
from lg_jupyter.comparison.widget import ComparisonWidget, shorten_cells
from lg_jupyter.histories import table as history_table
from lg_jupyter.histories.bounds import HistoryBounds
from lg_jupyter.histories.folder import HistoryFolder
from lg_jupyter.histories.index import HistoryQuery
from lg_jupyter.histories.store import HistoryStore
from lg_jupyter.histories.widget import HistoryWidget
from lg_jupyter.record.summary import summarize_run
from lg_jupyter.run import Run
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.tables.schema import SCHEMAS
from lg_jupyter.widgets.offline.run_data import make_notebook_limits, make_offline_run_view
from lg_jupyter.widgets.run import RunWidget
from tests.unpacking import kept_on, unpacked


def sinks(run: Run, folder: Path) -> dict[str, str]:
    """By name, all that can be seen of a run."""
    return {
        "file": _file(run, folder),
        "loaded": _frames(lg_jupyter.load(folder / "sink.jsonl")),
        "frames": _frames(run),
        "parquet": _parquet(run, folder / "tables"),
        "page": _page(run, folder),
        "interactive page": _interactive_page(run, folder),
        "beside the record": _beside_record(run),
        "record": _record(run),
        "spans": "".join(span.to_json() for span in run.to_otel(content=True)),
        "repr": repr([run, run.source, run.request, run.frames, getattr(run.source, "server", None)]),
        "account": repr([run.error, run.interrupts, run.note, run.name, run.usage]),
        "widget": _widget(run),
        "code": _code(run),
        "loaded code": _code(lg_jupyter.load(folder / "sink.jsonl")),
        "comparison": _comparison(run, folder),
        "history": _history(run, folder),
        "text": repr(run.structure() if run.source.kind == "local" else ""),
        "summary": json.dumps(summarize_run(get_run_state(run))),
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


def _comparison(run: Run, folder: Path) -> str:
    """What a comparison with this run shows and tells a front end."""
    comparison = lg_jupyter.compare(run, run)
    shown = comparison_tables.render_html(comparison) + comparison_tables.render_text(comparison)
    widget = ComparisonWidget(comparison)
    comparison.to_html(folder / "compared.html", interactive=True)
    shown += _text(kept_on((folder / "compared.html").read_text()))
    return shown + repr(shorten_cells(widget._tables)) + repr(widget._tables) + repr(widget._summary)


def _history(run: Run, folder: Path) -> str:
    """What a history keeps of it beside its file, which is as any other, and what its table shows."""
    store = HistoryStore(HistoryFolder(folder), HistoryBounds(1e9))
    store.folder.create()
    key = get_run_state(run).key
    place = store.folder.prepare_run_path(key)
    run.save(place)
    (entry,) = [entry for entry in store.query_entries(HistoryQuery()) if entry.id == key]
    widget = HistoryWidget(store, HistoryQuery(), None, lambda entries: None)
    index = store.folder.index_path.read_bytes().decode(errors="replace")
    shown = history_table.render_html([entry]) + history_table.render_text([entry])
    place.unlink()
    return index + shown + repr(entry) + repr(widget._summary)


def _record(run: Run) -> str:
    summary = summarize_run(get_run_state(run))
    return record.render_record_html(summary, run.trace) + record.render_record_text(summary, run.trace)


def _page(run: Run, folder: Path) -> str:
    run.to_html(folder / "sink.html")
    return (folder / "sink.html").read_text()


def _interactive_page(run: Run, folder: Path) -> str:
    run.to_html(folder / "sink.html", interactive=True)
    page = (folder / "sink.html").read_text()
    return page + _text(kept_on(page))


def _beside_record(run: Run) -> str:
    view = make_offline_run_view(get_run_state(run), make_notebook_limits())
    return _text([] if view is None else [unpacked(view)])


def _text(kept: list[dict[str, Any]]) -> str:
    """What is kept of runs, its secrets as they are: JSON would escape some characters."""
    assert kept
    return json.dumps(kept, ensure_ascii=False)


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
    widget.receive({"type": "snapshot"})
    for number, call in enumerate(calls):
        widget.receive({"type": "call", "id": str(number), **call})
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
