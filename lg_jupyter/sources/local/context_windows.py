"""How many tokens a model reads at most, where LangChain knows its profile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def find_context_window(model: Any) -> int | None:
    """The ``max_input_tokens`` of a model's ``profile``; ``None`` where it has none.

    A provider's package knows the profiles of its models by their names, and a user may give one. There is
    none of other names (a deployment's, a server's own), nor with langchain-core before 1.1.
    """
    try:
        profile = getattr(model, "profile", None)
        limit = profile.get("max_input_tokens") if isinstance(profile, Mapping) else None
    except Exception:  # a property of the user's class
        return None
    return limit if type(limit) is int and limit > 0 else None
