"""A run's config, checked where the user gives it: LangGraph would fail over it deep inside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lg_jupyter.errors import UsageError

_CONFIG_EXAMPLE = "{'configurable': {'user': 'ada'}, 'recursion_limit': 50}"


def validate_config(config: object) -> Mapping[str, Any] | None:
    """``config`` if it is one, or ``None``.

    Raises
    ------
    UsageError
        If it is no mapping, or ``configurable``, ``metadata``, ``tags`` or ``recursion_limit`` in it is not
        what it has to be.
    """
    if config is None:
        return None
    if not isinstance(config, Mapping):
        raise UsageError(f"config takes a dict, such as {_CONFIG_EXAMPLE}, not {_describe_type(config)}")
    for key in ("configurable", "metadata"):
        value = config.get(key)
        if value is not None and not isinstance(value, Mapping):
            raise UsageError(
                f"config[{key!r}] takes a dict, such as {{'user': 'ada'}}, not {_describe_type(value)}"
            )
    tags = config.get("tags")
    if tags is not None and not (_is_list_like(tags) and all(isinstance(tag, str) for tag in tags)):
        raise UsageError(
            f"config['tags'] takes a list of names, such as ['draft'], not {_describe_type(tags)}"
        )
    limit = config.get("recursion_limit")
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or limit < 1):
        got = str(limit) if isinstance(limit, int) else _describe_type(limit)
        raise UsageError(f"config['recursion_limit'] takes a number of steps, 1 or more, not {got}")
    return config


def _is_list_like(value: object) -> bool:
    return isinstance(value, (list, tuple, set, frozenset))


def _describe_type(value: object) -> str:
    """What came, by its type alone: a config may hold secrets."""
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def remove_thread_id(config: dict[str, Any]) -> dict[str, Any]:
    """A copy of a config without its thread, which stands beside it."""
    configurable = {
        name: value for name, value in (config.get("configurable") or {}).items() if name != "thread_id"
    }
    rest = {name: value for name, value in config.items() if name != "configurable"}
    return {**rest, "configurable": configurable} if configurable else rest
