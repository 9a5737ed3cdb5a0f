"""A small Studio in a cell: a form from the graph's schemas, or a chat, with the run's panels below."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Iterable, Mapping
from typing import Any

import ipywidgets  # type: ignore[import-untyped]

from lg_jupyter.api import stream
from lg_jupyter.config import check_config
from lg_jupyter.display import _publish, _shell
from lg_jupyter.encode import Encoder, plain
from lg_jupyter.errors import LgJupyterError, UsageError
from lg_jupyter.events import JSON
from lg_jupyter.form import schemas
from lg_jupyter.form.conversation import conversation
from lg_jupyter.form.earlier import Earlier, Given, Secrets
from lg_jupyter.form.line import called, line
from lg_jupyter.form.records import Records
from lg_jupyter.form.schemas import Schemas
from lg_jupyter.form.widget import Answer, FormWidget
from lg_jupyter.known_secrets import redactor_of
from lg_jupyter.modes import check_modes
from lg_jupyter.multitask import check_multitask
from lg_jupyter.run import Run
from lg_jupyter.sources import as_source, graphs
from lg_jupyter.sources.base import UNSET, Request, ThreadId, configured_thread
from lg_jupyter.sources.local import LocalSource
from lg_jupyter.sources.server import Server, ServerSource
from lg_jupyter.widget import RunWidget

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
    modes, subgraphs, name, multitask
        As :func:`lg_jupyter.stream` takes them, for each run.
    thread_id
        The thread to begin with; without one, each run gets a new one, and a chat goes on in the first.

    Raises
    ------
    UsageError
        If the target is no graph, or a mode is unknown.
    """
    return App(
        target,
        Given(input, dict(check_config(config) or {}) or None, context),
        modes=check_modes(modes),
        subgraphs=subgraphs,
        thread_id=thread_id,
        name=name,
        multitask=check_multitask(multitask),
    )


