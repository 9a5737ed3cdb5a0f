"""One use of the magic: what was typed, evaluated, and the run that comes of it."""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from lg_jupyter.errors import UsageError
from lg_jupyter.magic.cell import (
    Caller,
    CompiledCode,
    Shell,
    compile_expression,
    evaluate_expression,
    run_without_waiting,
)
from lg_jupyter.magic.interrupt import mark_inside_run
from lg_jupyter.magic.parse import Expression, Invocation

if TYPE_CHECKING:
    from lg_jupyter.apps.app import App
    from lg_jupyter.run import Run
    from lg_jupyter.watching.watch import Watch


LIMITS = ("max_cost", "max_tokens", "max_seconds")


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
        body: CompiledCode | None,
        caller: Caller,
    ) -> None:
        self.shell = shell
        self.invocation = invocation
        self._caller = caller
        self._body = body
        self._since_resume = False  # whether another cell shows the run up to here
        self._compiled = {part: compile_expression(shell, part) for part in _list_expressions(invocation)}
        self._check_input()

    def _check_input(self) -> None:
        if self._body is not None and self.invocation.input is not None:
            raise UsageError("the input is given twice: by the cell's body and by --input")
        if self._body is None and self.invocation.input is None:
            raise UsageError(
                "no input: end the cell's body with it, an expression, or give --input; "
                "None goes on where the thread stands"
            )

    @property
    def awaits(self) -> bool:
        """Whether what was typed itself has to be awaited."""
        codes = [*self._compiled.values(), *filter(None, [self._body])]
        return any(code.awaits for code in codes)

    @property
    def in_background(self) -> bool:
        """Whether the cell is to end before the run does."""
        return self.invocation.background

    async def evaluate(self) -> dict[str, Any]:
        """The arguments of :func:`lg_jupyter.stream`; nothing but the user's own code is awaited."""
        __tracebackhide__ = True
        target = await self._target()
        evaluated = ("config", "context", "price", *LIMITS)
        options = {name: await self._value(getattr(self.invocation, name)) for name in evaluated}
        if self.invocation.thread is not None:
            options["thread_id"] = await self._thread()
        return {
            "target": target,
            "input": await self._input(),
            "modes": self.invocation.modes,
            "subgraphs": self.invocation.subgraphs,
            "tags": self.invocation.tags,
            "nodes": self.invocation.nodes,
            "before": await self._before(),
            "after": self.invocation.after,
            "multitask": self.invocation.multitask,
            "durability": self.invocation.durability,
            "detach": self.invocation.detach,
            "think_tags": self.invocation.think_tags,
            "mask_secrets": self.invocation.mask_secrets,
            "calls": self.invocation.calls,
            "stop_at_once": self.invocation.stop_at_once,
            "name": _find_graph_variable(self.invocation.target.source, target),
            "save": await self._save(),
            **options,
        }

    async def _before(self) -> dict[str, Any]:
        """The nodes to stop before, with their conditions."""
        conditions = self.invocation.conditions
        return {
            name: await self._value(conditions[name]) if name in conditions else None
            for name in self.invocation.before
        }

    async def _target(self) -> Any:
        if self.invocation.url is None:
            return await self._value(self.invocation.target)
        from lg_jupyter.sources.server.server import Server

        return Server(self.invocation.url, self.invocation.target.source)

    async def _input(self) -> Any:
        if self._body is None:
            return await self._value(self.invocation.input)
        return await self._body.run(self._caller)

    async def _thread(self) -> str | None:
        thread = self.invocation.thread
        if isinstance(thread, Expression):
            value = await self._value(thread)
            return None if value is None else str(value)
        assert thread is not None
        if isinstance(self._caller.locals.get(thread), str):
            hint = f"for the variable's value: --thread ({thread})"
            print(f"--thread: the thread's id is the word {thread!r}; {hint}", file=sys.stderr)
        return thread

    async def _save(self) -> Any:
        save = self.invocation.save
        return await self._value(save) if isinstance(save, Expression) else save

    async def _value(self, expression: Expression | None) -> Any:
        if expression is None:
            return None
        return await evaluate_expression(self._compiled[expression], expression, self._caller)

    def start(self, arguments: dict[str, Any], *, thread: bool, blocking: bool) -> Run:
        """Start the run, name it, show it. ``blocking`` says that the caller blocks until it is over."""
        from lg_jupyter.runtime.facade import state_of
        from lg_jupyter.widgets.display import show_run

        with mark_inside_run():
            run = self._start(arguments, thread)
        if self.invocation.out:
            self._caller.user_ns[self.invocation.out] = run
        if not self.invocation.quiet:
            blocks = blocking and not self.in_background
            show_run(
                state_of(run), background=self.in_background, blocking=blocks, since_resume=self._since_resume
            )
        return run

    def _start(self, arguments: dict[str, Any], thread: bool) -> Run:
        from lg_jupyter.api import stream

        return stream(**arguments, display=False, thread=thread)


