"""Which secrets a run knows: those of the environment, of its source, and what a config names as secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lg_jupyter.redact import Redactor, named_secrets

if TYPE_CHECKING:
    from lg_jupyter.sources.base import Request, Source


def redactor_of(source: Source, request: Request) -> Redactor:
    """Knows the environment's secrets, the source's, and those in the config and the context."""
    redactor = Redactor.from_environment()
    for name, value in source.secrets().items():
        redactor.add(name, value)
    config = request.config or {}
    for place in (config.get("configurable"), config.get("metadata"), request.context):
        for name, value in named_secrets(place):
            redactor.add(name, value)
    return redactor
