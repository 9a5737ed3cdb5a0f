"""Fields of a part as the types that facts have: what is refused, and what is unknown instead."""

from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.adapter import fields
from lg_jupyter.encode import SharedList

VALUES: tuple[Any, ...] = (None, "", "x", 0, 2, True, 1.5, {}, {"a": 1}, [], ["x", 1, {}, {"a": 1}, None])


@pytest.mark.parametrize(
    ("read", "fits", "name"),
    [(fields.text, str, "a text"), (fields.mapping, dict, "an object"), (fields.texts, list, "a list")],
)
def test_what_a_fact_cannot_be_without(read: Any, fits: type, name: str) -> None:
    for value in VALUES:
        if not isinstance(value, fits) and not (fits is list and value is None):
            with pytest.raises(TypeError) as refused:
                read(value)
            assert str(refused.value) == f"expected {name}, not {type(value).__name__}"
    assert (fields.text("x"), fields.text(""), fields.mapping({})) == ("x", "", {})


def test_lists_of_what_a_fact_cannot_be_without() -> None:
    assert fields.texts(None) == fields.mappings(None) == fields.texts([]) == []
    assert fields.texts(SharedList(["x", ""])) == ["x", ""]
    assert fields.mappings(({"a": 1}, {})) == [{"a": 1}, {}]
    for read, items in ((fields.texts, ["x", None]), (fields.mappings, [{}, "x"])):
        with pytest.raises(TypeError):
            read(items)


def test_what_a_fact_may_lack() -> None:
    def read(reader: Any) -> list[Any]:
        return [value for value in map(reader, VALUES) if value is not None]

    assert read(fields.nonempty_text) == ["x"]
    assert [(type(each), each) for each in read(fields.optional_number)] == [(int, 0), (int, 2)]
    assert [(type(each), each) for each in read(fields.optional_time)] == [
        *((float, 0.0), (float, 2.0), (float, 1.5)),
    ]
    assert read(fields.optional_mapping) == [{"a": 1}]
    assert [*map(fields.known_texts, VALUES)] == [[]] * 10 + [["x"]]
    assert [*map(fields.known_mappings, VALUES)] == [[]] * 10 + [[{}, {"a": 1}]]
    assert [value for value in VALUES if fields.is_list(value)] == [*VALUES[-2:]]
    assert fields.is_list(SharedList()) and fields.known_texts(SharedList(["x", 1])) == ["x"]
