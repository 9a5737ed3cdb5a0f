"""The magic with ``on`` or ``off``: runs that other code starts are shown from now on, or no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lg_jupyter.errors import UsageError
from lg_jupyter.magic.magic_call import CallWithoutRun

if TYPE_CHECKING:
    from lg_jupyter.watching.watch import Watch


MAX_RUNS_OF_UNNAMED_WATCH = 200
"""Runs that are kept of a watch that has no name."""


class WatchCall(CallWithoutRun):
    """What was typed before the options, if anything was, are the graphs to watch alone."""

    def _validate_input(self) -> None:
        if self._compiled_body is not None:
            raise UsageError("the runs to watch are started by other cells: `%lgstream on` takes one line")

    async def evaluate_arguments(self) -> dict[str, Any]:
        """The arguments of :func:`lg_jupyter.watch`."""
        __tracebackhide__ = True
        graphs = (
            await self._evaluate_expression(self.invocation.target) if self.invocation.target.source else None
        )
        return {"graphs": graphs, "save": await self._evaluate_save_path()}

    def open_and_show(self, arguments: dict[str, Any]) -> Watch | None:
        """Begin, or end, and say so."""
        from lg_jupyter.watching.watch import stop_all_watches, watch

        stop_all_watches()
        if self.invocation.unwatch:
            print("No run is watched any more.")
            return None
        begun = watch(**arguments, display=not self.invocation.quiet, tokens=self.invocation.tokens)
        if self.invocation.out:
            self._caller.user_ns[self.invocation.out] = begun
        else:
            begun.most = MAX_RUNS_OF_UNNAMED_WATCH  # whom nobody holds, would only fill the memory
        print("Every run of a graph is watched from now on; `%lgstream off` ends it.")
        return begun
