"""Secrets: which values and names they are, and how they are masked in what is shown or saved.

A secret's value becomes ``[redacted NAME]`` wherever it stands in a text. Text that comes in pieces
goes through a :class:`StreamRedactor`, which holds back the end of a piece for as long as it may be
the beginning of a secret.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from sys import intern
from typing import Any
from urllib.parse import quote

from lg_jupyter.events.events import JSON, JSONObject
from lg_jupyter.secrets import rules
from lg_jupyter.secrets.environment import MIN_ENVIRONMENT_SECRET_LENGTH, iter_secret_variables
from lg_jupyter.secrets.rules import is_secret_name

MIN_SECRET_LENGTH = 4
"""A value that somebody names as secret is masked from this length on."""


def mask_secret_fields(encoded: JSONObject) -> JSONObject:
    """A dict with the values under secret-looking names masked."""
    if not any(map(is_secret_name, encoded)):
        return encoded
    return {
        name: intern(f"[redacted {name}]") if item not in (None, "") and is_secret_name(name) else item
        for name, item in encoded.items()
    }


def mask_named_fields(encoded: JSONObject, names: Container[str]) -> JSONObject:
    """A dict with the texts masked that stand under ``names``."""
    return {
        name: intern(f"[redacted {name}]") if name in names and _is_text_or_texts(item) else item
        for name, item in encoded.items()
    }


def _is_text_or_texts(value: JSON) -> bool:
    """Whether it is a text, or nothing but texts."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return len(value) > 0 and all(isinstance(item, str) for item in value)
    return isinstance(value, str) and value != ""


_JSON_OPENING_BRACKETS = ("{", "[")
_MASK_PATTERN = re.compile(r"\[redacted [^\]\n]{1,100}\]")
_QUOTE_PATTERN = re.compile("[\"']")

MAX_SEARCH_DEPTH = 6
"""Levels of a config in which named secrets are looked for."""


def iter_secret_fields(value: Any, depth: int = 0) -> Iterator[tuple[str, str]]:
    """The texts that stand under names of secrets, with those names."""
    if depth > MAX_SEARCH_DEPTH:
        return
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from iter_secret_fields(item, depth + 1)
        return
    for name, item in _get_record_fields(value).items():
        if is_secret_name(str(name)):
            yield from ((str(name), text) for text in _iter_texts_of_secret(item, depth))
        else:
            yield from iter_secret_fields(item, depth + 1)


def _iter_texts_of_secret(value: Any, depth: int) -> Iterator[str]:
    """Every text in the value of a secret: it may be a dict of several, or hide itself as pydantic's do."""
    if hasattr(value, "get_secret_value"):
        value = value.get_secret_value()
    if isinstance(value, bytes):
        value = value.decode(errors="replace")
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple)) and depth <= MAX_SEARCH_DEPTH:
        for item in value:
            yield from _iter_texts_of_secret(item, depth + 1)
    elif depth <= MAX_SEARCH_DEPTH:
        for item in _get_record_fields(value).values():
            yield from _iter_texts_of_secret(item, depth + 1)


def _get_record_fields(value: Any) -> Mapping[Any, Any]:
    if isinstance(value, Mapping):
        return value
    contents = getattr(value, "__dict__", None)
    is_record = hasattr(type(value), "__dataclass_fields__") or hasattr(type(value), "model_fields")
    return contents if isinstance(contents, dict) and is_record else {}


