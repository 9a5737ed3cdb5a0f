"""The rules of what is secret: names, and shapes of tokens, whole and in pieces."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lg_jupyter
from lg_jupyter.encode import Encoder
from lg_jupyter.secrets import rules
from lg_jupyter.secrets.environment import (
    iter_secret_variables,
    iter_url_credentials,
    list_masked_variable_names,
)
from lg_jupyter.secrets.redact import Redactor
from lg_jupyter.secrets.rules import is_secret_field
from tests.secret_samples import SHAPED, said


def fed(text: str, cuts: list[int], is_json: bool = False) -> str:
    places = [0, *sorted({cut % (len(text) + 1) for cut in cuts}), len(text)]
    stream = Redactor().make_stream_redactor(is_json)
    return "".join([*(stream.mask_piece(text[a:b]) for a, b in pairwise(places)), stream.flush_held_text()])


@pytest.mark.parametrize("kind", SHAPED)
def test_a_token_is_known_by_its_shape(kind: str) -> None:
    masked = Redactor().mask(said(kind))
    assert "[redacted " in masked
    assert SHAPED[kind][4:20] not in masked
    assert masked[:3] == said(kind)[:3]
    assert masked[-3:] == said(kind)[-3:]


@pytest.mark.parametrize("kind", SHAPED)
def test_a_token_is_known_where_quotes_and_escapes_stand_around(kind: str) -> None:
    for text in (json.dumps({"a": said(kind)}), repr([said(kind)])):
        assert SHAPED[kind][4:20] not in Redactor().mask(text)


@pytest.mark.parametrize("kind", SHAPED)
def test_a_token_that_comes_character_by_character(kind: str) -> None:
    text = said(kind)
    assert fed(text, [*range(len(text))]) == Redactor().mask(text)


@given(st.sampled_from([*SHAPED]), st.lists(st.integers(0, 200), max_size=6))
def test_a_token_that_is_cut_anywhere(kind: str, cuts: list[int]) -> None:
    assert SHAPED[kind][4:20] not in fed(said(kind), cuts)
    assert SHAPED[kind] not in fed(said(kind)[: -len(", that")], cuts)


ORDINARY = [
    "task-force-of-the-twenty-first-century-1",
    "sk-learn",
    "risk-adjusted-return-on-capital",
    "hf_hub_download",
    "eyJ",
    "AKIA",
    "xoxb",
    "ghp_short",
    "disk-based-storage-engine-2",
    "https://example.com:8080/a?b=c",
    "mailto:me@example.com",
    "git@github.com:me/it.git",
    "-----BEGIN",
    "-----BEGIN",
    "CERTIFICATE-----",
    "bearer",
    "of",
    "the",
    "ring",
    "Bearer",
    "gpt-4o-mini-2024-07-18",
    "d3b07384d113edec49eaa6238ad5ff00",
    "550e8400-e29b-41d4-a716-446655440000",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_what_only_looks_like_one(text: str) -> None:
    assert Redactor().mask(text) == text
    assert fed(f"a {text} b", [*range(300)]) == f"a {text} b"


@given(st.text(alphabet='sk-_ghpeyJ.B/:@"a1 ', max_size=40), st.lists(st.integers(0, 40), max_size=5))
def test_nothing_else_is_lost(text: str, cuts: list[int]) -> None:
    if "redacted" not in fed(text, cuts):
        assert fed(text, cuts) == text


def test_a_certificate_is_not_held_back() -> None:
    stream = Redactor().make_stream_redactor()
    assert stream.mask_piece("-----BEGIN CERTIFICATE-----\nMIIB") == "-----BEGIN CERTIFICATE-----\nMIIB"


BEGINNINGS = [each for shape in rules.SECRET_TOKEN_SHAPES for each in shape.prefixes]


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_a_beginning_is_seen_and_held_back_wherever_a_word_may_begin(beginning: str) -> None:
    for before in ("", "a ", "=", "\n", "\\n", "\\r", "\\t", "%20", "%aF"):
        for end in range(1, len(beginning) + 1):
            text = before + beginning[:end]
            assert rules.may_contain_secret_start(text), text
            # Not always where it does: of "\\npypi-", "np" may begin another one.
            assert rules.find_unfinished_secret_start(text) <= len(before), text
        assert rules.may_contain_secret_start(f"{before}{beginning} and what follows")
    assert rules.find_unfinished_secret_start(f"a {beginning}") == 2


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_within_a_word_is_no_beginning(beginning: str) -> None:
    for before in ("x", "7", "_", "\\x", "%2"):
        text = f"{before}{beginning}!"
        assert not rules.may_contain_secret_start(text), text
        assert rules.find_unfinished_secret_start(before + beginning[:1]) == len(before) + 1
    for end in range(1, len(beginning)):
        assert not rules.may_contain_secret_start(f"{beginning[:end]}!")


def test_a_line_of_dashes_is_shown_at_once() -> None:
    for text in ("a " + "-" * 30, "-" * 6, "------BEGIN RSA"):
        assert not rules.may_contain_secret_start(text)
        assert rules.find_unfinished_secret_start(text) == len(text)


TICKETS = rules.SecretTokenShape("ticket", ("tk-", "p.w", "Z", "-q"), "[0-9]{4}", "[0-9]*")
"""A shape of no one's: with what means something in a pattern, one of one letter, one of a dash."""


