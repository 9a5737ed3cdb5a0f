"""Tokens: sums over those who tell, and nothing where nobody does."""

import pytest

from lg_jupyter.events.events import CompleteMessage
from lg_jupyter.tables.usage import Usage, UsageSums
from tests.tables.stream import Stream

DETAILS = {
    "input_tokens": 100,
    "output_tokens": 20,
    "total_tokens": 120,
    "input_token_details": {"cache_read": 80, "cache_creation": 5},
    "output_token_details": {"reasoning": 12},
}


def test_details_have_columns_of_their_own():
    stream = Stream()
    stream.chunk("m1", "ok", usage=DETAILS, is_last=True)
    row = stream.the("messages", "m1")
    assert (row["cache_read_tokens"], row["cache_write_tokens"], row["reasoning_tokens"]) == (80, 5, 12)
    assert stream.trace.usage == {
        "input_tokens": 100,
        "output_tokens": 20,
        "total_tokens": 120,
        "cache_read_tokens": 80,
        "cache_write_tokens": 5,
        "reasoning_tokens": 12,
    }


@pytest.mark.parametrize(
    ("details", "written"),
    [
        ({}, None),
        ({"cache_creation": 7}, 7),
        ({"cache_creation": 0, "ephemeral_5m_input_tokens": 3, "ephemeral_1h_input_tokens": 4}, 7),
        ({"cache_creation": 7, "ephemeral_5m_input_tokens": 3, "ephemeral_1h_input_tokens": 4}, 7),
    ],
)
def test_tokens_written_to_the_cache_count_once(details, written):
    assert Usage.from_usage_metadata({"input_token_details": details}).cache_write_tokens == written


def test_chunks_add_up_with_their_details():
    stream = Stream()
    stream.chunk(
        "m1", usage={"input_tokens": 10, "output_tokens": 0, "input_token_details": {"cache_read": 4}}
    )
    stream.chunk(
        "m1", "a", usage={"input_tokens": 0, "output_tokens": 3, "output_token_details": {"reasoning": 1}}
    )
    stream.chunk("m1", usage={"output_tokens": 2, "output_token_details": {"reasoning": 1}}, is_last=True)
    row = stream.the("messages", "m1")
    assert (row["input_tokens"], row["output_tokens"], row["cache_read_tokens"], row["reasoning_tokens"]) == (
        10,
        5,
        4,
        2,
    )


def test_what_nobody_counted_is_missing_and_not_0():
    stream = Stream()
    stream.chunk("m1", "a", is_last=True)
    assert stream.trace.usage == {"input_tokens": None, "output_tokens": None, "total_tokens": None}
    assert stream.rows("namespaces", "input_tokens", "output_tokens") == [(None, None)]
    stream.chunk("m2", "b", usage={"input_tokens": 4}, is_last=True)
    assert stream.trace.usage == {"input_tokens": 4, "output_tokens": None, "total_tokens": None}
    assert stream.rows("namespaces", "input_tokens", "output_tokens") == [(4, None)]


def test_a_model_that_said_something_did_not_give_no_tokens():
    stream = Stream()
    stream.chunk("m1", usage={"input_tokens": 4, "output_tokens": 0, "total_tokens": 4})
    assert stream.the("messages", "m1")["output_tokens"] is None
    stream.chunk("m1", "text", is_last=True)
    row = stream.the("messages", "m1")
    assert (row["input_tokens"], row["output_tokens"], row["total_tokens"]) == (4, None, None)
    stream(CompleteMessage("m2", "ai", "", usage={"input_tokens": 4, "output_tokens": 0, "total_tokens": 4}))
    row = stream.the("messages", "m2")
    assert (row["output_tokens"], row["total_tokens"]) == (0, 4)


def test_a_sum_that_everybody_takes_back_is_missing_again():
    sums = UsageSums()
    sums.replace(Usage(), Usage(input_tokens=3))
    sums.replace(Usage(input_tokens=3), Usage())
    assert sums.total_usage == Usage()


def test_the_sums_over_rows():
    stream = Stream()
    stream.chunk("m1", usage={"input_tokens": 10, "output_tokens": 3}, is_last=True)
    stream.chunk("m2", usage={"input_tokens": 0, "output_tokens": 0}, is_last=True)
    stream.chunk("m3", "nobody counted", is_last=True)
    usage = Usage.sum_over_rows(stream.trace.rows("messages"))
    assert usage[:3] == stream.trace.messages.usage[:3] == (10, 3, 13)
    assert Usage.sum_over_rows([]) == Usage()


def test_a_zero_of_what_was_read_or_given_out_is_not_counted_but_one_of_a_detail_is():
    assert Usage(0, 3, 3).with_zeros_as_unknown == Usage(None, 3, 3)
    assert Usage(5, 0, 5, cache_read_tokens=0, reasoning_tokens=0).with_zeros_as_unknown == Usage(
        5, None, None, 0, None, 0
    )
    stream = Stream()
    stream.chunk("m1", "Hi", usage={"input_tokens": 0, "output_tokens": 0, "total_tokens": 0}, is_last=True)
    assert Usage.sum_over_rows(stream.trace.rows("messages")) == Usage()