class InstantCall(MagicCall):
    """One that starts no run, but opens something, at once."""

    def evaluate_now(self) -> dict[str, Any]:
        """The arguments, where nothing can be awaited."""
        if self.awaits:
            raise UsageError("this cell blocks, so that nothing in it can await: give it what is there")
        return run_without_waiting(self.evaluate())

    def open(self, arguments: dict[str, Any]) -> App | Watch | None:
        """Do it with these arguments, and show what comes of it."""
        raise NotImplementedError


class ResumeCall(MagicCall):
    """The magic with ``--resume``: the answer to a run that was interrupted."""

    def _check_input(self) -> None:
        if self._body is not None and self.invocation.input is not None:
            raise UsageError("the answer is given twice: by the cell's body and by --input")

    async def evaluate(self) -> dict[str, Any]:
        """The run, and the answer to it."""
        __tracebackhide__ = True
        from lg_jupyter.sources.base import UNSET

        run = await self._run_to_resume()
        asks_nothing = self._body is None and self.invocation.input is None
        return {"run": run, "value": UNSET if asks_nothing else await self._input()}

    async def _run_to_resume(self) -> Run:
        from lg_jupyter.run import Run, get_run
        from lg_jupyter.runtime.registry import RUNS

        target = self.invocation.target
        if not target.source:
            run = get_run(RUNS.last_interrupted())
            print(f"Goes on: the run of {run.name}{_format_interrupts(run)}")
            return run
        run = await self._value(target)
        if not isinstance(run, Run):
            raise UsageError(
                f"--resume takes a run, and {target.source} is {type(run).__name__}: keep it with `-o run`, "
                "or leave the name out to go on with the one that was interrupted last"
            )
        return run

    def _start(self, arguments: dict[str, Any], thread: bool) -> Run:
        from lg_jupyter.request.breakpoints import validate_breakpoints
        from lg_jupyter.runtime.facade import state_of
        from lg_jupyter.widgets.display import resume_run

        run: Run = arguments["run"]
        leave = not self.invocation.quiet
        stops = validate_breakpoints(None, None, self.invocation.until)
        self._since_resume = resume_run(state_of(run), arguments["value"], stops, thread=thread, leave=leave)
        return run


def _format_interrupts(run: Run) -> str:
    from lg_jupyter.text.preview import preview

    return "".join(f"; {row['node'] or 'it'} asked {preview(row['value'], 60)}" for row in run.interrupts)


def _list_expressions(invocation: Invocation) -> list[Expression]:
    names = ("input", "thread", "config", "context", "save", "price", *LIMITS)
    parts = [*(getattr(invocation, name) for name in names), *invocation.conditions.values()]
    if invocation.url is None and invocation.target.source:
        parts.append(invocation.target)
    return [part for part in parts if isinstance(part, Expression)]


def _find_graph_variable(source: str, target: Any) -> str | None:
    """What the notebook calls a graph that was given no name of its own."""
    from lg_jupyter.sources.local import graphs

    with suppress(Exception):
        if graphs.get_graph_name(target) is None and re.fullmatch(r"[\w.]+", source):
            return source
    return None
