"""How much a run may hold, as it is given for one run or for all."""

from __future__ import annotations

from lg_jupyter.config import SMALLEST_MAX_BYTES, options
from lg_jupyter.errors import UsageError


def validate_run_memory_limit(max_bytes: object) -> int | None:
    """A bound as :func:`lg_jupyter.stream` takes it.

    Raises
    ------
    UsageError
        If it is none.
    """
    if max_bytes is None or (type(max_bytes) is int and (max_bytes == 0 or max_bytes >= SMALLEST_MAX_BYTES)):
        return max_bytes
    raise UsageError(
        f"max_bytes takes a number of bytes, {SMALLEST_MAX_BYTES:,} or more, as in max_bytes=100_000_000, "
        f"or 0 for no bound, not {max_bytes!r}"
    )


def resolve_run_memory_limit(max_bytes: int | None) -> int | None:
    """The bound that holds: that of the run, else the option; ``None`` for none."""
    return (options().max_bytes if max_bytes is None else max_bytes) or None
