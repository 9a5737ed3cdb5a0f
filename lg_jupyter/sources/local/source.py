"""A graph in this process: LangGraph's own, or anything with its ``stream`` or ``astream``."""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lg_jupyter.errors import AnswerRefused, ModeError, UsageError
from lg_jupyter.events.events import Part, Status
from lg_jupyter.sources import checkpoints, standing
from lg_jupyter.sources.base import (
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
)
from lg_jupyter.sources.local import graphs, savers
from lg_jupyter.sources.local import request as local_request
from lg_jupyter.sources.local.capabilities import Capabilities
from lg_jupyter.sources.local.converter import Convert, Root, converter
from lg_jupyter.sources.local.failure import account, exit_asked, failure
from lg_jupyter.sources.local.request import newest
from lg_jupyter.sources.local.worker import iterate_in_thread
from lg_jupyter.sources.standing import Standing
from lg_jupyter.sources.structure import Structure, of_graph

if TYPE_CHECKING:
    from lg_jupyter.sources.local.retries import Retries


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
        self.run_id: str | None = None
        self.thread_id: str | None = None
        self._can = Capabilities.of(graph)
        self._root = Root(self._can)
        self.hint = graphs.python_hint(self._can.bare)
        self.draws_itself = not self.is_remote
        self._threaded = self._can.lacks_async
        self.drained = False
        self._made_thread = False
        self._retries: Retries | None = None

    def check(self, request: Request) -> None:
        local_request.check(self._can, request, self.name)

    def secrets(self) -> Mapping[str, str]:
        return self._can.secrets()

    async def parts(self, request: Request, encode: EncodePart) -> AsyncIterator[Part]:
        config = self._config(request)
        if request.answer is None:
            yield start_part(self, request, encode, message_channels=self._can.channels)
        try:
            savers.check_loop(self._can.checkpointer)
            if request.fork is not None:
                branch = await checkpoints.forked(self.graph, config, request, self._apart)
                config = branch.at
                yield state_part(branch.before, encode, request.fork.as_node)
                if branch.end is not UNSET:
                    self.output = graphs.output_of(self._can.bare, branch.end)
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
            async with aclosing(self._told(request, config, encode)) as parts:
                async for part in parts:
                    yield part
        except AnswerRefused as refusal:
            for part in standing.taken_back(refusal, encode):
                yield part
            raise
        except Exception as error:
            if graphs.is_drained(error):
                self.drained = True
                yield end_part("cancelled", encode)
                return
            for part in self._retried(encode):
                yield part
            raised = self._failure(error, request)
            yield end_part("error", encode, account(raised))
            if raised is error:
                raise
            raise raised from None
        except (SystemExit, KeyboardInterrupt) as asked:
            yield end_part("error", encode, asked)
            raise exit_asked(asked).with_traceback(asked.__traceback__) from asked
        yield await self._end_part(config, request, encode)

    async def cancel(self, running: Sequence[tuple[str, str]] | None = None) -> str:
        if self.is_remote:
            return "The server was told to cancel the run too."
        if self._threaded:
            return (
                "This graph runs in a thread: a node that was running goes on until it returns, "
                "and nothing comes after it."
            )
        return graphs.goes_on(self._can.bare, running)

    def why_not_on(self) -> str | None:
        if self.is_remote:
            return None if self.thread_id else "It ran without a thread, so the server kept nothing of it."
        if self._can.checkpointer is None:
            return (
                "The graph has no checkpointer, so nothing was kept to go on from: "
                "compile(checkpointer=InMemorySaver()), or @entrypoint(checkpointer=...)."
            )
        return None

    def why_not_drained(self) -> str | None:
        if self.is_remote:
            return ON_A_SERVER
        if self._can.control is None:
            return "LangGraph stops a graph between two steps since version 1.2, and this graph is none such."
        return None

    def drain(self) -> None:
        if self._can.control is not None:
            self._can.control.request_drain("lg_jupyter")

    @property
    def _apart(self) -> bool:
        """Whether the graph's state is to be asked for in a thread."""
        if self.is_remote:  # there no connection is bound to a loop
            return graphs.has_two_sides(self._can.bare)
        return self._threaded or self._can.better_threaded or not hasattr(self.graph, "aget_state")

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
        return self.thread_id is not None and (self._can.checkpointer is not None or self.is_remote)

    def _stand(self, config: dict[str, Any]) -> standing.Stand:
        async def stand(checkpoint_id: str | None) -> Standing:
            where = newest(config) if checkpoint_id is None else checkpoints.at(config, checkpoint_id)
            snapshot = await checkpoints.call(self.graph, "get_state", where, apart=self._apart)
            return Standing.of_snapshot(snapshot)

        return stand

    def history(self) -> list[dict[str, Any]]:
        savers.check_reachable(self._can.checkpointer)
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
    def output(self) -> Any:
        return self._root.output

    @output.setter
    def output(self, output: Any) -> None:
        self._root.output = output

    @property
    def is_remote(self) -> bool:
        """Whether it is a ``RemoteGraph``."""
        return self._can.is_remote

    def streams_in_thread(self, modes: Collection[str]) -> bool:
        """Whether it streams from a thread, as far as is known: that may turn out when it begins."""
        return self._threaded or self._can.threaded(modes)

    @property
    def has_checkpointer(self) -> bool:
        return self._can.checkpointer is not None

    @property
    def callers(self) -> tuple[str, ...]:
        """The nodes that are or may call graphs."""
        return graphs.callers(self._can.bare)

    @property
    def calling_functions(self) -> tuple[str, ...]:
        """The nodes that are functions and may call graphs."""
        return graphs.calling_functions(self._can.bare)

    @property
    def async_nodes(self) -> tuple[str, ...]:
        """The nodes that are coroutine functions."""
        return graphs.async_nodes(self._can.bare)

    def structure(self) -> Structure:
        """The graph's structure; that of a ``RemoteGraph`` is asked of its server."""
        try:
            return of_graph(self._can.bare, self.name)
        except UsageError as error:
            if not self.is_remote or error.__cause__ is None:
                raise
            from lg_jupyter.sources.server.errors import explain_remote

            raise explain_remote(error.__cause__, self._can.bare) or error from None

    # What the graph is asked for.

    def _config(self, request: Request) -> dict[str, Any]:
        """The user's config, with a thread of its own where the graph needs one and none is named."""
        config = dict(request.config or {})
        if request.answer or request.fork:  # which begin elsewhere than the run had
            config = newest(config)
        thread = asked_thread(request)
        if thread is UNSET or (thread is None and self._can.checkpointer is not None):
            needed = self._can.checkpointer is not None or self.is_remote
            bound = configured_thread(getattr(self.graph, "config", None))
            self._made_thread = needed and not bound
            thread = bound or (str(uuid.uuid4()) if needed else None)
        if thread is not None:
            config["configurable"] = {**(config.get("configurable") or {}), "thread_id": thread}
        self.thread_id = thread
        return config

    # Streaming.

    def _listened(self, request: Request, config: dict[str, Any]) -> Any:
        """The config with who counts the tries of nodes, where any is tried again and nothing else tells."""
        from lg_jupyter.sources.local.retries import Retries, tries_again

        if self.is_remote or "events" in request.modes or not tries_again(self._can.bare):
            return config
        self._retries = Retries()
        return self._retries.listened(config)

    def _retried(self, encode: EncodePart) -> Iterator[Part]:
        """The retries of nodes that nobody was told of yet."""
        for time_of_it, told in self._retries.untold() if self._retries is not None else ():
            yield control_part(told, encode, time_of_it)

    async def _told(
        self, request: Request, config: dict[str, Any], encode: EncodePart
    ) -> AsyncGenerator[Part]:
        """The parts of the stream, and between them the retries of nodes."""
        listened = self._listened(request, config)
        convert = converter(self._can, self._root, request, encode)
        async with aclosing(self._stream(request, listened, convert)) as parts:
            async for part in parts:
                for told in self._retried(encode):
                    yield told
                yield part

    async def _stream(
        self, request: Request, config: dict[str, Any], convert: Convert
    ) -> AsyncGenerator[Part]:
        options = local_request.options(self._can, request)
        begins = (config.get("configurable") or {}).get("checkpoint_id")
        if self.is_remote and begins and (request.answer or request.fork):
            options["checkpoint_id"] = begins  # a RemoteGraph does not send what its config says
        if self._can.better_threaded and "events" not in request.modes:
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
                if self._root.begun or not graphs.refused_by(self._can.checkpointer, error.__traceback__):
                    raise
                self._threaded = True
                if "events" in request.modes:
                    raise ModeError(local_request.no_events(self._can, self.name)) from None

        def blocking() -> Iterator[Any]:
            return iter(self.graph.stream(local_request.given(request), config, **options))

        async with aclosing(iterate_in_thread(blocking, convert)) as parts:
            async for part in parts:
                yield part

    @staticmethod
    def _open(graph: Any, request: Request, config: dict[str, Any], options: dict[str, Any]) -> Any:
        if "events" in request.modes:
            return graph.astream_events(local_request.given(request), config, version="v2", **options)
        return graph.astream(local_request.given(request), config, **options)

    # How it ended.

    async def _ended(self, config: dict[str, Any]) -> tuple[Status, Standing | None]:
        """How the run ended, and where its thread stands, if that can be had.

        A run that was not interrupted may still have stopped at a breakpoint: only its state tells.
        """
        snapshot = await self._snapshot(config) if self._keeps else None
        if snapshot is None:
            return "interrupted" if self._root.interrupted else "success", None
        if self.output is None:
            self.output = graphs.output_of(self._can.bare, snapshot.values)
        stands = Standing.of_snapshot(snapshot)  # after the last node no breakpoint is left
        return "interrupted" if stands.next or stands.asks else "success", stands

    async def _end_part(self, config: dict[str, Any], request: Request, encode: EncodePart) -> Part:
        status, stands = await self._ended(config)
        return end_part(
            status,
            encode,
            interrupts=stands.asks if stands else (),
            standing=None if stands is None else stands.told(),
            output=None if "values" in request.modes else self.output,
        )

    async def _snapshot(self, config: dict[str, Any]) -> Any:
        """The newest state of the thread, ``None`` if it cannot be had."""
        try:
            return await checkpoints.call(self.graph, "get_state", newest(config), apart=self._apart)
        except Exception:
            return None

    def _failure(self, error: Exception, request: Request) -> Exception:
        return failure(self._can, error, request.input, threaded=self._threaded, begun=self._root.begun)
