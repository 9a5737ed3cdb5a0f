"""The magic with ``--history``: runs are kept from now on, or no longer."""

from __future__ import annotations


def switch_history(folder_or_switch: str) -> str:
    """Turn the history on in a folder (``on``: the project's) or ``off``; what there is to say of it."""
    from lg_jupyter.histories.history import history
    from lg_jupyter.runtime.registry import RUNS

    if folder_or_switch == "off":
        was_on, RUNS.keeper = RUNS.keeper is not None, None
        return "The history is off: what is kept stays." if was_on else "The history is off, as it was."
    made = history(None if folder_or_switch == "on" else folder_or_switch)
    return f"Runs are kept in {made.folder} from now on; `%lgstream --history off` ends that."
