"""Collects what a run requested: secrets and large inputs taken out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import orjson

from lg_jupyter.encode import Encoder, dump_json, to_plain_json
from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import JSON
from lg_jupyter.events.modes import to_server_modes
from lg_jupyter.exports.code.literals import JSONFileValue, SecretVariable
from lg_jupyter.exports.code.request import CodeForkPoint, CodeRequest, StreamCall, is_dotted_name
from lg_jupyter.exports.code.serialize import code_request_from_json, code_request_to_json
from lg_jupyter.kernel import notebook
from lg_jupyter.request.config import remove_thread_id
from lg_jupyter.runtime.state import RunState
from lg_jupyter.secrets.redact import Redactor
from lg_jupyter.secrets.rules import is_secret_field, is_secret_name
from lg_jupyter.sources.base import (
    UNSET,
    Fork,
    Request,
    RequestedThreadId,
    get_config_thread_id,
    get_requested_thread_id,
)
from lg_jupyter.sources.local import graphs
from lg_jupyter.sources.local.request import remove_checkpoint_from_config
from lg_jupyter.sources.local.source import LocalSource
from lg_jupyter.sources.server.errors import strip_url_login
from lg_jupyter.sources.server.source import ServerSource
from lg_jupyter.tables.search import EventQuery
from lg_jupyter.text.words import clip_text

MAX_INPUT_CHARACTERS = 20_000
"""Characters of JSON up to which an input is written into the code."""

MAX_CONTROL_EVENTS = 1_000
"""Control events of a run that are looked at for values that it was resumed with."""

_MASK_PATTERN = re.compile(r"\[redacted ([^\]]+)\]")


def collect_code_request(run: RunState) -> CodeRequest:
    """What a run requested.

    Raises
    ------
    UsageError
        If that is not known.
    """
    source, request = run.source, run.request
    if not isinstance(source, (LocalSource, ServerSource)):
        return _read_saved_request(run)
    if request.join_run_id is not None:
        raise UsageError(f"{run.name} was joined while it went on: what was requested is not known here")
    converter = CodeValueConverter(run.redactor)
    config = converter.convert_config(request.config or {})
    first = StreamCall(converter.convert_input(request.input), breakpoints=request.root_interrupt_kwargs)
    converter.add_breakpoint_comments(request.subgraph_breakpoints, request.breakpoint_conditions)
    common: dict[str, Any] = {
        "context": converter.convert(request.context),
        "stream_calls": [first, *_iter_resume_calls(run, converter.comments)],
        "fork_point": _make_fork_point(request.fork, converter),
        "subgraphs": request.subgraphs,
        "durability": request.durability,
        "message_filter": request.message_filter,
        "comments": converter.comments,
    }
    if isinstance(source, LocalSource):
        return CodeRequest(
            config=config if request.fork is None else remove_checkpoint_from_config(config),
            stream_modes=list(request.modes),
            graph_name_or_assistant_id=run.name,
            graph_expression=find_graph_expression(source.graph, run.name),
            is_synchronous=source.streams_in_thread(request.modes),
            thread_id=_choose_config_thread_id(source, request),
            **common,
        )
    api_key_variable, is_api_key_explicit = source.server.find_api_key_variable_and_is_explicit()
    return CodeRequest(
        config=remove_thread_id(config),
        stream_modes=to_server_modes(request.modes),
        graph_name_or_assistant_id=source.server.assistant_id,
        multitask_strategy=request.multitask_strategy,
        url=run.redactor.mask(strip_url_login(source.server.url)),
        thread_id=get_requested_thread_id(request),
        api_key_variable=api_key_variable,
        is_api_key_explicit=is_api_key_explicit,
        header_variables={
            name: SecretVariable(make_environment_variable_name(name))
            for name in source.server.make_request_headers()
        },
        **common,
    )


def collect_code_request_json(run: RunState) -> JSON:
    """The same as JSON; ``None`` where nobody knows: a file is written all the same."""
    try:
        data = code_request_to_json(collect_code_request(run))
        orjson.dumps(data)
    except Exception:
        return None
    return data


def _read_saved_request(run: RunState) -> CodeRequest:
    """What a file holds of its run's request; how it was resumed, the run's own events hold."""
    saved = getattr(run.source, "code_request", None)
    if saved is None:
        raise UsageError(
            f"{run.name} comes from a file that does not hold its request: an older lg_jupyter wrote it"
        )
    try:
        request = code_request_from_json(saved)
    except (TypeError, ValueError, KeyError, AttributeError):
        raise UsageError(f"{run.name} comes from a file in which its request cannot be read") from None
    resumed = _iter_resume_calls(run, request.comments)
    return replace(request, stream_calls=[*request.stream_calls[:1], *resumed])


def _iter_resume_calls(run: RunState, comments: list[str]) -> Iterator[StreamCall]:
    """A call for each time that a run was resumed, by its events: their secrets are masked already."""
    converter = CodeValueConverter(Redactor(), comments)
    _, rows = run.trace.events.find_match_count_and_page(
        0, MAX_CONTROL_EVENTS, EventQuery.from_filter_values(modes=["control"])
    )
    for data in (row["data"] for row in rows):
        if isinstance(data, dict) and data.get("event") == "resume" and not data.get("automatic"):
            inner = data.get("inner_breakpoints")
            converter.add_breakpoint_comments(inner if isinstance(inner, list) else ())
            value, breakpoints = data.get("value"), data.get("breakpoints")
            breakpoints = breakpoints if isinstance(breakpoints, dict) else {}
            yield StreamCall(
                has_resume=value is not None, resume_value=converter.convert(value), breakpoints=breakpoints
            )


def _make_fork_point(fork: Fork | None, converter: CodeValueConverter) -> CodeForkPoint | None:
    if fork is None:
        return None
    written = None if fork.values is UNSET else converter.convert(fork.values)
    return CodeForkPoint(fork.checkpoint_id, fork.changes_state, written, fork.as_node)


def _choose_config_thread_id(source: LocalSource, request: Request) -> RequestedThreadId:
    """The thread that the config has to name, ``UNSET`` for a new one, ``None`` if it needs to name none."""
    requested = get_requested_thread_id(request)
    bound = get_config_thread_id(graphs.get_bound_config(source.graph))
    if isinstance(requested, str):
        return None if requested == bound else requested
    return UNSET if (source.has_checkpointer or source.is_remote) and bound is None else None


def find_graph_expression(graph: Any, name: str) -> str:
    """What the notebook calls a graph: the variable that holds it, else its name if that could be one."""
    named = notebook.find_variable_name(graph) or name
    return named if is_dotted_name(named) else "graph"


class CodeValueConverter:
    """Makes what stands in the code of what the user gave; ``comments`` is what the reader has to know."""

    def __init__(self, redactor: Redactor, comments: list[str] | None = None) -> None:
        self._redactor = redactor
        self._encoder = Encoder(Redactor(is_active=False))  # what is masked becomes a variable
        self.comments: list[str] = [] if comments is None else comments

    def convert_input(self, value: Any) -> Any:
        """A run's input; in a file if it is large."""
        made = self.convert(value)
        size = len(dump_json(_replace_secret_variables_by_names(made)))
        if size <= MAX_INPUT_CHARACTERS:
            return made
        self.add_comment(
            f"The input is too large to be written here, {size:,} characters: put it into input.json."
        )
        return JSONFileValue("input.json")

    def add_breakpoint_comments(self, inner: Iterable[JSON], conditions: Iterable[str] = ()) -> None:
        """Say which breakpoints LangGraph's own ``stream`` cannot take."""
        names = ", ".join(sorted({self._redactor.mask(name) for name in inner if isinstance(name, str)}))
        if names:
            self.add_comment(
                f"Breakpoints in subgraphs ({clip_text(names, 200)}) are set where these are compiled: "
                "compile(interrupt_before=[...])."
            )
        for name in conditions:
            shown = clip_text(self._redactor.mask(name), 80)
            self.add_comment(f"The breakpoint {shown} had a condition; here it has none.")

    def convert_config(self, config: Mapping[str, Any]) -> Any:
        """A config without its callbacks."""
        if config.get("callbacks"):
            self.add_comment("The callbacks of the config are left out.")
        kept = {name: value for name, value in config.items() if name != "callbacks"}
        return self.convert(kept, in_config=True)

    def convert(self, value: Any, in_config: bool = False) -> Any:
        """Any value."""
        return self._convert_nested(to_plain_json(self._encoder.encode(value)), in_config)

    def _convert_nested(self, value: JSON, in_config: bool) -> Any:
        if isinstance(value, str):
            return self._convert_text(value)
        if isinstance(value, list):
            return [self._convert_nested(item, in_config) for item in value]
        if not isinstance(value, dict):
            return value
        if "$type" in value:
            self.add_comment('{"$type": …} stands for an object that has no literal: put your own there.')
        return {
            str(self._convert_text(key, whole=False)): SecretVariable(make_environment_variable_name(key))
            if self._is_secret_item(key, item, in_config)
            else self._convert_nested(item, in_config)
            for key, item in value.items()
        }

    def _is_secret_item(self, key: str, item: JSON, in_config: bool) -> bool:
        if in_config and item is not None and is_secret_name(key):
            return True
        return self._redactor.is_active and isinstance(item, str) and item != "" and is_secret_field(key)

    def _convert_text(self, text: str, whole: bool = True) -> Any:
        """A text; if it is a secret, the variable that holds it, and if one is in it, a mask in its place."""
        masked = self._redactor.mask(text)
        if masked == text:
            return text
        found = _MASK_PATTERN.fullmatch(masked)
        if found and whole:
            return SecretVariable(make_environment_variable_name(found[1]))
        self.add_comment("[redacted …] stands for a secret inside a text.")
        return masked

    def add_comment(self, comment: str) -> None:
        """Say something once."""
        if comment not in self.comments:
            self.comments.append(comment)


def make_environment_variable_name(name: str) -> str:
    """The environment variable that a secret of this name is looked for in."""
    made = re.sub(r"[^0-9A-Za-z]+", "_", name, flags=re.ASCII).strip("_").upper()
    return made if made and not made[0].isdigit() else f"SECRET_{made}"


def _replace_secret_variables_by_names(value: Any) -> Any:
    """The same as JSON: the name of the variable in place of a secret."""
    if isinstance(value, dict):
        return {key: _replace_secret_variables_by_names(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_replace_secret_variables_by_names(item) for item in value]
    return value.variable_name if isinstance(value, SecretVariable) else value
