"""The notebook or terminal around us: what is shown there, when it hears a click, what its variables hold."""

from __future__ import annotations

import sys
from typing import Any, NamedTuple


def shell() -> Any:
    """The interactive shell, if Python runs in one."""
    if "IPython" not in sys.modules:
        return None
    from IPython.core.getipython import get_ipython

    return get_ipython()


def in_kernel() -> bool:
    """Whether what is displayed goes to a notebook."""
    return getattr(shell(), "kernel", None) is not None


class Cell(NamedTuple):
    """One execution of a cell: the id of what asked for it, and the number that stands beside it."""

    id: str
    number: int


def cell() -> Cell | None:
    """The cell that is executed; ``None`` where there is none."""
    try:
        parent = shell().kernel.get_parent("shell")
        return Cell(str(parent["header"]["msg_id"]), shell().execution_count)
    except (AttributeError, KeyError, TypeError, LookupError):
        return None


def hears_in_a_cell() -> bool:
    """Whether the kernel hears a widget's messages while a cell awaits: ipykernel 6 does not."""
    return bool(getattr(sys.modules.get("ipykernel"), "version_info", (7,))[0] >= 7)


def publish(
    data: dict[str, Any], metadata: dict[str, Any], display_id: str | None = None, update: bool = False
) -> None:
    """Display a MIME bundle, under an id by which it can be updated if one is given."""
    from IPython.display import publish_display_data

    transient = {"display_id": display_id} if display_id else None
    display: Any = publish_display_data
    display(data, metadata, transient=transient, **({"update": True} if update else {}))


def variables() -> dict[str, Any]:
    """The notebook's variables, or those of the program that is run."""
    return vars(sys.modules["__main__"])


def name_of(value: Any) -> str | None:
    """The variable that holds an object; ``_`` and the like are the shell's own, and none."""
    held = (name for name, each in list(variables().items()) if each is value and not name.startswith("_"))
    return next(held, None)
