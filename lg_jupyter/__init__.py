"""See a LangGraph run live in the notebook cell that started it, and keep it as data."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lg_jupyter.api import concat, join, load, stream
    from lg_jupyter.apps.app import App, app
    from lg_jupyter.batch.batch import Batch, map
    from lg_jupyter.comparison.comparison import Comparison, compare
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
    from lg_jupyter.run import Run, wait_all
    from lg_jupyter.runtime.fork import Checkpoints
    from lg_jupyter.sources.server.server import Server
    from lg_jupyter.sources.structure import Structure
    from lg_jupyter.widgets.run import RunWidget

    __version__: str
    last_run: Run | None

_HOMES = {
    "App": "apps.app",
    "Batch": "batch.batch",
    "Checkpoints": "runtime.fork",
    "Code": "exports.code",
    "Comparison": "comparison.comparison",
    "Frames": "exports.frames",
    "InputError": "errors",
    "LgJupyterError": "errors",
    "ModeError": "errors",
    "Run": "run",
    "RunError": "errors",
    "RunWidget": "widgets.run",
    "SavedRunError": "errors",
    "Server": "sources.server.server",
    "ServerError": "errors",
    "Structure": "sources.structure",
    "TargetError": "errors",
    "UsageError": "errors",
    "app": "apps.app",
    "compare": "comparison.comparison",
    "concat": "api",
    "join": "api",
    "load": "api",
    "map": "batch.batch",
    "stream": "api",
    "wait_all": "run",
}
"""Where the public names live; each module is imported when one of its names is first used."""

__all__ = [
    "App",
    "Batch",
    "Checkpoints",
    "Code",
    "Comparison",
    "Frames",
    "InputError",
    "LgJupyterError",
    "ModeError",
    "Run",
    "RunError",
    "RunWidget",
    "SavedRunError",
    "Server",
    "ServerError",
    "Structure",
    "TargetError",
    "UsageError",
    "__version__",
    "app",
    "compare",
    "concat",
    "join",
    "last_run",
    "load",
    "load_ipython_extension",
    "map",
    "stream",
    "unload_ipython_extension",
    "wait_all",
]


def __getattr__(name: str) -> Any:
    if name == "last_run":
        return import_module("lg_jupyter.run").last_run()
    if name == "__version__":
        return import_module("importlib.metadata").version("lg_jupyter")
    if name in _HOMES:
        return getattr(import_module(f"lg_jupyter.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)


def load_ipython_extension(shell: Any) -> None:
    """``%load_ext lg_jupyter``: register the magics."""
    from lg_jupyter.magic import load_ipython_extension as load_magics

    load_magics(shell)


def unload_ipython_extension(shell: Any) -> None:
    """``%unload_ext lg_jupyter``: leave no trace behind."""
    from lg_jupyter.magic import unload_ipython_extension as unload_magics

    unload_magics(shell)
