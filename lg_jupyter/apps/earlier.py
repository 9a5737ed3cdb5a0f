"""What was given to a run of a form, and what of it is kept to be given again: nothing secret."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from lg_jupyter.events.events import JSON
from lg_jupyter.secrets.redact import Redactor, is_secret_name
from lg_jupyter.text.preview import preview, weigh

MOST = 30
"""Inputs that are kept."""

LARGEST = 200_000
"""Characters of JSON of an input that is kept."""

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


class Secrets:
    """Knows a secret by its name or by its value."""

    def __init__(self, redactor: Redactor, names: Collection[str] = ()) -> None:
        self._redactor = redactor
        self._names = names

    def names(self, name: str) -> bool:
        """Whether a property of this name holds a secret."""
        return name in self._names or is_secret_name(name)

    def hides(self, text: str) -> bool:
        """Whether a secret is in a text."""
        return self._redactor.text(text) != text

    def left_out_of(self, value: JSON) -> JSON:
        """A value without what holds a secret."""
        if isinstance(value, str):
            return None if self.hides(value) else value
        if isinstance(value, list):
            return [self.left_out_of(item) for item in value]
        if not isinstance(value, dict):
            return value
        return {key: self.left_out_of(item) for key, item in value.items() if not self._holds(key, item)}

    def _holds(self, key: str, item: JSON) -> bool:
        return self.names(key) or self.hides(key) or (isinstance(item, str) and self.hides(item))

    def values(self, value: JSON, name: str | None = None) -> Iterator[tuple[str, str]]:
        """The texts under names of secrets, with those names."""
        if isinstance(value, str):
            if name is not None:
                yield name, value
        elif isinstance(value, list):
            for item in value:
                yield from self.values(item, name)
        elif isinstance(value, dict):
            for key, item in value.items():
                yield from self.values(item, key if self.names(key) else name)


class Earlier:
    """The inputs given so far, the newest last; what was given before moves to the end."""

    def __init__(self) -> None:
        self._kept: deque[Given] = deque(maxlen=MOST)

    def add(self, given: Given) -> None:
        """Keep what was given, without its secrets, unless it is too large."""
        if weigh([given.input, given.config, given.context, given.said], LARGEST) > LARGEST:
            return
        if given in self._kept:
            self._kept.remove(given)
        self._kept.append(given)

    def titles(self) -> list[dict[str, Any]]:
        """What to call each; in a chat, also what was said."""
        return [{"title": each.title, "said": each.said} for each in self._kept]

    def __getitem__(self, index: int) -> Given:
        return self._kept[index]

    def __len__(self) -> int:
        return len(self._kept)
