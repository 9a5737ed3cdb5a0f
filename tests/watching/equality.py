"""Whether somebody's call gives the same whether it is watched or not."""

from __future__ import annotations

import asyncio
import contextlib
import io
import re
import traceback
import warnings
from collections.abc import AsyncIterator, Callable
from typing import Any, NamedTuple

from langgraph.pregel import Pregel

import lg_jupyter
from tests.watching.graphs import Make

ORIGINAL = {name: Pregel.__dict__[name] for name in ("stream", "astream")}


def patched() -> bool:
    """Whether LangGraph's class is other than it was."""
    return {name: Pregel.__dict__[name] for name in ORIGINAL} != ORIGINAL


HIDDEN = {"tapped", "_open_observed_stream", "iterate_with_observer", "aiterate_with_observer", "aflat_map"}
"""Frames of ours that a traceback may have: IPython and pytest leave them out."""

_CHANGING = (
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UUID"),
    (r"\d{4}-\d\d-\d\dT[\d:.+]+", "TIME"),
    (r"0x[0-9a-f]+", "ADDRESS"),
    (r"\b[0-9a-f]{32}\b", "HASH"),
)


class Outcome(NamedTuple):
    """What a caller gets: a value or an exception, and what was printed."""

    got: str
    printed: str


def same(make: Make, **options: Any) -> list[lg_jupyter.Run]:
    """Do it bare and watched, see that both give the same, and return the runs that were heard."""
    bare = _outcome(make())
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)  # a fault of ours
        with lg_jupyter.watch(display=False, **options) as runs:
            watched = _outcome(make())
    assert not patched()
    assert watched == bare, f"watched: {watched}, bare: {bare}"
    assert not [run.note for run in runs if "could not be taken in" in (run.note or "")]
    assert not [run for run in runs if not run.done]
    return runs


def collect(items: AsyncIterator[Any]) -> list[Any]:
    async def all_of_it() -> list[Any]:
        return [item async for item in items]

    return asyncio.run(all_of_it())


def _outcome(do: Callable[[], Any]) -> Outcome:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        try:
            got = do()
        except BaseException as error:
            got = ("raised", *_told(error))
    return Outcome(_steady(repr(got)), _steady(printed.getvalue()))


def _told(error: BaseException) -> tuple[Any, ...]:
    frames = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
    shown = [name for name in frames if name not in HIDDEN]
    assert len(frames) - len(shown) <= 2
    return type(error).__name__, str(error), shown, type(error.__cause__), type(error.__context__)


def _steady(text: str) -> str:
    for pattern, name in _CHANGING:
        text = re.sub(pattern, name, text)
    return text
