"""The notebook or terminal around us: display, cells, variables, and when messages of widgets arrive."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, NamedTuple


def get_shell() -> Any:
    """The interactive shell, if Python runs in one."""
    if "IPython" not in sys.modules:
        return None
    from IPython.core.getipython import get_ipython

    return get_ipython()


def is_in_kernel() -> bool:
    """Whether what is displayed goes to a notebook."""
    return getattr(get_shell(), "kernel", None) is not None


def is_in_marimo() -> bool:
    """Whether Python runs a notebook of marimo."""
    marimo = sys.modules.get("marimo")
    return marimo is not None and bool(marimo.running_in_notebook())


def is_marimo_export() -> bool:
    """Whether marimo runs a notebook to write a file of it: there is no page that could draw anything."""
    return is_in_marimo() and getattr(sys.modules["marimo"].app_meta(), "request", ()) is None


class CellExecution(NamedTuple):
    """One execution of a cell: the id of the message that requested it, and its execution count."""

    parent_msg_id: str
    execution_count: int


def get_current_cell_execution() -> CellExecution | None:
    """The cell that is executed; ``None`` where there is none."""
    try:
        parent = get_shell().kernel.get_parent("shell")
        return CellExecution(str(parent["header"]["msg_id"]), get_shell().execution_count)
    except (AttributeError, KeyError, TypeError, LookupError):
        return None


def get_current_cell_id() -> str | None:
    """The id of the cell itself, the same each time that it is run; ``None`` if no front end tells it."""
    try:
        found = get_shell().kernel.get_parent("shell")["metadata"].get("cellId")
    except (AttributeError, KeyError, TypeError, LookupError):
        return None
    return found if isinstance(found, str) and found else None


def call_after_cell(function: Callable[[], object]) -> None:
    """Have a function called once, when the cell at hand is over, or the next one, where there is none."""
    events = get_shell().events

    def call(*_: Any) -> None:
        events.unregister("post_run_cell", call)
        function()

    events.register("post_run_cell", call)


def handles_widget_messages_during_cell() -> bool:
    """Whether the kernel handles a widget's messages while a cell awaits: ipykernel 6 does not."""
    return bool(getattr(sys.modules.get("ipykernel"), "version_info", (7,))[0] >= 7)


def publish_mime_bundle(
    data: dict[str, Any], metadata: dict[str, Any], display_id: str | None = None, update: bool = False
) -> None:
    """Display a MIME bundle, under an id if it is to be updated; outside of IPython, print its text."""
    if get_shell() is None:
        print(data["text/plain"])
        return
    from IPython.display import publish_display_data

    transient = {"display_id": display_id} if display_id else None
    display: Any = publish_display_data
    display(data, metadata, transient=transient, **({"update": True} if update else {}))


def get_user_variables() -> dict[str, Any]:
    """The notebook's variables, or those of the program that is run."""
    return vars(sys.modules["__main__"])


def find_variable_name(value: Any) -> str | None:
    """The variable that holds an object; ``_`` and the like are the shell's own, and none."""
    held = (
        name
        for name, each in list(get_user_variables().items())
        if each is value and not name.startswith("_")
    )
    return next(held, None)
