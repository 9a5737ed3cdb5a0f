"""What a graph begins with: its input, and what its thread held before."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from lg_jupyter.adapter.message_coercion import FoundMessage, find_written_messages
from lg_jupyter.adapter.messages_without_id import have_same_role_and_content
from lg_jupyter.events.events import JSONObject, MessageSource
from lg_jupyter.events.namespace import split_namespace

_COMMAND_FIELDS = {"update", "resume", "goto"}


class InputMessageClassifier:
    """Distinguishes the messages of the input from those of the history, as far as that can be known.

    Attributes
    ----------
    is_pending
        Whether the run's input is known and has not been emitted yet.
    """

    def __init__(self) -> None:
        self.is_pending = False
        self._has_thread = True
        self._has_no_input = False  # the run goes on with what its thread had left to do
        self._input_messages: list[FoundMessage] = []
        self._messages_before_input: dict[str, list[JSONObject]] = {}

    def on_run_started(self, data: JSONObject, known: Collection[str]) -> None:
        """Take what the source says of the run: ``input``, if it says that, and whether there is a thread."""
        self._has_thread = data.get("thread_id") is not None
        run_input = data.get("input")
        if type(run_input) is dict and run_input.keys() >= _COMMAND_FIELDS:
            run_input = run_input["update"]
        self._has_no_input = "input" in data and run_input is None
        self._input_messages = list(find_written_messages(run_input, known, (), is_functional_task=True))
        self.is_pending = bool(self._input_messages)

    def on_run_resumed(self) -> None:
        """The run goes on: what is there now is its thread's."""
        self._has_thread = self._has_no_input = True
        self._input_messages, self._messages_before_input, self.is_pending = [], {}, False

    def note_messages_before_input(self, namespace: str, messages: Sequence[JSONObject]) -> None:
        """Note the messages of the checkpoint that is saved before the input is written."""
        self._messages_before_input[namespace] = list(messages)

    def classify_sources(self, namespace: str, messages: Sequence[JSONObject]) -> list[MessageSource]:
        """Of each message with which a graph begins, if it is input; what is not known to be is history."""
        before = self._messages_before_input.get(namespace)
        if namespace and before is None:
            fresh = split_namespace(namespace)[-1].task_id is not None and not self._has_no_input
            return [_input_or_history(fresh)] * len(messages)
        if not namespace and not self._has_thread:
            return ["input"] * len(messages)
        run_input = [found.message for found in self._input_messages] if not namespace else []
        # Of two that are the same, the newer one.
        is_input = _flag_messages_among(messages[::-1], run_input[::-1])[::-1]
        if before is None:
            return [_input_or_history(each) for each in is_input]
        pairs = zip(is_input, _flag_messages_among(messages, before), strict=True)
        return [_input_or_history(each or not was_before) for each, was_before in pairs]

    def pop_unshown_input(self, shown: Collection[str]) -> list[FoundMessage]:
        """The input that no state has shown yet, once; ``shown`` are the channels of those that came."""
        rest = [found for found in self._input_messages if found.is_certain and found.channel not in shown]
        self.is_pending = False
        return rest


def _input_or_history(is_input: bool) -> MessageSource:
    return "input" if is_input else "history"


def _flag_messages_among(messages: Sequence[JSONObject], some: Sequence[JSONObject]) -> list[bool]:
    """Which messages are among ``some``: by id, those without by what they say, each once."""
    ids = {message["id"] for message in some if message.get("id")}
    rest = [message for message in some if not message.get("id")]
    return [message.get("id") in ids or _remove_equal_message(rest, message) for message in messages]


def _remove_equal_message(rest: list[JSONObject], message: JSONObject) -> bool:
    for position, other in enumerate(rest):
        if have_same_role_and_content(other, message):
            del rest[position]
            return True
    return False