@pytest.mark.parametrize(
    ("text", "at"),
    [
        *(("tk-", 0), ("a tk-", 2), ("_ t", 2), ("tk", 0), ("p.", 0), ("p.w", 0), ("a Z", 2)),
        *((r"a\ntk-", 3), (r"\rt", 2), (r"\tp.w", 2), ("%2Ftk", 3), ("%ffZ", 3), ("%2ft", 3), ("-tk", 1)),
        *(("p-p", 2), ("t tk-t", 2), ("tk-tk-", 0), ("Z ", 0), ("tk-x", 0), ("a -q", 2)),
        *(("pxw", None), ("tkx", None), ("xtk-", None), ("7t", None), ("_Z", None), (r"\xtk-", None)),
        *(("%2tk", None), ("%xxZ", None), ("T", None), ("z", None), ("", None), ("tk ", None), ("XXZ", None)),
        *(("--q", None), ("a--", None), ("x-q", None), ("_-q", None)),
    ],
)
def test_where_a_shape_may_begin(text: str, at: int | None) -> None:
    found = re.search(rules._make_prefix_start_pattern([TICKETS]), text)
    assert (found and found.start()) == at


@pytest.mark.parametrize(
    ("text", "at"),
    [
        *(("tk-", 0), ("a tk-12", 2), ("a t", 2), ("tk", 0), ("p.", 0), ("p.w3", 0), ("Z", 0), ("a Z1", 2)),
        *((r"a\ntk-1", 3), ("%2FZ", 3), ("tk-1 tk-2", 5), ("-tk-", 1), ("a -", 2)),
        *(("tk-1 ", None), ("tk-x", None), ("xtk-", None), ("pxw", None), ("tk ", None), ("t\n", None)),
        *(("", None), ("tkx", None), ("Z1x", None), ("%2t", None), ("q", None), ("x", None)),
    ],
)
def test_where_a_shape_may_go_on(text: str, at: int | None) -> None:
    found = re.search(rules._make_unfinished_secret_pattern(TICKETS), text)
    assert (found and found.start()) == at


def test_a_shape_of_dashes_begins_at_the_first_of_them() -> None:
    dashes = rules.SecretTokenShape("line", ("--q",), "", "x*")
    for text, at in (("a --q", 2), ("--qx", 0), ("---", None), ("---q", None), ("x--q", None), ("-", 0)):
        found = re.search(rules._make_unfinished_secret_pattern(dashes), text)
        assert (found and found.start()) == at, text


def test_a_name_of_a_key_alone_is_none() -> None:
    for text in ("sk-", "ghp_", "//me:it", "Bearer 1234567"):
        assert Redactor().mask(text) == text
    assert Redactor().mask("//:1234@") == "//:[redacted password]@"


# ---------------------------------------------------------------------------------------------
# names

FIELDS = (
    "openai_api_key password dbPassword Authorization client_secret access_token private_key x-api-key secret"
)
OTHER_FIELDS = """
token next_page_token pad_token auth cookies public_key key secretary password_hint password_required
max_tokens tokens thread_id authorization_url secret_santa primary_key
"""


