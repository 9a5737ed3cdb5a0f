"""A small Studio in a cell: a form from the graph's schemas, or a chat, with the run's panels below."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Iterable, Mapping
from typing import Any

import ipywidgets  # type: ignore[import-untyped]

from lg_jupyter.apps import schemas
from lg_jupyter.apps.chat_session import ChatSession
from lg_jupyter.apps.controller import FormController
from lg_jupyter.apps.form_input import FormInput
from lg_jupyter.apps.input_history import InputHistory
from lg_jupyter.apps.python_line import target_expression
from lg_jupyter.apps.records import RunRecords
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

MAX_ERROR_CHARACTERS = 2_000
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
    controller = FormController(
        target,
        FormInput(input, _without_thread(checked) or None, context),
        name,
        modes=check_modes(modes),
        subgraphs=subgraphs,
        multitask=check_multitask(multitask),
        durability=check_durability(durability),
    )
    thread = thread if isinstance(thread, str) else None
    controller.check_thread(thread)
    return App(controller, thread)


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

    def __init__(self, controller: FormController, thread: str | None = None) -> None:
        self.runs: list[Run] = []
        self._controller = controller
        self._chat = ChatSession(thread, controller.keeps_threads)
        self._is_chat = False
        self._history = InputHistory()
        self._records = RunRecords(controller.title)
        self._shows_panels = True
        self._view: RunWidget | None = None
        self._last_reported: Any = None  # what the page knows of the newest run
        self._context = contextvars.copy_context()  # by which outputs of runs find the cell
        self._form = FormWidget(controller.title, self._summary(), methods_of(self), self._masked)
        super().__init__(children=[self._form])

    def __repr__(self) -> str:
        return f"<App of {self._controller.title}: {len(self.runs)} runs>"

    @property
    def run(self) -> Run | None:
        """The newest run; ``None`` before the first."""
        return self.runs[-1] if self.runs else None

    def _ipython_display_(self) -> None:
        if not notebook.in_kernel():
            target = target_expression(self._controller.target, self._controller.title)
            print(
                f"The form of {self._controller.title} needs a notebook that shows widgets. "
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

    # What the page shows.

    def _summary(self) -> dict[str, Any]:
        run = self.run
        return {
            "status": "success" if run is None else run.status,  # before the first, nothing is under way
            "target": self._controller.title,
            "source": "form",
            "record": self._records.class_,
            "thread": self._chat.thread,
            "turn": self._chat.turn,
            "panels": self._shows_panels,
            "earlier": self._history.entries(),
            "run": None if run is None else self._run_summary(run),
        }

    def _run_summary(self, run: Run) -> dict[str, Any]:
        error = run.error
        return {
            "number": len(self.runs),
            "model": None if self._view is None else self._view.model_id,
            "status": run.status,
            "error": error and f"{error['error']}: {error['message'][:MAX_ERROR_CHARACTERS]}",
            "note": run.note,
            "thread_id": run.thread_id,
            "asks": len(waits_for(state_of(run))),
            "here": run is not self._chat.left_run,
        }

    def _report(self) -> None:
        self._form.update_summary(self._summary())

    def _masked(self, text: str) -> str:
        redactor = self._controller.redactor() if self.run is None else state_of(self.run).redactor
        return redactor.text(text)

    # What the page calls.

    @method("describe")
    async def _describe(self, assistant: str | None = None) -> JSON:
        target_schemas = await self._controller.schemas(assistant)
        self._is_chat = target_schemas.chats
        if self._chat.is_empty:
            await self._read_thread()
        target = self._controller.target
        return {
            "kind": "server" if self._controller.is_server else "local",
            "name": self._controller.title,
            "assistant": target.assistant if isinstance(target, Server) else None,
            "input": target_schemas.input,
            "context": target_schemas.context,
            "config": target_schemas.config,
            "notes": list(target_schemas.notes),
            "chat": target_schemas.chats,
            "remembers": self._controller.keeps_threads,
            "given": self._controller.initial.shown.to_json(),
        }

    @method("assistants")
    async def _assistants(self) -> JSON:
        if not self._controller.is_server:
            return []
        return await asyncio.to_thread(schemas.assistants, self._controller.target)

    @method("threads")
    async def _threads(self) -> JSON:
        known = [run.thread_id for run in reversed(self.runs) if run.thread_id]
        mine = [{"value": thread, "label": thread, "detail": "used here"} for thread in dict.fromkeys(known)]
        if not self._controller.is_server:
            return mine
        offered = await asyncio.to_thread(schemas.threads, self._controller.target)
        return [*mine, *(each for each in offered if each["value"] not in known)]

    @method("thread")
    async def _choose_thread(self, thread_id: str | None = None) -> JSON:
        self._refuse_while_running()
        thread = thread_id.strip() if thread_id else None
        self._controller.check_thread(thread)
        self._chat.switch_thread(thread, self.run)
        await self._read_thread()
        self._report()
        return True

    async def _read_thread(self) -> None:
        """Take over the conversation of a thread that may have one."""
        if self._is_chat and self._chat.thread is not None:
            self._chat.load_state(await self._controller.state_of(self._chat.thread))

    @method("conversation")
    async def _conversation(self) -> JSON:
        return {"turn": self._chat.turn, "messages": self._chat.messages()}

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
        form_input = FormInput(input, config or None, context, said)
        target_schemas = await self._controller.schemas(assistant)
        self._controller.check(target_schemas, form_input)
        self._refuse_while_running()  # the schemas were waited for
        secrets = self._controller.secrets(target_schemas, form_input)
        restored = self._controller.initial.restore(form_input).input
        input = restored if form_input.message is None else self._chat.input(form_input.message, restored)
        own_loop = not self._form.has_loop
        run = self._context.copy().run(
            lambda: self._controller.start(form_input, input, assistant, self._thread, secrets, own_loop)
        )
        self._history.add(form_input.without(secrets))
        self._follow_run(run, form_input.message)
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
        target_schemas = await self._controller.schemas(assistant)
        form_input = FormInput(input, config or None, context, said)
        return {"text": self._controller.code(form_input, target_schemas, assistant, self._thread)}

    @method("cancel")
    async def _cancel(self) -> JSON:
        if self.run is not None:
            self.run.cancel()
        return {"message": "Stopping the run."}

    @method("earlier")
    async def _history_entry(self, index: int) -> JSON:
        if not 0 <= index < len(self._history):
            raise UsageError(f"There is no earlier input {index}.")
        return self._history[index].to_json()

    @method("panels")
    async def _show_panels(self, shown: bool) -> JSON:
        self._shows_panels = shown
        self._update_children()
        self._report()
        return True

    def _refuse_while_running(self) -> None:
        if self.run is not None and not self.run.done:
            raise UsageError("A run goes on: stop it, or wait for its end.")

    @property
    def _thread(self) -> ThreadId:
        return UNSET if self._chat.thread is None else self._chat.thread

    # The newest run.

    def _follow_run(self, run: Run, message: str | None) -> None:
        """Show a run that was started, and follow it."""
        self._chat.add_outcome(self.run)
        self.runs.append(run)
        self._last_reported = None
        if message is not None:
            self._chat.add_user_message(self._masked(message))
        if self._view is not None:
            self._view.close()
        self._view = self._context.copy().run(RunWidget, run)
        self._update_children()
        run.subscribe(self._follow)
        self._follow(run)

    def _update_children(self) -> None:
        shown = self._view is not None and self._shows_panels
        self.children = [self._form, self._view] if shown else [self._form]

    def _follow(self, run: Run) -> None:
        """Report how the newest run goes: on the loop that carries it, at each of its changes."""
        if run is not self.run:
            return
        state = (run.status, run.thread_id, run.trace.ended if run.done else None)
        if state == self._last_reported:
            return
        self._last_reported = state
        if run.done:
            self._finish(run)
        self._report()

    def _finish(self, run: Run) -> None:
        """Keep what a run leaves behind: the conversation, and the record."""
        if self._is_chat:
            self._chat.continue_from(run)
        if run.status == "interrupted" and not self._shows_panels:
            self._shows_panels = True  # where it is answered
            self._update_children()
        self._records.update(self.runs)
