"""What of a form's input is secret, by its name or by its value."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from lg_jupyter.events.events import JSON
from lg_jupyter.secrets.redact import Redactor
from lg_jupyter.secrets.rules import is_secret_name


class SecretDetector:
    """Knows a secret by its name or by its value."""

    def __init__(self, redactor: Redactor, names: Collection[str] = ()) -> None:
        self._redactor = redactor
        self._names = names

    def is_secret_name(self, name: str) -> bool:
        """Whether a property of this name holds a secret."""
        return name in self._names or is_secret_name(name)

    def text_contains_secret(self, text: str) -> bool:
        """Whether a secret is in a text."""
        return self._redactor.mask(text) != text

    def remove_secrets(self, value: Any) -> Any:
        """A value without what holds a secret."""
        if isinstance(value, str):
            return None if self.text_contains_secret(value) else value
        if isinstance(value, list):
            return [self.remove_secrets(item) for item in value]
        if not isinstance(value, dict):
            return value
        return {
            key: self.remove_secrets(item)
            for key, item in value.items()
            if not self._is_secret_item(key, item)
        }

    def _is_secret_item(self, key: str, item: JSON) -> bool:
        return (
            self.is_secret_name(key)
            or self.text_contains_secret(key)
            or (isinstance(item, str) and self.text_contains_secret(item))
        )

    def iter_secret_names_and_texts(self, value: JSON, name: str | None = None) -> Iterator[tuple[str, str]]:
        """The texts under names of secrets, with those names."""
        if isinstance(value, str):
            if name is not None:
                yield name, value
        elif isinstance(value, list):
            for item in value:
                yield from self.iter_secret_names_and_texts(item, name)
        elif isinstance(value, dict):
            for key, item in value.items():
                yield from self.iter_secret_names_and_texts(item, key if self.is_secret_name(key) else name)
