"""A graph in this process: LangGraph's own, or anything with its ``stream`` or ``astream``."""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lg_jupyter.errors import AnswerRefused, ModeError, RunError, UsageError
from lg_jupyter.events.events import Part, Status
from lg_jupyter.events.modes import local_modes
from lg_jupyter.secrets.redact import named_secrets
from lg_jupyter.sources import breakpoints, checkpoints, standing
from lg_jupyter.sources.base import (
    INTERRUPT_KEY,
    ON_A_SERVER,
    UNSET,
    EncodePart,
    Request,
    SourceKind,
    asked_thread,
    closing,
    configured_thread,
    control_part,
    end_part,
    start_part,
    state_part,
    tells_its_begin,
    without_interrupts,
)
from lg_jupyter.sources.local import graphs, inputs, python310, returned, savers
from lg_jupyter.sources.local.gathering import Gatherer
from lg_jupyter.sources.local.items import split_item
from lg_jupyter.sources.local.worker import iterate_in_thread
from lg_jupyter.sources.standing import Standing
from lg_jupyter.sources.structure import Structure, of_graph

if TYPE_CHECKING:
    from lg_jupyter.sources.local.retries import Retries

Convert = Callable[[Any], "Part | None"]
"""Makes a part of an item; ``None`` of one that nobody asked for, or that went to the part before."""


