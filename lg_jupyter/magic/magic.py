"""The magics ``%lgstream`` and ``%%lgstream`` as IPython knows them."""

from __future__ import annotations

import sys
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, TypeAlias

from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand

from lg_jupyter.config import LGStream, options
from lg_jupyter.magic.background import BackgroundRuns
from lg_jupyter.magic.completion import MagicMatcher
from lg_jupyter.magic.evaluation import CallingCode, Shell
from lg_jupyter.magic.options import make_help_text
from lg_jupyter.magic.runner import MagicRunner
from lg_jupyter.magic.transform import MAGIC_NAME, MAGICS_REGISTRY_KEY, AwaitTransformer

if TYPE_CHECKING:
    from lg_jupyter.apps.app import App
    from lg_jupyter.run import Run
    from lg_jupyter.watching.watch import Watch


MagicResult: TypeAlias = "Run | App | Watch | None"
"""What the magic gives: nothing where it only prints."""


@magics_class
class LgstreamMagics(Magics):
    """The plain magic, which blocks; ``awaited`` and ``as_statement`` are what transformed cells await."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._runner = MagicRunner(shell, BackgroundRuns())
        self.awaited = AwaitedMagic(shell, self._runner, returns_run=True)
        self.as_statement = AwaitedMagic(shell, self._runner, returns_run=False)

    @no_var_expand
    @line_cell_magic
    def lgstream(self, line: str, cell: str | None = None) -> Run | None:
        __tracebackhide__ = True
        run = self._runner.run_blocking(line, cell, CallingCode.from_ipython(self.shell))
        return run if cell is None else None

    lgstream.__doc__ = make_help_text()


class AwaitedMagic:
    """IPython's two methods to run a magic, as coroutines, for our magic alone."""

    def __init__(self, shell: Shell, runner: MagicRunner, *, returns_run: bool) -> None:
        self._shell = shell
        self._runner = runner
        self._returns_run = returns_run

    def run_line_magic(self, name: str, line: str) -> Coroutine[Any, Any, MagicResult]:
        return self._run_awaited(line, None, CallingCode.from_frame(sys._getframe(1), self._shell))

    def run_cell_magic(self, name: str, line: str, cell: str) -> Coroutine[Any, Any, MagicResult]:
        return self._run_awaited(line, cell, CallingCode.from_frame(sys._getframe(1), self._shell))

    async def _run_awaited(self, line: str, cell: str | None, caller: CallingCode) -> MagicResult:
        __tracebackhide__ = True
        run = await self._runner.run_awaited(line, cell, caller)
        return run if self._returns_run else None


def load_magic(shell: Shell) -> None:
    """Register the magic, its transformer, its completion and the options."""
    _unregister_magic(shell)
    options()
    shell.register_magics(LgstreamMagics(shell))
    shell.input_transformers_post.append(AwaitTransformer(shell))
    shell.Completer.custom_matchers.append(MagicMatcher(shell))
    if options().watch:
        from lg_jupyter.watching.watch import watch

        watch()


def unload_magic(shell: Shell) -> None:
    """Take back all that :func:`load_magic` did, and watch no run any more. Runs that are going on go on."""
    _unregister_magic(shell)
    if watching := sys.modules.get("lg_jupyter.watching.watch"):
        watching.stop_all_watches()


def _unregister_magic(shell: Shell) -> None:
    for entries, kind in (
        (shell.input_transformers_post, AwaitTransformer),
        (shell.Completer.custom_matchers, MagicMatcher),
        (shell.configurables, LgstreamMagics),
        (shell.configurables, LGStream),
    ):
        entries[:] = [entry for entry in entries if not isinstance(entry, kind)]
    for magics in shell.magics_manager.magics.values():
        magics.pop(MAGIC_NAME, None)
    shell.magics_manager.registry.pop(MAGICS_REGISTRY_KEY, None)
