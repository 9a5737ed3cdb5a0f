"""The beginning of a JSON value and a bound on its size, at a cost that does not follow the value's size."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from lg_jupyter.events.events import JSON


def estimate_json_length(value: JSON, limit: int) -> int:
    """About how many characters ``value`` has as JSON; more than ``limit`` means: at least that many."""
    weight, stack = 0, [value]
    while stack and weight <= limit:
        item = stack.pop()
        if isinstance(item, str):
            weight += len(item) + 2
        elif isinstance(item, Mapping):
            weight += 4 * len(item) + 2
            for key, inner in islice(item.items(), limit):
                stack += (key, inner)
        elif isinstance(item, Sequence):
            weight += 2 * len(item) + 2
            stack.extend(item[:limit])
        else:
            weight += item.bit_length() // 3 + 1 if isinstance(item, int) else 8
    return weight


DescribeObject = Callable[[JSON], "str | None"]
"""An object in other words than JSON; ``None`` of one that has none."""


def preview_json(value: JSON, limit: int, describe: DescribeObject | None = None) -> str:
    """The first ``limit`` characters of ``value`` as JSON, ended by ``…`` where more follows.

    A string stands for itself, without quotes. What ``describe`` has words for stands there in those.
    """
    if isinstance(value, str):
        return value if len(value) <= limit else value[:limit] + "…"
    text = ""
    for piece in _iter_json_pieces(value, limit, describe):
        text += piece
        if len(text) > limit:
            return text[:limit] + "…"
    return text


def _iter_json_pieces(value: JSON, limit: int, describe: DescribeObject | None) -> Iterator[str]:
    if isinstance(value, str):
        yield json.dumps(value[: limit + 1], ensure_ascii=False)
    elif isinstance(value, Mapping):
        if describe is not None and (text := describe(value)) is not None:
            yield text
            return
        yield "{"
        for index, (key, item) in enumerate(value.items()):
            yield f"{', ' if index else ''}{json.dumps(str(key)[: limit + 1], ensure_ascii=False)}: "
            yield from _iter_json_pieces(item, limit, describe)
        yield "}"
    elif isinstance(value, Sequence):
        yield "["
        for index, item in enumerate(value):
            if index:
                yield ", "
            yield from _iter_json_pieces(item, limit, describe)
        yield "]"
    elif isinstance(value, float) and not math.isfinite(value):
        yield "null"
    else:
        yield json.dumps(value, default=str)
