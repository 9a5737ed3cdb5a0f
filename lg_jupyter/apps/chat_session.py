"""A chat: which thread it is on, its messages, how turns ended that left no message."""

from __future__ import annotations

from typing import Any

from lg_jupyter.apps.conversation import make_state_messages_json
from lg_jupyter.apps.message_content import MessageContent
from lg_jupyter.encode import to_plain_json
from lg_jupyter.errors import LgJupyterError
from lg_jupyter.events.events import JSON, JSONObject
from lg_jupyter.run import Run

ConversationMessage = JSONObject


class ChatSession:
    """The messages of a chat so far.

    Attributes
    ----------
    thread
        The thread it is on; ``None`` for a new one.
    keeps_threads
        Whether the graph keeps its threads. For one that does not, all messages are sent anew each time.
    turn_count
        Counts the changes.
    abandoned_run
        The newest run when the chat changed its thread: how that run ended is no part of this conversation.
    """

    def __init__(self, thread: str | None, keeps_threads: bool) -> None:
        self.thread = thread
        self.keeps_threads = keeps_threads
        self.turn_count = 0
        self.abandoned_run: Run | None = None
        self._messages: list[ConversationMessage] = []
        # Each with the number of messages before it.
        self._outcomes: list[tuple[int, ConversationMessage]] = []
        self._earlier_messages: list[Any] = []

    @property
    def is_empty(self) -> bool:
        return not self._messages

    def list_messages_and_outcomes(self) -> list[ConversationMessage]:
        """The messages, and how turns ended that failed."""
        messages = list(self._messages)
        for place, outcome in reversed(self._outcomes):
            messages.insert(place, outcome)
        return messages

    def switch_thread(self, thread: str | None, newest: Run | None) -> None:
        """Go on with another thread."""
        self.thread, self.abandoned_run = thread, newest
        self._messages, self._outcomes, self._earlier_messages = [], [], []
        self.turn_count += 1

    def load_thread_state(self, state: JSON) -> None:
        """Take over the messages of the thread's encoded state."""
        self._messages = make_state_messages_json(state)
        self.turn_count += 1

    def make_graph_input(self, content: MessageContent, rest: Any) -> dict[str, Any]:
        """The graph's input for a message of the user, with what else it takes."""
        message = {"role": "user", "content": content}
        return {**(rest or {}), "messages": [*self._earlier_messages, message]}

    def add_user_message(self, content: MessageContent) -> None:
        """Show a message of the user, before the graph has it."""
        added = make_state_messages_json({"messages": [{"role": "user", "content": content}]})
        self._messages = [*self._messages, *added]
        self.turn_count += 1

    def add_run_failure(self, run: Run | None) -> None:
        """Keep how the last turn ended, where its messages do not show it."""
        if run is None or run is self.abandoned_run or run.status in ("success", "interrupted"):
            return
        failure = run.trace.failure
        text = run.note if failure is None else failure.headline
        self._outcomes.append(
            (len(self._messages), _make_text_message("aside", text or f"The run ended: {run.status}."))
        )

    def continue_from_run(self, run: Run) -> None:
        """Go on where a run ended."""
        if self.keeps_threads:
            self.thread = run.thread_id
        elif run.status == "success" and isinstance(run.output, dict):
            self._earlier_messages = list(run.output.get("messages") or ())
        try:
            messages = make_state_messages_json(to_plain_json(run.trace.states.find_state("").values))
        except LgJupyterError:  # no state was streamed
            messages = []
        self._messages = messages or self._messages
        self.turn_count += 1


def _make_text_message(role: str, text: str) -> ConversationMessage:
    return {"id": None, "role": role, "name": None, "text": text, "tool_calls": [], "blocks": []}
