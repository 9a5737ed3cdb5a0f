"""Limits that end a run: which setting governs them."""

from __future__ import annotations

import re
from collections.abc import Mapping


def note(error: Mapping[str, str] | None) -> str | None:
    """What to say of a run that failed with ``error`` because it met a limit; ``None`` of any other."""
    if error is None:
        return None
    if error["error"] == "GraphRecursionError":
        found = re.search(r"limit of (\d+)", error["message"])
        steps = f" of {int(found[1]):,} steps" if found else " of steps"
        return f"It met its limit{steps}: config={{'recursion_limit': …}} sets another."
    if error["error"] == "NodeTimeoutError":
        return "A node met its time limit: add_node(…, timeout=…) of that node sets another."
    return None
