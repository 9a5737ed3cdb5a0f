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
from lg_jupyter.record.summary import summarize_run
from lg_jupyter.request.paths import atomic_write, validate_path
from lg_jupyter.runtime.state import RunState
from lg_jupyter.text.markup import Markup, element, join_markup
from lg_jupyter.widgets.offline.data import OFFLINE_MIME_TYPE, OfflineView, make_offline_bundle
from lg_jupyter.widgets.offline.page_script import escape_script, make_page_script
from lg_jupyter.widgets.offline.run_data import PAGE_LIMITS, make_offline_run_view

RECORD_CLASS = "lgj-record-page"
"""The class of the record, which is hidden once its view is drawn."""

_PAGE_CSS = """
body:has(#lgj-view > *) { max-width: none; margin: 1rem auto }
"""

_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src '{digest}'; style-src 'unsafe-inline'; img-src data:; media-src data:; "
    "base-uri 'none'; form-action 'none'"
)


def write_run_page(run: RunState, path: str | os.PathLike[str], *, interactive: bool) -> None:
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
        summary = summarize_run(run, record=RECORD_CLASS)
        shown = record.render_record_for_page(summary, run.trace)
        view = make_offline_run_view(run, PAGE_LIMITS, record=RECORD_CLASS) if interactive else None
    write_record_page(target, record.format_page_title(summary), shown, view)


def write_record_page(target: Path, title: str, record_html: Markup, view: OfflineView | None) -> None:
    """Write a record as a page, with its view if there is one."""
    text = render_record_page(title, record_html, view)
    with atomic_write(target) as file:
        file.write(text.encode())


def render_record_page(title: str, record_html: Markup, view: OfflineView | None) -> str:
    """A record as a page, with its view if there is one."""
    if view is None:
        return record.render_html_page(title, record_html)
    script = make_page_script([view["module"]])
    data = escape_script(json.dumps(make_offline_bundle(RECORD_CLASS, [view])[OFFLINE_MIME_TYPE]))
    body = join_markup(
        element("main", id="lgj-view"),
        record_html,
        element("script", Markup(data), type="application/json", id="lgj-data"),
        element("script", Markup(script), type="module"),
    )
    policy = element(
        "meta",
        http_equiv="Content-Security-Policy",
        content=_CONTENT_SECURITY_POLICY.format(digest=compute_csp_hash(script)),
    )
    return record.render_html_page(title, body, policy, _PAGE_CSS)


def compute_csp_hash(script: str) -> str:
    """By what a page's policy knows a script."""
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"
