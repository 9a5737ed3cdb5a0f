"""The words that LangGraph and its servers know for how a run meets others and how it is kept."""

from __future__ import annotations

from lg_jupyter.errors import UsageError
from lg_jupyter.spelling import format_suggestion_ending

MULTITASK_STRATEGIES = ("reject", "interrupt", "rollback", "enqueue")
DURABILITY_MODES = ("sync", "async", "exit")


def validate_multitask(strategy: object) -> str | None:
    """What a server does with a run whose thread is busy with another one, or ``None``.

    Raises
    ------
    UsageError
        If there is no such strategy.
    """
    return _validate_choice("multitask", "strategy", MULTITASK_STRATEGIES, strategy)


def validate_durability(durability: object) -> str | None:
    """When a run's checkpoints are written: before the next step, beside it, or at the end; or ``None``.

    See `Durable execution <https://docs.langchain.com/oss/python/langgraph/durable-execution>`_.

    Raises
    ------
    UsageError
        If there is no such durability.
    """
    return _validate_choice("durability", "word", DURABILITY_MODES, durability)


def _validate_choice(option: str, kind: str, words: tuple[str, ...], given: object) -> str | None:
    if given is None:
        return None
    if isinstance(given, str) and given in words:
        return given
    meant = format_suggestion_ending(given, words)
    raise UsageError(f"{option} has no {kind} {given!r}{meant} It is one of {', '.join(words)}.")
