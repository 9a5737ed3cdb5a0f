"""Which secrets a run knows: those of the environment, of its source, and what a config names as secret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from lg_jupyter.secrets.redact import Redactor, named_secrets


class HasSecrets(Protocol):
    """A source, as far as it matters here."""

    def secrets(self) -> Mapping[str, str]: ...


class NamesSecrets(Protocol):
    """A request, as far as it matters here."""

    @property
    def secrets(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def config(self) -> Mapping[str, Any] | None: ...
    @property
    def context(self) -> Any: ...


def redactor_of(source: HasSecrets, request: NamesSecrets) -> Redactor:
    """Knows the environment's secrets, the source's, and those of the request."""
    redactor = Redactor.from_environment()
    for name, value in (*source.secrets().items(), *secrets_of(request)):
        redactor.add(name, value)
    return redactor


def secrets_of(request: NamesSecrets) -> Iterator[tuple[str, str]]:
    """The names and values that a request says are secret, or that its config and context name so."""
    yield from request.secrets
    config = request.config or {}
    for place in (config.get("configurable"), config.get("metadata"), request.context):
        yield from named_secrets(place)
