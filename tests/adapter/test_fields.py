"""Fields of a part as the types that facts have: what is refused, and what is unknown instead."""

from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.adapter import fields
from lg_jupyter.encode import SharedList

VALUES: tuple[Any, ...] = (None, "", "x", 0, 2, True, 1.5, {}, {"a": 1}, [], ["x", 1, {}, {"a": 1}, None])


@pytest.mark.parametrize(
    ("read", "fits", "name"),
    [
        (fields.require_text, str, "a text"),
        (fields.require_dict, dict, "an object"),
        (fields.parse_optional_text_list, list, "a list"),
    ],
)
def test_what_a_fact_cannot_be_without(read: Any, fits: type, name: str) -> None:
    for value in VALUES:
        if not isinstance(value, fits) and not (fits is list and value is None):
            with pytest.raises(TypeError) as refused:
                read(value)
            assert str(refused.value) == f"expected {name}, not {type(value).__name__}"
    assert (fields.require_text("x"), fields.require_text(""), fields.require_dict({})) == ("x", "", {})


def test_lists_of_what_a_fact_cannot_be_without() -> None:
    assert (
        fields.parse_optional_text_list(None)
        == fields.parse_optional_dict_list(None)
        == fields.parse_optional_text_list([])
        == []
    )
    assert fields.parse_optional_text_list(SharedList(["x", ""])) == ["x", ""]
    assert fields.parse_optional_dict_list(({"a": 1}, {})) == [{"a": 1}, {}]
    for read, items in (
        (fields.parse_optional_text_list, ["x", None]),
        (fields.parse_optional_dict_list, [{}, "x"]),
    ):
        with pytest.raises(TypeError):
            read(items)


def test_what_a_fact_may_lack() -> None:
    def read(reader: Any) -> list[Any]:
        return [value for value in map(reader, VALUES) if value is not None]

    assert read(fields.nonempty_text_or_none) == ["x"]
    assert [(type(each), each) for each in read(fields.int_or_none)] == [(int, 0), (int, 2)]
    assert [(type(each), each) for each in read(fields.float_or_none)] == [
        *((float, 0.0), (float, 2.0), (float, 1.5)),
    ]
    assert read(fields.nonempty_dict_or_none) == [{"a": 1}]
    assert [*map(fields.filter_texts, VALUES)] == [[]] * 10 + [["x"]]
    assert [*map(fields.filter_dicts, VALUES)] == [[]] * 10 + [[{}, {"a": 1}]]
    assert [value for value in VALUES if fields.is_list_like(value)] == [*VALUES[-2:]]
    assert fields.is_list_like(SharedList()) and fields.filter_texts(SharedList(["x", 1])) == ["x"]
