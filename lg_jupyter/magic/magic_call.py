"""One use of the magic: what was typed, evaluated, and the run that comes of it."""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from lg_jupyter.errors import UsageError
from lg_jupyter.magic.evaluation import (
    CallingCode,
    CompiledCode,
    Shell,
    compile_expression,
    evaluate_expression,
    run_coroutine_without_loop,
)
from lg_jupyter.magic.interrupt import mark_inside_run
from lg_jupyter.magic.line_parsing import Invocation, PythonExpression

if TYPE_CHECKING:
    from lg_jupyter.apps.app import App
    from lg_jupyter.run import Run
    from lg_jupyter.watching.watch import Watch


LIMIT_OPTIONS = ("max_cost", "max_tokens", "max_seconds")


class MagicCall:
    """Everything of a line and a body that can be checked before anything is evaluated.

    Raises
    ------
    UsageError
        If what was typed cannot be understood.
    """

    def __init__(
        self,
        shell: Shell,
        invocation: Invocation,
        compiled_body: CompiledCode | None,
        caller: CallingCode,
    ) -> None:
        self.shell = shell
        self.invocation = invocation
        self._caller = caller
        self._compiled_body = compiled_body
        self._is_shown_since_resume = False  # whether another cell shows the run up to here
        self._compiled_expressions = {
            part: compile_expression(shell, part) for part in _list_expressions(invocation)
        }
        self._validate_input()

    def _validate_input(self) -> None:
        if self._compiled_body is not None and self.invocation.input is not None:
            raise UsageError("the input is given twice: by the cell's body and by --input")
        if self._compiled_body is None and self.invocation.input is None:
            raise UsageError(
                "no input: end the cell's body with it, an expression, or give --input; "
                "None goes on where the thread stands"
            )

    @property
    def needs_await(self) -> bool:
        """Whether what was typed itself has to be awaited."""
        codes = [*self._compiled_expressions.values(), *filter(None, [self._compiled_body])]
        return any(code.needs_await for code in codes)

    @property
    def is_in_background(self) -> bool:
        """Whether the cell is to end before the run does."""
        return self.invocation.background

    async def evaluate_arguments(self) -> dict[str, Any]:
        """The arguments of :func:`lg_jupyter.stream`; nothing but the user's own code is awaited."""
        __tracebackhide__ = True
        target = await self._evaluate_target()
        evaluated = ("config", "context", "price", *LIMIT_OPTIONS)
        options = {
            name: await self._evaluate_expression(getattr(self.invocation, name)) for name in evaluated
        }
        if self.invocation.thread is not None:
            options["thread_id"] = await self._evaluate_thread_id()
        return {
            "target": target,
            "input": await self._evaluate_input(),
            "modes": self.invocation.modes,
            "subgraphs": self.invocation.subgraphs,
            "tags": self.invocation.tags,
            "nodes": self.invocation.nodes,
            "before": await self._evaluate_breakpoints_before(),
            "after": self.invocation.after,
            "multitask": self.invocation.multitask,
            "durability": self.invocation.durability,
            "detach": self.invocation.detach,
            "think_tags": self.invocation.think_tags,
            "mask_secrets": self.invocation.mask_secrets,
            "calls": self.invocation.calls,
            "stop_at_once": self.invocation.stop_at_once,
            "name": _get_name_for_unnamed_graph(self.invocation.target.source, target),
            "save": await self._evaluate_save_path(),
            **options,
        }

    async def _evaluate_breakpoints_before(self) -> dict[str, Any]:
        """The nodes to stop before, with their conditions."""
        conditions = self.invocation.breakpoint_conditions
        return {
            name: await self._evaluate_expression(conditions[name]) if name in conditions else None
            for name in self.invocation.before
        }

    async def _evaluate_target(self) -> Any:
        if self.invocation.url is None:
            return await self._evaluate_expression(self.invocation.target)
        from lg_jupyter.sources.server.server import Server

        return Server(self.invocation.url, self.invocation.target.source)

    async def _evaluate_input(self) -> Any:
        if self._compiled_body is None:
            return await self._evaluate_expression(self.invocation.input)
        return await self._compiled_body.run_code(self._caller)

    async def _evaluate_thread_id(self) -> str | None:
        thread = self.invocation.thread
        if isinstance(thread, PythonExpression):
            value = await self._evaluate_expression(thread)
            return None if value is None else str(value)
        assert thread is not None
        if isinstance(self._caller.locals.get(thread), str):
            hint = f"for the variable's value: --thread ({thread})"
            print(f"--thread: the thread's id is the word {thread!r}; {hint}", file=sys.stderr)
        return thread

    async def _evaluate_save_path(self) -> Any:
        save = self.invocation.save
        return await self._evaluate_expression(save) if isinstance(save, PythonExpression) else save

    async def _evaluate_expression(self, expression: PythonExpression | None) -> Any:
        if expression is None:
            return None
        return await evaluate_expression(self._compiled_expressions[expression], expression, self._caller)

    def start_and_show_run(
        self, arguments: dict[str, Any], *, on_own_thread: bool, is_caller_blocking: bool
    ) -> Run:
        """Start the run, name it, show it. ``is_caller_blocking``: the caller blocks until it is over."""
        from lg_jupyter.runtime.run_properties import get_run_state
        from lg_jupyter.widgets.display import show_run

        with mark_inside_run():
            run = self._start_run(arguments, on_own_thread)
        if self.invocation.out:
            self._caller.user_ns[self.invocation.out] = run
        if not self.invocation.quiet:
            blocks = is_caller_blocking and not self.is_in_background
            show_run(
                get_run_state(run),
                background=self.is_in_background,
                blocking=blocks,
                since_resume=self._is_shown_since_resume,
            )
        return run

    def _start_run(self, arguments: dict[str, Any], on_own_thread: bool) -> Run:
        from lg_jupyter.api import stream

        return stream(**arguments, display=False, thread=on_own_thread)


