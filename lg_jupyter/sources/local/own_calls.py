"""Which calls of graphs are made here, and are no run that other code started."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_is_own_call: ContextVar[bool] = ContextVar("lg_jupyter_own_call", default=False)


@contextmanager
def mark_own_call() -> Iterator[None]:
    """While a graph's ``stream`` or ``astream`` is called here."""
    token = _is_own_call.set(True)
    try:
        yield
    finally:
        _is_own_call.reset(token)


def is_own_call() -> bool:
    """Whether the call that is being made is one of ours."""
    return _is_own_call.get()
