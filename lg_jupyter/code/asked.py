"""What a run asked for, as values that every language can write: secrets and large inputs taken out."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lg_jupyter.code.literals import InFile, Secret
from lg_jupyter.encode import Encoder, dumps, plain
from lg_jupyter.errors import UsageError
from lg_jupyter.events import JSON
from lg_jupyter.filters import Filter
from lg_jupyter.modes import server_modes
from lg_jupyter.redact import Redactor, is_secret_name
from lg_jupyter.sources.base import UNSET, ThreadId, asked_thread
from lg_jupyter.sources.local import LocalSource
from lg_jupyter.sources.server import ServerSource
from lg_jupyter.sources.server_errors import shown_url

if TYPE_CHECKING:
    from lg_jupyter.run import Run

LONGEST_INPUT = 20_000
"""Characters of JSON up to which an input is written into the code."""

KEY_VARIABLES = ("LANGGRAPH_API_KEY", "LANGSMITH_API_KEY", "LANGCHAIN_API_KEY")
"""Where the SDK looks for a key, in this order."""

_MASK = re.compile(r"\[redacted ([^\]]+)\]")


@dataclass(frozen=True)
class Asked:
    """One run's request.

    Attributes
    ----------
    source
        The graph's own source, for a run in this process; a server's run has a ``url`` instead.
    thread
        As it was asked for: its id, ``None`` for none, ``UNSET`` for a new one.
    key
        The environment variable that holds the key, if the server gets one; the SDK finds it by itself
        unless it was ``key_given``.
    headers
        By name, the environment variables that hold the values: they may be secret.
    comments
        What the reader has to know, a line each.
    """

    input: Any
    config: Any
    context: Any
    modes: list[str]
    subgraphs: bool
    shown: Filter
    comments: list[str]
    name: str
    source: LocalSource | None = None
    url: str | None = None
    thread: ThreadId = None
    key: str | None = None
    key_given: bool = False
    headers: Mapping[str, Secret] = field(default_factory=dict)
    breakpoints: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def by(cls, run: Run) -> Asked:
        """What a run asked for.

        Raises
        ------
        UsageError
            If that is not known.
        """
        source, request = run.source, run.request
        if not isinstance(source, (LocalSource, ServerSource)):
            raise UsageError(f"{run.name} comes from a file, which does not tell what was asked")
        values = _Values(run._redactor)
        config = values.config(request.config or {})
        context = values.of(request.context)
        given = values.input(request.input)
        if request.fork is not None:
            values.say("The run began at a checkpoint of its thread; this begins anew.")
        common: dict[str, Any] = {
            "thread": asked_thread(request),
            "input": given,
            "context": context,
            "subgraphs": request.subgraphs,
            "shown": request.shown,
            "comments": values.comments,
            "breakpoints": request.breakpoints,
        }
        if isinstance(source, LocalSource):
            return cls(config=config, modes=list(request.modes), name=run.name, source=source, **common)
        key, key_given = _key(source.server._api_key)
        return cls(
            config=_without_thread(config),
            modes=server_modes(request.modes),
            name=source.server.assistant,
            url=run._redactor.text(shown_url(source.server.url)),
            key=key,
            key_given=key_given,
            headers={name: Secret(variable(name)) for name in source.server._sent_headers() or {}},
            **common,
        )

    @property
    def new_thread(self) -> bool:
        return self.thread is UNSET

    def payload(self) -> dict[str, Any]:
        """The body of the server's request for the run, as the SDK names its fields."""
        body = {
            "input": self.input,
            "stream_mode": self.modes,
            "stream_subgraphs": self.subgraphs,
            "config": self.config or None,
            "context": self.context,
            **self.breakpoints,
        }
        return {name: value for name, value in body.items() if value is not None}


class _Values:
    """Makes what stands in the code of what the user gave."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._encoder = Encoder()
        self.comments: list[str] = []

    def input(self, value: Any) -> Any:
        made = self.of(value)
        size = len(dumps(_described(made)))
        if size <= LONGEST_INPUT:
            return made
        self.say(f"The input is too large to be written here, {size:,} characters: put it into input.json.")
        return InFile("input.json")

    def config(self, config: Mapping[str, Any]) -> Any:
        if config.get("callbacks"):
            self.say("The callbacks of the config are left out.")
        kept = {name: value for name, value in config.items() if name != "callbacks"}
        return self.of(kept, in_config=True)

    def of(self, value: Any, in_config: bool = False) -> Any:
        return self._walk(plain(self._encoder.encode(value)), in_config)

    def _walk(self, value: JSON, in_config: bool) -> Any:
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, list):
            return [self._walk(item, in_config) for item in value]
        if not isinstance(value, dict):
            return value
        if "$type" in value:
            self.say('{"$type": …} stands for an object that has no literal: put your own there.')
        return {
            str(self._text(key, whole=False)): Secret(variable(key))
            if in_config and item is not None and is_secret_name(key)
            else self._walk(item, in_config)
            for key, item in value.items()
        }

    def _text(self, text: str, whole: bool = True) -> Any:
        """A text; if it is a secret, the variable that holds it, and if one is in it, a mask in its place."""
        masked = self._redactor.text(text)
        if masked == text:
            return text
        found = _MASK.fullmatch(masked)
        if found and whole:
            return Secret(variable(found[1]))
        self.say("[redacted …] stands for a secret inside a text.")
        return masked

    def say(self, comment: str) -> None:
        if comment not in self.comments:
            self.comments.append(comment)


def variable(name: str) -> str:
    """The environment variable that a secret of this name is looked for in."""
    made = re.sub(r"[^0-9A-Za-z]+", "_", name, flags=re.ASCII).strip("_").upper()
    return made if made and not made[0].isdigit() else f"SECRET_{made}"


def _described(value: Any) -> Any:
    """The same with words in place of what stands for something else."""
    if isinstance(value, dict):
        return {key: _described(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_described(item) for item in value]
    return value.variable if isinstance(value, Secret) else value


def _key(given: str | None) -> tuple[str | None, bool]:
    """The variable that holds the server's key, and whether the SDK would not look into that one itself."""
    found = next((name for name in KEY_VARIABLES if os.environ.get(name)), None)
    if given is None or (found and os.environ[found] == given):
        return found, False
    holders = (name for name in KEY_VARIABLES if os.environ.get(name) == given)
    return next(holders, KEY_VARIABLES[0]), True


def _without_thread(config: dict[str, Any]) -> dict[str, Any]:
    """A config as a server takes it: the thread stands elsewhere."""
    configurable = {
        name: value for name, value in (config.get("configurable") or {}).items() if name != "thread_id"
    }
    rest = {name: value for name, value in config.items() if name != "configurable"}
    return {**rest, "configurable": configurable} if configurable else rest


def new_marker() -> str:
    """A word that stands in no text."""
    return f"marker-{uuid.uuid4().hex}"
