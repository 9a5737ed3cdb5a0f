"""A run as text in a terminal: who says what as it comes, how tasks end, what changes in the state.

One voice at a time: what others say meanwhile waits, so that parallel messages do not mix.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lg_jupyter.encode.messages import are_messages
from lg_jupyter.encode.pointer import tokens
from lg_jupyter.panels.content import lines_of
from lg_jupyter.record.branching import branch_of
from lg_jupyter.record.summary import headline, summarize
from lg_jupyter.request.filters import EVERYTHING, Filter
from lg_jupyter.runtime.facade import Facade, state_of
from lg_jupyter.runtime.state import RunState
from lg_jupyter.tables.blocks import ending
from lg_jupyter.tables.interrupts import ELSEWHERE
from lg_jupyter.tables.places import Places
from lg_jupyter.tables.siblings import Siblings
from lg_jupyter.tables.speaker import introduction
from lg_jupyter.text.markup import printable
from lg_jupyter.text.preview import preview
from lg_jupyter.text.words import BRANCH, SIGNS, clip, count, dotted, seconds

if TYPE_CHECKING:
    from rich.console import Console

    from lg_jupyter.tables.base import Row
    from lg_jupyter.tables.messages import TextDelta
    from lg_jupyter.tables.trace import Changes

Style = str
Span = tuple[str, Style]
"""A piece of text, and how rich is to style it."""

STYLES: dict[str, Style] = {
    "success": "green",
    "cached": "green",
    "error": "red",
    "interrupted": "yellow",
    "incomplete": "yellow",
}
_ENDS = ("success", "cached", "error", "cancelled")
"""What is said of a task. One that waits for an answer is told of by its interrupt."""

_HEAD = "bold"
_MUTED = "dim"
_VALUE_LIMIT = 120
_LIMITS = {"tool": 2_000, "input": 500}
"""The most characters that are printed of a message, by its role or source; what a model says, whole."""


class TerminalView:
    """Follows a run and prints its account, in a terminal token by token, elsewhere message by message.

    Parameters
    ----------
    run
        The run, at whatever point it is.
    console
        Where to print; by default rich's console on standard output.
    """

    def __init__(self, run: RunState | Facade, console: Console | None = None) -> None:
        self._run = run = state_of(run)
        self._console = console or _console()
        self._account = Account(self._console.is_terminal, run.request.shown)
        self._ended: float | None = None  # the end that was told: a run can go on, and end again
        self._begun = False

    def show(self) -> None:
        """Begin to print; the last line comes when the run is over."""
        self._print(self._account.begin(self._run))
        self._run.subscribe(self._change)

    def _change(self, run: RunState) -> None:
        if run.done and self._ended == run.trace.ended:
            return
        self._print(self._account.feed(self._news()))
        if run.done:
            self._ended = run.trace.ended
            self.tell_end()

    def _news(self) -> Changes:
        """What is new to this view: at first all there is, for another may have been told of it before."""
        trace = self._run.trace
        if self._begun:
            return trace.drain()
        self._begun = True
        with trace.lock:
            everything = trace.snapshot()
            trace.drain()
        return everything

    def tell_end(self) -> None:
        """Print how the run ended."""
        self._print(self._account.end(self._run))

    def _print(self, spans: Iterable[Span]) -> None:
        from rich.text import Text

        text = Text()
        for piece, style in spans:
            text.append(printable(piece), style)
        if text:
            self._console.print(text, end="", soft_wrap=True)


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False)


# ---------------------------------------------------------------------------------------------


@dataclass
class _Voice:
    """A message, how much of it has been printed, and what it has said."""

    row: Row
    texts: dict[str, str] = field(default_factory=dict)
    printed: dict[str, int] = field(default_factory=dict)
    begun: bool = False
    begins_anew: bool = False

    def hear(self, kind: str, offset: int, text: str) -> None:
        said = self.texts.get(kind, "")
        self.texts[kind] = said[:offset] + text
        if self.texts[kind][: self.printed.get(kind, 0)] != said[: self.printed.get(kind, 0)]:
            self.printed[kind] = 0  # it was replaced, not continued: say it again, whole
            self.begins_anew = True

    @property
    def ended(self) -> bool:
        return self.row["end_time"] is not None or self.row["source"] == "input"


class Account:
    """Makes of what changes in a run the pieces of text to print.

    ``live`` has a message printed while it is being said, else when it is complete. Of messages only those
    that fit ``shown`` are printed.
    """

    def __init__(self, live: bool, shown: Filter = EVERYTHING) -> None:
        self._live = live
        self._shown = shown
        self._voices: dict[str, _Voice] = {}
        self._queue: deque[_Voice | list[Span]] = deque()
        self._told: set[str] = set()
        self._at_line_start = True
        self._siblings = Siblings()
        self._places = Places()

    def begin(self, run: RunState) -> Iterator[Span]:
        """Of a branch, where it began."""
        if (told := branch_of(run)) is not None:
            yield f"{BRANCH} {told}\n", _MUTED

    def feed(self, changes: Changes) -> Iterator[Span]:
        """What can be printed now."""
        self._places.add(changes.rows.get("namespaces", ()))
        self._queue += self._earlier(changes.rows.get("messages", ()))
        for row in changes.rows.get("messages", ()):
            self._meet(row)
        for delta in changes.text:
            self._hear(delta)
        self._queue += self._lines(changes)
        yield from self._say(all_of_it=False)

    def end(self, run: RunState) -> Iterator[Span]:
        """The rest, and how the run ended."""
        yield from self._say(all_of_it=True)
        summary = summarize(run)
        yield headline(summary) + "\n", STYLES.get(run.status, _HEAD)
        if summary["error"] and "error" not in self._told:
            yield f"  {summary['error']['error']}: {summary['error']['message']}\n", STYLES["error"]
        if summary["note"]:
            yield f"  {summary['note']}\n", _MUTED
        if summary.get("standing"):
            yield f"  {summary['standing']}\n", STYLES["interrupted"]

    def _earlier(self, rows: Iterable[Row]) -> Iterator[list[Span]]:
        """How many messages were on the thread before; they were told when they were said."""
        fresh = {row["message_id"] for row in rows if row["source"] == "history"} - self._told
        self._told |= fresh
        if fresh:
            yield [(f"… {count(len(fresh), 'earlier message')}\n", _MUTED)]

    def _meet(self, row: Row) -> None:
        voice = self._voices.get(row["message_id"])
        if voice is None:
            if row["source"] == "history" or not (row["source"] == "input" or self._shown.fits(row)):
                return
            voice = self._voices[row["message_id"]] = _Voice(row)
            self._queue.append(voice)
        voice.row = row

    def _hear(self, delta: TextDelta) -> None:
        message_id, kind, offset, text = delta
        if message_id in self._voices and kind in ("text", "reasoning"):
            self._voices[message_id].hear(kind, offset, text)

    # -- saying it, in order -------------------------------------------------------------------------

    def _say(self, *, all_of_it: bool) -> Iterator[Span]:
        while self._queue:
            first = self._queue[0]
            if isinstance(first, list):
                yield from first
            else:
                over = first.ended or all_of_it
                if over or self._live:
                    yield from self._speak(first)
                if not over:
                    return
                yield from self._fall_silent(first)
            self._queue.popleft()

    def _speak(self, voice: _Voice) -> Iterator[Span]:
        if not any(voice.texts.values()) and not voice.ended:
            return
        if not voice.begun:
            voice.begun = True
            yield from self._introduction(voice.row)
        if voice.begins_anew:
            voice.begins_anew = False
            yield from self._end_line()
        for kind, style in (("reasoning", _MUTED), ("text", "")):
            said = voice.texts.get(kind, "")
            fresh = said[voice.printed.get(kind, 0) :]
            if not fresh:
                continue
            if kind == "text" and voice.printed.get("reasoning") and not voice.printed.get("text"):
                yield "\n", ""
            voice.printed[kind] = len(said)
            limit = _LIMITS.get(voice.row["source"]) or _LIMITS.get(voice.row["role"])
            yield (clip(fresh, limit) if limit else fresh), style
            self._at_line_start = fresh.endswith("\n")

    def _introduction(self, row: Row) -> Iterator[Span]:
        yield row["speaker"], _HEAD
        yield f"{_aside(*introduction(row, self._places))}\n", _MUTED
        self._at_line_start = True

    def _fall_silent(self, voice: _Voice) -> Iterator[Span]:
        yield from self._end_line()
        for line in lines_of({**voice.row, "text": voice.texts.get("text")}):
            yield f"{line}\n", _MUTED
        if (ended := ending(voice.row)) and voice.row["role"] == "ai":
            yield f"{SIGNS['incomplete']} {ended}\n", STYLES.get(voice.row["status"], STYLES["incomplete"])
        for call in voice.row["tool_calls"] or ():
            yield f"→ {call.get('name')}({preview(call.get('args'), _VALUE_LIMIT)})\n", "cyan"

    def _end_line(self) -> Iterator[Span]:
        if not self._at_line_start:
            self._at_line_start = True
            yield "\n", ""

    # -- lines about everything else -----------------------------------------------------------------

    def _lines(self, changes: Changes) -> Iterator[list[Span]]:
        for row in changes.rows.get("custom", ()):
            yield [
                (f"{self._places.where(row) or 'custom'}: ", _MUTED),
                (f"{preview(row['data'], _VALUE_LIMIT)}\n", ""),
            ]
        self._siblings.add(changes.rows.get("tasks", ()))
        for row in changes.rows.get("tasks", ()):
            if row["status"] in _ENDS:
                yield from self._once(
                    f"task {row['task_id']}",
                    _task(row, self._places.where(row), self._siblings.told(row["task_id"])),
                )
            if row["error"]:
                self._told.add("error")
        for row in changes.rows.get("state_diffs", ()):
            if not (row["nodes"] == ["__start__"] or are_messages(row["after"])):
                yield [(f"  {_change(row, self._places)}\n", _MUTED)]
        for row in changes.rows.get("interrupts", ()):
            yield from self._once(
                f"interrupt {row['interrupt_id']} {row.get('number')} {row['status']}",
                _interrupt(row, self._places.where(row) or "the graph"),
            )

    def _once(self, key: str, line: list[Span]) -> Iterator[list[Span]]:
        if key not in self._told:
            self._told.add(key)
            yield line


def _task(row: Row, place: str, told: str) -> list[Span]:
    line: list[Span] = [
        (f"{SIGNS.get(row['status'], '·')} {place}", STYLES.get(row["status"], "")),
        (_aside(told, seconds(row["latency"])), _MUTED),
    ]
    if row["error"]:
        line.append(
            (f" · {row['error'].get('error')}: {clip(row['error'].get('message'), 300)}", STYLES["error"])
        )
    return [*line, ("\n", "")]


def _interrupt(row: Row, place: str) -> list[Span]:
    if row["status"] == ELSEWHERE:
        return [(f"{place}: answered elsewhere\n", _MUTED)]
    if row["status"] == "resumed":
        return [(f"▶ {place} goes on\n", STYLES["success"])]
    return [(f"{SIGNS['interrupted']} {place}: {preview(row['value'], 500)}\n", STYLES["interrupted"])]


def _change(row: Row, places: Places) -> str:
    place = "".join(f"{name} › " for name in [places.path(row["namespace"])] if name)
    name = f"{place}{' › '.join(tokens(row['path'])) or row['key'] or 'state'}"
    if row["op"] == "remove":
        return f"{name} removed"
    if row["op"] == "change":
        return f"{name}: {preview(row['before'], _VALUE_LIMIT)} → {preview(row['after'], _VALUE_LIMIT)}"
    writers = f"{', '.join(row['nodes'])}: " if row["op"] == "write" and row["nodes"] else ""
    return f"{writers}{name} {'+' if row['op'] == 'append' else '='} {preview(row['after'], _VALUE_LIMIT)}"


def _aside(*facts: str | None) -> str:
    text = dotted(*facts)
    return f" · {text}" if text else ""