class Redactor:
    """Masks secrets in text: those that it knows, and those that their shape gives away.

    ``is_active``: whether it masks at all.
    """

    def __init__(self, is_active: bool = True) -> None:
        self.is_active = is_active
        # (what to look for, what to put there), longest first
        self._secrets_with_masks: list[tuple[str, str]] = []
        self._secret_beginnings: re.Pattern[str] | None = None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Redactor:
        """Knows the secrets among the environment's variables."""
        redactor = cls()
        for name, value in iter_secret_variables(environ):
            redactor.add_secret(name, value)
        return redactor

    def __repr__(self) -> str:
        return f"<Redactor of {len(self._secrets_with_masks)} texts>"

    def add_secret(self, name: str, value: str) -> None:
        """Masks ``value`` from now on as ``[redacted name]``, also as JSON, Python and URLs write it."""
        value = value.strip()
        scheme, _, rest = value.partition(" ")
        if scheme.lower() in ("bearer", "basic", "token") and rest:
            value = rest.strip()
        if len(value) < MIN_SECRET_LENGTH or not self.is_active:
            return
        known = dict(self._secrets_with_masks)
        as_json = (json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1])
        for written in (value, *as_json, repr(value)[1:-1], quote(value, safe="")):
            known.setdefault(written, f"[redacted {name}]")
        self._secrets_with_masks = sorted(known.items(), key=lambda mask: -len(mask[0]))
        self._secret_beginnings = _make_known_secret_start_pattern(
            [written for written, _ in self._secrets_with_masks]
        )

    def mask(self, text: str) -> str:
        """``text`` with every secret masked."""
        if not self.is_active:
            return text
        for written, label in self._secrets_with_masks:
            if written in text:
                text = text.replace(written, label)
        if text[:1] in _JSON_OPENING_BRACKETS:
            text = rules.mask_secret_json_fields(text)
        return rules.mask_secrets_by_shape(text)

    def mask_repr(self, text: str) -> str:
        """The same for what an object's ``repr`` says, with what it says under names of secrets."""
        return self.mask(rules.mask_secret_repr_fields(text)) if self.is_active else text

    def find_mask_in_text(self, text: str) -> str | None:
        """A mask that stands in ``text``, where a secret was; ``None`` if none does."""
        known = next((label for _, label in self._secrets_with_masks if label in text), None)
        return known or ((found := _MASK_PATTERN.search(text)) and found[0])

    def mask_truncated_text(self, text: str) -> str:
        """The same for a text in which others cut values: before ``...`` may be the beginning of a secret."""
        text = self.mask(text)
        for written, label in self._secrets_with_masks:
            if written[:MIN_ENVIRONMENT_SECRET_LENGTH] not in text:
                continue
            for length in range(len(written) - 1, MIN_ENVIRONMENT_SECRET_LENGTH - 1, -1):
                for ending in ("...", "…"):
                    text = text.replace(written[:length] + ending, label + ending)
        return text

    def make_stream_redactor(self, is_json: bool = False) -> StreamRedactor:
        """A redactor for one text that comes in pieces, such as the arguments of a call: ``is_json``."""
        return StreamRedactor(self, is_json)

    def may_contain_secret_start(self, text: str) -> bool:
        """Whether a secret could begin in ``text``: the quick look that most pieces need only."""
        if self._secret_beginnings is not None and self._secret_beginnings.search(text):
            return True
        return self.is_active and rules.may_contain_secret_start(text)

    def mask_and_split_unfinished_secret(self, text: str, is_json: bool = False) -> tuple[str, str]:
        """``text`` masked up to where a secret may be beginning at its end, and that end, raw."""
        if not self.is_active:
            return text, ""
        shown, held = self._mask_and_split_known_secrets(text)
        whole = shown + held
        at = min(rules.find_unfinished_secret_start(whole), len(shown))
        if is_json:
            at = min(at, rules.find_unfinished_secret_field_start(whole))
            return rules.mask_secrets_by_shape(rules.mask_secret_json_fields(whole[:at])), whole[at:]
        return rules.mask_secrets_by_shape(whole[:at]), whole[at:]

    def _mask_and_split_known_secrets(self, text: str) -> tuple[str, str]:
        if self._secret_beginnings is None:
            return text, ""
        longest = len(self._secrets_with_masks[0][0])
        done: list[str] = []
        start = position = 0
        while found := self._secret_beginnings.search(text, position):
            position = found.start()
            left = len(text) - position
            if left < longest and self._is_start_of_known_secret(text[position:]):
                return "".join(done) + text[start:position], text[position:]
            for written, label in self._secrets_with_masks:
                if text.startswith(written, position):
                    done += (text[start:position], label)
                    start = position = position + len(written)
                    break
            else:
                position += 1
        return "".join(done) + text[start:], ""

    def mask_held_text(self, held: str, is_json: bool = False) -> str:
        """What to put for an end that was held back and is the last of its text.

        The greater part of a secret is masked like the whole of it.
        """
        shown = self.mask(
            rules.mask_unfinished_secret_field(rules.mask_secret_json_fields(held)) if is_json else held
        )
        if shown == held and len(held) >= MIN_ENVIRONMENT_SECRET_LENGTH:
            for written, label in self._secrets_with_masks:
                if 2 * len(held) > len(written) and written.startswith(held):
                    return label
        return shown

    def _is_start_of_known_secret(self, end: str) -> bool:
        return any(
            len(written) > len(end) and written.startswith(end) for written, _ in self._secrets_with_masks
        )


class StreamRedactor:
    """Masks secrets in one text that comes in pieces, also those that pieces split."""

    __slots__ = ("_is_json", "_redactor", "held_text")

    def __init__(self, redactor: Redactor, is_json: bool = False) -> None:
        self._redactor = redactor
        self._is_json = is_json
        self.held_text = ""

    def mask_piece(self, text: str) -> str:
        """What of the text so far can be shown and was not shown yet."""
        quick = not self.held_text and not (self._is_json and _QUOTE_PATTERN.search(text))
        if quick and not self._redactor.may_contain_secret_start(text) and not has_split_surrogate(text):
            return text
        text, half = _join_surrogates_and_split_off_half(self.held_text + text)
        shown, self.held_text = self._redactor.mask_and_split_unfinished_secret(text, self._is_json)
        self.held_text += half
        return shown

    def flush_held_text(self) -> str:
        """What was held back, now that the text has ended."""
        held, self.held_text = self.held_text, ""
        return self._redactor.mask_held_text(held, self._is_json) if held else ""


def has_split_surrogate(text: str) -> bool:
    """Whether a text ends in the first half of a character, as of an emoji, or begins with the second."""
    return bool(text) and ("\ud800" <= text[-1] <= "\udbff" or "\udc00" <= text[0] <= "\udfff")


def _join_surrogates_and_split_off_half(text: str) -> tuple[str, str]:
    """``text`` with halves of characters that follow each other put together, and a half that it ends in."""
    end = len(text) - ("\ud800" <= text[-1] <= "\udbff") if text else 0
    whole = text[:end]
    if not whole.isascii():
        whole = whole.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    return whole, text[end:]


def _make_known_secret_start_pattern(secrets: list[str]) -> re.Pattern[str]:
    """Finds the first two characters of any secret, or the first one where the text ends."""
    pairs = {re.escape(secret[:2]) for secret in secrets}
    ends = {re.escape(secret[0]) + r"\Z" for secret in secrets}
    return re.compile("|".join(sorted(pairs | ends)))
