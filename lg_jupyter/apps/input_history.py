"""The inputs of a form's earlier runs, without what is secret in them."""

from __future__ import annotations

from collections import deque
from typing import Any

from lg_jupyter.apps.form_input import Given
from lg_jupyter.text.preview import weigh

MOST = 30
"""Inputs that are kept."""

LARGEST = 200_000
"""Characters of JSON of an input that is kept."""


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
