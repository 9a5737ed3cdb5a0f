"""A small Studio in a cell: a form from the graph's schemas, or a chat, with the run's panels below."""

from __future__ import annotations

import asyncio
import contextvars
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from traitlets import MetaHasTraits

from lg_jupyter.apps import schemas
from lg_jupyter.apps.chat_session import ChatSession
from lg_jupyter.apps.controller import FormController
from lg_jupyter.apps.form_input import FormInput
from lg_jupyter.apps.input_history import InputHistory
from lg_jupyter.apps.message_content import MessageContent, map_content_texts
from lg_jupyter.apps.python_code import format_target_expression
from lg_jupyter.apps.run_records import RunRecordsOutput
from lg_jupyter.apps.widget import FormWidget
from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import JSON, JSONObject
from lg_jupyter.exports.calls import ModelCall
from lg_jupyter.kernel import notebook
from lg_jupyter.kernel.module_reload import InstanceCheckByName
from lg_jupyter.request.arguments import checks_arguments
from lg_jupyter.request.config import remove_thread_id, validate_config
from lg_jupyter.request.limits import resolve_limits
from lg_jupyter.request.prices import validate_price
from lg_jupyter.request.strategies import validate_durability, validate_multitask
from lg_jupyter.run import Run
from lg_jupyter.runtime.answerable import list_answerable_interrupts
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.sources.base import UNSET, RequestedThreadId, get_config_thread_id
from lg_jupyter.sources.server.server import Server
from lg_jupyter.sources.stream_modes import choose_stream_modes
from lg_jupyter.spelling import SuggestsAttributes
from lg_jupyter.widgets.endpoint import collect_methods, method
from lg_jupyter.widgets.live_views import WidgetInCell
from lg_jupyter.widgets.live_widget import LiveWidget
from lg_jupyter.widgets.run import RunWidget


