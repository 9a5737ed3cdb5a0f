"""What a provider's wire format owes: its frames, its errors."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

from tests.providers.scenarios import FAILED, STATUSES

JSON = Any


class ConnectionCut(Exception):
    """The connection ends here, in the middle of an answer."""


class WireFormat(ABC):
    """How one provider answers over HTTP, scenario by scenario."""

    content_type = "text/event-stream"

    @abstractmethod
    def frames(self, scenario: str, body: JSON) -> Iterator[str]:
        """The pieces of a streamed answer to the request ``body``; raises :class:`ConnectionCut`."""

    def whole(self, scenario: str, body: JSON) -> JSON:
        """The answer to a request that does not stream."""
        raise NotImplementedError(f"{type(self).__name__} only streams")

    def failure(self, scenario: str) -> JSON:
        """The body of an answer whose status is no success."""
        return {"error": {"message": FAILED[scenario], "type": "error", "code": STATUSES[scenario]}}


def server_sent(data: JSON, event: str | None = None) -> str:
    """One server-sent event; text goes as it is, everything else as JSON."""
    text = data if isinstance(data, str) else json.dumps(data)
    return f"event: {event}\ndata: {text}\n\n" if event else f"data: {text}\n\n"
