"""A run's record as a page in a file."""

from __future__ import annotations

import os

from lg_jupyter.record.document import page
from lg_jupyter.record.summary import summarize
from lg_jupyter.request.paths import check_path, put_in_place
from lg_jupyter.runtime.state import RunState


def write(run: RunState, path: str | os.PathLike[str]) -> None:
    """Write what is known of a run.

    Raises
    ------
    SavedRunError
        If it cannot be written there.
    """
    with run.lock:
        written = page(summarize(run), run.trace)
    with put_in_place(check_path(path, "run.to_html('run.html')")) as file:
        file.write(written.encode())