class CallWithoutRun(MagicCall):
    """One that starts no run, but opens something, at once."""

    def evaluate_arguments_without_awaiting(self) -> dict[str, Any]:
        """The arguments, where nothing can be awaited."""
        if self.needs_await:
            raise UsageError("this cell blocks, so that nothing in it can await: give it what is there")
        return run_coroutine_without_loop(self.evaluate_arguments())

    def open_and_show(self, arguments: dict[str, Any]) -> App | Watch | None:
        """Do it with these arguments, and show what comes of it."""
        raise NotImplementedError


class ResumeCall(MagicCall):
    """The magic with ``--resume``: the answer to a run that was interrupted."""

    def _validate_input(self) -> None:
        if self._compiled_body is not None and self.invocation.input is not None:
            raise UsageError("the answer is given twice: by the cell's body and by --input")

    async def evaluate_arguments(self) -> dict[str, Any]:
        """The run, and the answer to it."""
        __tracebackhide__ = True
        from lg_jupyter.sources.base import UNSET

        run = await self._find_run_to_resume()
        asks_nothing = self._compiled_body is None and self.invocation.input is None
        return {"run": run, "value": UNSET if asks_nothing else await self._evaluate_input()}

    async def _find_run_to_resume(self) -> Run:
        from lg_jupyter.run import Run, get_run_of_state
        from lg_jupyter.runtime.registry import RUNS

        target = self.invocation.target
        if not target.source:
            run = get_run_of_state(RUNS.get_last_interrupted())
            print(f"Goes on: the run of {run.name}{_format_interrupts(run)}")
            return run
        run = await self._evaluate_expression(target)
        if not isinstance(run, Run):
            raise UsageError(
                f"--resume takes a run, and {target.source} is {type(run).__name__}: keep it with `-o run`, "
                "or leave the name out to go on with the one that was interrupted last"
            )
        return run

    def _start_run(self, arguments: dict[str, Any], on_own_thread: bool) -> Run:
        from lg_jupyter.request.breakpoints import validate_breakpoints
        from lg_jupyter.runtime.run_properties import get_run_state
        from lg_jupyter.widgets.display import resume_in_current_cell

        run: Run = arguments["run"]
        leave = not self.invocation.quiet
        stops = validate_breakpoints(None, None, self.invocation.until)
        self._is_shown_since_resume = resume_in_current_cell(
            get_run_state(run), arguments["value"], stops, thread=on_own_thread, freeze_other_records=leave
        )
        return run


def _format_interrupts(run: Run) -> str:
    from lg_jupyter.text.preview import preview_json

    return "".join(
        f"; {row['node'] or 'it'} asked {preview_json(row['value'], 60)}" for row in run.interrupts
    )


def _list_expressions(invocation: Invocation) -> list[PythonExpression]:
    names = ("input", "thread", "config", "context", "save", "price", *LIMIT_OPTIONS)
    parts = [*(getattr(invocation, name) for name in names), *invocation.breakpoint_conditions.values()]
    if invocation.url is None and invocation.target.source:
        parts.append(invocation.target)
    return [part for part in parts if isinstance(part, PythonExpression)]


def _get_name_for_unnamed_graph(source: str, target: Any) -> str | None:
    """What the notebook calls a graph that was given no name of its own."""
    from lg_jupyter.sources.local import graphs

    with suppress(Exception):
        if graphs.get_given_graph_name(target) is None and re.fullmatch(r"[\w.]+", source):
            return source
    return None