@checks_arguments
def app(
    target: Any,
    input: Any = None,
    *,
    modes: str | Iterable[str] | None = None,
    subgraphs: bool = True,
    thread_id: RequestedThreadId = UNSET,
    config: Mapping[str, Any] | None = None,
    context: Any = None,
    name: str | None = None,
    multitask: str | None = None,
    durability: str | None = None,
    calls: bool = False,
    price: Mapping[str, Mapping[str, float]] | Callable[[ModelCall], float | None] | None = None,
    max_cost: float | None = None,
    max_tokens: int | None = None,
    max_seconds: float | None = None,
    stop_at_once: bool = False,
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
    modes, subgraphs, name, multitask, durability, calls
        As :func:`lg_jupyter.stream` takes them, for each run.
    price, max_cost, max_tokens, max_seconds, stop_at_once
        Likewise.
    thread_id
        The thread to begin with; without one, each run gets a new one, and a chat goes on in the first.

    Returns
    -------
    App
        The form.

    Raises
    ------
    UsageError
        If the target is no graph, or a mode is unknown.

    Examples
    --------
    >>> lg_jupyter.app(graph, {"topic": "dogs"}).runs
    []
    """
    checked = dict(validate_config(config) or {})
    thread = get_config_thread_id(checked) if thread_id is UNSET else thread_id
    controller = FormController(
        target,
        FormInput(input, remove_thread_id(checked) or None, context),
        name,
        modes=choose_stream_modes(target, modes, calls),
        subgraphs=subgraphs,
        multitask_strategy=validate_multitask(multitask),
        durability=validate_durability(durability),
        price=validate_price(price, ModelCall, max_cost),
        limits=resolve_limits(max_cost, max_tokens, max_seconds, stop_at_once, has_prices=price is not None),
    )
    thread = thread if isinstance(thread, str) else None
    controller.validate_thread_id(thread)
    return App(controller, thread)


class _AppMetaclass(InstanceCheckByName, MetaHasTraits):
    """As traitlets has it, but that apps of before are known."""


class App(SuggestsAttributes, FormWidget, metaclass=_AppMetaclass):
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
        self._records = RunRecordsOutput(controller.title)
        self._key = str(uuid.uuid4())  # by which the page keeps what is typed
        self._shows_panels = True
        self._view: RunWidget | None = None
        self._last_reported: Any = None  # what the page knows of the newest run
        self._context = contextvars.copy_context()  # by which outputs of runs find the cell
        self._new_run_callbacks: list[Callable[[Run], object]] = []
        super().__init__(controller.title, self._make_widget_state(), collect_methods(self), self._mask_text)

    def __repr__(self) -> str:
        return f"<App of {self._controller.title}: {len(self.runs)} runs>"

    @property
    def run(self) -> Run | None:
        """The newest run; ``None`` before the first."""
        return self.runs[-1] if self.runs else None

    def _ipython_display_(self) -> None:
        if not notebook.is_in_kernel():
            target = format_target_expression(self._controller.target, self._controller.title)
            print(
                f"The form of {self._controller.title} needs a notebook that shows widgets. "
                f"Here: lg_jupyter.stream({target}, {{…}})"
            )
            return
        self.show_in_cell(self)

    def show_in_cell(self, view: LiveWidget) -> None:
        """Put a view of the form into the cell at hand, and beside it the records of its runs."""
        self._context = contextvars.copy_context()
        data, metadata = view._repr_mimebundle_() or ({}, {})
        name = f"lg_jupyter: form of {self._controller.title}"  # the record beside it has the runs
        notebook.publish_mime_bundle({**data, "text/plain": name}, metadata)
        self._records.show_in_cell(self.runs)
        WidgetInCell(view, view.close, is_over=lambda: self.run is None or self.run.done)

    def subscribe_to_new_runs(self, on_run: Callable[[Run], object]) -> Callable[[], None]:
        """Have ``on_run`` called with each run that is started here; it shows their panels.

        The function that is returned ends that.
        """
        self._new_run_callbacks.append(on_run)
        self._shows_panels = False
        self._send_widget_state()

        def unfollow() -> None:
            if on_run in self._new_run_callbacks:
                self._new_run_callbacks.remove(on_run)

        return unfollow

    def close(self) -> None:
        """Take the form away; a run goes on.

        Examples
        --------
        >>> form = lg_jupyter.app(graph)
        >>> form.close()
        """
        if view := getattr(self, "_view", None):  # what was refused half made has none
            view.close()
        super().close()

    # What the page shows.

    def _make_widget_state(self) -> dict[str, Any]:
        run = self.run
        return {
            "key": self._key,
            "status": "success" if run is None else run.status,  # before the first, nothing is under way
            "target": self._controller.title,
            "source": "form",
            "record": self._records.class_,
            "thread": self._chat.thread,
            "turn": self._chat.turn_count,
            "panels": self._shows_panels,
            "earlier": self._history.summarize_inputs(),
            "run": None if run is None else self._make_newest_run_json(run),
        }

    def _make_newest_run_json(self, run: Run) -> dict[str, Any]:
        failure = run.trace.failure
        return {
            "number": len(self.runs),
            "model": None if self._view is None else self._view.model_id,
            "status": run.status,
            "error": failure and failure.headline,
            "note": run.note,
            "thread_id": run.thread_id,
            "asks": len(list_answerable_interrupts(get_run_state(run))),
            "here": run is not self._chat.abandoned_run,
        }

    def _send_widget_state(self) -> None:
        self.publish_state(self._make_widget_state())

    def _mask_text(self, text: str) -> str:
        redactor = self._controller.make_redactor() if self.run is None else get_run_state(self.run).redactor
        return redactor.mask(text)

    # What the page calls.

    @method("describe")
    async def _load_and_describe_form(self, assistant: str | None = None) -> JSON:
        target_schemas = await self._controller.fetch_schemas(assistant)
        self._is_chat = target_schemas.has_messages_property
        if self._chat.is_empty:
            await self._load_thread_messages()
        target = self._controller.target
        return {
            "kind": "server" if self._controller.is_server else "local",
            "name": self._controller.title,
            "assistant": target.assistant if isinstance(target, Server) else None,
            "input": target_schemas.input,
            "context": target_schemas.context,
            "config": target_schemas.config,
            "notes": list(target_schemas.notes),
            "chat": target_schemas.has_messages_property,
            "remembers": self._controller.keeps_threads,
            "secrets": sorted(target_schemas.collect_secret_names()),
            "given": self._controller.initial.visible_input.to_json(),
        }

    @method("assistants")
    async def _fetch_assistant_choices(self) -> JSON:
        if not self._controller.is_server:
            return []
        return await asyncio.to_thread(schemas.fetch_assistant_choices, self._controller.target)

    @method("threads")
    async def _fetch_thread_choices(self) -> JSON:
        known = [run.thread_id for run in reversed(self.runs) if run.thread_id]
        mine = [{"value": thread, "label": thread, "detail": "used here"} for thread in dict.fromkeys(known)]
        if not self._controller.is_server:
            return mine
        offered = await asyncio.to_thread(schemas.fetch_thread_choices, self._controller.target)
        return [*mine, *(each for each in offered if each["value"] not in known)]

    @method("thread")
    async def _switch_to_thread(self, thread_id: str | None = None) -> JSON:
        self._refuse_while_running()
        thread = thread_id.strip() if thread_id else None
        self._controller.validate_thread_id(thread)
        self._chat.switch_thread(thread, self.run)
        await self._load_thread_messages()
        self._send_widget_state()
        return True

    async def _load_thread_messages(self) -> None:
        """Take over the conversation of a thread that may have one."""
        if self._is_chat and self._chat.thread is not None:
            self._chat.load_thread_state(await self._controller.fetch_thread_state(self._chat.thread))

    @method("conversation")
    async def _get_conversation(self) -> JSON:
        return {"turn": self._chat.turn_count, "messages": self._chat.list_messages_and_outcomes()}

    @method("start")
    async def _start_run(
        self,
        assistant: str | None = None,
        input: JSON = None,
        config: JSONObject | None = None,
        context: JSON = None,
        message: MessageContent | None = None,
    ) -> JSON:
        self._refuse_while_running()
        form_input = FormInput(input, config or None, context, message)
        target_schemas = await self._controller.fetch_schemas(assistant)
        self._controller.validate_form_input(target_schemas, form_input)
        self._refuse_while_running()  # the schemas were waited for
        secrets = self._controller.make_secret_detector(target_schemas, form_input)
        restored = self._controller.initial.restore_user_objects(form_input).input
        input = restored if message is None else self._chat.make_graph_input(message, restored)
        thread, own_loop = self._requested_thread_id, not self.has_loop
        run = self._context.copy().run(
            lambda: self._controller.start_run(form_input, input, assistant, thread, secrets, own_loop)
        )
        self._history.add_input(form_input.remove_secrets(secrets))
        self._add_and_show_run(run, message)
        return {"number": len(self.runs)}

    @method("code")
    async def _get_python_code(
        self,
        assistant: str | None = None,
        input: JSON = None,
        config: JSONObject | None = None,
        context: JSON = None,
        message: MessageContent | None = None,
    ) -> JSON:
        target_schemas = await self._controller.fetch_schemas(assistant)
        form_input = FormInput(input, config or None, context, message)
        thread = self._requested_thread_id
        return {"text": self._controller.format_python_code(form_input, target_schemas, assistant, thread)}

    @method("cancel")
    async def _cancel_run(self) -> JSON:
        if self.run is not None:
            self.run.cancel()
        return {"message": "Stopping the run."}

    @method("earlier")
    async def _get_earlier_input(self, index: int) -> JSON:
        if not 0 <= index < len(self._history):
            raise UsageError(f"There is no earlier input {index}.")
        return self._history[index].to_json()

    @method("panels")
    async def _set_panels_visible(self, shown: bool) -> JSON:
        self._shows_panels = shown
        self._send_widget_state()
        return True

    def _refuse_while_running(self) -> None:
        if self.run is not None and not self.run.done:
            raise UsageError("A run goes on: stop it, or wait for its end.")

    @property
    def _requested_thread_id(self) -> RequestedThreadId:
        return UNSET if self._chat.thread is None else self._chat.thread

    # The newest run.

    def _add_and_show_run(self, run: Run, message: MessageContent | None) -> None:
        """Show a run that was started, and follow it."""
        self._chat.add_run_failure(self.run)
        self.runs.append(run)
        self._last_reported = None
        if message is not None:
            self._chat.add_user_message(map_content_texts(message, self._mask_text))
        if self._view is not None:
            self._view.close()
        self._view = self._context.copy().run(lambda: RunWidget(run, host=self))
        for on_run in list(self._new_run_callbacks):
            self._context.copy().run(on_run, run)
        run.subscribe(self._on_run_change)
        self._on_run_change(run)

    def _on_run_change(self, run: Run) -> None:
        """Report how the newest run goes: on the loop that carries it, at each of its changes."""
        if run is not self.run:
            return
        state = (run.status, run.thread_id, run.trace.ended if run.done else None)
        if state == self._last_reported:
            return
        self._last_reported = state
        if run.done:
            self._on_run_end(run)
        self._send_widget_state()

    def _on_run_end(self, run: Run) -> None:
        """Keep what a run leaves behind: the conversation, and the record."""
        if self._is_chat:
            self._chat.continue_from_run(run)
        if run.status == "interrupted":
            self._shows_panels = True  # where it is answered
        self._records.update_shown_output(self.runs)