class LocalSource:
    """Carries one run of a graph in this process.

    The graph streams on the caller's loop, unless it cannot: a graph without ``astream``, or with a
    checkpointer without an async side, streams from a worker thread. The root's ``values`` are always
    asked for, whether they become parts or not: they are the run's output.
    """

    kind: SourceKind = "local"

    def __init__(self, graph: Any) -> None:
        self.graph = graph
        self.name = graphs.given_name(graph) or "graph"
        self.output: Any = None
        self.run_id: str | None = None
        self.thread_id: str | None = None
        self._bare = graphs.unbound(graph)
        self.hint = graphs.python_hint(self._bare)
        self._checkpointer = getattr(self._bare, "checkpointer", None) or None
        self._remote = graphs.is_remote(self._bare)
        self.draws_itself = not self._remote
        self._threaded = not hasattr(graph, "astream") or graphs.lacks_async_side(self._checkpointer)
        self._better_threaded = python310.streams_better_in_a_thread(self._bare)
        self._control = graphs.run_control(self._bare)
        self._channels = graphs.message_channels(self._bare)
        self.drained = False
        self._begun = False  # the graph has taken its input: what goes wrong now is the graph's
        self._interrupted = False
        self._made_thread = False
        self._retries: Retries | None = None

    def check(self, request: Request) -> None:
        if not self._remote:
            inputs.check_input(self._bare, request.input)
        if "events" in request.modes and (self._threaded or self._remote):
            raise ModeError(self._no_events())
        if request.context is not None and not graphs.accepts(self._bare, "context"):
            raise UsageError(f"{self.name} takes no context; leave it out, or use config['configurable']")
        if request.detach:
            raise UsageError(self._no_leaving())
        if request.multitask is not None:
            raise UsageError("multitask is for runs on a server: leave it out, runs here do not wait in line")
        if request.durability is not None and not graphs.accepts(self._bare, "durability"):
            raise UsageError(f"{self.name} takes no durability: leave it out")
        self._check_breakpoints(request)
        if request.fork is not None and not self._remote:
            checkpoints.check(request.fork, graphs.nodes(self._bare), graphs.channels(self._bare), self.name)
        asked_thread(request)

    def _check_breakpoints(self, request: Request) -> None:
        if not request.breakpoints or self._remote:
            return
        if self._checkpointer is None:
            raise UsageError(
                f"{self.name} has no checkpointer, so it could not go on from a breakpoint: "
                "compile(checkpointer=InMemorySaver())"
            )
        breakpoints.check(request, graphs.nodes(self._bare), self.name)

    def secrets(self) -> Mapping[str, str]:
        """Those in a config that is bound to the graph, and a ``RemoteGraph``'s key and headers."""
        bound = (getattr(self.graph, "config", None) or {}).get("configurable")
        return {**dict(named_secrets(bound)), **(graphs.remote_secrets(self._bare) if self._remote else {})}

    async def parts(self, request: Request, encode: EncodePart) -> AsyncIterator[Part]:
        config = self._config(request)
        if request.answer is None:
            yield start_part(self, request, encode, message_channels=self._channels)
        try:
            savers.check_loop(self._checkpointer)
            if request.fork is not None:
                branch = await checkpoints.forked(self.graph, config, request, self._apart)
                config = branch.at
                yield state_part(branch.before, encode, request.fork.as_node)
                if branch.end is not UNSET:
                    self.output = graphs.output_of(self._bare, branch.end)
                    yield Part("values", "", encode("values", "", branch.end), time.time())
                    yield end_part("success", encode)
                    return
            elif request.answer is None and self._began_before and not tells_its_begin(request):
                yield state_part(await self._state_before(config), encode)
            elif request.answer is not None and request.answer.checkpoint_id is not None:
                config = checkpoints.at(config, request.answer.checkpoint_id)
            if request.answer is not None and self._keeps:
                answer = await standing.checked(request.answer, self._stand(config), encode)
                request = replace(request, answer=answer)
            listened = self._listened(request, config)
            async with aclosing(self._stream(request, listened, self._converter(request, encode))) as parts:
                async for part in parts:
                    for told in self._retried(encode):
                        yield told
                    yield part
        except AnswerRefused as refusal:
            for told in standing.taken_back(refusal, encode):
                yield told
            raise
        except Exception as error:
            if graphs.is_drained(error):
                self.drained = True
                yield end_part("cancelled", encode)
                return
            for told in self._retried(encode):
                yield told
            failure = self._failure(error, request)
            yield end_part("error", encode, _told(failure))
            if failure is error:
                raise
            raise failure from None
        except (
            SystemExit,
            KeyboardInterrupt,
        ) as asked:  # raised further it would end who waits, a kernel too
            yield end_part("error", encode, asked)
            kind = type(asked).__name__
            what = "asked Python to exit" if kind == "SystemExit" else "raised it as if by Ctrl-C"
            said = f"{asked}: a node {what}, which ends its run alone"
            raise RunError(kind, said).with_traceback(asked.__traceback__) from asked
        status, stands = await self._ended(config)
        told_of = None if stands is None else stands.told()
        asks = stands.asks if stands else ()
        output = None if "values" in request.modes else self.output
        yield end_part(status, encode, interrupts=asks, standing=told_of, output=output)

    async def cancel(self, running: Sequence[tuple[str, str]] | None = None) -> str:
        if self._remote:
            return "The server was told to cancel the run too."
        if self._threaded:
            return (
                "This graph runs in a thread: a node that was running goes on until it returns, "
                "and nothing comes after it."
            )
        return graphs.goes_on(self._bare, running)

    def why_not_on(self) -> str | None:
        if self._remote:
            return None if self.thread_id else "It ran without a thread, so the server kept nothing of it."
        if self._checkpointer is None:
            return (
                "The graph has no checkpointer, so nothing was kept to go on from: "
                "compile(checkpointer=InMemorySaver()), or @entrypoint(checkpointer=...)."
            )
        return None

    def why_not_drained(self) -> str | None:
        if self._remote:
            return ON_A_SERVER
        if self._control is None:
            return "LangGraph stops a graph between two steps since version 1.2, and this graph is none such."
        return None

    def drain(self) -> None:
        if self._control is not None:
            self._control.request_drain("lg_jupyter")

    @property
    def _apart(self) -> bool:
        """Whether the graph's state is to be asked for in a thread."""
        if self._remote:  # there no connection is bound to a loop
            return graphs.has_two_sides(self._bare)
        return self._threaded or self._better_threaded or not hasattr(self.graph, "aget_state")

    @property
    def _began_before(self) -> bool:
        """Whether the thread may have a state already."""
        return self._keeps and not self._made_thread

    async def _state_before(self, config: dict[str, Any]) -> Any:
        """The thread's state before the run; ``UNSET`` if it cannot be had, which must not stop the run."""
        try:
            return (await checkpoints.call(self.graph, "get_state", config, apart=self._apart)).values
        except Exception:
            return UNSET

    @property
    def _keeps(self) -> bool:
        """Whether somebody keeps the thread's state."""
        return self.thread_id is not None and (self._checkpointer is not None or self._remote)

    def _stand(self, config: dict[str, Any]) -> standing.Stand:
        async def stand(checkpoint_id: str | None) -> Standing:
            where = newest(config) if checkpoint_id is None else checkpoints.at(config, checkpoint_id)
            snapshot = await checkpoints.call(self.graph, "get_state", where, apart=self._apart)
            return Standing.of_snapshot(snapshot)

        return stand

    def history(self) -> list[dict[str, Any]]:
        savers.check_reachable(self._checkpointer)
        return checkpoints.history(self.graph, self._thread_config())

    async def ahistory(self) -> list[dict[str, Any]]:
        return await checkpoints.ahistory(self.graph, self._thread_config(), self._apart)

    async def alatest(self) -> dict[str, Any] | None:
        return await checkpoints.alatest(self.graph, self._thread_config(), self._apart)

    def _thread_config(self) -> dict[str, Any]:
        return {"configurable": {"thread_id": self.thread_id}}

    def again(self) -> LocalSource:
        source = LocalSource(self.graph)
        source.name, source.thread_id, source.output = self.name, self.thread_id, self.output
        source._threaded = self._threaded
        return source

    @property
    def has_checkpointer(self) -> bool:
        return self._checkpointer is not None

    @property
    def callers(self) -> tuple[str, ...]:
        """The nodes that are or may call graphs."""
        return graphs.callers(self._bare)

    @property
    def calling_functions(self) -> tuple[str, ...]:
        """The nodes that are functions and may call graphs."""
        return graphs.calling_functions(self._bare)

    @property
    def async_nodes(self) -> tuple[str, ...]:
        """The nodes that are coroutine functions."""
        return graphs.async_nodes(self._bare)

    def structure(self) -> Structure:
        """The graph's structure; that of a ``RemoteGraph`` is asked of its server."""
        try:
            return of_graph(self._bare, self.name)
        except UsageError as error:
            if not self._remote or error.__cause__ is None:
                raise
            from lg_jupyter.sources.server.errors import explain_remote

            raise explain_remote(error.__cause__, self._bare) or error from None

    # What the graph is asked for.

    def _config(self, request: Request) -> dict[str, Any]:
        """The user's config, with a thread of its own where the graph needs one and none is named."""
        config = dict(request.config or {})
        if request.answer or request.fork:  # which begin elsewhere than the run had
            config = newest(config)
        thread = asked_thread(request)
        if thread is UNSET or (thread is None and self._checkpointer is not None):
            needed = self._checkpointer is not None or self._remote
            bound = configured_thread(getattr(self.graph, "config", None))
            self._made_thread = needed and not bound
            thread = bound or (str(uuid.uuid4()) if needed else None)
        if thread is not None:
            config["configurable"] = {**(config.get("configurable") or {}), "thread_id": thread}
        self.thread_id = thread
        return config

    def _options(self, request: Request) -> dict[str, Any]:
        modes = local_modes(request.modes)
        if "values" not in modes and not self._remote:
            modes.append("values")
        if returned.asks_for_tasks(self._bare, request.modes):
            modes.append("tasks")
        options: dict[str, Any] = {
            "stream_mode": modes,
            "subgraphs": request.subgraphs,
            **request.breakpoints,
        }
        if request.context is not None:
            options["context"] = request.context
        if request.durability is not None:
            options["durability"] = request.durability
        if self._control is not None:
            options["control"] = self._control
        if self._remote:
            options["on_disconnect"] = "cancel"
        return options

    # Streaming.

    def _listened(self, request: Request, config: dict[str, Any]) -> Any:
        """The config with who counts the tries of nodes, where any is tried again and nothing else tells."""
        from lg_jupyter.sources.local.retries import Retries, tries_again

        if self._remote or "events" in request.modes or not tries_again(self._bare):
            return config
        self._retries = Retries()
        return self._retries.listened(config)

    def _retried(self, encode: EncodePart) -> Iterator[Part]:
        """The retries of nodes that nobody was told of yet."""
        for time_of_it, told in self._retries.untold() if self._retries is not None else ():
            yield control_part(told, encode, time_of_it)

    async def _stream(
        self, request: Request, config: dict[str, Any], convert: Convert
    ) -> AsyncGenerator[Part]:
        options = self._options(request)
        begins = (config.get("configurable") or {}).get("checkpoint_id")
        if self._remote and begins and (request.answer or request.fork):
            options["checkpoint_id"] = begins  # a RemoteGraph does not send what its config says
        if self._better_threaded and "events" not in request.modes:
            self._threaded = True
        if not self._threaded:
            try:
                async with (
                    graphs.with_own_connections(self.graph) as graph,
                    closing(self._open(graph, request, config, options)) as items,
                ):
                    async for item in items:
                        if (part := convert(item)) is not None:
                            yield part
                return
            except NotImplementedError as error:
                if self._begun or not graphs.refused_by(self._checkpointer, error.__traceback__):
                    raise
                self._threaded = True
                if "events" in request.modes:
                    raise ModeError(self._no_events()) from None

        def blocking() -> Iterator[Any]:
            return iter(self.graph.stream(_given(request), config, **options))

        async with aclosing(iterate_in_thread(blocking, convert)) as parts:
            async for part in parts:
                yield part

    @staticmethod
    def _open(graph: Any, request: Request, config: dict[str, Any], options: dict[str, Any]) -> Any:
        if "events" in request.modes:
            return graph.astream_events(_given(request), config, version="v2", **options)
        return graph.astream(_given(request), config, **options)

    def _converter(self, request: Request, encode: EncodePart) -> Convert:
        asked = set(local_modes(request.modes))
        gatherer = Gatherer(encode)

        def from_item(item: Any) -> Part | None:
            if gatherer.goes_on(item):
                return None
            namespace, mode, payload = split_item(item)
            self._look(namespace, mode, payload)
            if mode not in asked:
                if mode == "tasks" and returned.tells_more(
                    payload, self._channels, streamed="messages" in asked
                ):
                    return returned.part(namespace, payload, encode)
                if mode in ("values", "tasks"):
                    return None
            return gatherer.part(namespace, mode, payload)

        def from_event(event: Any) -> Part | None:
            self._begun = self._begun or bool(event["parent_ids"])
            if event["event"] == "on_chain_stream" and not event["parent_ids"]:
                namespace, mode, payload = split_item(event["data"]["chunk"])
                self._look(namespace, mode, payload)
                if mode == "values" and mode not in asked:
                    return None
            return Part("events", "", encode("events", "", event), time.time())

        return from_event if "events" in request.modes else from_item

    def _look(self, namespace: str, mode: str, payload: Any) -> None:
        """Keep what the root says of itself: its state, and that it stopped to ask."""
        self._begun = True
        if namespace:
            return
        if mode == "updates" and isinstance(payload, dict) and INTERRUPT_KEY in payload:
            self._interrupted = True
        elif mode == "values":
            values, interrupted = without_interrupts(payload)
            self._interrupted = self._interrupted or interrupted
            if values is not None or not interrupted:
                self.output = graphs.output_of(self._bare, values)

    # How it ended.

    async def _ended(self, config: dict[str, Any]) -> tuple[Status, Standing | None]:
        """How the run ended, and where its thread stands, if that can be had.

        A run that was not interrupted may still have stopped at a breakpoint: only its state tells.
        """
        snapshot = await self._snapshot(config) if self._keeps else None
        if snapshot is None:
            return "interrupted" if self._interrupted else "success", None
        if self.output is None:
            self.output = graphs.output_of(self._bare, snapshot.values)
        stands = Standing.of_snapshot(snapshot)  # after the last node no breakpoint is left
        return "interrupted" if stands.next or stands.asks else "success", stands

    async def _snapshot(self, config: dict[str, Any]) -> Any:
        """The newest state of the thread, ``None`` if it cannot be had."""
        try:
            return await checkpoints.call(self.graph, "get_state", newest(config), apart=self._apart)
        except Exception:
            return None

    def _failure(self, error: Exception, request: Request) -> Exception:
        """What to raise: the graph's own exception, unless it says that the input or the server is wrong."""
        if self._remote:
            from lg_jupyter.sources.server.errors import explain_remote

            return explain_remote(error, self._bare) or error
        if self._threaded and (explained := savers.explain(error, self._checkpointer)) is not None:
            return explained
        if self._begun:
            return error
        return inputs.explain(error, request.input, self._bare) or error

    def _no_leaving(self) -> str:
        if self._remote:
            return f"detach takes a server itself: Server(url, {self.name!r}) in place of the RemoteGraph"
        return (
            f"detach leaves a run on a server, and {self.name} runs in this process, with which it ends: "
            "leave detach out; await the run later, or use --background"
        )

    def _no_events(self) -> str:
        if self._remote:
            why = "a RemoteGraph cannot stream them"
        else:
            whose = f"its checkpointer, {type(self._checkpointer).__name__}," if self._checkpointer else "it"
            why = f"they need a graph that runs asynchronously, and {whose} has no async side"
        return f"the mode 'events' cannot be had of {self.name}: {why}; leave it out"


def newest(config: Mapping[str, Any]) -> dict[str, Any]:
    """A config that names no checkpoint: on its thread it means the newest."""
    configurable = config.get("configurable") or {}
    kept = {key: value for key, value in configurable.items() if not key.startswith("checkpoint_")}
    return {**config, "configurable": kept} if configurable else dict(config)


def _given(request: Request) -> Any:
    """What the graph is given: its input, or the command that answers what it asked."""
    answer = request.answer
    if answer is None:
        return request.input
    if answer.value is UNSET:
        return None
    from langgraph.types import Command

    return Command(resume=answer.command)


def _told(error: Exception) -> Any:
    """What an end part says of an exception: ``RemoteGraph`` hands on the server's own account."""
    account = error.args[0] if error.args else None
    if isinstance(account, dict) and {"error", "message"} <= account.keys():
        return {"error": str(account["error"]), "message": str(account["message"])}
    return error