@pytest.mark.parametrize("name", FIELDS.split())
def test_fields_that_hold_a_secret(name: str) -> None:
    assert is_secret_field(name)
    encoded = Encoder().encode({"outer": [{name: "tell nobody", "name": "x"}]})
    assert encoded == {"outer": [{name: f"[redacted {name}]", "name": "x"}]}


@pytest.mark.parametrize("name", OTHER_FIELDS.split())
def test_fields_that_hold_none(name: str) -> None:
    assert not is_secret_field(name)
    assert Encoder().encode({name: "anything at all"}) == {name: "anything at all"}


def test_a_state_keeps_what_is_no_text_under_such_a_name() -> None:
    state = {"password": None, "api_key": {"type": "string"}, "secret": 5, "passwords": ["a-b-c"] * 20}
    encoder = Encoder()
    for _ in range(2):
        shown = encoder.encode_state("", state)
        assert shown == {**state, "passwords": "[redacted passwords]"}


class Client:
    def __init__(self, said: str) -> None:
        self.said = said

    def __repr__(self) -> str:
        return self.said


@pytest.mark.parametrize(
    "said",
    [
        "Client(openai_api_key='SECRET', timeout=3)",
        "Client(password=SECRET, timeout=3)",
        "<Client headers={'Authorization': 'Bearer SECRET'} timeout=3>",
        '<Client {"db_password": "SECRET"} timeout=3>',
        "<Client Authorization: Basic SECRET, timeout=3>",
    ],
)
def test_a_repr_tells_no_secret_by_name(said: str) -> None:
    shown = Encoder().encode(Client(said.replace("SECRET", "hunter2")))["repr"]
    assert "hunter2" not in shown
    assert "timeout=3" in shown


def test_a_repr_that_tells_none_stays() -> None:
    said = "Client(openai_api_key=SecretStr('**********'), password=None, max_tokens=5, token=abc)"
    assert Encoder().encode(Client(said))["repr"] == said


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ('{"password": "a"}', '{"password": "[redacted password]"}'),
        ('{"password" :\n"a\\"b"}', '{"password" :\n"[redacted password]"}'),
        ("{'password': 'a'}", "{'password': '[redacted password]'}"),
        (r"{\"password\": \"a\"}", r"{\"password\": \"[redacted password]\"}"),
        ('["password", "a"]', '["password", "a"]'),
        ('{"name": "a", "password": 1}', '{"name": "a", "password": 1}'),
    ],
)
def test_json_texts_under_names_of_secrets(written: str, shown: str) -> None:
    assert Redactor().mask(written) == shown
    assert rules.mask_secret_json_fields(written) == shown
    assert Redactor().mask(f"it is {written}") == f"it is {written}"  # for what is no JSON may say anything


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ('{"password": "be', '{"password": "[redacted password]'),
        ('{"name": "be', '{"name": "be'),
        ('{"password": "', '{"password": "[redacted password]'),
        ('{"password', '{"password'),
        ("{", "{"),
    ],
)
def test_json_that_breaks_off_in_a_field(written: str, shown: str) -> None:
    assert rules.mask_unfinished_secret_field(written) == shown


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ('{"password": "be', 1),
        ('{"a": 1, "pass', 9),
        ('{"name": "be', 12),
        ('{"name": "be"', 13),
        ("{", 1),
        ('{"name": 1}', 11),
    ],
)
def test_where_a_field_may_begin(written: str, at: int) -> None:
    assert rules.find_unfinished_secret_field_start(written) == at


ARGUMENTS = json.dumps({"city": "Paris", "password": 'hun"ter2', "api_key": "k-1", "note": "say: \"it\" 'x'"})
MASKED = json.dumps({"city": "Paris", "password": "[redacted password]", "api_key": "[redacted api_key]"})[
    :-1
]


@given(st.lists(st.integers(0, 200), max_size=12))
def test_arguments_that_come_in_pieces(cuts: list[int]) -> None:
    shown = fed(ARGUMENTS, cuts, is_json=True)
    assert shown.startswith(MASKED)
    assert json.loads(shown)["note"] == json.loads(ARGUMENTS)["note"]


@pytest.mark.parametrize("end", range(len(ARGUMENTS)))
def test_arguments_that_break_off(end: int) -> None:
    for cuts in ([*range(end)], []):
        shown = fed(ARGUMENTS[:end], cuts, is_json=True)
        assert "hun" not in shown
        assert "k-1" not in shown


