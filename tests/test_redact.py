"""No secret comes out, whole or in pieces, and nothing else is lost."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lg_jupyter.encode import Encoder, dumps
from lg_jupyter.secrets.redact import Redactor, is_secret_name

CANARY = "sk-canary-0123456789abcdef"
OTHER = "hf_zzzzyyyyxxxx"


def redactor(**secrets: str) -> Redactor:
    made = Redactor()
    for name, value in (secrets or {"CANARY": CANARY, "OTHER": OTHER}).items():
        made.add(name, value)
    return made


def fed(made: Redactor, pieces: list[str]) -> list[str]:
    stream = made.stream()
    return [*(stream.feed(piece) for piece in pieces), stream.flush()]


def pieces_of(text: str, cuts: list[int]) -> list[str]:
    places = [0, *sorted({cut % (len(text) + 1) for cut in cuts}), len(text)]
    return [text[a:b] for a, b in pairwise(places)]


# -- which values ---------------------------------------------------------------------------------------


def test_what_the_environment_says() -> None:
    made = Redactor.from_environment(
        {
            "OPENAI_API_KEY": CANARY,
            "HF_TOKEN": OTHER,
            "my_secret": "lower-case-secret",
            "SHORT_TOKEN": "short",
            "HOME": "/home/somebody",
            "TOKENIZERS_PARALLELISM": "false-false",
        }
    )
    assert made.text(f"{CANARY} {OTHER} lower-case-secret short /home/somebody false-false") == (
        "[redacted OPENAI_API_KEY] [redacted HF_TOKEN] [redacted my_secret] short /home/somebody false-false"
    )


def test_an_environment_without_secrets_masks_nothing() -> None:
    made = Redactor.from_environment({})
    assert not made.active
    assert made.text(CANARY) == CANARY
    assert fed(made, [CANARY[:5], CANARY[5:]]) == [CANARY[:5], CANARY[5:], ""]


def test_a_header_is_masked_with_and_without_its_scheme() -> None:
    made = redactor(Authorization=f"Bearer {CANARY}")
    assert made.text(f"Bearer {CANARY}") == "Bearer [redacted Authorization]"
    assert made.text(f"key={CANARY}!") == "key=[redacted Authorization]!"


def test_as_json_and_addresses_write_it() -> None:
    secret = 'quo"te/and\\slash+plus'
    made = redactor(KEY=secret)
    for written in (secret, json.dumps({"a": secret}), "http://x/?k=quo%22te%2Fand%5Cslash%2Bplus"):
        assert "[redacted KEY]" in made.text(written)
        assert "quo" not in made.text(written)


def test_the_longer_of_two_secrets_goes_first() -> None:
    made = redactor(SHORT="abcdefgh", LONG="abcdefghijkl")
    assert made.text("abcdefghijkl abcdefgh") == "[redacted LONG] [redacted SHORT]"
    assert "".join(fed(made, ["abcdefgh", "ijkl abcd", "efgh"])) == "[redacted LONG] [redacted SHORT]"
    assert "".join(fed(made, ["abcdefgh", "ijk"])) in ("[redacted SHORT]ijk", "[redacted LONG]")


def test_what_is_too_short_to_tell_is_not_masked() -> None:
    made = redactor(KEY="ab", EMPTY="")
    assert made.text("abc") == "abc"


def test_a_repr_shows_nothing() -> None:
    assert CANARY not in repr(redactor())


SECRET_NAMES = """
api_key x-api-key apiKey OPENAI_API_KEY Authorization authorization password db_passwd client_secret token
access_token hfToken github-token private_key aws_secret_access_key Cookie set-cookie bearer
langgraph_auth_user credentials accessKey
"""

OTHER_NAMES = """
thread_id max_tokens token_count tokenizer author key keyword monkey checkpoint_ns assistant_id user_id
Content-Type model temperature keys accessibility
"""


@pytest.mark.parametrize("name", SECRET_NAMES.split())
def test_names_of_secrets(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize("name", OTHER_NAMES.split())
def test_names_of_other_things(name: str) -> None:
    assert not is_secret_name(name)


# -- in pieces ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cut", range(len(CANARY) + 1))
def test_a_secret_cut_anywhere(cut: int) -> None:
    shown = fed(redactor(), ["before " + CANARY[:cut], CANARY[cut:] + " after"])
    assert "".join(shown) == "before [redacted CANARY] after"


def test_a_secret_letter_by_letter() -> None:
    assert "".join(fed(redactor(), list(f"a{CANARY}{OTHER}b"))) == "a[redacted CANARY][redacted OTHER]b"


def test_only_what_may_begin_a_secret_is_held_back() -> None:
    stream = redactor().stream()
    assert stream.feed("plain words") == "plain word"
    assert stream.feed(" go on") == "s go on"
    assert stream.feed(" sk-can") == " "
    assert stream.feed("did sk") == "sk-candid "
    assert (stream.flush(), stream.flush()) == ("sk", "")


def test_the_greater_part_of_a_secret_at_the_end_is_masked() -> None:
    assert "".join(fed(redactor(), ["x ", CANARY[:20]])) == "x [redacted CANARY]"
    assert "".join(fed(redactor(), ["x ", CANARY[:6]])) == "x " + CANARY[:6]


TEXTS = st.lists(
    st.one_of(
        st.text(alphabet="sk-canry0123hf_z ", max_size=8),
        st.just(CANARY),
        st.just(OTHER),
        st.integers(1, len(CANARY) - 1).map(lambda n: CANARY[:n]),
    ),
    max_size=8,
).map("".join)


@given(TEXTS, st.lists(st.integers(0, 200), max_size=12))
def test_pieces_give_what_the_whole_gives(text: str, cuts: list[int]) -> None:
    made = redactor()
    shown = "".join(fed(made, pieces_of(text + " ", cuts)))
    assert shown == made.text(text + " ")
    assert CANARY not in shown and OTHER not in shown


# -- in values ------------------------------------------------------------------------------------------


class Leaky(Exception):
    def __repr__(self) -> str:
        return f"Leaky({CANARY})"


@pytest.mark.parametrize(
    "value",
    [
        CANARY,
        f"é {CANARY}",
        {CANARY: 1},
        {"deep": [{"x": (CANARY,)}]},
        [CANARY] * 20,
        Leaky(CANARY),
        type("Shown", (), {"__repr__": lambda self: CANARY})(),
        json.dumps({"key": CANARY}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_no_value_brings_a_secret_out(value: object) -> None:
    encoder = Encoder(redactor())
    for _ in range(2):  # the second time what is known is used
        assert CANARY.encode() not in dumps(encoder.encode(value))
        assert CANARY.encode() not in dumps(encoder.encode_state("", {"channel": value, "other": [value]}))


def test_values_under_secret_names() -> None:
    config = {"configurable": {"thread_id": "1", "api_key": "any", "password": None, "nested": {"token": 1}}}
    assert Encoder().encode({"config": config}) == {
        "config": {
            "configurable": {
                "thread_id": "1",
                "api_key": "[redacted api_key]",
                "password": None,
                "nested": {"token": "[redacted token]"},
            }
        }
    }
    assert Encoder().encode({"headers": {"Cookie": "c"}, "token": "t"}) == {
        "headers": {"Cookie": "[redacted Cookie]"},
        "token": "t",
    }
    assert Encoder().encode({"a": {"token": "t"}}, mask_names=True) == {"a": {"token": "[redacted token]"}}


def test_what_was_encoded_without_masking_names_is_not_used_where_they_are_masked() -> None:
    encoder, item = Encoder(), {"id": "i", "token": "t"}
    assert encoder.encode([item]) == [{"id": "i", "token": "t"}]
    assert encoder.encode([item], mask_names=True) == [{"id": "i", "token": "[redacted token]"}]
    assert encoder.encode([item]) == [{"id": "i", "token": "t"}]
