"""The rules of what is secret, all of them: names of variables and of fields, and shapes of tokens in a text.

``docs/secrets.md`` lists them; ``python -m tests.campaigns secrets`` counts what they mask by mistake.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from lg_jupyter.config import get_mask_names

# ---------------------------------------------------------------------------------------------
# names

_SECRET_VARIABLE_PATTERN = re.compile(
    r".*_(API_?KEY|TOKEN|KEY)|.*(SECRET|PASSWORD|PASSWD|PASSPHRASE|PRIVATE_?KEY|API_?KEY).*", re.IGNORECASE
)
_PUBLIC_KEY_VARIABLE_PATTERN = re.compile(r".*(PUBLIC|PUBLISHABLE|PUB)_?KEY.*", re.IGNORECASE)

_WORD_PATTERN = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SECRET_NAME_WORDS = frozenset(
    {"apikey", "auth", "authorization", "bearer", "cookie", "cookies", "credential", "credentials", "jwt"}
    | {"passphrase", "passwd", "password", "pgpassword", "pwd", "secret", "secrets"}
)
_SECRET_NAME_LAST_WORDS = frozenset({"token", "pat"})
_SECRET_NAME_WORD_PAIRS = frozenset(
    {("api", "key"), ("access", "key"), ("private", "key"), ("signing", "key"), ("encryption", "key")}
    | {("secret", "key"), ("account", "key"), ("service", "key")}
)

_SECRET_FIELD_LAST_WORDS = frozenset(
    {"apikey", "authorization", "passphrase", "passwd", "password", "passwords", "pgpassword", "secret"}
)
_SECRET_FIELD_LAST_WORD_PAIRS = _SECRET_NAME_WORD_PAIRS | {
    (kind, "token") for kind in ("access", "api", "auth", "bearer", "hf", "id", "refresh", "session")
}
_SECRET_HEADER_NAMES = frozenset({"cookie", "set-cookie", "x-api-key", "proxy-authorization"})


def is_secret_name(name: str) -> bool:
    """Whether a header or ``configurable`` key of this name holds a secret (``x-api-key``, ``hfToken``).

    Counts and limits (``max_tokens``, ``token_count``) do not.
    """
    return _is_secret_by_options_or_rule(name, _is_secret_name_by_rule)


def _is_secret_by_options_or_rule(name: str, rule: Callable[[str], bool]) -> bool:
    """By a rule, but for the names that the options ``mask`` and ``unmask`` hold."""
    more, fewer = get_mask_names()
    return name.lower() in more or (rule(name) and name.lower() not in fewer)


@lru_cache(maxsize=4096)
def _is_secret_name_by_rule(name: str) -> bool:
    words = _split_name_into_words(name)
    if words[-2:] == ["user", "id"] or words[-1:] == ["permissions"]:  # whose it is, and what they may
        return False
    return (
        not _SECRET_NAME_WORDS.isdisjoint(words)
        or (bool(words) and words[-1] in _SECRET_NAME_LAST_WORDS)
        or not _SECRET_NAME_WORD_PAIRS.isdisjoint(pairwise(words))
    )


def is_secret_field(name: str) -> bool:
    """Whether a text under this key of a state, of a tool's arguments or of an object is a secret.

    Such keys are anybody's, so fewer names say it than those of a header: ``auth``, ``token`` or
    ``cookies`` alone may be anything there.
    """
    return _is_secret_by_options_or_rule(name, _is_secret_field_by_rule)


@lru_cache(maxsize=4096)
def _is_secret_field_by_rule(name: str) -> bool:
    if len(name) > 100:
        return False
    words = _split_name_into_words(name)
    return bool(words) and (
        words[-1] in _SECRET_FIELD_LAST_WORDS
        or tuple(words[-2:]) in _SECRET_FIELD_LAST_WORD_PAIRS
        or name.lower() in _SECRET_HEADER_NAMES
    )


def is_secret_variable(name: str) -> bool:
    """Whether the value of an environment variable of this name is a secret."""
    return _is_secret_by_options_or_rule(name, _is_secret_variable_by_rule)


def _is_secret_variable_by_rule(name: str) -> bool:
    return bool(_SECRET_VARIABLE_PATTERN.fullmatch(name)) and not _PUBLIC_KEY_VARIABLE_PATTERN.fullmatch(name)


def _split_name_into_words(name: str) -> list[str]:
    return [word.lower() for word in _WORD_PATTERN.findall(name)]


# ---------------------------------------------------------------------------------------------
# shapes


class SecretTokenShape(NamedTuple):
    """Texts that are secret by what they look like.

    ``prefixes`` are how they begin, ``rest_pattern`` a pattern of what follows, ``unfinished_rest_pattern``
    one of what follows where it may go on: for as long as a text ends so, it is held back.
    """

    name: str
    prefixes: tuple[str, ...]
    rest_pattern: str
    unfinished_rest_pattern: str
    shown_group_count: int = 0
    """How many groups of ``rest_pattern`` are shown: the words around the secret."""


_API_KEY_CHARACTER_PATTERN = "[A-Za-z0-9_-]"
_RANDOM_TEXT_LOOKAHEAD_PATTERN = (
    r"(?=[A-Za-z0-9_-]{0,200}?(?=[A-Za-z]{0,9}[0-9])[A-Za-z0-9]{10})"  # words with hyphens are not
)
_PRIVATE_KEY_LABEL_PATTERN = "PRIVATE KEY(?: BLOCK)?"
_PRIVATE_KEY_FOOTER_PATTERN = f"-----END [A-Z0-9 ]{{0,30}}{_PRIVATE_KEY_LABEL_PATTERN}-----"
_BASE64_CHARACTER_PATTERN = r"[A-Za-z0-9+/=\\\s]"

SECRET_TOKEN_SHAPES = (
    SecretTokenShape(
        "API key",
        ("sk-",),
        _RANDOM_TEXT_LOOKAHEAD_PATTERN + _API_KEY_CHARACTER_PATTERN + "{18,}",
        _API_KEY_CHARACTER_PATTERN + "*",
    ),
    SecretTokenShape("Stripe key", ("sk_live_", "sk_test_", "rk_live_"), "[A-Za-z0-9]{16,}", "[A-Za-z0-9]*"),
    SecretTokenShape(
        "GitHub token", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), "[A-Za-z0-9]{20,}", "[A-Za-z0-9]*"
    ),
    SecretTokenShape("GitHub token", ("github_pat_",), "[A-Za-z0-9_]{20,}", "[A-Za-z0-9_]*"),
    SecretTokenShape(
        "GitLab token", ("glpat-",), _API_KEY_CHARACTER_PATTERN + "{16,}", _API_KEY_CHARACTER_PATTERN + "*"
    ),
    SecretTokenShape("Hugging Face token", ("hf_",), "[A-Za-z0-9]{20,}", "[A-Za-z0-9]*"),
    SecretTokenShape("AWS key", ("AKIA", "ASIA"), "[0-9A-Z]{16}(?![A-Za-z0-9])", "[0-9A-Z]*"),
    SecretTokenShape(
        "Slack token",
        ("xoxa-", "xoxb-", "xoxe-", "xoxp-", "xoxr-", "xoxs-"),
        _API_KEY_CHARACTER_PATTERN + "{10,}",
        _API_KEY_CHARACTER_PATTERN + "*",
    ),
    SecretTokenShape(
        "Google key", ("AIza",), _API_KEY_CHARACTER_PATTERN + "{30,}", _API_KEY_CHARACTER_PATTERN + "*"
    ),
    SecretTokenShape("Groq key", ("gsk_",), "[A-Za-z0-9]{30,}", "[A-Za-z0-9]*"),
    SecretTokenShape("LangSmith key", ("lsv2_",), "(?:pt|sk)_[A-Za-z0-9_]{20,}", "[A-Za-z0-9_]*"),
    SecretTokenShape("npm token", ("npm_",), "[A-Za-z0-9]{30,}", "[A-Za-z0-9]*"),
    SecretTokenShape(
        "PyPI token", ("pypi-",), _API_KEY_CHARACTER_PATTERN + "{40,}", _API_KEY_CHARACTER_PATTERN + "*"
    ),
    SecretTokenShape(
        "JWT",
        ("eyJ",),
        rf"{_API_KEY_CHARACTER_PATTERN}{{8,}}\.eyJ{_API_KEY_CHARACTER_PATTERN}{{8,}}"
        rf"\.{_API_KEY_CHARACTER_PATTERN}{{8,}}",
        r"[A-Za-z0-9_.-]*",
    ),
    SecretTokenShape(
        "bearer token", ("Bearer ",), r"(?=\S{0,200}\d)[A-Za-z0-9._~+/=-]{20,}", r"[A-Za-z0-9._~+/=-]*"
    ),
    SecretTokenShape(
        "password",
        ("//",),
        r"""([^\s/:@"'<>\\]{0,100}:)[^\s/@"'<>\\]{1,200}(?=@)""",
        r"""[^\s/@"'<>\\]*""",
        shown_group_count=1,
    ),
    SecretTokenShape(
        "private key",
        ("-----BEGIN ",),
        rf"[A-Z0-9 ]{{0,30}}{_PRIVATE_KEY_LABEL_PATTERN}-----"
        rf"(?:[\s\S]{{0,20000}}?{_PRIVATE_KEY_FOOTER_PATTERN}|{_BASE64_CHARACTER_PATTERN}*)",
        rf"[A-Z0-9 ]{{0,30}}(?:-{{0,4}}"
        rf"|{_PRIVATE_KEY_LABEL_PATTERN}-----(?:(?!{_PRIVATE_KEY_FOOTER_PATTERN})[\s\S])*)",
    ),
)