class App(ipywidgets.VBox):  # type: ignore[misc]
    """A form and, under it, the live view of its newest run. :func:`lg_jupyter.app` makes it.

    Attributes
    ----------
    runs
        The runs made so far, the newest last.
    """

    def __init__(
        self,
        target: Any,
        given: Given,
        *,
        modes: tuple[str, ...],
        subgraphs: bool,
        thread_id: ThreadId = UNSET,
        name: str | None = None,
        multitask: str | None = None,
    ) -> None:
        source = as_source(target)
        if not isinstance(source, (LocalSource, ServerSource)):
            raise UsageError("a source carries one run; give app what makes new ones: a graph, or a Server")
        thread = configured_thread(given.config) if thread_id is UNSET else thread_id
        source.check(Request(thread_id=UNSET if thread is None else thread))
        self._target = target
        self._modes, self._subgraphs, self._name = modes, subgraphs, name
        self._multitask = multitask
        self._is_server = isinstance(source, ServerSource)
        self._remembers = not isinstance(source, LocalSource) or (
            source.has_checkpointer or graphs.is_remote(target)
        )
        self._title = name or _title(target, source.name)
        self.runs: list[Run] = []
        self._schemas: dict[str, Schemas] = {}
        self._secrets = self._secrets_of(Schemas(), given)
        self._begun = self._encoded(given)
        self._earlier = Earlier()
        self._thread: str | None = thread if isinstance(thread, str) else None
        self._is_chat = False
        self._said: list[dict[str, JSON]] = []  # the conversation
        self._asides: list[tuple[int, dict[str, JSON]]] = []  # how turns failed, and after which message
        self._turn = 0  # counts its changes
        self._left: Run | None = None  # the newest run, if the conversation is no more that of its thread
        self._spoken: list[Any] = []  # the messages themselves, where the graph remembers none
        self._shows_panels = True
        self._view: RunWidget | None = None
        self._ended: float | None = None
        self._told: Any = None
        self._context = contextvars.copy_context()  # by which outputs of runs find the cell
        self._records = Records(self._title)
        answers: dict[str, Answer] = {
            "describe": self._describe,
            "assistants": self._assistants,
            "threads": self._threads,
            "thread": self._choose_thread,
            "conversation": self._conversation,
            "start": self._start,
            "code": self._code,
            "cancel": self._cancel,
            "earlier": self._recall,
            "panels": self._show_panels,
            "ping": self._ping,
        }
        self._form = FormWidget(self._title, self._summary(), answers, self._masked)
        super().__init__(children=[self._form])

    def __repr__(self) -> str:
        return f"<App of {self._title}: {len(self.runs)} runs>"

    @property
    def run(self) -> Run | None:
        """The newest run; ``None`` before the first."""
        return self.runs[-1] if self.runs else None

    def _ipython_display_(self) -> None:
        shell = _shell()
        if shell is None or getattr(shell, "kernel", None) is None:
            print(
                f"The form of {self._title} needs a notebook that shows widgets. "
                f"Here: lg_jupyter.stream({called(self._target, self._title)}, {{…}})"
            )
            return
        self._context = contextvars.copy_context()
        bundle = self._repr_mimebundle_()
        _publish(*(bundle if isinstance(bundle, tuple) else (bundle, {})))
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
            "target": self._title,
            "source": "form",
            "record": self._records.class_,
            "thread": self._thread,
            "turn": self._turn,
            "panels": self._shows_panels,
            "earlier": self._earlier.titles(),
            "run": None if run is None else self._of_run(run),
        }

    def _of_run(self, run: Run) -> dict[str, Any]:
        error = run.error
        return {
            "number": len(self.runs),
            "model": None if self._view is None else self._view.model_id,
            "status": run.status,
            "error": error and f"{error['error']}: {error['message'][:LONGEST_MESSAGE]}",
            "note": run.note,
            "thread_id": run.thread_id,
            "asks": len(run.interrupts),
            "here": run is not self._left,
        }

    def _tell(self) -> None:
        self._form.tell(self._summary())

    # What the page asks.

    async def _describe(self, assistant: str | None = None) -> JSON:
        known = await self._schemas_of(assistant)
        self._is_chat = known.chats
        if self._thread is not None and not self._said:
            await self._read_thread()
        return {
            "kind": "server" if self._is_server else "local",
            "name": self._title,
            "assistant": self._target.assistant if isinstance(self._target, Server) else None,
            "input": known.input,
            "context": known.context,
            "config": known.config,
            "notes": list(known.notes),
            "chat": known.chats,
            "remembers": self._remembers,
            "given": _given_json(self._begun),
        }

    async def _schemas_of(self, assistant: str | None) -> Schemas:
        key = assistant or ""
        if key not in self._schemas:
            target = self._of(assistant)
            make = schemas.of_server if self._is_server else schemas.of_graph
            self._schemas[key] = await asyncio.to_thread(make, target)
        return self._schemas[key]

    async def _assistants(self) -> JSON:
        return await asyncio.to_thread(schemas.assistants, self._target) if self._is_server else []

    async def _threads(self) -> JSON:
        known = [run.thread_id for run in reversed(self.runs) if run.thread_id]
        mine = [{"value": thread, "label": thread, "detail": "used here"} for thread in dict.fromkeys(known)]
        if not self._is_server:
            return mine
        told = await asyncio.to_thread(schemas.threads, self._target)
        return [*mine, *(each for each in told if each["value"] not in known)]

    async def _choose_thread(self, thread_id: str | None = None) -> JSON:
        """Go on with a thread, or with a new one."""
        self._refuse_while_running()
        thread = thread_id.strip() if thread_id else None
        as_source(self._target).check(Request(thread_id=thread or UNSET))
        self._thread = thread
        self._spoken, self._said, self._asides = [], [], []
        self._left = self.run
        await self._read_thread()
        self._turn += 1
        self._tell()
        return True

    async def _read_thread(self) -> None:
        """Take over the conversation of a thread that may have one."""
        if self._thread is None or not self._is_chat:
            return
        source: Any = as_source(self._target)
        source.thread_id = self._thread
        try:
            latest = await source.alatest()
        except Exception:  # a thread that is not there yet has said nothing
            return
        if latest is not None:
            self._said = conversation(plain(Encoder(self._secrets_redactor()).encode(latest.get("values"))))

    async def _conversation(self) -> JSON:
        messages = list(self._said)
        for place, aside in reversed(self._asides):
            messages.insert(place, aside)
        return {"turn": self._turn, "messages": messages}

    async def _start(
        self,
        input: JSON = None,
        config: JSON = None,
        context: JSON = None,
        said: str | None = None,
        assistant: str | None = None,
    ) -> JSON:
        self._refuse_while_running()
        given = Given(input, config or None, context, said)
        known = await self._schemas_of(assistant)
        target = self._of(assistant)
        self._check(known, given)
        self._refuse_while_running()  # the schemas were waited for
        self._begin(target, given, known)
        return {"number": len(self.runs)}

    def _refuse_while_running(self) -> None:
        if self.run is not None and not self.run.done:
            raise UsageError("A run goes on: stop it, or wait for its end.")

    def _check(self, known: Schemas, given: Given) -> None:
        if given.said is None:
            kind = schemas.resolved(known.input, known.input).get("type")
            if kind == "object" and not isinstance(given.input, dict):
                raise UsageError(f"The input is an object, not {type(given.input).__name__}")
            if not self._is_server:
                schemas.check(self._target, given.input)
        elif not given.said.strip():
            raise UsageError("There is nothing to send: type a message.")
        for what in ("config", "context"):
            value = getattr(given, what)
            if value is not None and not isinstance(value, dict):
                raise UsageError(f"The {what} is an object, not {type(value).__name__}")
        check_config(given.config)

    def _begin(self, target: Any, given: Given, known: Schemas) -> None:
        thread = UNSET if self._thread is None else self._thread
        run = self._context.copy().run(
            lambda: stream(
                target,
                self._input(given),
                modes=self._modes,
                subgraphs=self._subgraphs,
                thread_id=thread,
                config=given.config,
                context=given.context,
                name=self._name,
                multitask=self._multitask,
                display=False,
                thread=not self._form.has_loop,
            )
        )
        secrets = self._secrets = self._secrets_of(known, given)
        for part in (given.input, given.context, given.config):
            for name, value in secrets.values(part):
                run._redactor.add(name, value)
        self._earlier.add(given.without(secrets))
        self._set_aside()
        self.runs.append(run)
        self._ended, self._told = None, None
        if given.said is not None:
            self._say(given.said)
        self._show_run(run)
        run.subscribe(self._follow)
        self._follow(run)

    def _set_aside(self) -> None:
        """Keep in the conversation how the last turn ended, where its messages do not tell."""
        if self.run is self._left or self.run is None or self.run.status in ("success", "interrupted"):
            return
        told = self._of_run(self.run)
        text = told["error"] or told["note"] or f"The run ended: {self.run.status}."
        self._asides.append((len(self._said), _message("aside", text)))

    def _input(self, given: Given) -> Any:
        if given.said is None:
            return given.input
        rest = given.input if isinstance(given.input, dict) else {}
        message = {"role": "user", "content": given.said}
        return {**rest, "messages": [*self._spoken, message]}

    def _say(self, text: str) -> None:
        shown = self._masked(text)
        self._said = [*self._said, _message("human", shown)]
        self._turn += 1

    async def _code(
        self,
        input: JSON = None,
        config: JSON = None,
        context: JSON = None,
        said: str | None = None,
        assistant: str | None = None,
    ) -> JSON:
        known = await self._schemas_of(assistant)
        given = Given(input, config or None, context, said)
        secrets = self._secrets_of(known, given)
        if said is not None:
            rest = input if isinstance(input, dict) else {}
            whole = {**rest, "messages": [{"role": "user", "content": said}]}
            given = Given(whole, config or None, context)
        thread = UNSET if self._thread is None else self._thread
        return {"text": line(self._of(assistant), self._title, given, thread, secrets)}

    async def _cancel(self) -> JSON:
        if self.run is not None:
            self.run.cancel()
        return {"message": "Stopping the run."}

    async def _recall(self, index: int) -> JSON:
        if not 0 <= index < len(self._earlier):
            raise UsageError(f"There is no earlier input {index}.")
        return _given_json(self._earlier[index])

    async def _show_panels(self, shown: bool) -> JSON:
        self._shows_panels = bool(shown)
        self._arrange()
        self._tell()
        return True

    async def _ping(self) -> JSON:
        return True

    # The run.

    def _show_run(self, run: Run) -> None:
        if self._view is not None:
            self._view.close()
        self._view = RunWidget(run)
        self._arrange()

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
        if run.done and self._ended != run.trace.ended:
            self._ended = run.trace.ended
            self._take_over(run)
        self._tell()

    def _take_over(self, run: Run) -> None:
        """What a run leaves behind: the conversation, and the record."""
        if self._is_chat:
            self._thread = run.thread_id if self._remembers else None
            try:
                said = conversation(plain(run.trace.states.at("").values))
            except LgJupyterError:  # no state was told
                said = []
            self._said = said or self._said
            messages = run.output.get("messages") if isinstance(run.output, dict) else None
            if not self._remembers and run.status == "success" and isinstance(messages, list):
                self._spoken = list(messages)
            self._turn += 1
        if run.status == "interrupted" and not self._shows_panels:
            self._shows_panels = True  # where it is answered
            self._arrange()
        self._records.update(self.runs)

    # The target.

    def _of(self, assistant: str | None) -> Any:
        if not self._is_server or assistant is None or assistant == self._target.assistant:
            return self._target
        other: Server = self._target
        return Server(other.url, assistant, other._api_key, other._headers)

    # Secrets.

    def _secrets_redactor(self, given: Given | None = None) -> Any:
        config = given.config if given is not None and isinstance(given.config, dict) else None
        context = None if given is None else given.context
        return redactor_of(as_source(self._target), Request(config=config, context=context))

    def _secrets_of(self, known: Schemas, given: Given) -> Secrets:
        redactor = self._secrets_redactor(given)
        return Secrets(redactor, known.secret_names())

    def _masked(self, text: str) -> str:
        redactor = self._secrets_redactor() if self.run is None else self.run._redactor
        return str(redactor.text(text))

    def _encoded(self, given: Given) -> Given:
        """What was given to begin with, as JSON without secrets."""
        encode = Encoder(self._secrets_redactor(given)).encode
        made = [
            None if part is None else plain(encode(part))
            for part in (given.input, given.config, given.context)
        ]
        return Given(*made).without(self._secrets)


def _message(role: str, text: str) -> dict[str, JSON]:
    return {"id": None, "role": role, "name": None, "text": text, "tool_calls": []}


def _given_json(given: Given) -> dict[str, JSON]:
    return {"input": given.input, "config": given.config, "context": given.context, "said": given.said}


def _title(target: Any, name: str) -> str:
    if isinstance(target, Server) or graphs.given_name(target) is not None:
        return name
    return called(target, name)
