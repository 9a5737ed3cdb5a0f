"""Which questions are the same: one is known by its id and, where that is not enough, by its words."""

from __future__ import annotations

import json
import re

from lg_jupyter.encode import to_plain_json
from lg_jupyter.events.events import JSON


def is_generated_interrupt_id(text: object) -> bool:
    """Whether this is an id that LangGraph gives to an interrupt: a hash of its task, so that it names one.

    A ``NodeInterrupt`` has another, the same for all of them if its node gave it none.
    """
    return isinstance(text, str) and re.fullmatch(r"[0-9a-f]{32}", text) is not None


def may_be_same_interrupt_value(one: JSON, other: JSON) -> bool:
    """Whether two interrupts of the same id may ask the same, by their values.

    Before langgraph 1.2.13 a node's second question has the first's id. A value that JSON does not tell, such
    as an object by its repr, may be any.
    """
    left, right = dump_sorted_json(one), dump_sorted_json(other)
    return left == right or '"$type"' in left or '"$type"' in right


def dump_sorted_json(value: JSON) -> str:
    """A value as text by which it can be compared."""
    return json.dumps(to_plain_json(value), sort_keys=True)
