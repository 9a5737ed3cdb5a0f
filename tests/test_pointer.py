"""JSON Pointers."""

from __future__ import annotations

import pytest

from lg_jupyter.encode.json_pointer import extend_pointer, resolve_pointer, split_pointer


@pytest.mark.parametrize("key", ["a", "", "a/b", "~", "~1", "~01", 3])
def test_what_is_written_is_read(key: str | int) -> None:
    assert split_pointer(extend_pointer("/x", key)) == ["x", str(key)]


@pytest.mark.parametrize("path", ["/b", "/a/9", "/a/-1", "/a/x", "/c/0", "/a/²"])
def test_where_there_is_nothing(path: str) -> None:
    with pytest.raises(LookupError):
        resolve_pointer({"a": [1, 2], "c": "text"}, path)


def test_what_is_no_pointer() -> None:
    with pytest.raises(ValueError, match="JSON Pointer"):
        split_pointer("a/b")
