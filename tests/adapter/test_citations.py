"""The places that an answer names, in the forms of each provider."""

from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.adapter.citations import collect_citations

URL = "https://a.example"
WEB = {"web": {"uri": URL, "title": "A"}}


def annotated(*raw: Any) -> dict[str, Any]:
    return {"content": [{"type": "text", "text": "hills", "annotations": [*raw]}]}


@pytest.mark.parametrize(
    ("raw", "citation"),
    [
        (URL, {"url": URL}),
        ("http://a", {"url": "http://a"}),
        ("A book", {"title": "A book"}),
        ({"type": "citation", "uri": URL, "name": "A"}, {"url": URL, "title": "A"}),
        ({"link": URL, "document_title": "A"}, {"url": URL, "title": "A"}),
        ({"url": None, "filename": "a.pdf"}, {"title": "a.pdf"}),
        (
            {"title": "A", "text": "q", "start": 0, "end": 5},
            {"title": "A", "cited_text": "q", "start_index": 0, "end_index": 5},
        ),
        (
            {"quote": "q", "startIndex": 1, "endIndex": 2},
            {"cited_text": "q", "start_index": 1, "end_index": 2},
        ),
        ({"snippet": "q"}, {"cited_text": "q"}),
        ({"type": "x", "index": 3, "id": "c1", "url": URL}, {"url": URL}),
        ({"url": URL, "page": 3, "empty": None}, {"url": URL, "extras": {"page": 3}}),
        ({"url": URL, "page": 3, "extras": {"score": 1}}, {"url": URL, "extras": {"page": 3, "score": 1}}),
        ({"url": URL, "extras": "odd"}, {"url": URL}),
        ({"url_citation": {"url": URL, "title": "A"}}, {"url": URL, "title": "A"}),
        ({"file_citation": {"file_id": "f", "quote": "q"}}, {"cited_text": "q", "extras": {"file_id": "f"}}),
        ({"url_citation": "odd", "url": URL}, {"url": URL}),
        (
            {"type": "non_standard_annotation", "value": 1},
            {"extras": {"type": "non_standard_annotation", "value": 1}},
        ),
        (5, {"extras": 5}),
    ],
)
def test_one_form_for_all(raw: Any, citation: Any) -> None:
    assert collect_citations(annotated(raw)) == [citation]


@pytest.mark.parametrize("raw", [None, {}, "", 0])
def test_what_says_nothing_is_none(raw: Any) -> None:
    assert collect_citations(annotated(raw)) == ([{"title": ""}] if raw == "" else [])


@pytest.mark.parametrize(
    "message",
    [
        annotated(URL, URL, {"url": URL}),
        {"content": ["text", {"citations": [URL]}]},
        {"content": [{"type": "reference", "reference": URL}]},
        {"content": "hills", "additional_kwargs": {"annotations": [URL]}},
        {"content": "hills", "additional_kwargs": {"citations": [URL]}},
        {"content": "hills", "response_metadata": {"citations": [URL]}},
        {"content": None, "response_metadata": {"citations": (URL,)}},
    ],
)
def test_wherever_they_stand_each_once(message: Any) -> None:
    assert collect_citations(message) == [{"url": URL}]


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"content": "hills"},
        {"content": [{"annotations": "odd", "citations": {"url": URL}}]},
        {"content": [{}], "additional_kwargs": "odd", "response_metadata": [URL]},
        {"content": [], "response_metadata": {"grounding_metadata": [WEB]}},
    ],
)
def test_what_is_of_another_form_is_left_out(message: Any) -> None:
    assert collect_citations(message) == []


def test_they_come_in_the_order_of_the_content() -> None:
    message = {**annotated("one"), "additional_kwargs": {"citations": ["two"]}}
    message["content"].append({"type": "text", "citations": ["three"]})
    assert [each["title"] for each in collect_citations(message)] == ["one", "three", "two"]


@pytest.mark.parametrize("camel", [False, True], ids=["snake_case", "camelCase"])
def test_what_an_answer_rests_on_by_its_grounding(camel: bool) -> None:
    def named(name: str) -> str:
        first, *rest = name.split("_")
        return first + "".join(map(str.title, rest)) if camel else name

    segment = {named("start_index"): 0, named("end_index"): 5, "text": "hills"}
    metadata = {
        named("grounding_chunks"): [
            WEB,
            {"retrieved_context": {"title": "B"}},
            {"maps": {"uri": "m"}},
            "odd",
        ],
        named("grounding_supports"): [
            {"segment": segment, named("grounding_chunk_indices"): [0, 3, 4, -1, "odd"]},
            {named("grounding_chunk_indices"): [1]},
        ],
    }
    place = {"cited_text": "hills", "start_index": 0, "end_index": 5}
    assert collect_citations(
        {"content": "", "response_metadata": {named("grounding_metadata"): metadata}}
    ) == [
        {"url": URL, "title": "A", **place},
        place,
        {"title": "B"},
        {"url": "m"},
    ]


def test_a_source_that_is_no_page_of_any_sort_is_read_as_it_stands() -> None:
    metadata = {"grounding_chunks": [{"uri": URL, "title": "A"}, {"web": "odd"}]}
    assert collect_citations({"additional_kwargs": {"grounding_metadata": metadata}}) == [
        {"url": URL, "title": "A"}
    ]