# ---------------------------------------------------------------------------------------------
# the environment


def test_variables() -> None:
    environ = {
        "PGPASSWORD": "hunter22",
        "DJANGO_SECRET_KEY": "django-insecure-1",
        "DEPLOY_PRIVATE_KEY_PEM": "not-a-pem-1",
        "SIGNING_KEY": "signing-1",
        "SSH_PUBLIC_KEY": "ssh-ed25519 AAAA",
        "DATABASE_URL": "postgres://me:p%40ssw0rd1@db/x",
        "LOCAL_DATABASE_URL": "postgres://postgres:postgres@db/x",
        "REPOSITORY": "https://abcdef123456@git.example.com/x",
        "FEED": "https://example.com/?api_key=feedfeed1&page=2",
        "HOME_PAGE": "https://example.com/?q=1",
        "KEYBOARD": "de-latin1-x",
    }
    found = dict.fromkeys(value for _, value in iter_secret_variables(environ))
    assert [*found] == [
        "hunter22",
        "django-insecure-1",
        "not-a-pem-1",
        "signing-1",
        "p%40ssw0rd1",
        "p@ssw0rd1",
        "abcdef123456",
        "feedfeed1",
    ]


@pytest.mark.parametrize(
    ("address", "secrets"),
    [
        ("https://me:p%40ss@host/x", ["p%40ss", "p@ss"]),
        (" https://token@host/x\n", ["token"]),
        ("https://me:both@host/?api_key=k1&page=2&password=a%20b", ["both", "k1", "a b"]),
        ("https://host/?q=1", [""]),
        ("https://[::1", []),
    ],
)
def test_what_an_address_tells(address: str, secrets: list[str]) -> None:
    assert [*iter_url_credentials(address)] == secrets


def test_the_shortest_values_that_are_masked() -> None:
    environ = {
        "A_TOKEN": "12345678",
        "B_TOKEN": " 1234567 ",
        "A_URL": "http://1234567x@a",
        "B_URL": "http://123456x@a",
        "C_URL": "http://wordswords@a",
    }
    assert [*iter_secret_variables(environ)] == [("A_TOKEN", "12345678"), ("A_URL", "1234567x")]
    assert list_masked_variable_names({**environ, "A_URL": "http://a%40345678:b%40345678@a"}) == [
        "A_TOKEN",
        "A_URL",
    ]


# ---------------------------------------------------------------------------------------------
# a run


async def test_tags_and_metadata_of_a_config(tmp_path: Any) -> None:
    from tests.leaky import build_leaky
    from tests.sinks import leaks, sinks

    secret = "tell-nobody-0123456789"
    config = {"tags": [f"api_key={secret}"], "metadata": {"db": {"password": secret}}}
    given = {"secrets": [secret], "ending": "success", "messages": []}
    run = lg_jupyter.stream(build_leaky(), given, config=config, display=False)
    await run
    assert leaks(secret, sinks(run, tmp_path)) == {}


async def test_masking_that_is_off_says_so(tmp_path: Any) -> None:
    from tests.leaky import build_leaky
    from tests.sinks import sinks

    given = {"secrets": [SHAPED["ghp"]], "ending": "success", "messages": []}
    run = lg_jupyter.stream(build_leaky(), given, mask_secrets=False, display=False)
    await run
    seen = sinks(run, tmp_path)
    assert SHAPED["ghp"] in seen["frames"]
    for place in ("record", "page", "summary", "file"):
        assert "mask_secrets" in seen[place]


async def test_the_option_turns_it_off_for_all_runs(monkeypatch: Any) -> None:
    from tests.graphs import INPUTS, build

    monkeypatch.setattr(lg_jupyter.options, "mask_secrets", False)
    run = lg_jupyter.stream(build("steps"), INPUTS["steps"], display=False)
    await run
    assert "mask_secrets is off" in run.note


def test_a_few_of_the_campaign() -> None:
    from tests.campaigns import secrets

    for kind in ("ghp", "pem"):
        assert secrets.escaped(*secrets.TOKENS[kind]) == {}
    assert secrets.escaped_by_name("dbPassword") == {}
    values, wrong = secrets.masked_by_mistake(secrets.made_up(3_000))
    assert (values >= 3_000, wrong) == (True, 0)
