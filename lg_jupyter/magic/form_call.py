"""The magic with ``--form``: no run is started, a form is shown from which runs are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lg_jupyter.magic.magic_call import LIMIT_OPTIONS, CallWithoutRun

if TYPE_CHECKING:
    from lg_jupyter.apps.app import App

_APP_ARGUMENT_NAMES = frozenset(
    {
        "target",
        "input",
        "modes",
        "subgraphs",
        "config",
        "context",
        "name",
        "thread_id",
        "multitask",
        "durability",
        "calls",
        "price",
        *LIMIT_OPTIONS,
        "stop_at_once",
    }
)
"""The arguments of :func:`lg_jupyter.app`; the others are those of a run."""


class FormCall(CallWithoutRun):
    """What was typed stands in the form at first; without a body and ``--input`` it is empty."""

    def _validate_input(self) -> None:
        if self._compiled_body is not None or self.invocation.input is not None:
            super()._validate_input()

    async def _evaluate_input(self) -> Any:
        given = self._compiled_body is not None or self.invocation.input is not None
        return await super()._evaluate_input() if given else None

    def open_and_show(self, arguments: dict[str, Any]) -> App:
        """Make the form of these arguments, name it, and show it."""
        from IPython.display import display

        from lg_jupyter.apps.app import app

        form = app(**{name: value for name, value in arguments.items() if name in _APP_ARGUMENT_NAMES})
        if self.invocation.out:
            self._caller.user_ns[self.invocation.out] = form
        show: Any = display
        show(form)
        return form
