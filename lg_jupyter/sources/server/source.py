"""A LangGraph server: runs of an assistant, through langgraph-sdk."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from lg_jupyter.errors import AnswerRefusedError
from lg_jupyter.events.events import Part
from lg_jupyter.events.namespace import split_event_name
from lg_jupyter.kernel.kept import KnownByName
from lg_jupyter.sources import checkpoints
from lg_jupyter.sources.base import (
    NO_DRAIN_ON_SERVER,
    UNSET,
    EncodePart,
    Request,
    SourceKind,
    close_on_exit,
    get_requested_thread_id,
    has_input_checkpoint,
)
from lg_jupyter.sources.control_parts import make_end_part, make_note_part, make_start_part, make_state_part
from lg_jupyter.sources.server import api_calls
from lg_jupyter.sources.server import request as server_request
from lg_jupyter.sources.server.errors import explain, status_of
from lg_jupyter.sources.server.outcome import Outcome, StreamObserver, fetch_outcome, stream_outcome
from lg_jupyter.sources.server.probe import aprobe
from lg_jupyter.sources.server.refusal import may_go_on, may_have_arrived, refusal
from lg_jupyter.sources.server.rejoin import RejoiningStream, is_running, join_stream
from lg_jupyter.sources.server.server import Server
from lg_jupyter.sources.structure import Structure
from lg_jupyter.sources.thread_state import ReadThreadState, ThreadState, make_refusal_parts, validate_answer
from lg_jupyter.sources.token_batcher import TokenBatcher

THREAD_DELETED = (
    "Its thread is no longer on the server: it was deleted, was there for this run alone, "
    "or the server, started anew, does not know it any more."
)

CONNECTION_LOST = "The connection to the server broke off"
CONNECTION_SILENT = "The connection to the server is silent"
NOT_KEPT = "This run was started without stream_resumable=True: what came before it was joined is not known."
MAY_BE_LOST = "something may be lost, and what the server ran anew may stand here twice."
RUN_ID_TIMEOUT = 0.4  # seconds to wait for the id of a run that is to be cancelled


class ServerSource(metaclass=KnownByName):
    """Runs an assistant once: on a thread, or stateless."""

    kind: SourceKind = "server"
    hint: str | None = None
    has_local_structure = False
    drained = False

    def __init__(self, server: Server) -> None:
        self.server = server
        self.name = server.assistant
        self.output: Any = None
        self.run_id: str | None = None
        self.thread_id: str | None = None
        self.last_id: str | None = None  # of the newest event: where a rejoin would go on
        self._is_whole = True  # all of the stream came
        self._made_thread = False
        self._stateless = False
        self._resumable_stream = True  # the server keeps the events, for those who join the run
        self._run_created = asyncio.Event()  # the run's id is known
        self._request_sent = False  # the request was sent, so the run may have begun
        self._observer = StreamObserver()
        self._thread_is_gone = False
        self.rolled_back = False

    def check(self, request: Request) -> None:
        server_request.check(request)
        self._stateless = get_requested_thread_id(request) is None

    def secrets(self) -> Mapping[str, str]:
        return self.server.secrets()

    async def parts(self, request: Request, encode: EncodePart) -> AsyncIterator[Part]:
        requested = time.time()
        async with api_calls.open_client(self.server) as client:
            try:
                await aprobe(self.server.url)
                request = await self._attach(client, request)
                branch = await checkpoints.prepare_fork_on_server(client, self.thread_id, request)
                began = await self._state_part(client, request, branch, encode)
                request = await self._with_checked_answer(client, request, encode)
                if request.detach:
                    await self._start_detached(client, request, branch.at)
                    yield make_start_part(self, request, encode, requested)
                    yield make_end_part("incomplete", encode)
                    return
                if branch.end is not UNSET:
                    self.output = branch.end
                    yield make_start_part(self, request, encode, requested)
                    yield began or make_state_part(UNSET, encode)
                    yield Part("values", "", encode("values", "", branch.end), time.time())
                    yield make_end_part("success", encode)
                    return
                async with close_on_exit(self._stream_parts(client, request, branch.at, encode)) as parts:
                    first = await anext(parts, None)
                    if request.answer is None:
                        yield make_start_part(self, request, encode, requested)
                    for part in filter(None, (began, first)):
                        yield part
                    async for part in parts:
                        yield part
            except AnswerRefusedError as refused:
                for part in make_refusal_parts(refused, encode):
                    yield part
                raise
            except Exception as error:
                instead = self._refusal(error)
                if instead is None:
                    raise
                async for part in self._refused(client, request, instead, error, requested, encode):
                    yield part
                raise instead from None
            end = await self._fetch_outcome(client)
            output = None if "values" in request.modes else self.output
            yield make_end_part(end.status, encode, end.error, end.interrupts, end.thread_state, output)
        if end.status == "error":
            raise end.failure(request, self.name, began=self._observer.values)

    async def _attach(self, client: Any, request: Request) -> Request:
        """Take the thread, or the run to be joined; returns the request, as the server has it."""
        await api_calls.check_breakpoints(self.server, client, request, self.name)
        if request.join is None:
            await self._create_thread(client, request)
            return request
        self.thread_id = str(request.thread_id)
        self._on_run_created({"run_id": request.join})
        found, self._resumable_stream, self._observer.temporary = await server_request.find_run(
            client, request, self.server.address()
        )
        return found

    async def _with_checked_answer(self, client: Any, request: Request, encode: EncodePart) -> Request:
        if request.answer is None:
            return request
        answer = await validate_answer(request.answer, self._state_reader(client), encode)
        return replace(request, answer=answer)

    async def _refused(
        self,
        client: Any,
        request: Request,
        refusal: Exception,
        error: Exception,
        requested: float,
        encode: EncodePart,
    ) -> AsyncIterator[Part]:
        """The parts of a run that the server refused with ``error``; none of one that never began."""
        if not self._run_created.is_set() and not self._may_have_begun(error):
            await self._delete_thread(client)
            return
        if not self._run_created.is_set():
            yield make_start_part(self, request, encode, requested)
        yield make_end_part("incomplete", encode, refusal)

    async def _state_part(
        self, client: Any, request: Request, branch: checkpoints.ForkPoint, encode: EncodePart
    ) -> Part | None:
        """The state before the run, where no item of its own holds it; ``None`` where there is none."""
        if request.fork is not None:
            return make_state_part(branch.before, encode, request.fork.as_node)
        holds_it = request.answer is not None or has_input_checkpoint(request)
        if holds_it or self.thread_id is None or self._made_thread:
            return None
        if request.join is not None:  # which may have begun long ago
            return make_state_part(UNSET, encode)
        with suppress(Exception):
            return make_state_part((await client.threads.get_state(self.thread_id))["values"], encode)
        return make_state_part(UNSET, encode)

    def _state_reader(self, client: Any) -> ReadThreadState:
        async def read(checkpoint_id: str | None) -> ThreadState:
            return await ThreadState.read_from_server(client, str(self.thread_id), checkpoint_id)

        return read

    async def _stream_parts(
        self, client: Any, request: Request, checkpoint_id: str | None, encode: EncodePart
    ) -> AsyncGenerator[Part]:
        """The parts of the stream, with notes where the connection broke off."""
        if not self._resumable_stream:
            yield make_note_part(NOT_KEPT, encode)
        batcher, broken = TokenBatcher(encode), False
        rejoining = self._rejoining(client, batcher)
        async with close_on_exit(rejoining.items(self._stream(client, request, checkpoint_id))) as items:
            async for item in items:
                if item is None:
                    broken = True
                    lost = CONNECTION_SILENT if rejoining.silent else CONNECTION_LOST
                    yield make_note_part(f"{lost}: trying to join it again …", encode)
                    continue
                part = self._part(item, batcher)
                if part.mode != "values" or not self._needs_values(request):
                    yield part
                if broken:
                    broken = False
                    yield make_note_part(f"{CONNECTION_LOST}, and was joined again.", encode)
        self._is_whole = rejoining.complete
        if rejoining.breaks:
            lost = "nothing is lost." if rejoining.complete else MAY_BE_LOST
            yield make_note_part(f"{CONNECTION_LOST}, and was joined again: {lost}", encode)

    def resume_blocker(self) -> str | None:
        if self.thread_id is None:
            return "It ran stateless (thread_id=None), so the server kept nothing to go on from."
        return THREAD_DELETED if self._thread_is_gone else None

    def history(self) -> list[dict[str, Any]]:
        return api_calls.history(self.server, self.thread_id)

    async def ahistory(self) -> list[dict[str, Any]]:
        return await asyncio.to_thread(self.history)

    def join_blocker(self) -> str | None:
        if self.thread_id is None:
            return "It ran stateless (thread_id=None), so the server kept nothing to follow."
        if self._thread_is_gone:
            return THREAD_DELETED
        return None if self.run_id else "The server has not named it."

    def join_code(self) -> str:
        return f"lg_jupyter.join({self.server.code()}, {self.thread_id!r}, {self.run_id!r})"

    async def alatest_checkpoint(self) -> dict[str, Any] | None:
        async with api_calls.open_client(self.server) as client:
            state = await client.threads.get_state(self.thread_id)
        return checkpoints.checkpoint_from_server_state(state) if state.get("created_at") else None

    def drain_blocker(self) -> str | None:
        return NO_DRAIN_ON_SERVER

    def drain(self) -> None:
        """Nothing: see :meth:`drain_blocker`."""

    def successor(self) -> ServerSource:
        source = ServerSource(self.server)
        source.name, source.thread_id, source.output = self.name, self.thread_id, self.output
        return source

    def structure(self) -> Structure:
        """The assistant's graph as the server draws it, subgraphs opened if it can open them."""
        return api_calls.structure(self.server, self.name)

    async def cancel(self, running: Sequence[tuple[str, str]] | None = None) -> str:
        """Cancel the run on the server; a stateless run ends there when its stream is left."""
        if self._stateless:
            return "The run was cancelled on the server too."
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._run_created.wait(), RUN_ID_TIMEOUT)
        if self.run_id is None:
            return "The server had not named the run yet: it may go on there."
        try:
            await aprobe(self.server.url)
            async with api_calls.open_client(self.server) as client:
                await client.runs.cancel(self.thread_id, self.run_id, wait=False, action="interrupt")
        except Exception as error:
            if status_of(error) in (404, 409):
                return "The run had ended on the server already."
            refusal = explain(error, self.server.address())
            return f"It may go on there, for it could not be cancelled: {refusal or type(error).__name__}."
        return "The run was cancelled on the server too."

    # Starting.

    async def _create_thread(self, client: Any, request: Request) -> None:
        thread = get_requested_thread_id(request)
        if thread is None:
            return
        if thread is UNSET:
            self.thread_id = (await client.threads.create())["thread_id"]
            self._made_thread = True
            return
        self.thread_id = thread

    async def _delete_thread(self, client: Any) -> None:
        """Delete the thread that was made for a run that never began."""
        if self._made_thread:
            with suppress(Exception):
                await client.threads.delete(self.thread_id)
            self.thread_id = None

    async def _stream(self, client: Any, request: Request, checkpoint_id: str | None) -> AsyncGenerator[Any]:
        if request.join is not None:
            async with close_on_exit(
                join_stream(self.server.url, client, self.thread_id, request.join)
            ) as joined:
                async for item in joined:
                    yield item
            return
        options = self._options(client.runs.stream, request, checkpoint_id)

        async def first(assistant: str) -> tuple[AsyncIterator[Any], Any]:
            items = client.runs.stream(
                self.thread_id, assistant, on_run_created=self._on_run_created, **options
            )
            self._request_sent = True
            return items, await anext(items, None)

        items, item = await api_calls.with_assistant_id(self.server, first)
        async with close_on_exit(items):
            while item is not None:
                yield item
                item = await anext(items, None)

    def _options(self, method: Any, request: Request, checkpoint_id: str | None) -> dict[str, Any]:
        stateless = self.thread_id is None
        if self._needs_values(request):
            request = replace(request, modes=(*request.modes, "values"))
        return server_request.options(request, method, stateless=stateless, checkpoint_id=checkpoint_id)

    def _needs_values(self, request: Request) -> bool:
        """Whether the state is streamed for the run's output alone: it could not be read later."""
        return self.thread_id is None and "values" not in request.modes

    async def _start_detached(self, client: Any, request: Request, checkpoint_id: str | None) -> None:
        """Start the run, and leave it running on the server."""
        options = self._options(client.runs.create, request, checkpoint_id)

        async def create(assistant: str) -> Mapping[str, Any]:
            created: Mapping[str, Any] = await client.runs.create(self.thread_id, assistant, **options)
            return created

        self._request_sent = True
        self._on_run_created(await api_calls.with_assistant_id(self.server, create))

    def _on_run_created(self, created: Mapping[str, Any]) -> None:
        self.run_id = created["run_id"]
        self._run_created.set()

    # Streaming.

    def _rejoining(self, client: Any, batcher: TokenBatcher) -> RejoiningStream:
        url = self.server.url
        return RejoiningStream(
            lambda last_event_id: join_stream(url, client, self.thread_id, self.run_id, last_event_id),
            lambda: self.thread_id is not None and self.run_id is not None,
            lambda: is_running(url, client, self.thread_id, self.run_id),
            lambda item: batcher.extend(item.event, item.data, self._id_of(item)),
            self._resumable_stream,
        )

    def _part(self, item: Any, batcher: TokenBatcher) -> Part:
        mode, namespace = split_event_name(item.event)
        self._observe(mode, namespace, item.data)
        return batcher.make_part(item.event, mode, namespace, item.data, self._id_of(item))

    def _id_of(self, item: Any) -> str | None:
        source_id: str | None = getattr(item, "id", None)  # since langgraph-sdk 0.3.0
        self.last_id = source_id or self.last_id
        return source_id

    def _observe(self, mode: str, namespace: str, data: Any) -> None:
        """Keep what an item of the root holds: its ids, its state, how it stopped."""
        if namespace or not isinstance(data, dict):
            return
        if mode == "metadata" and "run_id" in data:
            self._on_run_created(data)
        elif (values := self._observer.observe(mode, data)) is not None:
            self.output = values

    def _may_have_begun(self, error: Exception) -> bool:
        """Whether the run may have begun on the server, though it has not answered."""
        return self._request_sent and not self._run_created.is_set() and may_have_arrived(error)

    # Ending.

    async def _fetch_outcome(self, client: Any) -> Outcome:
        if self.thread_id is None or self.run_id is None:
            return await stream_outcome(self._observer, self.server.url)
        outcome = await fetch_outcome(client, self.thread_id, self.run_id, self._observer)
        self._thread_is_gone, self.rolled_back = outcome.thread_is_gone, outcome.rolled_back
        if outcome.values is not None and not (self._observer.values and self._is_whole):
            self.output = outcome.values
        elif not self._observer.values and outcome.status in ("error", "cancelled"):
            with suppress(Exception):  # what it had come to
                self.output = (await client.threads.get(self.thread_id)).get("values")
        return outcome

    def store_items(self, prefix: Sequence[str]) -> list[dict[str, Any]]:
        return api_calls.store_items(self.server, prefix)

    def _refusal(self, error: Exception) -> Exception | None:
        """What to raise in place of a foreign exception; ``None`` to let it through."""
        begun = may_go_on(self.thread_id) if self._may_have_begun(error) else None
        return refusal(error, self.server.address(), begun)
