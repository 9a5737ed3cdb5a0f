"""No secret comes out, whole or in pieces, and nothing else is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from lg_jupyter.encode import Encoder, dump_json
from lg_jupyter.secrets import redact
from lg_jupyter.secrets.redact import Redactor
from lg_jupyter.secrets.rules import is_secret_name, mask_assigned_secrets

CANARY = "sk-canary-0123456789abcdef"
OTHER = "hf_zzzzyyyyxxxx"


def redactor(**secrets: str) -> Redactor:
    made = Redactor()
    for name, value in (secrets or {"CANARY": CANARY, "OTHER": OTHER}).items():
        made.add_secret(name, value)
    return made


def fed(made: Redactor, pieces: list[str]) -> list[str]:
    stream = made.make_stream_redactor()
    return [*(stream.mask_piece(piece) for piece in pieces), stream.flush_held_text()]


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
    assert made.mask(f"{CANARY} {OTHER} lower-case-secret short /home/somebody false-false") == (
        "[redacted OPENAI_API_KEY] [redacted HF_TOKEN] [redacted my_secret] short /home/somebody false-false"
    )


def test_an_environment_without_secrets_masks_nothing() -> None:
    made = Redactor.from_environment({})
    assert made.mask(OTHER) == OTHER
    assert "".join(fed(made, [OTHER[:5], OTHER[5:]])) == OTHER


def test_masking_that_is_off_masks_nothing() -> None:
    made = Redactor(is_active=False)
    made.add_secret("KEY", OTHER)
    for text in (OTHER, CANARY):
        assert made.mask(text) == text
        assert "".join(fed(made, [text[:5], text[5:]])) == text


def test_a_header_is_masked_with_and_without_its_scheme() -> None:
    made = redactor(Authorization=f"Bearer {CANARY}")
    assert made.mask(f"Bearer {CANARY}") == "Bearer [redacted Authorization]"
    assert made.mask(f"key={CANARY}!") == "key=[redacted Authorization]!"


def test_as_json_and_addresses_write_it() -> None:
    secret = 'quo"te/and\\slash+plus'
    made = redactor(KEY=secret)
    for written in (secret, json.dumps({"a": secret}), "http://x/?k=quo%22te%2Fand%5Cslash%2Bplus"):
        assert "[redacted KEY]" in made.mask(written)
        assert "quo" not in made.mask(written)


def test_the_longer_of_two_secrets_goes_first() -> None:
    made = redactor(SHORT="abcdefgh", LONG="abcdefghijkl")
    assert made.mask("abcdefghijkl abcdefgh") == "[redacted LONG] [redacted SHORT]"
    assert "".join(fed(made, ["abcdefgh", "ijkl abcd", "efgh"])) == "[redacted LONG] [redacted SHORT]"
    assert "".join(fed(made, ["abcdefgh", "ijk"])) in ("[redacted SHORT]ijk", "[redacted LONG]")


def test_what_is_too_short_to_tell_is_not_masked() -> None:
    made = redactor(KEY="ab", EMPTY="")
    assert made.mask("abc") == "abc"


def test_a_repr_shows_nothing() -> None:
    assert CANARY not in repr(redactor())


@pytest.mark.parametrize("scheme", ["Bearer", "basic", "TOKEN"])
def test_a_scheme_is_no_part_of_a_secret(scheme: str) -> None:
    made = redactor(KEY=f" {scheme}  hunter2 ")
    assert made.mask("hunter2") == "[redacted KEY]"
    assert redactor(KEY=f"{scheme}").mask(f"a {scheme}") == "a [redacted KEY]"
    assert redactor(KEY="other hunter2").mask("hunter2, other hunter2") == "hunter2, [redacted KEY]"


def test_the_shortest_secrets_that_somebody_names() -> None:
    assert redactor(KEY="abcd", SHORT="xyz").mask("abcd xyz") == "[redacted KEY] xyz"


def test_a_secret_that_two_names_have_is_called_as_it_was_first() -> None:
    made = redactor(ONE="hunter2", TWO="hunter2")
    assert made.mask("hunter2") == "[redacted ONE]"
    assert repr(made) == "<Redactor of 1 texts>"


def test_every_way_to_write_it_is_masked_in_pieces_too() -> None:
    made = redactor(KEY="é/'\"\\")
    quoted = (r"\u00e9/'\"\\", r"é/'\"\\", r"""é/\'"\\""", "%C3%A9%2F%27%22%5C")
    for written in ("é/'\"\\", *quoted):
        assert made.mask(f"a {written} b") == "a [redacted KEY] b"
        assert "".join(fed(made, [*f"a {written} b"])) == "a [redacted KEY] b"


