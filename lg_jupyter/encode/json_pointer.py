"""JSON Pointers (RFC 6901): places in a value, as ``/messages/0/content``; the whole value is ``""``.

>>> extend_pointer("/a", "b/c")
'/a/b~1c'
>>> split_pointer("/a/b~1c")
['a', 'b/c']
>>> resolve_pointer({"a": [1, {"b/c": 2}]}, "/a/1/b~1c")
2
"""

from __future__ import annotations

from collections.abc import Sequence

from lg_jupyter.events.events import JSON


def extend_pointer(path: str, key: object) -> str:
    """``path`` extended by one step."""
    return f"{path}/{str(key).replace('~', '~0').replace('/', '~1')}"


def split_pointer(path: str) -> list[str]:
    """The keys and positions on the way to a place.

    Raises
    ------
    ValueError
        If ``path`` is no JSON Pointer.
    """
    if path and not path.startswith("/"):
        raise ValueError(f"A path is a JSON Pointer such as /messages/0, not {path!r}")
    return [token.replace("~1", "/").replace("~0", "~") for token in path.split("/")[1:]]


def resolve_pointer(value: JSON, path: str) -> JSON:
    """What stands at a place.

    Raises
    ------
    ValueError
        If ``path`` is no JSON Pointer.
    LookupError
        If there is nothing.
    """
    for token in split_pointer(path):
        if isinstance(value, dict):
            value = value[token]
        elif (
            isinstance(value, Sequence) and not isinstance(value, str) and token.isascii() and token.isdigit()
        ):
            value = value[int(token)]
        else:
            raise LookupError(path)
    return value
