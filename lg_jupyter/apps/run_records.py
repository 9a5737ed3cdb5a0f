"""What a form leaves in a saved notebook: the static records of its runs, for when there is no kernel."""

from __future__ import annotations

import contextvars
import uuid
import warnings
from collections.abc import Sequence
from typing import Any

from lg_jupyter import record
from lg_jupyter.kernel import notebook
from lg_jupyter.record.summary import format_headline, summarize_run
from lg_jupyter.run import Run
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.text.elements import ROOT_STYLE, make_root_class_names, render_muted_line
from lg_jupyter.text.markup import Markup, element
from lg_jupyter.text.words import format_count

MAX_RECORDS_CHARACTERS = 600_000
"""About the most characters that the records of one form have together."""

MIN_CHARACTERS_LEFT_FOR_RECORD = 20_000
"""With less room than this a run has no record, only the line that says how it ended."""


class RunRecordsOutput:
    """The output beside a form: the newest run first; where there is no room any more, a line for each run.

    ``class_`` is its element's class, by which a live view hides it.
    """

    def __init__(self, title: str) -> None:
        self.class_ = f"lgj-record-{uuid.uuid4().hex[:12]}"
        self._title = title
        self._is_shown = False

    def show_in_cell(self, runs: Sequence[Run]) -> None:
        """Put them into the cell that is being run."""
        self._is_shown = True
        self._publish_records(runs, update=False)

    def update_shown_output(self, runs: Sequence[Run]) -> None:
        """Tell of the runs as they are now, wherever they are shown; one that fails is a warning."""
        if not self._is_shown:
            return
        try:
            # Its runs end long after the cell; a headless notebook would not take what comes from there.
            contextvars.Context().run(self._publish_records, runs, update=True)
        except Exception as error:
            message = f"the record of {self._title} cannot be written: {type(error).__name__}: {error}"
            warnings.warn(message, RuntimeWarning, stacklevel=2)

    def _publish_records(self, runs: Sequence[Run], update: bool) -> None:
        data: dict[str, Any] = {"text/html": self.render_html(runs), "text/plain": self.render_text(runs)}
        notebook.publish_mime_bundle(data, {}, display_id=self.class_, update=update)

    def render_text(self, runs: Sequence[Run]) -> str:
        """The runs, a line each."""
        return "\n".join(
            [
                self._format_headline(runs),
                *(format_headline(summarize_run(get_run_state(run))) for run in runs),
            ]
        )

    def render_html(self, runs: Sequence[Run]) -> str:
        """The records of the runs."""
        characters_left = MAX_RECORDS_CHARACTERS
        pages: list[Markup] = []
        for run in reversed(runs):
            page = _render_record(run, characters_left)
            characters_left -= len(page)
            pages.append(page)
        view = record.render_output_hiding_style(self.class_)
        return element(
            "div",
            view,
            render_muted_line(self._format_headline(runs)),
            pages,
            class_=make_root_class_names(self.class_),
            style=ROOT_STYLE,
        )

    def _format_headline(self, runs: Sequence[Run]) -> str:
        return f"A form for {self._title}: {format_count(len(runs), 'run') if runs else 'no run yet'}"


def _render_record(run: Run, characters_left: int) -> Markup:
    summary = summarize_run(get_run_state(run))
    if characters_left < MIN_CHARACTERS_LEFT_FOR_RECORD or not run.done:
        return Markup(record.render_outcome_html(summary))
    try:
        with run.lock:
            return Markup(record.render_record_html(summary, run.trace, limit=min(characters_left, 300_000)))
    except Exception:
        return Markup(record.render_outcome_html(summary))
