"""What a form gives to a run."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lg_jupyter.apps.message_content import MessageContent, format_content_as_text
from lg_jupyter.apps.secret_detector import SecretDetector
from lg_jupyter.events.events import JSON, JSONObject
from lg_jupyter.text.preview import preview_json

MAX_TITLE_CHARACTERS = 80


@dataclass(frozen=True)
class FormInput:
    """What a run of a form gets. ``message`` is the user's in a chat."""

    input: JSON = None
    config: JSONObject | None = None
    context: JSON = None
    message: MessageContent | None = None

    def remove_secrets(self, secrets: SecretDetector) -> FormInput:
        """The same without its secrets: what holds one is as if it had not been given."""
        message = self.message if secrets.remove_secrets(self.message) == self.message else None
        return replace(
            self,
            input=secrets.remove_secrets(self.input),
            config=secrets.remove_secrets(self.config),
            context=secrets.remove_secrets(self.context),
            message=message,
        )

    @property
    def title(self) -> str:
        if self.message is None:
            return preview_json(self.input, MAX_TITLE_CHARACTERS)
        return preview_json(format_content_as_text(self.message), MAX_TITLE_CHARACTERS).strip("'\"")

    def to_json(self) -> JSONObject:
        """As the page names its parts."""
        return {"input": self.input, "config": self.config, "context": self.context, "message": self.message}
