"""Whose code a frame of a traceback is: the user's, a library's, or this package's.

Nowhere else is that decided: what a cell shows, what is recorded of an exception and what a panel shows of
it ask here.
"""

from __future__ import annotations

import asyncio
import os
import sysconfig
from collections.abc import Iterator
from functools import lru_cache
from pathlib import PurePath
from types import FrameType, TracebackType
from typing import Any, Literal, TypeAlias

from lg_jupyter.kernel import notebook

CodeOwner: TypeAlias = Literal["user", "library", "lg_jupyter"]

OWN_PACKAGE = __name__.partition(".")[0]

_FRAMEWORK_PACKAGES = frozenset(
    {OWN_PACKAGE, "langgraph", "langgraph_sdk", "langchain", "langchain_core", "langsmith"}
    | {"asyncio", "concurrent", "contextlib", "threading", "IPython", "ipykernel", "nest_asyncio"}
)
"""Packages whose frames say how a node came to be called, and nothing of why it failed."""


def iter_traceback_entries(traceback: TracebackType | None) -> Iterator[TracebackType]:
    """The entries of a traceback, the outermost first."""
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next


def find_frame_owner(frame: FrameType) -> CodeOwner:
    """Whose code runs in a frame.

    A library's is what is installed (``site-packages``), Python's own, and all of the machinery that calls
    nodes, from wherever that is imported. All else is the user's: cells, scripts, packages in development.
    """
    package = find_frame_package(frame)
    if package == OWN_PACKAGE:
        return "lg_jupyter"
    if package in _FRAMEWORK_PACKAGES or _is_library_file(_find_frame_file(frame)):
        return "library"
    return "user"


def find_frame_package(frame: FrameType) -> str:
    """The top-level package of the code that runs in a frame; ``""`` where nobody knows."""
    name = frame.f_globals.get("__name__")
    return name.partition(".")[0] if isinstance(name, str) else ""


def select_shown_traceback_entries(traceback: TracebackType | None) -> list[TracebackType]:
    """What a reader is shown of a traceback unless they ask for all of it.

    Frames of the user, and the last one where that is a library's which raised the exception on their
    behalf; never the machinery around nodes.
    """
    entries = [*iter_traceback_entries(traceback)]
    return [
        entry
        for entry in entries
        if find_frame_owner(entry.tb_frame) == "user"
        or (entry is entries[-1] and find_frame_package(entry.tb_frame) not in _FRAMEWORK_PACKAGES)
    ]


def build_traceback(entries: list[TracebackType]) -> TracebackType | None:
    """A traceback of these entries alone; those that they are of stay as they are."""
    traceback: TracebackType | None = None
    for entry in reversed(entries):
        traceback = TracebackType(traceback, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return traceback


def strip_leading_own_frames(traceback: TracebackType | None) -> TracebackType | None:
    """A traceback from where other code than this package's begins."""
    while traceback is not None and find_frame_owner(traceback.tb_frame) == "lg_jupyter":
        traceback = traceback.tb_next
    return traceback


def format_file_name(filename: str) -> str:
    """What a file is called: ``Cell In[3]`` of a cell, as IPython calls it."""
    compiler: Any = getattr(notebook.get_shell(), "compile", None)
    label = compiler.format_code_name(filename) if hasattr(compiler, "format_code_name") else None
    return " ".join(label) if label else filename


def _find_frame_file(frame: FrameType) -> str:
    """The file of the code; of what was generated (``<string>``) that of the module which has it."""
    filename = frame.f_code.co_filename
    if not filename.startswith("<") or filename.startswith("<frozen"):
        return filename
    of_module = frame.f_globals.get("__file__")
    return of_module if isinstance(of_module, str) else filename


@lru_cache(maxsize=4096)
def _is_library_file(filename: str) -> bool:
    if filename.startswith("<"):
        return filename.startswith("<frozen")
    if not {"site-packages", "dist-packages"}.isdisjoint(PurePath(filename).parts):
        return True
    path = os.path.normcase(os.path.abspath(filename))
    return any(path.startswith(folder) for folder in _list_standard_library_folders())


@lru_cache(maxsize=1)
def _list_standard_library_folders() -> tuple[str, ...]:
    folders = {os.path.dirname(os.path.dirname(asyncio.__file__))}
    folders |= {folder for name in ("stdlib", "platstdlib") if (folder := sysconfig.get_path(name))}
    both = {written for folder in folders for written in (folder, os.path.realpath(folder))}
    return tuple(os.path.join(os.path.normcase(os.path.abspath(folder)), "") for folder in both)
