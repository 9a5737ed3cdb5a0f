"""What a server does with a run whose thread is busy with another one."""

from __future__ import annotations

import difflib

from lg_jupyter.errors import UsageError

STRATEGIES = ("reject", "interrupt", "rollback", "enqueue")


def check_multitask(strategy: object) -> str | None:
    """``strategy`` if it is one, or ``None``.

    Raises
    ------
    UsageError
        If there is no such strategy.
    """
    if strategy is None:
        return None
    if isinstance(strategy, str) and strategy in STRATEGIES:
        return strategy
    near = difflib.get_close_matches(str(strategy), STRATEGIES, n=1)
    meant = f": did you mean {near[0]!r}?" if near else "."
    raise UsageError(f"multitask has no strategy {strategy!r}{meant} It is one of {', '.join(STRATEGIES)}.")