MIN_SHAPED_SECRET_LENGTH = 8
"""No secret of these shapes is shorter."""


def _make_prefix_pattern(shape: SecretTokenShape) -> str:
    return f"(?:{'|'.join(map(re.escape, shape.prefixes))})"


def _make_left_boundary_pattern(begins: str, first: str = "") -> str:
    """No letter or digit stands before, but of an escape: ``task-…`` is no key. ``first`` is what follows."""
    others = "-" if begins == "-" else ""  # a line of dashes is one
    return (
        f"(?:(?<![A-Za-z0-9_{others}]{first})" + rf"|(?<=\\[nrt]{first})|(?<=%[0-9A-Fa-f][0-9A-Fa-f]{first}))"
    )


_SHAPE_PATTERNS = [
    (
        shape,
        re.compile(
            _make_left_boundary_pattern(shape.prefixes[0][0])
            + f"({_make_prefix_pattern(shape)})"
            + shape.rest_pattern
        ),
    )
    for shape in SECRET_TOKEN_SHAPES
]


def mask_secrets_by_shape(text: str) -> str:
    """A text with every secret masked that its shape gives away."""
    if len(text) < MIN_SHAPED_SECRET_LENGTH or not may_contain_secret_start(text):
        return text
    for shape, pattern in _SHAPE_PATTERNS:
        if any(beginning in text for beginning in shape.prefixes):
            text = pattern.sub(r"\1\2" * shape.shown_group_count + f"[redacted {shape.name}]", text)
    return text


