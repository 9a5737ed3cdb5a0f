"""What a form gives to a run."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lg_jupyter.apps.input_secrets import Secrets
from lg_jupyter.events.events import JSON
from lg_jupyter.text.preview import preview

TITLE = 80


@dataclass(frozen=True)
class Given:
    """What a form asks of a run. ``said`` is what was said in a chat."""

    input: JSON = None
    config: JSON = None
    context: JSON = None
    said: str | None = None

    def without(self, secrets: Secrets) -> Given:
        """The same without its secrets: what holds one is as if it had not been given."""
        said = None if self.said is None or secrets.hides(self.said) else self.said
        return replace(
            self,
            input=secrets.left_out_of(self.input),
            config=secrets.left_out_of(self.config),
            context=secrets.left_out_of(self.context),
            said=said,
        )

    @property
    def title(self) -> str:
        return preview(self.input, TITLE) if self.said is None else preview(self.said, TITLE).strip("'\"")
