"""Which secrets a run knows: those of the environment, of its source, and what a config names as secret."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from lg_jupyter.config import options
from lg_jupyter.secrets.redact import Redactor, iter_secret_fields
from lg_jupyter.secrets.rules import is_secret_name


class SourceWithSecrets(Protocol):
    """A source, as far as it matters here."""

    def collect_secrets(self) -> Mapping[str, str]: ...


class RequestWithSecrets(Protocol):
    """A request, as far as it matters here."""

    @property
    def secrets(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def mask_secrets(self) -> bool | None: ...
    @property
    def config(self) -> Mapping[str, Any] | None: ...
    @property
    def context(self) -> Any: ...


def make_redactor(source: SourceWithSecrets, request: RequestWithSecrets) -> Redactor:
    """Knows the environment's secrets, the source's, and those of the request; masks none if it shall not."""
    masks = options().mask_secrets if request.mask_secrets is None else request.mask_secrets
    if not masks:
        return Redactor(is_active=False)
    redactor = Redactor.from_environment()
    for name, value in (*source.collect_secrets().items(), *iter_named_request_secrets(request)):
        redactor.add_secret(name, value)
    return redactor


def iter_named_request_secrets(request: RequestWithSecrets) -> Iterator[tuple[str, str]]:
    """The names and values that a request says are secret, or that its config and context name so."""
    yield from request.secrets
    config = request.config or {}
    for place in (config.get("configurable"), config.get("metadata"), request.context):
        yield from iter_secret_fields(place)
    for tag in config.get("tags") or ():
        if (
            isinstance(tag, str)
            and (named := _NAME_AND_VALUE_TAG_PATTERN.fullmatch(tag))
            and is_secret_name(named[1])
        ):
            yield named[1], named[2]


_NAME_AND_VALUE_TAG_PATTERN = re.compile(r"([\w-]+)\s*[=:]\s*(.+)", re.DOTALL)
