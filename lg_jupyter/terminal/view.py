"""A run as text in a terminal: who says what as it comes, how tasks end, what changes in the state.

One message at a time: what comes of others meanwhile waits, so that parallel messages do not mix.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lg_jupyter.encode.json_pointer import split_pointer
from lg_jupyter.encode.messages import is_encoded_message_or_list
from lg_jupyter.panels.message_extras import format_message_extras
from lg_jupyter.record.branch_description import describe_branch
from lg_jupyter.record.summary import format_headline, summarize_run
from lg_jupyter.request.filters import NO_FILTER, MessageFilter
from lg_jupyter.runtime.run_properties import RunProperties, get_run_state
from lg_jupyter.runtime.state import RunState
from lg_jupyter.tables.content_blocks import format_abnormal_message_status
from lg_jupyter.tables.interrupts import ANSWERED_ELSEWHERE_STATUS
from lg_jupyter.tables.parallel_tasks import ParallelTaskNumbering
from lg_jupyter.tables.place_names import PlaceNames
from lg_jupyter.tables.speaker import format_role_and_place
from lg_jupyter.text.markup import sanitize_for_terminal
from lg_jupyter.text.preview import preview_json
from lg_jupyter.text.words import (
    FORK_SIGN,
    STATUS_SIGNS,
    abbreviate_home_directory,
    clip_text,
    format_count,
    format_duration,
    format_exception_line,
    join_with_dots,
)

if TYPE_CHECKING:
    from rich.console import Console

    from lg_jupyter.tables.base import Row
    from lg_jupyter.tables.messages import TextDelta
    from lg_jupyter.tables.trace_changes import TraceChanges

RichStyle = str
StyledText = tuple[str, RichStyle]
"""A piece of text, and how rich is to style it."""

STYLES_BY_STATUS: dict[str, RichStyle] = {
    "success": "green",
    "cached": "green",
    "error": "red",
    "interrupted": "yellow",
    "incomplete": "yellow",
}
_PRINTED_TASK_STATUSES = ("success", "cached", "error", "cancelled")
"""The statuses of tasks that are printed. One that waits for an answer is printed as its interrupt."""

_HEADING_STYLE = "bold"
_MUTED_STYLE = "dim"
_MAX_VALUE_CHARACTERS = 120
_MAX_MESSAGE_CHARACTERS_BY_ROLE = {"tool": 2_000, "input": 500}
"""The most characters that are printed of a message, by its role or source; those of a model, whole."""


class TerminalView:
    """Follows a run and prints its account, in a terminal token by token, elsewhere message by message.

    Parameters
    ----------
    run
        The run, at whatever point it is.
    console
        Where to print; by default rich's console on standard output.
    """

    def __init__(self, run: RunState | RunProperties, console: Console | None = None) -> None:
        self._run = run = get_run_state(run)
        self._console = console or _make_rich_console()
        self._transcript = TranscriptFormatter(self._console.is_terminal, run.request.message_filter)
        self._ended: float | None = None  # the end that was printed: a run can go on, and end again
        self._is_following = False

    def show(self) -> None:
        """Begin to print; the last line comes when the run is over."""
        self._print_styled_texts(self._transcript.format_beginning(self._run))
        self._run.subscribe(self._on_run_change)

    def _on_run_change(self, run: RunState) -> None:
        if run.done and self._ended == run.trace.ended:
            return
        self._print_styled_texts(self._transcript.take_in_and_format_changes(self._take_new_changes()))
        if run.done:
            self._ended = run.trace.ended
            self.print_rest_and_outcome()

    def _take_new_changes(self) -> TraceChanges:
        """What is new to this view: at first all there is, for another view may have taken it before."""
        trace = self._run.trace
        if self._is_following:
            return trace.take_changes()
        self._is_following = True
        with trace.lock:
            everything = trace.snapshot()
            trace.take_changes()
        return everything

    def print_rest_and_outcome(self) -> None:
        """Print how the run ended."""
        self._print_styled_texts(self._transcript.format_rest_and_outcome(self._run))

    def _print_styled_texts(self, spans: Iterable[StyledText]) -> None:
        from rich.text import Text

        text = Text()
        for piece, style in spans:
            text.append(sanitize_for_terminal(piece), style)
        if text:
            self._console.print(text, end="", soft_wrap=True)


def _make_rich_console() -> Console:
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False)


# ---------------------------------------------------------------------------------------------


@dataclass
class _MessageOutput:
    """A message, its texts so far, and how much of them has been printed."""

    message_row: Row
    texts_by_kind: dict[str, str] = field(default_factory=dict)
    printed_lengths: dict[str, int] = field(default_factory=dict)
    is_introduction_printed: bool = False
    is_printed_text_replaced: bool = False

    def replace_text_from(self, kind: str, offset: int, text: str) -> None:
        before = self.texts_by_kind.get(kind, "")
        self.texts_by_kind[kind] = before[:offset] + text
        printed_length = self.printed_lengths.get(kind, 0)
        if self.texts_by_kind[kind][:printed_length] != before[:printed_length]:
            self.printed_lengths[kind] = 0  # it was replaced, not continued: print it again, whole
            self.is_printed_text_replaced = True

    @property
    def has_ended(self) -> bool:
        return self.message_row["end_time"] is not None or self.message_row["source"] == "input"


class TranscriptFormatter:
    """Makes of what changes in a run the pieces of text to print.

    ``live`` has a message printed while it streams, else when it is complete. Of messages only those
    that fit ``shown`` are printed.
    """

    def __init__(self, live: bool, shown: MessageFilter = NO_FILTER) -> None:
        self._live = live
        self._shown = shown
        self._messages: dict[str, _MessageOutput] = {}
        self._pending: deque[_MessageOutput | list[StyledText]] = deque()
        self._printed: set[str] = set()
        self._at_line_start = True
        self._parallel_tasks = ParallelTaskNumbering()
        self._places = PlaceNames()

    def format_beginning(self, run: RunState) -> Iterator[StyledText]:
        """Of a branch, where it began; of a run that is kept, where."""
        if run.kept_file is not None:
            yield f"kept in {abbreviate_home_directory(run.kept_file)}\n", _MUTED_STYLE
        if (branch := describe_branch(run)) is not None:
            yield f"{FORK_SIGN} {branch}\n", _MUTED_STYLE

    def take_in_and_format_changes(self, changes: TraceChanges) -> Iterator[StyledText]:
        """What can be printed now."""
        self._places.add_namespaces(changes.rows.get("namespaces", ()))
        self._pending += self._take_earlier_messages_line(changes.rows.get("messages", ()))
        for row in changes.rows.get("messages", ()):
            self._add_or_update_message(row)
        for delta in changes.text_deltas:
            self._add_text_delta(delta)
        self._pending += self._take_lines_beside_messages(changes)
        yield from self._take_printable_output(final=False)

    def format_rest_and_outcome(self, run: RunState) -> Iterator[StyledText]:
        """The rest, and how the run ended."""
        yield from self._take_printable_output(final=True)
        summary = summarize_run(run)
        yield format_headline(summary) + "\n", STYLES_BY_STATUS.get(run.status, _HEADING_STYLE)
        if (failure := run.trace.failure) is not None:
            yield f"  {failure.headline}\n", STYLES_BY_STATUS["error"]
        if summary["note"]:
            yield f"  {summary['note']}\n", _MUTED_STYLE
        if summary.get("resume_hint"):
            yield f"  {summary['resume_hint']}\n", STYLES_BY_STATUS["interrupted"]

    def _take_earlier_messages_line(self, rows: Iterable[Row]) -> Iterator[list[StyledText]]:
        """How many messages were on the thread before; they were printed when they came."""
        fresh = {row["message_id"] for row in rows if row["source"] == "history"} - self._printed
        self._printed |= fresh
        if fresh:
            yield [(f"… {format_count(len(fresh), 'earlier message')}\n", _MUTED_STYLE)]

    def _add_or_update_message(self, row: Row) -> None:
        message = self._messages.get(row["message_id"])
        if message is None:
            if row["source"] == "history" or not (
                row["source"] == "input" or self._shown.matches_message(row)
            ):
                return
            message = self._messages[row["message_id"]] = _MessageOutput(row)
            self._pending.append(message)
        message.message_row = row

    def _add_text_delta(self, delta: TextDelta) -> None:
        message_id, kind, offset, text = delta
        if message_id in self._messages and kind in ("text", "reasoning"):
            self._messages[message_id].replace_text_from(kind, offset, text)

    # -- printing it, in order -----------------------------------------------------------------------

    def _take_printable_output(self, *, final: bool) -> Iterator[StyledText]:
        while self._pending:
            first = self._pending[0]
            if isinstance(first, list):
                yield from first
            else:
                over = first.has_ended or final
                if over or self._live:
                    yield from self._take_unprinted_text(first)
                if not over:
                    return
                yield from self._format_message_end(first)
            self._pending.popleft()

    def _take_unprinted_text(self, message: _MessageOutput) -> Iterator[StyledText]:
        if not any(message.texts_by_kind.values()) and not message.has_ended:
            return
        if not message.is_introduction_printed:
            message.is_introduction_printed = True
            yield from self._format_message_introduction(message.message_row)
        if message.is_printed_text_replaced:
            message.is_printed_text_replaced = False
            yield from self._end_unfinished_line()
        for kind, style in (("reasoning", _MUTED_STYLE), ("text", "")):
            text = message.texts_by_kind.get(kind, "")
            fresh = text[message.printed_lengths.get(kind, 0) :]
            if not fresh:
                continue
            printed_lengths = message.printed_lengths
            if kind == "text" and printed_lengths.get("reasoning") and not printed_lengths.get("text"):
                yield "\n", ""
            message.printed_lengths[kind] = len(text)
            limits, row = _MAX_MESSAGE_CHARACTERS_BY_ROLE, message.message_row
            limit = limits.get(row["source"]) or limits.get(row["role"])
            yield (clip_text(fresh, limit) if limit else fresh), style
            self._at_line_start = fresh.endswith("\n")

    def _format_message_introduction(self, row: Row) -> Iterator[StyledText]:
        yield row["speaker"], _HEADING_STYLE
        yield f"{_format_dotted_suffix(*format_role_and_place(row, self._places))}\n", _MUTED_STYLE
        self._at_line_start = True

    def _format_message_end(self, message: _MessageOutput) -> Iterator[StyledText]:
        yield from self._end_unfinished_line()
        for line in format_message_extras({**message.message_row, "text": message.texts_by_kind.get("text")}):
            yield f"{line}\n", _MUTED_STYLE
        if (ended := format_abnormal_message_status(message.message_row)) and message.message_row[
            "role"
        ] == "ai":
            yield (
                f"{STATUS_SIGNS['incomplete']} {ended}\n",
                STYLES_BY_STATUS.get(message.message_row["status"], STYLES_BY_STATUS["incomplete"]),
            )
        for call in message.message_row["tool_calls"] or ():
            yield f"→ {call.get('name')}({preview_json(call.get('args'), _MAX_VALUE_CHARACTERS)})\n", "cyan"

    def _end_unfinished_line(self) -> Iterator[StyledText]:
        if not self._at_line_start:
            self._at_line_start = True
            yield "\n", ""

    # -- lines about everything else -----------------------------------------------------------------

    def _take_lines_beside_messages(self, changes: TraceChanges) -> Iterator[list[StyledText]]:
        for row in changes.rows.get("custom", ()):
            yield [
                (f"{self._places.format_row_place(row) or 'custom'}: ", _MUTED_STYLE),
                (f"{preview_json(row['data'], _MAX_VALUE_CHARACTERS)}\n", ""),
            ]
        self._parallel_tasks.add_tasks(changes.rows.get("tasks", ()))
        for row in changes.rows.get("tasks", ()):
            if row["status"] in _PRINTED_TASK_STATUSES:
                yield from self._yield_line_once(
                    f"task {row['task_id']}",
                    _format_task_line(
                        row,
                        self._places.format_row_place(row),
                        self._parallel_tasks.format_number_and_input(row["task_id"]),
                    ),
                )
        for row in changes.rows.get("state_diffs", ()):
            if not (row["nodes"] == ["__start__"] or is_encoded_message_or_list(row["after"])):
                yield [(f"  {_format_state_change(row, self._places)}\n", _MUTED_STYLE)]
        for row in changes.rows.get("interrupts", ()):
            yield from self._yield_line_once(
                f"interrupt {row['interrupt_id']} {row.get('number')} {row['status']}",
                _format_interrupt_line(row, self._places.format_row_place(row) or "the graph"),
            )

    def _yield_line_once(self, key: str, line: list[StyledText]) -> Iterator[list[StyledText]]:
        if key not in self._printed:
            self._printed.add(key)
            yield line


def _format_task_line(row: Row, place: str, parallel: str) -> list[StyledText]:
    line: list[StyledText] = [
        (f"{STATUS_SIGNS.get(row['status'], '·')} {place}", STYLES_BY_STATUS.get(row["status"], "")),
        (
            _format_dotted_suffix(
                parallel, "cached" if row["status"] == "cached" else format_duration(row["latency"])
            ),
            _MUTED_STYLE,
        ),
    ]
    if row["error"]:
        line.append((f" · {format_exception_line(row['error'], 300)}", STYLES_BY_STATUS["error"]))
    return [*line, ("\n", "")]


def _format_interrupt_line(row: Row, place: str) -> list[StyledText]:
    if row["status"] == ANSWERED_ELSEWHERE_STATUS:
        return [(f"{place}: answered elsewhere\n", _MUTED_STYLE)]
    if row["status"] == "resumed":
        return [(f"▶ {place} goes on\n", STYLES_BY_STATUS["success"])]
    return [
        (
            f"{STATUS_SIGNS['interrupted']} {place}: {preview_json(row['value'], 500)}\n",
            STYLES_BY_STATUS["interrupted"],
        )
    ]


def _format_state_change(row: Row, places: PlaceNames) -> str:
    place = "".join(f"{name} › " for name in [places.format_namespace_path(row["namespace"])] if name)
    name = f"{place}{' › '.join(split_pointer(row['path'])) or row['key'] or 'state'}"
    if row["op"] == "remove":
        return f"{name} removed"
    if row["op"] == "change":
        before, after = (preview_json(row[side], _MAX_VALUE_CHARACTERS) for side in ("before", "after"))
        return f"{name}: {before} → {after}"
    writers = f"{', '.join(row['nodes'])}: " if row["op"] == "write" and row["nodes"] else ""
    sign, after = "+" if row["op"] == "append" else "=", preview_json(row["after"], _MAX_VALUE_CHARACTERS)
    return f"{writers}{name} {sign} {after}"


def _format_dotted_suffix(*facts: str | None) -> str:
    text = join_with_dots(*facts)
    return f" · {text}" if text else ""
