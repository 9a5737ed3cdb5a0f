"""See a LangGraph run live in the notebook cell that started it, and keep it as data."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lg_jupyter.api import concat, join, load, stream
    from lg_jupyter.apps.app import App, app
    from lg_jupyter.batch.batch import Batch, map
    from lg_jupyter.comparison.comparison import Comparison, compare
    from lg_jupyter.config import LGStream
    from lg_jupyter.dashboards.dashboard import Dashboard, dashboard
    from lg_jupyter.errors import (
        InputError,
        LgJupyterError,
        ModeError,
        RunError,
        SavedRunError,
        ServerError,
        TargetError,
        UsageError,
    )
    from lg_jupyter.exports.code import Code
    from lg_jupyter.exports.frames import Frames
    from lg_jupyter.histories.history import History, history
    from lg_jupyter.histories.runs import HistoryRuns
    from lg_jupyter.request.attachments import attachment
    from lg_jupyter.run import Run, wait_all
    from lg_jupyter.runtime.checkpoint_list import Checkpoints
    from lg_jupyter.servers import Server, ServerRuns
    from lg_jupyter.sources.structure import Structure
    from lg_jupyter.threads import thread
    from lg_jupyter.watching.show import show
    from lg_jupyter.watching.watch import Watch, watch
    from lg_jupyter.watching.watched import watched
    from lg_jupyter.widgets.run import RunWidget
    from lg_jupyter.widgets.selection import Selection

    __version__: str
    last_run: Run | None
    options: LGStream

_HOMES = {
    "App": "apps.app",
    "Batch": "batch.batch",
    "Checkpoints": "runtime.checkpoint_list",
    "Code": "exports.code",
    "Comparison": "comparison.comparison",
    "Dashboard": "dashboards.dashboard",
    "Frames": "exports.frames",
    "History": "histories.history",
    "HistoryRuns": "histories.runs",
    "InputError": "errors",
    "LgJupyterError": "errors",
    "ModeError": "errors",
    "Run": "run",
    "RunError": "errors",
    "RunWidget": "widgets.run",
    "SavedRunError": "errors",
    "Selection": "widgets.selection",
    "Server": "servers",
    "ServerError": "errors",
    "ServerRuns": "servers",
    "Structure": "sources.structure",
    "TargetError": "errors",
    "UsageError": "errors",
    "Watch": "watching.watch",
    "app": "apps.app",
    "attachment": "request.attachments",
    "compare": "comparison.comparison",
    "concat": "api",
    "dashboard": "dashboards.dashboard",
    "history": "histories.history",
    "join": "api",
    "load": "api",
    "map": "batch.batch",
    "show": "watching.show",
    "stream": "api",
    "thread": "threads",
    "wait_all": "run",
    "watch": "watching.watch",
    "watched": "watching.watched",
}
"""Where the public names live; each module is imported when one of its names is first used."""

__all__ = [
    "App",
    "Batch",
    "Checkpoints",
    "Code",
    "Comparison",
    "Dashboard",
    "Frames",
    "History",
    "HistoryRuns",
    "InputError",
    "LgJupyterError",
    "ModeError",
    "Run",
    "RunError",
    "RunWidget",
    "SavedRunError",
    "Selection",
    "Server",
    "ServerError",
    "ServerRuns",
    "Structure",
    "TargetError",
    "UsageError",
    "Watch",
    "__version__",
    "app",
    "attachment",
    "compare",
    "concat",
    "dashboard",
    "history",
    "join",
    "last_run",
    "load",
    "load_ipython_extension",
    "map",
    "options",
    "show",
    "stream",
    "thread",
    "unload_ipython_extension",
    "wait_all",
    "watch",
    "watched",
]


def __getattr__(name: str) -> Any:
    if name == "last_run":
        return import_module("lg_jupyter.run").get_last_run()
    if name == "options" or name in _HOMES:
        _follow_options()
    if name == "options":
        return import_module("lg_jupyter.config").options()
    if name == "__version__":
        return import_module("importlib.metadata").version("lg_jupyter")
    if name in _HOMES:
        return getattr(import_module(f"lg_jupyter.{_HOMES[name]}"), name)
    from lg_jupyter.spelling import make_unknown_attribute_error

    raise make_unknown_attribute_error(f"module {__name__!r}", name, __all__)


def _follow_options() -> None:
    """Have the history be on where the options say so, before a run can be started."""
    from lg_jupyter.histories.history_option import follow_history_option

    follow_history_option()


def __dir__() -> list[str]:
    return sorted(__all__)


def load_ipython_extension(shell: Any) -> None:
    """``%load_ext lg_jupyter``: register the magics."""
    from lg_jupyter.magic import load_ipython_extension as load_magics

    _follow_options()
    load_magics(shell)


def unload_ipython_extension(shell: Any) -> None:
    """``%unload_ext lg_jupyter``: leave no trace behind."""
    from lg_jupyter.magic import unload_ipython_extension as unload_magics

    unload_magics(shell)