# A secret that has begun where a text ends

_MAX_HELD_BACK_CHARACTERS = 20_000
"""Characters that are held back at most: what is longer is shown as it comes, masked as far as it goes."""


def _collect_partial_prefixes(shape: SecretTokenShape) -> set[str]:
    """The first characters of a beginning, where no more of it has come."""
    return {re.escape(each[:end]) for each in shape.prefixes for end in range(1, len(each))}


def _make_unfinished_secret_pattern(shape: SecretTokenShape) -> str:
    going_on = f"{_make_prefix_pattern(shape)}{shape.unfinished_rest_pattern}"
    partial = "|".join(sorted(_collect_partial_prefixes(shape)))
    return rf"{_make_left_boundary_pattern(shape.prefixes[0][0])}(?:{going_on}|{partial})\Z"


_UNFINISHED_SECRET_PATTERN = re.compile("|".join(map(_make_unfinished_secret_pattern, SECRET_TOKEN_SHAPES)))


def _make_prefix_start_pattern(shapes: Iterable[SecretTokenShape]) -> str:
    """Finds a beginning, or half of one at the text's end. Its first character stands alone: that is fast."""
    after: dict[str, set[str]] = {}
    for shape in shapes:
        for each in shape.prefixes:
            halves = "".join(f"(?:{re.escape(letter)}" for letter in each[1:])
            after.setdefault(each[0], set()).add(halves + r"|\Z)" * (len(each) - 1) if halves else "")
    return "|".join(
        re.escape(first)
        + _make_left_boundary_pattern(first, re.escape(first))
        + f"(?:{'|'.join(sorted(rest))})"
        for first, rest in sorted(after.items())
    )


