"""The folder of a history: where each run's file is, which are pinned, and which go on.

::

    .lg_jupyter/
        .gitignore                  a line with *
        index.sqlite                made of the files, whenever it is missing
        runs/2026-11-29/ID.jsonl.gz     a run
        runs/2026-11-29/ID.pin          it is pinned
        runs/2026-11-29/ID.live         it goes on
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple

from lg_jupyter.errors import UsageError
from lg_jupyter.histories.live_marks import LiveMark, is_live_mark_held_else_remove
from lg_jupyter.request.paths import make_write_error, validate_path

FOLDER_NAME = ".lg_jupyter"

RUN_FILE_SUFFIX = ".jsonl.gz"

GITIGNORE_CONTENT = b"*\n"

PROJECT_ROOT_FILES = ("pyproject.toml", ".git")
"""What the folder of a project holds."""

_DAY_PATTERN = re.compile(r"\d{4}-\d\d-\d\d")
_RUN_ID_PATTERN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class RunFile(NamedTuple):
    """The file of a run: its size in bytes, when it was last written, and whether it is pinned or goes on."""

    id: str
    day: str
    size: int
    modified_ns: int
    is_pinned: bool
    is_live: bool


class HistoryFolder:
    """Where the files of a history are.

    Parameters
    ----------
    path
        The project's folder, or the one in it that is called ``.lg_jupyter``.
    """

    def __init__(self, path: str | os.PathLike[str] | None) -> None:
        place = (
            find_project_folder()
            if path is None
            else validate_path(path, "lg_jupyter.history('.')").absolute()
        )
        self.path = place if place.name == FOLDER_NAME else place / FOLDER_NAME
        self.index_path = self.path / "index.sqlite"
        self._runs = self.path / "runs"

    def create(self) -> None:
        """Make it, its owner's alone, and keep git from taking what is in it.

        Raises
        ------
        UsageError
            If the folder around it is not there.
        SavedRunError
            If it cannot be written there.
        """
        if not self.path.parent.is_dir():
            raise UsageError(
                f"there is no folder {self.path.parent}: make it first, "
                f"the history goes into its {FOLDER_NAME}"
            )
        try:
            self.path.mkdir(mode=0o700, exist_ok=True)
            self._restrict_to_owner()
            self._write_gitignore()
            self._runs.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise make_write_error(self.path, error) from None

    def _restrict_to_owner(self) -> None:
        """Also where the folder was there, for it may have come with a project that was cloned."""
        if os.name != "nt" and stat.S_IMODE(self.path.stat().st_mode) != 0o700:
            self.path.chmod(0o700)

    def _write_gitignore(self) -> None:
        ignored = self.path / ".gitignore"
        if not ignored.is_file() or ignored.read_bytes() != GITIGNORE_CONTENT:
            ignored.unlink(missing_ok=True)
            ignored.write_bytes(GITIGNORE_CONTENT)

    def prepare_run_path(self, run_id: str) -> Path:
        """Where a run's file goes that begins now.

        Raises
        ------
        OSError
            If there is no room for it.
        """
        day = self._runs / f"{datetime.now(timezone.utc):%Y-%m-%d}"
        day.mkdir(mode=0o700, parents=True, exist_ok=True)
        return day / f"{run_id}{RUN_FILE_SUFFIX}"

    def get_run_path(self, day: str, run_id: str) -> Path:
        """Where a run's file is, whatever an index says of it: in this folder."""
        if not _DAY_PATTERN.fullmatch(day) or not _RUN_ID_PATTERN.fullmatch(run_id):
            raise UsageError(f"{day}/{run_id} is no run of {self.path}")
        return self._runs / day / f"{run_id}{RUN_FILE_SUFFIX}"

    def iter_run_files(self) -> Iterator[RunFile]:
        """Every run that is there."""
        for day in _iter_file_and_folder_names(self._runs, _DAY_PATTERN):
            names = set(_iter_file_and_folder_names(self._runs / day))
            for name in names:
                run_id = name.removesuffix(RUN_FILE_SUFFIX)
                if not name.endswith(RUN_FILE_SUFFIX) or not _RUN_ID_PATTERN.fullmatch(run_id):
                    continue
                with suppress(OSError):  # somebody else deletes it
                    file = (self._runs / day / name).stat()
                    live = f"{run_id}.live" in names and is_live_mark_held_else_remove(
                        self._get_marker_path(day, run_id, "live")
                    )
                    pinned = f"{run_id}.pin" in names
                    yield RunFile(run_id, day, file.st_size, file.st_mtime_ns, pinned, live)

    def set_pinned(self, day: str, run_id: str, pinned: bool) -> None:
        """Keep a run from being removed for want of room, or no longer."""
        mark = self._get_marker_path(day, run_id, "pin")
        try:
            mark.touch(mode=0o600) if pinned else mark.unlink(missing_ok=True)
        except OSError as error:
            raise make_write_error(mark, error) from None

    def is_pinned(self, day: str, run_id: str) -> bool:
        return self._get_marker_path(day, run_id, "pin").exists()

    def delete_run(self, day: str, run_id: str) -> None:
        """Remove a run's file, and what stands beside it."""
        try:
            self.get_run_path(day, run_id).unlink(missing_ok=True)
        except OSError as error:
            raise make_write_error(self.get_run_path(day, run_id), error) from None
        for kind in ("pin", "live"):
            self._get_marker_path(day, run_id, kind).unlink(missing_ok=True)
        with suppress(OSError):  # others are in it
            (self._runs / day).rmdir()

    @staticmethod
    def create_live_mark(place: Path) -> LiveMark:
        """Say of the run with this file that it goes on."""
        return LiveMark(place.with_name(place.name.removesuffix(RUN_FILE_SUFFIX) + ".live"))

    def _get_marker_path(self, day: str, run_id: str, kind: str) -> Path:
        return self.get_run_path(day, run_id).with_name(f"{run_id}.{kind}")


def find_project_folder() -> Path:
    """The folder around the working directory that is a project's; where none is, the directory itself."""
    here = Path.cwd()
    around = (
        each for each in (here, *here.parents) if any((each / name).exists() for name in PROJECT_ROOT_FILES)
    )
    return next(around, here)


def _iter_file_and_folder_names(folder: Path, fitting: re.Pattern[str] | None = None) -> Iterator[str]:
    with suppress(OSError), os.scandir(folder) as entries:
        yield from (each.name for each in entries if fitting is None or fitting.fullmatch(each.name))
