"""An exception that ended a task or a run, as data: what it says, what caused it, where it was raised.

Everything is bounded, and masked before it is cut. Nothing of it is guessed: of an exception on a server only
what that tells is known, and that does not pass here.
"""

from __future__ import annotations

import linecache
import re
import sys
from collections.abc import Callable, Iterator
from types import FrameType, TracebackType
from typing import Any, Literal, TypeAlias

from lg_jupyter.encode.encoding_rules import encode_exception
from lg_jupyter.events.events import JSONObject
from lg_jupyter.kernel.frames import (
    find_frame_owner,
    find_frame_package,
    format_file_name,
    iter_traceback_entries,
    select_shown_traceback_entries,
    strip_leading_own_frames,
)
from lg_jupyter.kernel.user_code import reraise_if_from_signal
from lg_jupyter.secrets.rules import mask_assigned_secrets

MAX_MESSAGE_CHARACTERS = 100_000
"""Characters kept of what an exception says."""

MAX_CAUSE_MESSAGE_CHARACTERS = 2_000
"""The same where it stands in a chain, beside its frames."""

MAX_CHAINED_EXCEPTIONS = 10
"""The most exceptions of one chain: causes may go round in a circle."""

FIRST_FRAMES, LAST_FRAMES = 10, 30
"""Frames kept of one traceback; what is between is counted."""

MAX_SOURCE_LINE_CHARACTERS = 300
"""Characters kept of a line of source."""

MAX_NOTES_PER_EXCEPTION = 5
"""The most notes that are kept of an exception."""

MaskText: TypeAlias = Callable[[str], str]

ExceptionRelation: TypeAlias = Literal["cause", "context", "member"]
"""Why an exception stands in a chain: ``raise … from`` it, raised while it was handled, or in a group."""


def encode_exception_with_traceback(error: BaseException, mask: MaskText = str) -> JSONObject:
    """An exception as ``{"error", "message"}``, and what its frames tell, if it has any.

    ``traceback`` is a list of exceptions, this one first, then what caused it: of each ``error``,
    ``message``, ``relation``, ``notes``, ``frames`` and how many frames were left out after the first ones.
    ``tool_call_id`` is the call of the tool that raised it, ``reducer`` the key whose channel did,
    ``checkpointer`` the class of the checkpointer that did.
    """
    encoded: JSONObject = {**encode_exception(error)}
    encoded["message"] = _truncate_text(mask(str(encoded["message"])), MAX_MESSAGE_CHARACTERS)
    traceback = [
        _encode_chained_exception(each, relation, mask) for each, relation in _list_exception_chain(error)
    ]
    if len(traceback) > 1 or traceback[0]["frames"]:
        encoded["traceback"] = traceback
    return {**encoded, **_find_raising_components(error)}


def _encode_chained_exception(
    error: BaseException, relation: ExceptionRelation | None, mask: MaskText
) -> JSONObject:
    name_and_text = encode_exception(error)
    entries = [*iter_traceback_entries(strip_leading_own_frames(error.__traceback__))]
    shown = {id(entry) for entry in select_shown_traceback_entries(error.__traceback__)}
    kept = [*entries[:FIRST_FRAMES], *entries[FIRST_FRAMES:][-LAST_FRAMES:]]
    raised: JSONObject = {
        "error": name_and_text["error"],
        "message": _truncate_text(mask(name_and_text["message"]), MAX_CAUSE_MESSAGE_CHARACTERS),
        "relation": relation,
        "frames": [_encode_frame(entry, id(entry) in shown, mask) for entry in kept],
    }
    if left_out := len(entries) - len(kept):
        raised["frames_left_out"] = left_out
    if notes := [*_iter_notes(error, mask)]:
        raised["notes"] = notes
    return raised


def _encode_frame(entry: TracebackType, shown: bool, mask: MaskText) -> JSONObject:
    frame, line = entry.tb_frame, entry.tb_lineno or 0
    code = frame.f_code
    source = linecache.getline(code.co_filename, line, frame.f_globals).strip()
    return {
        "file": mask(format_file_name(code.co_filename)),
        "line": line,
        "function": code.co_name,
        "source": _truncate_text(mask_assigned_secrets(mask(source)), MAX_SOURCE_LINE_CHARACTERS),
        "owner": find_frame_owner(frame),
        "shown": shown,
    }


