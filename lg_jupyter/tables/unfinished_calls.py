"""Calls of models that have not come to their end: a message that came of one in pieces is not whole."""

from __future__ import annotations

from lg_jupyter.events.calls import ModelCallEnded, ModelCallStarted


class UnfinishedModelCalls:
    """By the id that a message of a call most likely has."""

    def __init__(self) -> None:
        self._statuses: dict[str, str] = {}

    def record_call_start(self, fact: ModelCallStarted) -> None:
        if fact.message_id is not None:
            self._statuses[fact.message_id] = "incomplete"

    def record_call_end(self, fact: ModelCallEnded) -> str | None:
        """Note how a call ended; the status of its message, if that has come in part."""
        if fact.likely_message_id is None:
            return None
        if fact.status in ("error", "cancelled"):
            self._statuses[fact.likely_message_id] = fact.status
            return fact.status
        self._statuses.pop(fact.likely_message_id, None)
        return None

    def get_final_message_status(self, message_id: str, otherwise: str) -> str:
        """How a message ends that still grows when all around it is over."""
        return self._statuses.get(message_id, otherwise)
