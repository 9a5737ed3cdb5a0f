"""A page that stands alone, with the panels: it opens from a file, a mail, a CI artefact.

It loads nothing, and its policy allows nothing: its one script is known by its digest. Where scripts are
forbidden, the record is what it shows.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from pathlib import Path

from lg_jupyter import record
from lg_jupyter.record.summary import summarize
from lg_jupyter.request.paths import atomic_write, validate_path
from lg_jupyter.runtime.state import RunState
from lg_jupyter.text.markup import Markup, element, join_markup
from lg_jupyter.widgets.offline.data import MIME, View, bundle
from lg_jupyter.widgets.offline.run_data import PAGE_ROOM, run_view
from lg_jupyter.widgets.offline.script import escaped, page_script

RECORD = "lgj-record-page"
"""The class of the record, which is hidden once its view is drawn."""

_STYLE = """
body:has(#lgj-view > *) { max-width: none; margin: 1rem auto }
"""

_POLICY = (
    "default-src 'none'; script-src '{digest}'; style-src 'unsafe-inline'; img-src data:; media-src data:; "
    "base-uri 'none'; form-action 'none'"
)


def write_run(run: RunState, path: str | os.PathLike[str], *, interactive: bool) -> None:
    """Write the record of a run as a page, with its panels if it is ``interactive``.

    Raises
    ------
    SavedRunError
        If it cannot be written there.
    UsageError
        If it is to be interactive and the front end is not built.
    """
    target = validate_path(path, "run.to_html('run.html')")
    with run.lock:
        summary = summarize(run, record=RECORD)
        shown = record.page_record(summary, run.trace)
        view = run_view(run, PAGE_ROOM, record=RECORD) if interactive else None
    write(target, record.page_title(summary), shown, view)


def write(target: Path, title: str, shown: Markup, view: View | None) -> None:
    """Write a record as a page, with its view if there is one."""
    text = page(title, shown, view)
    with atomic_write(target) as file:
        file.write(text.encode())


def page(title: str, shown: Markup, view: View | None) -> str:
    """A record as a page, with its view if there is one."""
    if view is None:
        return record.page_of(title, shown)
    script = page_script([view["module"]])
    data = escaped(json.dumps(bundle(RECORD, [view])[MIME]))
    body = join_markup(
        element("main", id="lgj-view"),
        shown,
        element("script", Markup(data), type="application/json", id="lgj-data"),
        element("script", Markup(script), type="module"),
    )
    policy = element(
        "meta", http_equiv="Content-Security-Policy", content=_POLICY.format(digest=digest_of(script))
    )
    return record.page_of(title, body, policy, _STYLE)


def digest_of(script: str) -> str:
    """By what a page's policy knows a script."""
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"
