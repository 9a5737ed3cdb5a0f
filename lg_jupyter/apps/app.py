"""A small Studio in a cell: a form from the graph's schemas, or a chat, with the run's panels below."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

import ipywidgets  # type: ignore[import-untyped]

from lg_jupyter.apps import schemas
from lg_jupyter.apps.chat_session import Talk
from lg_jupyter.apps.controller import Desk
from lg_jupyter.apps.form_input import Given
from lg_jupyter.apps.input_history import Earlier
from lg_jupyter.apps.python_line import called
from lg_jupyter.apps.records import Records
from lg_jupyter.apps.widget import FormWidget
from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import JSON
from lg_jupyter.events.modes import check_modes
from lg_jupyter.kernel import notebook
from lg_jupyter.request.config import check_config
from lg_jupyter.request.strategies import check_durability, check_multitask
from lg_jupyter.run import Run
from lg_jupyter.runtime.facade import state_of
from lg_jupyter.runtime.questions import waits_for
from lg_jupyter.sources.base import UNSET, ThreadId, configured_thread
from lg_jupyter.sources.server.server import Server
from lg_jupyter.widgets.endpoint import method, methods_of
from lg_jupyter.widgets.live import Sealed
from lg_jupyter.widgets.run import RunWidget

LONGEST_MESSAGE = 2_000
"""Characters of an error that the form shows; its run's panels have all."""


def app(
    target: Any,
    input: Any = None,
    *,
    modes: str | Iterable[str] | None = None,
    subgraphs: bool = True,
    thread_id: ThreadId = UNSET,
    config: Mapping[str, Any] | None = None,
    context: Any = None,
    name: str | None = None,
    multitask: str | None = None,
    durability: str | None = None,
) -> App:
    """A form for a graph's input, or a chat where its state has messages; the run's panels below.

    Show it as the last expression of a cell, or by ``display(...)``.

    Parameters
    ----------
    target
        A compiled graph, an entrypoint, a ``RemoteGraph``, or a :class:`~lg_jupyter.Server`, whose other
        assistants can then be chosen too.
    input, config, context
        What stands in the form at first.
    modes, subgraphs, name, multitask, durability
        As :func:`lg_jupyter.stream` takes them, for each run.
    thread_id
        The thread to begin with; without one, each run gets a new one, and a chat goes on in the first.

    Raises
    ------
    UsageError
        If the target is no graph, or a mode is unknown.
    """
    checked = dict(check_config(config) or {})
    thread = configured_thread(checked) if thread_id is UNSET else thread_id
    desk = Desk(
        target,
        Given(input, _without_thread(checked) or None, context),
        name,
        modes=check_modes(modes),
        subgraphs=subgraphs,
        multitask=check_multitask(multitask),
        durability=check_durability(durability),
    )
    thread = thread if isinstance(thread, str) else None
    desk.check_thread(thread)
    return App(desk, thread)


def _without_thread(config: dict[str, Any]) -> dict[str, Any]:
    """A config without its thread, which the form holds beside it."""
    configurable = config.get("configurable") or {}
    kept = {name: value for name, value in configurable.items() if name != "thread_id"}
    rest = {name: value for name, value in config.items() if name != "configurable"}
    return {**rest, "configurable": kept} if kept else rest


