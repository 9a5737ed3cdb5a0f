"""A LangGraph server: runs of an assistant, through langgraph-sdk."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from lg_jupyter.errors import AnswerRefused
from lg_jupyter.events.events import Part
from lg_jupyter.events.namespace import split_event
from lg_jupyter.sources import checkpoints, standing
from lg_jupyter.sources.base import (
    ON_A_SERVER,
    UNSET,
    EncodePart,
    Request,
    SourceKind,
    asked_thread,
    closing,
    end_part,
    note_part,
    start_part,
    state_part,
    tells_its_begin,
)
from lg_jupyter.sources.server import request as server_request
from lg_jupyter.sources.server.asking import by_name, check_breakpoints, history, open_client, structure
from lg_jupyter.sources.server.end import Ending, Seen, ask_how_it_ended
from lg_jupyter.sources.server.errors import explain, status_of
from lg_jupyter.sources.server.probe import reach
from lg_jupyter.sources.server.refusal import may_go_on, may_have_arrived, refusal
from lg_jupyter.sources.server.rejoin import Rejoining, is_break, join_stream
from lg_jupyter.sources.server.server import Server
from lg_jupyter.sources.standing import Standing
from lg_jupyter.sources.structure import Structure

GONE = "Its thread is no longer on the server: it was deleted, or was there for this run alone."

BROKEN = "The connection to the server broke off"
NOT_KEPT = "This run was started without stream_resumable=True: what came before it was joined is not known."
NAMED_IN_TIME = 0.4  # seconds to wait for the id of a run that is to be cancelled


class ServerSource:
    """Carries one run of an assistant: on a thread, or stateless."""

    kind: SourceKind = "server"
    hint: str | None = None
    draws_itself = False
    drained = False

    def __init__(self, server: Server) -> None:
        self.server = server
        self.name = server.assistant
        self.output: Any = None
        self.run_id: str | None = None
        self.thread_id: str | None = None
        self.last_id: str | None = None  # of the newest event: where a rejoin would go on
        self._made_thread = False
        self._stateless = False
        self._kept = True  # the server keeps the events, for those who join the run
        self._named = asyncio.Event()  # the server has named the run
        self._sent = False  # the server was asked for the run, and may have begun it
        self._seen = Seen()
        self._thread_is_gone = False
        self.rolled_back = False

    def check(self, request: Request) -> None:
        server_request.check(request)
        self._stateless = asked_thread(request) is None

    def secrets(self) -> Mapping[str, str]:
        return self.server.secrets()

    async def parts(self, request: Request, encode: EncodePart) -> AsyncIterator[Part]:
        requested = time.time()
        async with open_client(self.server) as client:
            try:
                await reach(self.server.url)
                request = await self._take_up(client, request)
                branch = await checkpoints.forked_on_server(client, self.thread_id, request)
                began = await self._state_part(client, request, branch, encode)
                request = await self._with_checked_answer(client, request, encode)
                if request.detach:
                    await self._leave(client, request, branch.at)
                    yield start_part(self, request, encode, requested)
                    yield end_part("incomplete", encode)
                    return
                if branch.end is not UNSET:
                    self.output = branch.end
                    yield start_part(self, request, encode, requested)
                    yield began or state_part(UNSET, encode)
                    yield Part("values", "", encode("values", "", branch.end), time.time())
                    yield end_part("success", encode)
                    return
                async with closing(self._follow(client, request, branch.at, encode)) as parts:
                    first = await anext(parts, None)
                    if request.answer is None:
                        yield start_part(self, request, encode, requested)
                    for part in filter(None, (began, first)):
                        yield part
                    async for part in parts:
                        yield part
            except AnswerRefused as refused:
                for told in standing.taken_back(refused, encode):
                    yield told
                raise
            except Exception as error:
                instead = self._refusal(error)
                if instead is None:
                    raise
                async for part in self._refused(client, request, instead, error, requested, encode):
                    yield part
                raise instead from None
            ending = await self._ask(client)
            output = None if "values" in request.modes else self.output
            yield end_part(ending.status, encode, ending.error, ending.interrupts, ending.standing, output)
        if ending.status == "error":
            raise ending.failure(request, self.name, began=self._seen.values)

    async def _take_up(self, client: Any, request: Request) -> Request:
        """Take the thread, or the run that is to be joined, and give what is asked of it."""
        await check_breakpoints(self.server, client, request, self.name)
        if request.join is None:
            await self._take_thread(client, request)
            return request
        self.thread_id = str(request.thread_id)
        self._on_run_created({"run_id": request.join})
        found, self._kept, self._seen.temporary = await server_request.find_run(
            client, request, self.server.address()
        )
        return found

    async def _with_checked_answer(self, client: Any, request: Request, encode: EncodePart) -> Request:
        if request.answer is None:
            return request
        return replace(request, answer=await standing.checked(request.answer, self._stand(client), encode))

    async def _refused(
        self,
        client: Any,
        request: Request,
        refusal: Exception,
        error: Exception,
        requested: float,
        encode: EncodePart,
    ) -> AsyncIterator[Part]:
        """The parts of a run of which the server answered ``error``; none of one that never was."""
        if not self._named.is_set() and not self._may_have_begun(error):
            await self._leave_thread(client)
            return
        if not self._named.is_set():
            yield start_part(self, request, encode, requested)
        yield end_part("incomplete", encode, refusal)

    async def _state_part(
        self, client: Any, request: Request, branch: checkpoints.Branch, encode: EncodePart
    ) -> Part | None:
        """The state before the run, where nothing of its own will tell it; ``None`` where there is none."""
        if request.fork is not None:
            return state_part(branch.before, encode, request.fork.as_node)
        if (
            request.answer is not None
            or self.thread_id is None
            or self._made_thread
            or tells_its_begin(request)
        ):
            return None
        if request.join is not None:  # which may have begun long ago
            return state_part(UNSET, encode)
        with suppress(Exception):
            return state_part((await client.threads.get_state(self.thread_id))["values"], encode)
        return state_part(UNSET, encode)

    def _stand(self, client: Any) -> standing.Stand:
        async def stand(checkpoint_id: str | None) -> Standing:
            return await Standing.on_server(client, str(self.thread_id), checkpoint_id)

        return stand

    async def _follow(
        self, client: Any, request: Request, checkpoint_id: str | None, encode: EncodePart
    ) -> AsyncGenerator[Part]:
        """The parts of the stream, with a word on how it comes: it may break off."""
        if not self._kept:
            yield note_part(NOT_KEPT, encode)
        rejoining, broken = self._rejoining(client), False
        async with closing(rejoining.items(self._stream(client, request, checkpoint_id))) as items:
            async for item in items:
                if item is None:
                    broken = True
                    yield note_part(f"{BROKEN}: trying to join it again …", encode)
                    continue
                part = self._part(item, encode)
                if part.mode != "values" or not self._asks_for_values(request):
                    yield part
                if broken:
                    broken = False
                    yield note_part(f"{BROKEN}, and was joined again.", encode)
        if rejoining.breaks:
            lost = "nothing is lost" if rejoining.complete else "something may be lost"
            yield note_part(f"{BROKEN}, and was joined again: {lost}.", encode)

    def why_not_on(self) -> str | None:
        if self.thread_id is None:
            return "It ran stateless (thread_id=None), so the server kept nothing to go on from."
        return GONE if self._thread_is_gone else None

    def history(self) -> list[dict[str, Any]]:
        return history(self.server, self.thread_id)

    async def ahistory(self) -> list[dict[str, Any]]:
        return await asyncio.to_thread(self.history)

    def why_not_joined(self) -> str | None:
        if self.thread_id is None:
            return "It ran stateless (thread_id=None), so the server kept nothing to follow."
        if self._thread_is_gone:
            return GONE
        return None if self.run_id else "The server has not named it."

    def joining(self) -> str:
        return f"lg_jupyter.join({self.server.code()}, {self.thread_id!r}, {self.run_id!r})"

    async def alatest(self) -> dict[str, Any] | None:
        async with open_client(self.server) as client:
            state = await client.threads.get_state(self.thread_id)
        return checkpoints.of_server(state) if state.get("created_at") else None

    def why_not_drained(self) -> str | None:
        return ON_A_SERVER

    def drain(self) -> None:
        """Nothing: see :meth:`why_not_drained`."""

    def again(self) -> ServerSource:
        source = ServerSource(self.server)
        source.name, source.thread_id, source.output = self.name, self.thread_id, self.output
        return source

    def structure(self) -> Structure:
        """The assistant's graph as the server draws it, subgraphs opened if it can open them."""
        return structure(self.server, self.name)

    async def cancel(self, running: Sequence[tuple[str, str]] | None = None) -> str:
        """Cancel the run on the server; a stateless run ends there when its stream is left."""
        if self._stateless:
            return "The run was cancelled on the server too."
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._named.wait(), NAMED_IN_TIME)
        if self.run_id is None:
            return "The server had not named the run yet: it may go on there."
        try:
            await reach(self.server.url)
            async with open_client(self.server) as client:
                await client.runs.cancel(self.thread_id, self.run_id, wait=False, action="interrupt")
        except Exception as error:
            if status_of(error) in (404, 409):
                return "The run had ended on the server already."
            refusal = explain(error, self.server.address())
            return f"It may go on there, for it could not be cancelled: {refusal or type(error).__name__}."
        return "The run was cancelled on the server too."

    # Starting.

    async def _take_thread(self, client: Any, request: Request) -> None:
        thread = asked_thread(request)
        if thread is None:
            return
        if thread is UNSET:
            self.thread_id = (await client.threads.create())["thread_id"]
            self._made_thread = True
            return
        self.thread_id = thread

    async def _leave_thread(self, client: Any) -> None:
        """Delete the thread that was made for a run that never was."""
        if self._made_thread:
            with suppress(Exception):
                await client.threads.delete(self.thread_id)
            self.thread_id = None

    async def _stream(self, client: Any, request: Request, checkpoint_id: str | None) -> AsyncGenerator[Any]:
        if request.join is not None:
            async with closing(join_stream(client, self.thread_id, request.join)) as joined:
                async for item in joined:
                    yield item
            return
        options = self._options(client.runs.stream, request, checkpoint_id)

        async def first(assistant: str) -> tuple[AsyncIterator[Any], Any]:
            items = client.runs.stream(
                self.thread_id, assistant, on_run_created=self._on_run_created, **options
            )
            self._sent = True
            return items, await anext(items, None)

        items, item = await by_name(self.server, first)
        async with closing(items):
            while item is not None:
                yield item
                item = await anext(items, None)

    def _options(self, method: Any, request: Request, checkpoint_id: str | None) -> dict[str, Any]:
        stateless = self.thread_id is None
        if self._asks_for_values(request):
            request = replace(request, modes=(*request.modes, "values"))
        return server_request.options(request, method, stateless=stateless, checkpoint_id=checkpoint_id)

    def _asks_for_values(self, request: Request) -> bool:
        """Whether the state is streamed for the run's output alone: nobody could be asked for it later."""
        return self.thread_id is None and "values" not in request.modes

    async def _leave(self, client: Any, request: Request, checkpoint_id: str | None) -> None:
        """Have the run begin, and go on with nobody listening."""
        options = self._options(client.runs.create, request, checkpoint_id)

        async def create(assistant: str) -> Mapping[str, Any]:
            created: Mapping[str, Any] = await client.runs.create(self.thread_id, assistant, **options)
            return created

        self._sent = True
        self._on_run_created(await by_name(self.server, create))

    def _on_run_created(self, created: Mapping[str, Any]) -> None:
        self.run_id = created["run_id"]
        self._named.set()

    # Streaming.

    def _rejoining(self, client: Any) -> Rejoining:
        async def join(last_event_id: str) -> AsyncGenerator[Any]:
            await reach(self.server.url)  # which sees at once that nobody is there: the SDK tries for long
            async with closing(join_stream(client, self.thread_id, self.run_id, last_event_id)) as items:
                async for item in items:
                    yield item

        def can_join() -> bool:
            return self.thread_id is not None and self.run_id is not None

        async def goes_on() -> bool:
            try:
                run = await client.runs.get(self.thread_id, self.run_id)
            except Exception as error:
                if is_break(error):
                    raise
                return False
            return run["status"] in ("pending", "running")

        return Rejoining(join, can_join, goes_on)

    def _part(self, item: Any, encode: EncodePart) -> Part:
        mode, namespace = split_event(item.event)
        self._look(mode, namespace, item.data)
        source_id = getattr(item, "id", None)  # since langgraph-sdk 0.3.0
        self.last_id = source_id or self.last_id
        return Part(mode, namespace, encode(mode, namespace, item.data), time.time(), source_id)

    def _look(self, mode: str, namespace: str, data: Any) -> None:
        """Keep what the root says of itself: its ids, its state, how it stopped."""
        if namespace or not isinstance(data, dict):
            return
        if mode == "metadata" and "run_id" in data:
            self._on_run_created(data)
        elif (values := self._seen.take(mode, data)) is not None:
            self.output = values

    def _may_have_begun(self, error: Exception) -> bool:
        """Whether the server may carry the run that it was asked for, though it has not answered."""
        return self._sent and not self._named.is_set() and may_have_arrived(error)

    # Ending.

    async def _ask(self, client: Any) -> Ending:
        if self.thread_id is None or self.run_id is None:
            return self._seen.ending
        ending = await ask_how_it_ended(client, self.thread_id, self.run_id, self._seen)
        self._thread_is_gone, self.rolled_back = ending.thread_is_gone, ending.rolled_back
        if not self._seen.values and ending.values is not None:
            self.output = ending.values
        elif not self._seen.values and ending.status in ("error", "cancelled"):
            with suppress(Exception):  # what it had come to
                self.output = (await client.threads.get(self.thread_id)).get("values")
        return ending

    def _refusal(self, error: Exception) -> Exception | None:
        """What to raise in place of a foreign exception; ``None`` to let it through."""
        begun = may_go_on(self.thread_id) if self._may_have_begun(error) else None
        return refusal(error, self.server.address(), begun)
