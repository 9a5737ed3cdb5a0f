"""Parts that are not what LangGraph sends."""

from __future__ import annotations

import random
from typing import Any

from lg_jupyter.events.events import Part

TORN: list[Any] = [None, 0, "", "torn", [], {}, [None], [{}], [[], {}], {"id": None}, {"event": 1}, [1, 2, 3]]


def damaged(part: Part, chance: random.Random) -> Part:
    """A part in which some values are missing or are something else."""
    return Part(part.mode, part.namespace, _damaged(part.data, chance), part.timestamp)


def _damaged(value: Any, chance: random.Random) -> Any:
    if chance.random() < 0.05:
        return chance.choice(TORN)
    if isinstance(value, dict):
        return {key: _damaged(item, chance) for key, item in value.items() if chance.random() > 0.03}
    if isinstance(value, list):
        return [_damaged(item, chance) for item in value if chance.random() > 0.03]
    return value
