"""The words of the package: where LangGraph, Jupyter or asyncio have one, it stands."""

from __future__ import annotations

import re
from pathlib import Path

import lg_jupyter

MOST = 40
"""How often the words may stand in the package: lower it with each that goes."""

HOUSE_WORDS = re.compile(r"(?<![a-z])(?:asked|told|said)", re.IGNORECASE)


def test_what_is_requested_reported_or_sent_is_called_so():
    """``asked``, ``told`` and ``said`` hide who does what; ``masked`` and the like do not count."""
    package = Path(lg_jupyter.__file__).parent
    found = {
        str(path.relative_to(package)): count
        for path in sorted(package.rglob("*.py"))
        if (count := len(HOUSE_WORDS.findall(path.read_text())))
    }
    assert sum(found.values()) <= MOST, found
