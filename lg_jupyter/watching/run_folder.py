"""The folder that watched runs are saved in, a file for each."""

from __future__ import annotations

import itertools
import os
import re
import time

from lg_jupyter.exports import files
from lg_jupyter.request.paths import make_write_error, validate_path
from lg_jupyter.runtime.state import RunState


class WatchedRunFolder:
    """Names the files of runs: by the graph, the time, and a number.

    Raises
    ------
    SavedRunError
        If the folder cannot be made.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = validate_path(path, "save='runs'").absolute()
        try:
            self._path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise make_write_error(self._path, error) from None

    def record_to_new_file(self, run: RunState) -> None:
        """Write what comes of a run to a file of its own."""
        name = re.sub(r"[^\w-]+", "-", run.name)
        began = time.strftime("%Y%m%d-%H%M%S")
        for number in itertools.count(1):
            path = self._path / f"{name}-{began}-{number}.jsonl.gz"
            if not path.exists():
                files.record_to_file(run, path)
                return
