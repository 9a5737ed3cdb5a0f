"""Of which run and checkpoint a run is a branch, and what was written there first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lg_jupyter.events.events import JSON
from lg_jupyter.exports.code.collect import collect_code_request
from lg_jupyter.exports.code.literals import SecretVariable
from lg_jupyter.exports.code.request import CodeForkPoint
from lg_jupyter.runtime.state import RunState
from lg_jupyter.text.preview import preview_json
from lg_jupyter.text.words import format_count

MAX_DESCRIBED_KEYS = 5
"""The most keys of which a sentence tells what was written."""

MAX_DESCRIBED_VALUE_CHARACTERS = 80
"""The most characters of such a value."""


def describe_branch(run: RunState) -> str | None:
    """``A branch of run 6f0c…, at its checkpoint 1f0b…, with turns = 7 written as the node answer.``

    ``None`` of a run that is no branch. Of a loaded one it is what its file has.
    """
    if run.request.fork is None and run.parent_id is None:
        return None
    fork_point = _get_fork_point(run)
    of = f"of run {run.parent_id}" if run.parent_id else "of a run that is not known here"
    at = f", at its checkpoint {fork_point.checkpoint_id}" if fork_point else ""
    return f"A branch {of}{at}{_format_state_update(fork_point)}."


def _get_fork_point(run: RunState) -> CodeForkPoint | None:
    """Where it began, with the masks of secrets; ``None`` where nobody knows."""
    try:
        return collect_code_request(run).fork_point
    except Exception:  # a file of an older release, or a graph that cannot be inspected
        fork = run.request.fork
        return None if fork is None else CodeForkPoint(fork.checkpoint_id)


def _format_state_update(fork_point: CodeForkPoint | None) -> str:
    if fork_point is None or not fork_point.changes_state:
        return ""
    node = f" as the node {fork_point.as_node}" if fork_point.as_node else ""
    return (
        f", with {', '.join(_iter_formatted_values(_mask_secret_variables(fork_point.values)))} written{node}"
    )


def _iter_formatted_values(values: JSON) -> Iterator[str]:
    if values in (None, {}):
        yield "nothing"
    elif isinstance(values, Mapping):
        items = list(values.items())
        for key, value in items[:MAX_DESCRIBED_KEYS]:
            yield f"{key} = {preview_json(value, MAX_DESCRIBED_VALUE_CHARACTERS)}"
        if len(items) > MAX_DESCRIBED_KEYS:
            yield format_count(len(items) - MAX_DESCRIBED_KEYS, "more key")
    else:
        yield preview_json(values, MAX_DESCRIBED_VALUE_CHARACTERS)


def _mask_secret_variables(value: Any) -> JSON:
    """The same with a mask in place of what stands for a secret."""
    if isinstance(value, SecretVariable):
        return f"[redacted {value.variable_name}]"
    if isinstance(value, dict):
        return {key: _mask_secret_variables(item) for key, item in value.items()}
    return [_mask_secret_variables(item) for item in value] if isinstance(value, list) else value