_SECRET_START_PATTERN = re.compile(_make_prefix_start_pattern(SECRET_TOKEN_SHAPES))


def may_contain_secret_start(text: str) -> bool:
    """Whether a secret stands in a piece of text, or begins at its end."""
    return _SECRET_START_PATTERN.search(text) is not None


def find_unfinished_secret_start(text: str) -> int:
    """Where at the end of a text a secret begins that may go on; the text's length where none does."""
    found = _UNFINISHED_SECRET_PATTERN.search(text, max(0, len(text) - _MAX_HELD_BACK_CHARACTERS))
    return len(text) if found is None else found.start()


# ---------------------------------------------------------------------------------------------
# names within a text

_ASSIGNED_TEXT_PATTERN = re.compile(
    r"""(\w+)(["']?\s*\]?\s*[:=]\s*[rbfuRBFU]{0,2})(["'])((?:(?!\3).)+)(\3?)"""
)


def mask_assigned_secrets(source: str) -> str:
    """A line of Python with the texts masked that it gives to names of secrets: ``api_key="…"``."""

    def masked(found: re.Match[str]) -> str:
        name, between, quote, _, end = found.groups()
        return f"{name}{between}{quote}[redacted {name}]{end}" if is_secret_name(name) else found[0]

    return _ASSIGNED_TEXT_PATTERN.sub(masked, source)


_JSON_FIELD_PATTERN = re.compile(
    r"""(?P<before>(?P<quote>\\*["'])(?P<name>[\w.-]{2,60})(?P=quote)\s*:\s*)"""
    r"""(?:(?P<plain>["'])(?:\\.|(?!(?P=plain))[^\\])+(?P=plain)|(?P<escaped>\\+["']).+?(?P=escaped))""",
    re.DOTALL,
)
_REPR_FIELD_PATTERN = re.compile(
    r"""(?P<before>\b(?P<name>[A-Za-z_][\w.-]{1,59})\s?[=:]\s?)"""
    r"""(?:[rbu]?(?P<plain>["'])(?:\\.|(?!(?P=plain))[^\\])*(?P=plain)?"""
    r"""|(?!None\b|True\b|False\b|\w*\()(?:(?:Bearer|Basic|Token) )?[^\s,;()\[\]{}"'<>]+)""",
    re.DOTALL,
)


def _mask_secret_field_match(found: re.Match[str]) -> str:
    groups = found.groupdict()
    name, quote = groups["name"], groups["plain"] or groups.get("escaped") or ""
    return f"{groups['before']}{quote}[redacted {name}]{quote}" if is_secret_field(name) else found[0]


def mask_secret_json_fields(text: str) -> str:
    """JSON text with the texts masked that stand under names of secrets: a tool's arguments, say."""
    return _JSON_FIELD_PATTERN.sub(_mask_secret_field_match, text)


def mask_secret_repr_fields(text: str) -> str:
    """What a ``repr`` says, without what it says under names of secrets."""
    return _REPR_FIELD_PATTERN.sub(_mask_secret_field_match, mask_secret_json_fields(text))


_UNFINISHED_JSON_FIELD_PATTERN = re.compile(
    r"""\\*["'](?P<name>[\w.-]{0,60})(?P<value>\\*["']\s*(?::\s*(?:\\*["'](?:\\.|[^"\\])*\\?)?)?)?\Z""",
    re.DOTALL,
)


def find_unfinished_secret_field_start(text: str) -> int:
    """Where JSON text ends in the beginning of a field that may be a secret's; else its length."""
    for found in _UNFINISHED_JSON_FIELD_PATTERN.finditer(text, max(0, len(text) - _MAX_HELD_BACK_CHARACTERS)):
        if found["value"] is None or is_secret_field(found["name"]):
            return found.start()
    return len(text)


def mask_unfinished_secret_field(text: str) -> str:
    """JSON text that ends within a field, without the beginning of its secret."""
    found = _UNFINISHED_JSON_FIELD_PATTERN.search(text)
    if found is None or not found["value"] or not is_secret_field(found["name"]):
        return text
    return f'{text[: found.start("value")]}": "[redacted {found["name"]}]'
