"""Stream modes: those that a user may request, and those that each source requests in turn."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from lg_jupyter.errors import ModeError
from lg_jupyter.events.events import DEFAULT_MODES, MODES
from lg_jupyter.spelling import find_nearest_name

_MODES_BY_COMMON_WORD = {
    "token": "messages",
    "tokens": "messages",
    "state": "values",
    "writes": "updates",
    "nodes": "tasks",
}
"""What people call a mode that has another name here; the rest is found by its spelling."""

_MODES_BY_SERVER_NAME = {"messages-tuple": "messages"}
"""What servers call a mode that has another name here."""

_ALL_MODES_TEXT = ", ".join(MODES)


def parse_modes(modes: str | Iterable[str] | None) -> tuple[str, ...]:
    """The modes of a run, each once, in the order given.

    Parameters
    ----------
    modes
        One mode, several separated by commas, or an iterable of modes; ``None`` for the set that fills
        every panel and asks for nothing twice. A mode that the installed LangGraph or its SDK knows and no
        panel reads, such as ``tools``, is passed on: its events are shown as they come.

    Raises
    ------
    ModeError
        If one of them is unknown; the text says what was probably meant, and lists all of them.
    """
    if modes is None:
        return DEFAULT_MODES
    if not isinstance(modes, Iterable):
        kind = type(modes).__name__
        raise ModeError(
            f"modes takes names, as in modes=['values', 'messages'], not {kind}; there are {_ALL_MODES_TEXT}"
        )
    given = modes.split(",") if isinstance(modes, str) else list(modes)
    names = [name.strip() if isinstance(name, str) else name for name in given]
    if not any(name != "" for name in names):
        raise ModeError(
            f"no stream mode given: leave modes out for all panels, or name some of {_ALL_MODES_TEXT}"
        )
    return tuple(dict.fromkeys(_parse_mode(name) for name in names))


def _parse_mode(name: object) -> str:
    name = _MODES_BY_SERVER_NAME.get(name, name) if isinstance(name, str) else name
    if isinstance(name, str) and is_known_mode(name):
        return name
    meant = suggest_mode(name) if isinstance(name, str) else None
    hint = f": did you mean {meant!r}? There are" if meant else "; there are"
    raise ModeError(f"unknown stream mode {name!r}{hint} {_ALL_MODES_TEXT}")


def is_known_mode(name: str) -> bool:
    """Whether a panel reads this mode, or the installed LangGraph or its SDK knows it."""
    return name in MODES or name in _list_langgraph_modes()


def _list_langgraph_modes() -> frozenset[str]:
    """The stream modes of the installed LangGraph and of its SDK: a release may bring more than we read."""
    from langgraph.types import StreamMode
    from langgraph_sdk.schema import StreamMode as ServerStreamMode

    return frozenset((*get_args(StreamMode), *get_args(ServerStreamMode)))


def select_server_only_modes(modes: Iterable[str]) -> list[str]:
    """Those that servers alone stream: the SDK knows them, the installed LangGraph does not."""
    from langgraph.types import StreamMode

    return [mode for mode in modes if mode not in (*MODES, *get_args(StreamMode))]


def suggest_mode(name: str) -> str | None:
    """The mode that a misspelt or foreign name probably means."""
    word = name.lower()
    return _MODES_BY_COMMON_WORD.get(word) or find_nearest_name(word, MODES)


def from_server_modes(modes: str | Iterable[str]) -> tuple[str, ...]:
    """The modes of a server's request, one or several, as they are called here."""
    names = [modes] if isinstance(modes, str) else modes
    return tuple(_MODES_BY_SERVER_NAME.get(name, name) for name in names)


def to_graph_stream_modes(modes: Iterable[str]) -> list[str]:
    """The modes for ``graph.stream``: no ``events`` (another method gives those), nothing twice."""
    return [mode for mode in _remove_redundant_modes(modes) if mode != "events"]


def to_server_modes(modes: Iterable[str]) -> list[str]:
    """The modes for a server: ``messages`` as tuples, which carry a namespace and can be resumed."""
    return ["messages-tuple" if mode == "messages" else mode for mode in _remove_redundant_modes(modes)]


def _remove_redundant_modes(modes: Iterable[str]) -> list[str]:
    """Nothing twice: ``debug`` says what ``tasks`` and ``checkpoints`` say, with steps and times."""
    names = list(modes)
    if "debug" in names:
        return [mode for mode in names if mode not in ("tasks", "checkpoints")]
    return names
