"""The conversation of a chat: which thread it is on, what was said, how turns ended that said nothing."""

from __future__ import annotations

from typing import Any

from lg_jupyter.apps.conversation import conversation
from lg_jupyter.encode import plain
from lg_jupyter.errors import LgJupyterError
from lg_jupyter.events.events import JSON
from lg_jupyter.run import Run

Message = dict[str, JSON]


class Talk:
    """What was said so far.

    Attributes
    ----------
    thread
        The thread it is on; ``None`` for a new one.
    remembers
        Whether the graph keeps its threads. For one that does not, all messages are sent anew each time.
    turn
        Counts the changes.
    left
        The newest run when the thread was left: what became of it is no matter of this conversation.
    """

    def __init__(self, thread: str | None, remembers: bool) -> None:
        self.thread = thread
        self.remembers = remembers
        self.turn = 0
        self.left: Run | None = None
        self._said: list[Message] = []
        self._asides: list[tuple[int, Message]] = []  # each with the number of messages before it
        self._sent_along: list[Any] = []

    @property
    def is_empty(self) -> bool:
        return not self._said

    def messages(self) -> list[Message]:
        """What was said, with how turns ended that failed."""
        messages = list(self._said)
        for place, aside in reversed(self._asides):
            messages.insert(place, aside)
        return messages

    def leave(self, thread: str | None, newest: Run | None) -> None:
        """Go on with another thread."""
        self.thread, self.left = thread, newest
        self._said, self._asides, self._sent_along = [], [], []
        self.turn += 1

    def read(self, state: JSON) -> None:
        """Take over what the thread's encoded state says."""
        self._said = conversation(state)
        self.turn += 1

    def input(self, said: str, rest: Any) -> dict[str, Any]:
        """The graph's input for what is said now, and what else it takes."""
        message = {"role": "user", "content": said}
        return {**(rest or {}), "messages": [*self._sent_along, message]}

    def say(self, text: str) -> None:
        """Show what is said now, before the graph has it."""
        self._said = [*self._said, _message("human", text)]
        self.turn += 1

    def set_aside(self, run: Run | None) -> None:
        """Keep how the last turn ended, where its messages do not tell."""
        if run is None or run is self.left or run.status in ("success", "interrupted"):
            return
        error = run.error
        text = f"{error['error']}: {error['message']}" if error else run.note
        self._asides.append((len(self._said), _message("aside", text or f"The run ended: {run.status}.")))

    def take_over(self, run: Run) -> None:
        """Go on where a run ended."""
        if self.remembers:
            self.thread = run.thread_id
        elif run.status == "success" and isinstance(run.output, dict):
            self._sent_along = list(run.output.get("messages") or ())
        try:
            said = conversation(plain(run.trace.states.at("").values))
        except LgJupyterError:  # no state was told
            said = []
        self._said = said or self._said
        self.turn += 1


def _message(role: str, text: str) -> Message:
    return {"id": None, "role": role, "name": None, "text": text, "tool_calls": []}
