"""What stands in a form at first, and how the user's own objects in it find their way back into a run.

The page gets JSON without secrets. What comes back as it was sent stands for the object that was given; what
was not sent is added again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lg_jupyter.apps.form_input import Given
from lg_jupyter.apps.input_secrets import Secrets
from lg_jupyter.encode import plain
from lg_jupyter.events.events import JSON

SHOWN_OF_CONFIG = frozenset({"recursion_limit", "tags", "configurable", "metadata"})
"""What a form shows of a config; callbacks and the like have no JSON."""


class Begun:
    """The input, config and context that a form was made with."""

    def __init__(self, given: Given, encode: Callable[[Any], JSON], secrets: Secrets) -> None:
        self._given = given
        config = {name: value for name, value in (given.config or {}).items() if name in SHOWN_OF_CONFIG}
        self.shown = encoded(Given(given.input, config or None, given.context), encode).without(secrets)

    def restored(self, given: Given) -> Given:
        """What the page gave, with the user's own objects, and with what it was not shown."""
        mine, shown = self._given, self.shown
        return Given(
            _restored(mine.input, shown.input, given.input),
            _restored(mine.config, shown.config, given.config),
            _restored(mine.context, shown.context, given.context),
            given.said,
        )


def encoded(given: Given, encode: Callable[[Any], JSON]) -> Given:
    """What was given, as JSON."""
    made = [
        None if part is None else plain(encode(part)) for part in (given.input, given.config, given.context)
    ]
    return Given(made[0], made[1], made[2], given.said)


def _restored(mine: Any, shown: JSON, value: JSON) -> Any:
    if mine is None or value == shown:
        return value if mine is None else mine
    if not isinstance(mine, Mapping) or not isinstance(value, dict | None):
        return value
    shown = shown if isinstance(shown, dict) else {}
    value = value or {}
    hidden = {key: item for key, item in mine.items() if key not in shown and key not in value}
    return {
        **hidden,
        **{
            key: _restored(mine[key], shown[key], item) if key in mine and key in shown else item
            for key, item in value.items()
        },
    }