def test_which_mask_stands_in_a_text() -> None:
    made = redactor(KEY="hunter2")
    assert made.find_mask_in_text("a [redacted KEY] b") == "[redacted KEY]"
    assert made.find_mask_in_text("a [redacted of another run] b") == "[redacted of another run]"
    for text in ("", "a hunter2", "[redacted ]", "[redacted\nKEY]"):
        assert made.find_mask_in_text(text) is None


def test_a_repr_is_masked_by_names_too_where_anything_is() -> None:
    written = "Client(password='hunter2', key=hunter2, n=1)"
    assert redactor(KEY="hunter2").mask_repr(written) == (
        "Client(password='[redacted password]', key=[redacted KEY], n=1)"
    )
    assert Redactor(is_active=False).mask_repr(written) == written


SECRET_NAMES = """
api_key x-api-key apiKey OPENAI_API_KEY Authorization authorization password db_passwd client_secret token
access_token hfToken github-token private_key aws_secret_access_key Cookie set-cookie bearer
langgraph_auth_user credentials accessKey
"""

OTHER_NAMES = """
thread_id max_tokens token_count tokenizer author key keyword monkey checkpoint_ns assistant_id user_id
Content-Type model temperature keys accessibility langgraph_auth_permissions
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
    stream = redactor().make_stream_redactor()
    assert stream.mask_piece("plain words") == "plain word"
    assert stream.mask_piece(" go on") == "s go on"
    assert stream.mask_piece(" sk-can") == " "
    assert stream.mask_piece("did sk") == "sk-candid "
    assert (stream.flush_held_text(), stream.flush_held_text()) == ("sk", "")


def test_the_greater_part_of_a_secret_at_the_end_is_masked() -> None:
    assert "".join(fed(redactor(), ["x ", CANARY[:20]])) == "x [redacted CANARY]"
    assert "".join(fed(redactor(), ["x ", CANARY[:6]])) == "x " + CANARY[:6]


def test_where_a_text_is_split() -> None:
    made = redactor(KEY="hunter22", LONG="hunter-and-more")
    for text, split in (
        ("", ("", "")),
        ("a hunter22 b", ("a [redacted KEY] b", "")),
        ("a hunter2", ("a ", "hunter2")),
        ("a hunter", ("a ", "hunter")),
        ("a h", ("a ", "h")),
        ("a hunted hun", ("a hunted ", "hun")),
        ("hunter22hunter-and-more", ("[redacted KEY][redacted LONG]", "")),
        ("hunter22hunter-and-mor", ("[redacted KEY]", "hunter-and-mor")),
        ("hhunter22h", ("h[redacted KEY]", "h")),
        ("hunter22 sk-", ("[redacted KEY] ", "sk-")),
        ("sk- hunter2", ("sk- ", "hunter2")),
    ):
        assert made.mask_and_split_unfinished_secret(text) == split
    assert Redactor(is_active=False).mask_and_split_unfinished_secret("sk-") == ("sk-", "")
    assert Redactor().mask_and_split_unfinished_secret("a sk-") == ("a ", "sk-")


def test_where_the_text_of_arguments_is_split() -> None:
    made = redactor(KEY="hunter22")
    assert made.mask_and_split_unfinished_secret('{"password": "a", "b": 1', is_json=True) == (
        '{"password": "[redacted password]", "b": 1',
        "",
    )
    assert made.mask_and_split_unfinished_secret('{"b": "hunter22", "password": "a', is_json=True) == (
        '{"b": "[redacted KEY]", ',
        '"password": "a',
    )
    assert made.mask_and_split_unfinished_secret('{"password": "a') == ('{"password": "a', "")


def test_an_end_that_was_held_back() -> None:
    made = redactor(KEY="0123456789abcdef")
    for held, shown in (
        ("0123456789abcdef", "[redacted KEY]"),
        ("012345678", "[redacted KEY]"),
        ("01234567", "01234567"),  # is half of it
        ("x123456789", "x123456789"),
        ('"password": "a', '"password": "a'),
    ):
        assert made.mask_held_text(held) == shown
    # Too short to be told from a word.
    assert redactor(KEY="hunter2hunter").mask_held_text("hunter2") == "hunter2"
    assert redactor(KEY="hunter2hunter").mask_held_text("hunter2h") == "[redacted KEY]"
    assert made.mask_held_text('"password": "a', is_json=True) == '"password": "[redacted password]'
    assert made.mask_held_text('"password": "a", "secret": "b', is_json=True) == (
        '"password": "[redacted password]", "secret": "[redacted secret]'
    )


def test_a_stream_of_arguments_shows_what_can_be_shown() -> None:
    stream = redactor().make_stream_redactor(is_json=True)
    assert stream.mask_piece('{"a": 1, "pass') == '{"a": 1, '
    assert stream.mask_piece('word": "hunter2", "b') == '"password": "[redacted password]", '
    assert (stream.mask_piece('": 2}'), stream.held_text, stream.flush_held_text()) == ('"b": 2}', "", "")


def test_what_a_piece_may_begin() -> None:
    made = redactor(KEY="hunter22")
    for text in ("a hunt", "h", "sk-", "a s"):
        assert made.may_contain_secret_start(text)
    for text in ("", "a house of 3", "sketched"):
        assert not made.may_contain_secret_start(text)
    assert not Redactor(is_active=False).may_contain_secret_start("sk-")


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
    assert shown == made.mask(text + " ") or "[redacted API key]" in shown  # a piece may begin within a word
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
        assert CANARY.encode() not in dump_json(encoder.encode(value))
        assert CANARY.encode() not in dump_json(
            encoder.encode_state("", {"channel": value, "other": [value]})
        )


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


@pytest.mark.parametrize(
    ("text", "whole", "rest"),
    [("", "", ""), ("é\ud83d", "é", "\ud83d"), ("\udc00é", "\udc00é", ""), ("\ud83d\ude00!", "😀!", "")],
)
def test_half_a_character_waits_for_its_other_half(text: str, whole: str, rest: str) -> None:
    assert redact._join_surrogates_and_split_off_half(text) == (whole, rest)


@pytest.mark.parametrize("character", ["\U00010000", "😀", "\U0010ffff"])
def test_a_character_that_pieces_split_comes_whole(character: str) -> None:
    first, second = (each.decode("utf-16-le", "surrogatepass") for each in halves(character))
    stream = redactor().make_stream_redactor()
    assert [stream.mask_piece(f"a{first}"), stream.mask_piece(f"{second}b"), stream.flush_held_text()] == [
        "a",
        f"{character}b",
        "",
    ]


def halves(character: str) -> tuple[bytes, bytes]:
    written = character.encode("utf-16-le")
    return written[:2], written[2:]


# -- what names a secret --------------------------------------------------------------------------------


def test_every_text_of_a_secret_however_deep_it_stands_in_it() -> None:
    config = {"password": [["one"], {"any": ("two", b"three")}], "name": "four", "more": [{"token": "five"}]}
    assert [*redact.iter_secret_fields(config)] == [
        *(("password", text) for text in ("one", "two", "three")),
        ("token", "five"),
    ]


def test_a_config_that_holds_itself_ends() -> None:
    config: dict[str, object] = {"secret": "known"}
    config["again"] = config["password"] = config
    assert {*redact.iter_secret_fields(config)} == {("secret", "known"), ("password", "known")}


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ('api_key="abc"', 'api_key="[redacted api_key]"'),
        ("config['password'] = 'abc'", "config['password'] = '[redacted password]'"),
        ('{"token": b"abc", "n": "x"}', '{"token": b"[redacted token]", "n": "x"}'),
        ("name = 'abc'", "name = 'abc'"),
        ('secret = "abc', 'secret = "[redacted secret]'),
    ],
)
def test_a_line_of_python_shows_no_text_that_it_gives_to_a_secret(source: str, shown: str) -> None:
    assert mask_assigned_secrets(source) == shown


def test_what_others_cut_may_end_in_the_beginning_of_a_secret() -> None:
    made = redactor()
    assert made.mask_truncated_text(f"key={CANARY[:12]}... {CANARY[:8]}… {CANARY}") == (
        "key=[redacted CANARY]... [redacted CANARY]… [redacted CANARY]"
    )
    assert made.mask_truncated_text(f"{CANARY[:7]}... {CANARY[:12]}") == f"{CANARY[:7]}... {CANARY[:12]}"
    words = "correct-horse-battery"
    for length in range(8, len(words)):
        assert redactor(KEY=words).mask_truncated_text(f"{words[:length]}…") == "[redacted KEY]…"


@pytest.mark.parametrize(
    ("text", "torn"),
    [
        *(("", False), ("a", False), ("a\ud800", True), ("a\udbff", True), ("a\udc00", False)),
        *(("\udc00a", True), ("\udfffa", True), ("\ud800a", False), ("\ue000", False), ("😀", False)),
    ],
)
def test_a_torn_character(text: str, torn: bool) -> None:
    assert redact.has_split_surrogate(text) is torn


class Hidden:
    def get_secret_value(self) -> str:
        return "hidden"


@dataclass
class Record:
    password: object
    other: object


class Plain:
    def __init__(self) -> None:
        self.password = "of no record"


class Slotted(BaseModel):
    api_key: str = "slotted"


def test_where_secrets_are_looked_for() -> None:
    config = {
        "a": Record(Hidden(), (Slotted(), Plain())),
        5: "five",
        "token": b"\xff",
        "secret": {"b": Plain()},
    }
    assert [*redact.iter_secret_fields(config)] == [
        ("password", "hidden"),
        ("api_key", "slotted"),
        ("token", "\ufffd"),
    ]
    assert [*redact.iter_secret_fields(Record)] == []


@pytest.mark.parametrize("within", [lambda value: [value], lambda value: {"a": value}])
def test_how_deep_secrets_are_looked_for(within: Callable[[object], object]) -> None:
    named: object = {"password": "deep"}
    texts: object = "deep"
    for level in range(redact.MAX_SEARCH_DEPTH + 3):
        assert len([*redact.iter_secret_fields(named)]) == (level <= redact.MAX_SEARCH_DEPTH)
        assert len([*redact.iter_secret_fields({"password": texts})]) == (
            level <= redact.MAX_SEARCH_DEPTH + 1
        )
        named, texts = within(named), within(texts)


def test_the_texts_of_named_fields() -> None:
    fields = {"a": "x", "b": ["x", "y"], "c": "", "d": [], "e": ["x", 1], "f": 1, "g": "x"}
    assert redact.mask_named_fields(fields, {"a", "b", "c", "d", "e", "f"}) == {
        **fields,
        "a": "[redacted a]",
        "b": "[redacted b]",
    }
