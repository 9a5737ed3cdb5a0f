"""Has the history be on as the option ``history`` says, from the first use of the package on."""

from __future__ import annotations

import functools
import warnings
from typing import Any

from lg_jupyter.config import options


@functools.cache
def follow_history_option() -> None:
    """Turn the history on where the option says so, and whenever it is set. What fails is a warning."""
    held = options()
    held.observe(_on_option_change, "history")
    if held.history is not None:
        _apply_history_option(held.history)


def _on_option_change(change: Any) -> None:
    _apply_history_option(change["new"])


def _apply_history_option(folder: str | None) -> None:
    from lg_jupyter.histories.history import history
    from lg_jupyter.runtime.registry import RUNS

    try:
        if folder is None:
            RUNS.keeper = None
        else:
            history(None if folder == "on" else folder)
    except Exception as error:
        warnings.warn(f"no run is kept: {type(error).__name__}: {error}", RuntimeWarning, stacklevel=2)