class App(Sealed, ipywidgets.VBox):  # type: ignore[misc]
    """A form and, under it, the live view of its newest run. :func:`lg_jupyter.app` makes it.

    Attributes
    ----------
    runs
        The runs made so far, the newest last.
    """

    def __init__(self, desk: Desk, thread: str | None = None) -> None:
        self.runs: list[Run] = []
        self._desk = desk
        self._talk = Talk(thread, desk.remembers)
        self._is_chat = False
        self._earlier = Earlier()
        self._records = Records(desk.title)
        self._shows_panels = True
        self._view: RunWidget | None = None
        self._told: Any = None  # what was last told of the newest run
        self._context = contextvars.copy_context()  # by which outputs of runs find the cell
        self._form = FormWidget(desk.title, self._summary(), methods_of(self), self._masked)
        super().__init__(children=[self._form])

    def __repr__(self) -> str:
        return f"<App of {self._desk.title}: {len(self.runs)} runs>"

    @property
    def run(self) -> Run | None:
        """The newest run; ``None`` before the first."""
        return self.runs[-1] if self.runs else None

    def _ipython_display_(self) -> None:
        if not notebook.in_kernel():
            target = called(self._desk.target, self._desk.title)
            print(
                f"The form of {self._desk.title} needs a notebook that shows widgets. "
                f"Here: lg_jupyter.stream({target}, {{…}})"
            )
            return
        self._context = contextvars.copy_context()
        bundle = self._repr_mimebundle_()
        notebook.publish(*(bundle if isinstance(bundle, tuple) else (bundle, {})))
        self._records.show(self.runs)

    def close(self) -> None:
        """Take the form away; a run goes on."""
        for name in ("_view", "_form"):  # what was refused half made has none
            if widget := getattr(self, name, None):
                widget.close()
        super().close()

    # What the page is told.

    def _summary(self) -> dict[str, Any]:
        run = self.run
        return {
            "status": "success" if run is None else run.status,  # before the first, nothing is under way
            "target": self._desk.title,
            "source": "form",
            "record": self._records.class_,
            "thread": self._talk.thread,
            "turn": self._talk.turn,
            "panels": self._shows_panels,
            "earlier": self._earlier.titles(),
            "run": None if run is None else self._facts(run),
        }

    def _facts(self, run: Run) -> dict[str, Any]:
        error = run.error
        return {
            "number": len(self.runs),
            "model": None if self._view is None else self._view.model_id,
            "status": run.status,
            "error": error and f"{error['error']}: {error['message'][:LONGEST_MESSAGE]}",
            "note": run.note,
            "thread_id": run.thread_id,
            "asks": len(waits_for(state_of(run))),
            "here": run is not self._talk.left,
        }

    def _tell(self) -> None:
        self._form.tell(self._summary())

    def _masked(self, text: str) -> str:
        redactor = self._desk.redactor() if self.run is None else state_of(self.run).redactor
        return redactor.text(text)

    # What the page asks.

    @method("describe")
    async def _describe(self, assistant: str | None = None) -> JSON:
        known = await self._desk.schemas(assistant)
        self._is_chat = known.chats
        if self._talk.is_empty:
            await self._read_thread()
        target = self._desk.target
        return {
            "kind": "server" if self._desk.is_server else "local",
            "name": self._desk.title,
            "assistant": target.assistant if isinstance(target, Server) else None,
            "input": known.input,
            "context": known.context,
            "config": known.config,
            "notes": list(known.notes),
            "chat": known.chats,
            "remembers": self._desk.remembers,
            "given": asdict(self._desk.begun.shown),
        }

    @method("assistants")
    async def _assistants(self) -> JSON:
        return await asyncio.to_thread(schemas.assistants, self._desk.target) if self._desk.is_server else []

    @method("threads")
    async def _threads(self) -> JSON:
        known = [run.thread_id for run in reversed(self.runs) if run.thread_id]
        mine = [{"value": thread, "label": thread, "detail": "used here"} for thread in dict.fromkeys(known)]
        if not self._desk.is_server:
            return mine
        told = await asyncio.to_thread(schemas.threads, self._desk.target)
        return [*mine, *(each for each in told if each["value"] not in known)]

    @method("thread")
    async def _choose_thread(self, thread_id: str | None = None) -> JSON:
        self._refuse_while_running()
        thread = thread_id.strip() if thread_id else None
        self._desk.check_thread(thread)
        self._talk.leave(thread, self.run)
        await self._read_thread()
        self._tell()
        return True

    async def _read_thread(self) -> None:
        """Take over the conversation of a thread that may have one."""
        if self._is_chat and self._talk.thread is not None:
            self._talk.read(await self._desk.state_of(self._talk.thread))

    @method("conversation")
    async def _conversation(self) -> JSON:
        return {"turn": self._talk.turn, "messages": self._talk.messages()}

    @method("start")
    async def _start(
        self,
        assistant: str | None = None,
        input: JSON = None,
        config: JSON = None,
        context: JSON = None,
        said: str | None = None,
    ) -> JSON:
        self._refuse_while_running()
        given = Given(input, config or None, context, said)
        known = await self._desk.schemas(assistant)
        self._desk.check(known, given)
        self._refuse_while_running()  # the schemas were waited for
        secrets = self._desk.secrets(known, given)
        whole = self._desk.begun.restored(given).input
        input = whole if given.said is None else self._talk.input(given.said, whole)
        apart = not self._form.has_loop
        run = self._context.copy().run(
            lambda: self._desk.start(given, input, assistant, self._thread, secrets, apart)
        )
        self._earlier.add(given.without(secrets))
        self._take_up(run, given.said)
        return {"number": len(self.runs)}

    @method("code")
    async def _code(
        self,
        assistant: str | None = None,
        input: JSON = None,
        config: JSON = None,
        context: JSON = None,
        said: str | None = None,
    ) -> JSON:
        known = await self._desk.schemas(assistant)
        given = Given(input, config or None, context, said)
        return {"text": self._desk.code(given, known, assistant, self._thread)}

    @method("cancel")
    async def _cancel(self) -> JSON:
        if self.run is not None:
            self.run.cancel()
        return {"message": "Stopping the run."}

    @method("earlier")
    async def _recall(self, index: int) -> JSON:
        if not 0 <= index < len(self._earlier):
            raise UsageError(f"There is no earlier input {index}.")
        return asdict(self._earlier[index])

    @method("panels")
    async def _show_panels(self, shown: bool) -> JSON:
        self._shows_panels = shown
        self._arrange()
        self._tell()
        return True

    def _refuse_while_running(self) -> None:
        if self.run is not None and not self.run.done:
            raise UsageError("A run goes on: stop it, or wait for its end.")

    @property
    def _thread(self) -> ThreadId:
        return UNSET if self._talk.thread is None else self._talk.thread

    # The newest run.

    def _take_up(self, run: Run, said: str | None) -> None:
        """Show a run that was started, and follow it."""
        self._talk.set_aside(self.run)
        self.runs.append(run)
        self._told = None
        if said is not None:
            self._talk.say(self._masked(said))
        if self._view is not None:
            self._view.close()
        self._view = self._context.copy().run(RunWidget, run)
        self._arrange()
        run.subscribe(self._follow)
        self._follow(run)

    def _arrange(self) -> None:
        shown = self._view is not None and self._shows_panels
        self.children = [self._form, self._view] if shown else [self._form]

    def _follow(self, run: Run) -> None:
        """Tell what became of the newest run: on the loop that carries it, at each of its changes."""
        if run is not self.run:
            return
        state = (run.status, run.thread_id, run.trace.ended if run.done else None)
        if state == self._told:
            return
        self._told = state
        if run.done:
            self._finish(run)
        self._tell()

    def _finish(self, run: Run) -> None:
        """Keep what a run leaves behind: the conversation, and the record."""
        if self._is_chat:
            self._talk.take_over(run)
        if run.status == "interrupted" and not self._shows_panels:
            self._shows_panels = True  # where it is answered
            self._arrange()
        self._records.update(self.runs)
