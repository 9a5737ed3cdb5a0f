"""The secrets of the environment: values of variables with names of secrets, credentials within addresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, unquote, urlsplit

from lg_jupyter.secrets.rules import is_secret_name, is_secret_variable

MIN_ENVIRONMENT_SECRET_LENGTH = 8
"""Shorter values (``true``, ``test``) stand in ordinary text too often to be masked by value."""


def iter_secret_variables(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each secret, with the name of its variable."""
    for name, value in environ.items():
        if is_secret_variable(name):
            if len(value.strip()) >= MIN_ENVIRONMENT_SECRET_LENGTH:
                yield name, value
        elif "://" in value:
            yield from (
                (name, each) for each in iter_url_credentials(value) if _is_distinctive_credential(each)
            )


def list_masked_variable_names(environ: Mapping[str, str]) -> list[str]:
    """The environment's variables of which something is masked."""
    return [*dict.fromkeys(name for name, _ in iter_secret_variables(environ))]


def iter_url_credentials(address: str) -> Iterator[str]:
    """What an address tells of who asks: the password, or the user where that is all, and secret parameters.

    As it is written there and as it is meant.
    """
    try:
        parts = urlsplit(address.strip())
        found = [parts.password or parts.username or ""]
    except ValueError:
        return
    found += [value for name, value in parse_qsl(parts.query) if is_secret_name(name)]
    for each in found:
        yield from dict.fromkeys((each, unquote(each)))


def _is_distinctive_credential(credential: str) -> bool:
    """Whether it can be masked wherever it stands: ``postgres`` is a word of ordinary texts."""
    return len(credential) >= MIN_ENVIRONMENT_SECRET_LENGTH and not credential.isalpha()