def _list_exception_chain(error: BaseException) -> list[tuple[BaseException, ExceptionRelation | None]]:
    """An exception and what caused it, each once, nearest first."""
    chain: list[tuple[BaseException, ExceptionRelation | None]] = []
    waiting: list[tuple[BaseException, ExceptionRelation | None]] = [(error, None)]
    while waiting and len(chain) < MAX_CHAINED_EXCEPTIONS:
        one, relation = waiting.pop(0)
        if any(one is known for known, _ in chain):
            continue
        chain.append((one, relation))
        waiting = [*_iter_group_members(one), *_iter_related_exceptions(one), *waiting]
    return chain


def _iter_related_exceptions(error: BaseException) -> Iterator[tuple[BaseException, ExceptionRelation]]:
    if error.__cause__ is not None:
        yield error.__cause__, "cause"
    elif error.__context__ is not None and not error.__suppress_context__:
        yield error.__context__, "context"


def _iter_group_members(error: BaseException) -> Iterator[tuple[BaseException, ExceptionRelation]]:
    """The exceptions of a group; Python 3.10 knows none but those of a package."""
    members = getattr(error, "exceptions", None)
    for member in members if isinstance(members, (list, tuple)) else ():
        if isinstance(member, BaseException):
            yield member, "member"


def _iter_notes(error: BaseException, mask: MaskText) -> Iterator[str]:
    """What was noted on it, but for what LangGraph notes: the name and id of the task, which are known."""
    notes = getattr(error, "__notes__", None)
    for note in [*notes][:MAX_NOTES_PER_EXCEPTION] if isinstance(notes, (list, tuple)) else ():
        if isinstance(note, str) and not _LANGGRAPH_TASK_NOTE_PATTERN.fullmatch(note):
            yield _truncate_text(mask(note), MAX_CAUSE_MESSAGE_CHARACTERS)


_LANGGRAPH_TASK_NOTE_PATTERN = re.compile(r"During task with name '.*' and id '.*'", re.DOTALL)


def _truncate_text(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit]}… [cut: {len(text):,} characters in all]"


# ---------------------------------------------------------------------------------------------
# Where it was raised


def _find_raising_components(error: BaseException) -> JSONObject:
    """The tool's call, the reducer and the checkpointer that it came through; the outermost of each."""
    found: JSONObject = {}
    for entry in iter_traceback_entries(error.__traceback__):
        for name, value in _iter_components_of_frame(entry.tb_frame):
            found.setdefault(name, value)
    return found


def _iter_components_of_frame(frame: FrameType) -> Iterator[tuple[str, str]]:
    package = find_frame_package(frame)
    try:
        if package == "langchain_core":
            yield from _iter_tool_call_component(frame)
        elif package == "langgraph":
            yield from _iter_reducer_component(frame)
        yield from _iter_checkpointer_component(frame)
    except BaseException as error:  # of an object that says that it is something else
        reraise_if_from_signal(error)


def _iter_tool_call_component(frame: FrameType) -> Iterator[tuple[str, str]]:
    """``BaseTool.run`` and ``arun`` are given the id of the call that they answer."""
    if frame.f_globals.get("__name__") == "langchain_core.tools.base" and frame.f_code.co_name in (
        "run",
        "arun",
    ):
        call_id = frame.f_locals.get("tool_call_id")
        if isinstance(call_id, str):
            yield "tool_call_id", call_id


def _iter_reducer_component(frame: FrameType) -> Iterator[tuple[str, str]]:
    """A channel takes what was written to its key in ``update``."""
    if frame.f_code.co_name == "update":
        channel: Any = frame.f_locals.get("self")
        if _is_instance_by_class_name(channel, "langgraph.channels.base", "BaseChannel") and isinstance(
            channel.key, str
        ):
            yield "reducer", channel.key


def _iter_checkpointer_component(frame: FrameType) -> Iterator[tuple[str, str]]:
    if "self" in frame.f_code.co_varnames[:1]:
        saver = frame.f_locals.get("self")
        if _is_instance_by_class_name(saver, "langgraph.checkpoint.base", "BaseCheckpointSaver"):
            yield "checkpointer", type(saver).__name__


def _is_instance_by_class_name(value: Any, module: str, name: str) -> bool:
    """Whether a value is of a class of a package, which is not imported for that."""
    cls = getattr(sys.modules.get(module), name, None)
    return isinstance(cls, type) and isinstance(value, cls)
