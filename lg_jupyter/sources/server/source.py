"""A LangGraph server: runs of an assistant, through langgraph-sdk."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from lg_jupyter.errors import AnswerRefusedError
from lg_jupyter.events.events import Part
from lg_jupyter.events.namespace import split_server_event_name
from lg_jupyter.kernel.module_reload import InstanceCheckByName
from lg_jupyter.sources import checkpoints, thread_state
from lg_jupyter.sources.base import (
    SERVER_CANNOT_DRAIN_SENTENCE,
    UNSET,
    EncodePayload,
    Request,
    SourceKind,
    close_on_exit,
    get_requested_thread_id,
    streams_input_checkpoint,
)
from lg_jupyter.sources.control_parts import (
    make_end_part,
    make_initial_state_part,
    make_note_part,
    make_start_part,
)
from lg_jupyter.sources.server import api_calls, notes, outcome, refusal, rejoin
from lg_jupyter.sources.server import request as server_request
from lg_jupyter.sources.server.errors import get_http_status, make_server_error
from lg_jupyter.sources.server.probe import aensure_server_reachable
from lg_jupyter.sources.server.server import Server
from lg_jupyter.sources.structure import Structure
from lg_jupyter.sources.thread_state import ThreadState
from lg_jupyter.sources.token_batcher import TokenBatcher

RUN_ID_TIMEOUT_SECONDS = 0.4  # seconds to wait for the id of a run that is to be cancelled


class ServerSource(metaclass=InstanceCheckByName):
    """Runs an assistant once: on a thread, or stateless."""

    kind: SourceKind = "server"
    limitation_hint: str | None = None
    has_local_structure = False
    is_drained = False

    def __init__(self, server: Server) -> None:
        self.server = server
        self.name = server.assistant
        self.output: Any = None
        self.run_id: str | None = None
        self.thread_id: str | None = None
        self.last_id: str | None = None  # of the newest event: where a rejoin would go on
        self._has_whole_stream = True  # all of the stream came
        self._has_created_thread = False
        self._is_stateless = False
        self._are_events_kept = True  # the server keeps the events, for those who join the run
        self._run_created_event = asyncio.Event()  # the run's id is known
        self._is_request_sent = False  # the request was sent, so the run may have begun
        self._observer = outcome.StreamOutcomeObserver()
        self._is_thread_deleted = False
        self.is_rolled_back = False

    def validate_request(self, request: Request) -> None:
        server_request.validate_server_request(request)
        self._is_stateless = get_requested_thread_id(request) is None

    def collect_secrets(self) -> Mapping[str, str]:
        return self.server.collect_secrets()

    async def stream_parts(self, request: Request, encode: EncodePayload) -> AsyncIterator[Part]:
        requested = time.time()
        async with api_calls.open_sdk_client(self.server) as client:
            try:
                await aensure_server_reachable(self.server.url)
                request = await self._attach_to_thread_or_run(client, request)
                branch = await checkpoints.write_fork_and_find_server_start(client, self.thread_id, request)
                began = await self._fetch_initial_state_part(client, request, branch, encode)
                request = await self._adapt_resume_answer(client, request, encode)
                if request.detach:
                    await self._start_detached_run(client, request, branch.config_or_checkpoint_id)
                    yield make_start_part(self, request, encode, requested)
                    yield make_end_part("incomplete", encode)
                    return
                if branch.final_state is not UNSET:
                    self.output = branch.final_state
                    yield make_start_part(self, request, encode, requested)
                    yield began or make_initial_state_part(UNSET, encode)
                    yield Part("values", "", encode("values", "", branch.final_state), time.time())
                    yield make_end_part("success", encode)
                    return
                async with close_on_exit(
                    self._stream_run_parts(client, request, branch.config_or_checkpoint_id, encode)
                ) as parts:
                    first = await anext(parts, None)
                    if request.answer is None:
                        yield make_start_part(self, request, encode, requested)
                    for part in filter(None, (began, first)):
                        yield part
                    async for part in parts:
                        yield part
            except AnswerRefusedError as refused:
                for part in thread_state.make_answer_refused_parts(refused, encode):
                    yield part
                raise
            except Exception as error:
                instead = self._make_request_error(error)
                if instead is None:
                    raise
                async for part in self._clean_up_and_iter_parts_of_refused_run(
                    client, request, instead, error, requested, encode
                ):
                    yield part
                raise instead from None
            ended = await self._fetch_and_record_run_outcome(client)
            output = None if "values" in request.modes else self.output
            how = (ended.error_fields, ended.interrupts, ended.thread_state, output)
            yield make_end_part(ended.status, encode, *how)
        if ended.status == "error":
            has_taken_input = self._observer.has_streamed_values
            raise ended.make_exception(request, self.name, has_taken_input=has_taken_input)

    async def _attach_to_thread_or_run(self, client: Any, request: Request) -> Request:
        """Take the thread, or the run to be joined; returns the request, as the server has it."""
        await api_calls.validate_breakpoint_nodes(self.server, client, request, self.name)
        if request.join_run_id is None:
            await self._set_or_create_thread(client, request)
            return request
        self.thread_id = str(request.thread_id)
        self._on_run_created({"run_id": request.join_run_id})
        joined = await server_request.fetch_joined_run(client, request, self.server.make_server_address())
        self._are_events_kept = joined.are_events_kept
        self._observer.is_thread_temporary = joined.is_thread_temporary
        return joined.request

    async def _adapt_resume_answer(self, client: Any, request: Request, encode: EncodePayload) -> Request:
        if request.answer is None:
            return request
        read = partial(ThreadState.read_from_server, client, str(self.thread_id))
        answer = await thread_state.validate_and_adapt_answer(request.answer, read, encode)
        return replace(request, answer=answer)

    async def _clean_up_and_iter_parts_of_refused_run(
        self,
        client: Any,
        request: Request,
        raised_error: Exception,
        client_error: Exception,
        requested_at: float,
        encode: EncodePayload,
    ) -> AsyncIterator[Part]:
        """The parts of a run that the server refused with ``client_error``; none of one that never began."""
        if not self._run_created_event.is_set() and not self._may_run_have_begun(client_error):
            await self._delete_unused_thread(client)
            return
        if not self._run_created_event.is_set():
            yield make_start_part(self, request, encode, requested_at)
        yield make_end_part("incomplete", encode, raised_error)

    async def _fetch_initial_state_part(
        self, client: Any, request: Request, start_point: checkpoints.RunStartPoint, encode: EncodePayload
    ) -> Part | None:
        """The state before the run, where no item of its own holds it; ``None`` where there is none."""
        if request.fork is not None:
            return make_initial_state_part(start_point.state_before_fork_write, encode, request.fork.as_node)
        holds_it = request.answer is not None or streams_input_checkpoint(request)
        if holds_it or self.thread_id is None or self._has_created_thread:
            return None
        state: Any = UNSET
        if request.join_run_id is None:  # one that is joined may have begun long ago
            with suppress(Exception):
                state = (await client.threads.get_state(self.thread_id))["values"]
        return make_initial_state_part(state, encode)

    async def _stream_run_parts(
        self, client: Any, request: Request, checkpoint_id: str | None, encode: EncodePayload
    ) -> AsyncGenerator[Part]:
        """The parts of the stream, with notes where the connection broke off."""
        if not self._are_events_kept:
            yield make_note_part(notes.EVENTS_NOT_KEPT_SENTENCE, encode)
        batcher, broken = TokenBatcher(encode), False
        rejoining = self._make_rejoining_stream(client, batcher)
        first_stream = self._start_or_join_run_stream(client, request, checkpoint_id)
        async with close_on_exit(rejoining.iter_items(first_stream)) as items:
            async for item in items:
                if item is None:
                    broken = True
                    is_silent = rejoining.is_broken_by_silence
                    lost = notes.CONNECTION_SILENT_CLAUSE if is_silent else notes.CONNECTION_LOST_CLAUSE
                    yield make_note_part(f"{lost}: trying to join it again …", encode)
                    continue
                part = self._observe_item_and_make_part(item, batcher)
                if part.mode != "values" or not self._is_values_mode_added(request):
                    yield part
                if broken:
                    broken = False
                    yield make_note_part(f"{notes.CONNECTION_LOST_CLAUSE}, and was joined again.", encode)
        self._has_whole_stream = rejoining.is_complete
        if rejoining.break_count:
            lost = "nothing is lost." if rejoining.is_complete else notes.EVENTS_MAY_BE_LOST_CLAUSE
            yield make_note_part(f"{notes.CONNECTION_LOST_CLAUSE}, and was joined again: {lost}", encode)

    def describe_resume_blocker(self) -> str | None:
        if self.thread_id is None:
            return "It ran stateless (thread_id=None), so the server kept nothing to go on from."
        return notes.THREAD_DELETED_SENTENCE if self._is_thread_deleted else None

    def list_checkpoints(self) -> list[dict[str, Any]]:
        return api_calls.fetch_thread_history(self.server, self.thread_id)

    async def alist_checkpoints(self) -> list[dict[str, Any]]:
        return await asyncio.to_thread(self.list_checkpoints)

    def describe_join_blocker(self) -> str | None:
        if self.thread_id is None:
            return "It ran stateless (thread_id=None), so the server kept nothing to follow."
        if self._is_thread_deleted:
            return notes.THREAD_DELETED_SENTENCE
        return None if self.run_id else "The server has not named it."

    def make_join_code(self) -> str:
        return (
            f"lg_jupyter.join({self.server.format_constructor_call()}, {self.thread_id!r}, {self.run_id!r})"
        )

    async def aget_latest_checkpoint(self) -> dict[str, Any] | None:
        async with api_calls.open_sdk_client(self.server) as client:
            state = await client.threads.get_state(self.thread_id)
        return checkpoints.make_checkpoint_from_server_state(state) if state.get("created_at") else None

    def describe_drain_blocker(self) -> str | None:
        return SERVER_CANNOT_DRAIN_SENTENCE

    def drain(self) -> None:
        """Nothing: see :meth:`describe_drain_blocker`."""

    def make_source_for_same_thread(self) -> ServerSource:
        source = ServerSource(self.server)
        source.name, source.thread_id, source.output = self.name, self.thread_id, self.output
        return source

    def read_structure(self) -> Structure:
        """The assistant's graph as the server draws it, subgraphs opened if it can open them."""
        return api_calls.fetch_graph_structure(self.server, self.name)

    async def cancel_and_describe_running(self, running: Sequence[tuple[str, str]] | None = None) -> str:
        """Cancel the run on the server; a stateless run ends there when its stream is left."""
        if self._is_stateless:
            return "The run was cancelled on the server too."
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._run_created_event.wait(), RUN_ID_TIMEOUT_SECONDS)
        if self.run_id is None:
            return "The server had not named the run yet: it may go on there."
        try:
            await aensure_server_reachable(self.server.url)
            async with api_calls.open_sdk_client(self.server) as client:
                await client.runs.cancel(self.thread_id, self.run_id, wait=False, action="interrupt")
        except Exception as error:
            if get_http_status(error) in (404, 409):
                return "The run had ended on the server already."
            refusal = make_server_error(error, self.server.make_server_address())
            return f"It may go on there, for it could not be cancelled: {refusal or type(error).__name__}."
        return "The run was cancelled on the server too."

    # Starting.

    async def _set_or_create_thread(self, client: Any, request: Request) -> None:
        thread = get_requested_thread_id(request)
        if thread is UNSET:
            self.thread_id = (await client.threads.create())["thread_id"]
            self._has_created_thread = True
        elif thread is not None:
            self.thread_id = thread

    async def _delete_unused_thread(self, client: Any) -> None:
        """Delete the thread that was made for a run that never began."""
        if self._has_created_thread:
            with suppress(Exception):
                await client.threads.delete(self.thread_id)
            self.thread_id = None

    async def _start_or_join_run_stream(
        self, client: Any, request: Request, checkpoint_id: str | None
    ) -> AsyncGenerator[Any]:
        if request.join_run_id is not None:
            async with close_on_exit(
                rejoin.join_run_stream(self.server.url, client, self.thread_id, request.join_run_id)
            ) as joined:
                async for item in joined:
                    yield item
            return
        options = self._make_sdk_arguments(client.runs.stream, request, checkpoint_id)

        async def first(assistant: str) -> tuple[AsyncIterator[Any], Any]:
            items = client.runs.stream(
                self.thread_id, assistant, on_run_created=self._on_run_created, **options
            )
            self._is_request_sent = True
            return items, await anext(items, None)

        items, item = await api_calls.call_with_assistant_id(self.server, first)
        async with close_on_exit(items):
            while item is not None:
                yield item
                item = await anext(items, None)

    def _make_sdk_arguments(
        self, sdk_method: Any, request: Request, checkpoint_id: str | None
    ) -> dict[str, Any]:
        stateless = self.thread_id is None
        if self._is_values_mode_added(request):
            request = replace(request, modes=(*request.modes, "values"))
        return server_request.make_sdk_arguments(
            request, sdk_method, is_stateless=stateless, checkpoint_id=checkpoint_id
        )

    def _is_values_mode_added(self, request: Request) -> bool:
        """Whether the state is streamed for the run's output alone: it could not be read later."""
        return self.thread_id is None and "values" not in request.modes

    async def _start_detached_run(self, client: Any, request: Request, checkpoint_id: str | None) -> None:
        """Start the run, and leave it running on the server."""
        options = self._make_sdk_arguments(client.runs.create, request, checkpoint_id)

        async def create(assistant: str) -> Mapping[str, Any]:
            created: Mapping[str, Any] = await client.runs.create(self.thread_id, assistant, **options)
            return created

        self._is_request_sent = True
        self._on_run_created(await api_calls.call_with_assistant_id(self.server, create))

    def _on_run_created(self, created: Mapping[str, Any]) -> None:
        self.run_id = created["run_id"]
        self._run_created_event.set()

    # Streaming.

    def _make_rejoining_stream(self, client: Any, batcher: TokenBatcher) -> rejoin.RejoiningStream:
        url = self.server.url
        return rejoin.RejoiningStream(
            lambda event_id: rejoin.join_run_stream(url, client, self.thread_id, self.run_id, event_id),
            lambda: self.thread_id is not None and self.run_id is not None,
            lambda: rejoin.is_run_running(url, client, self.thread_id, self.run_id),
            lambda item: batcher.try_extend_last_part(item.event, item.data, self._record_event_id(item)),
            self._are_events_kept,
        )

    def _observe_item_and_make_part(self, item: Any, token_batcher: TokenBatcher) -> Part:
        mode, namespace = split_server_event_name(item.event)
        self._observe_root_item(mode, namespace, item.data)
        source_id = self._record_event_id(item)
        return token_batcher.start_new_part(item.event, mode, namespace, item.data, source_id)

    def _record_event_id(self, item: Any) -> str | None:
        source_id: str | None = getattr(item, "id", None)  # since langgraph-sdk 0.3.0
        self.last_id = source_id or self.last_id
        return source_id

    def _observe_root_item(self, mode: str, namespace: str, data: Any) -> None:
        """Keep what an item of the root holds: its ids, its state, how it stopped."""
        if namespace or not isinstance(data, dict):
            return
        if mode == "metadata" and "run_id" in data:
            self._on_run_created(data)
        elif (values := self._observer.observe_root_item_and_get_state(mode, data)) is not None:
            self.output = values

    def _may_run_have_begun(self, error: Exception) -> bool:
        """Whether the run may have begun on the server, though it has not answered."""
        is_created = self._run_created_event.is_set()
        return self._is_request_sent and not is_created and refusal.may_request_have_arrived(error)

    async def _fetch_and_record_run_outcome(self, client: Any) -> outcome.RunOutcome:
        if self.thread_id is None or self.run_id is None:
            return await outcome.resolve_stateless_outcome(self._observer, self.server.url)
        ended = await outcome.fetch_run_outcome(client, self.thread_id, self.run_id, self._observer)
        self._is_thread_deleted, self.is_rolled_back = ended.is_thread_deleted, ended.is_rolled_back
        has_values = self._observer.has_streamed_values
        if ended.thread_values is not None and not (has_values and self._has_whole_stream):
            self.output = ended.thread_values
        elif not has_values and ended.status in ("error", "cancelled"):
            with suppress(Exception):  # what it had come to
                self.output = (await client.threads.get(self.thread_id)).get("values")
        return ended

    def list_store_items(self, prefix: Sequence[str]) -> list[dict[str, Any]]:
        return api_calls.fetch_store_items(self.server, prefix)

    def _make_request_error(self, error: Exception) -> Exception | None:
        """What to raise in place of a foreign exception; ``None`` to let it through."""
        has_begun = self._may_run_have_begun(error)
        begun = refusal.make_run_may_go_on_sentence(self.thread_id) if has_begun else None
        return refusal.make_request_error(error, self.server.make_server_address(), begun)
