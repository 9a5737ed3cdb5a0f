"""A LangGraph server: runs of an assistant, through langgraph-sdk."""

from __future__ import annotations

import asyncio
import base64
import re
import time
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from lg_jupyter.errors import AnswerRefused, InputError, RunError, ServerError, UsageError
from lg_jupyter.events.events import Part
from lg_jupyter.events.namespace import split_event
from lg_jupyter.secrets.redact import is_secret_name
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
    end_part,
    note_part,
    start_part,
    state_part,
    tells_its_begin,
    without_interrupts,
)
from lg_jupyter.sources.local.inputs import NO_INPUT
from lg_jupyter.sources.server import assistants as server_assistants
from lg_jupyter.sources.server import request as server_request
from lg_jupyter.sources.server.end import Ending, Seen, ask_how_it_ended
from lg_jupyter.sources.server.errors import UNSENT, Address, explain, shown_url, status_of
from lg_jupyter.sources.server.probe import knock, reach
from lg_jupyter.sources.server.rejoin import FROM_THE_START, Rejoining, is_break
from lg_jupyter.sources.standing import Standing
from lg_jupyter.sources.structure import Structure, normalised

T = TypeVar("T")

KEY_HEADER = "x-api-key"
GONE = "Its thread is no longer on the server: it was deleted, or was there for this run alone."

LOGIN_HEADERS = ("authorization", "cookie", "proxy-authorization")
"""Headers by which a server may know who asks, beside the key."""
BROKEN = "The connection to the server broke off"
NOT_KEPT = "This run was started without stream_resumable=True: what came before it was joined is not known."
NAMED_IN_TIME = 0.4  # seconds to wait for the id of a run that is to be cancelled


class Server:
    """An assistant on a LangGraph server: what to give to :func:`lg_jupyter.stream` as the target.

    Parameters
    ----------
    url
        The server's address, like ``"http://127.0.0.1:2024"``.
    assistant
        The id of an assistant, or the name of a graph.
    api_key
        Sent with each request. By default the SDK takes it from ``LANGGRAPH_API_KEY``,
        ``LANGSMITH_API_KEY`` or ``LANGCHAIN_API_KEY``.
    headers
        More headers to send. Neither their values nor the key are ever shown.

    Raises
    ------
    UsageError
        If ``url`` is no http(s) address, or no assistant is named.
    """

    def __init__(
        self,
        url: str,
        assistant: str,
        api_key: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.url = _checked_url(url)
        self.assistant = _checked_assistant(assistant)
        self._assistant_id: str | None = None  # of one that was called by a name of its own
        self._headers = _checked_headers(headers)
        named = [name for name in self._headers if name.lower() == KEY_HEADER]  # the SDK refuses it there
        from_header = [self._headers.pop(name) for name in named]
        self._api_key = _checked_key(api_key) or (from_header[0] if from_header else None)

    @property
    def name(self) -> str:
        """What a run of it is called: the assistant."""
        return self.assistant

    @property
    def assistant_id(self) -> str:
        """What the server knows the assistant by: as it was given, or once it was looked up its id."""
        return self._assistant_id or self.assistant

    def look_up(self) -> str:
        """Ask the server which assistant is meant, as :attr:`assistant_id` tells from then on; this blocks.

        Raises
        ------
        ServerError
            If it has none of that name, or more than one.
        """
        client = self.blocking_client()
        try:
            self._assistant_id = server_assistants.id_of(
                client, self.assistant, f"the server at {shown_url(self.url)}"
            )
        finally:
            client.http.client.close()
        return self.assistant_id

    def __repr__(self) -> str:
        names = f", headers={sorted(self._headers)}" if self._headers else ""
        return f"Server({shown_url(self.url)!r}, {self.assistant!r}{names})"

    def code(self) -> str:
        """The same as Python; dots stand for a key and for headers, which are not to be seen."""
        hidden = [name for name, given in (("api_key", self._api_key), ("headers", self._headers)) if given]
        more = "".join(f", {name}=..." for name in hidden)
        return f"Server({shown_url(self.url)!r}, {self.assistant!r}{more})"

    def secrets(self) -> dict[str, str]:
        """What must not be shown, by name: the key, a password in the URL, and headers that hold a secret."""
        secrets = {name: value for name, value in self._headers.items() if is_secret_name(name)}
        if self._api_key:
            secrets["api_key"] = self._api_key
        if password := urlsplit(self.url).password:
            secrets["password"] = unquote(password)
        for name, value in self._login().items():
            secrets.setdefault(name, value)
        return secrets

    def address(self) -> Address:
        headers = self._sent_headers() or {}
        login = next((name for name in headers if name.lower() in LOGIN_HEADERS), None)
        return Address(shown_url(self.url), _key_in_use(self._api_key) is not None, login)

    def client(self) -> Any:
        """A new client of the SDK, bound to the running loop."""
        from langgraph_sdk import get_client

        return get_client(url=shown_url(self.url), headers=self._sent_headers(), **self._key())

    def _sent_headers(self) -> dict[str, str] | None:
        return self._login() | self._headers or None

    def _login(self) -> dict[str, str]:
        """What a user and password in the URL become: left there, httpx would write them to its log."""
        address = urlsplit(self.url)
        if address.username is None:
            return {}
        login = f"{unquote(address.username)}:{unquote(address.password or '')}"
        return {"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"}

    def blocking_client(self) -> Any:
        """The same for a thread without a loop."""
        from langgraph_sdk import get_sync_client

        return get_sync_client(url=shown_url(self.url), headers=self._sent_headers(), **self._key())

    def _key(self) -> dict[str, Any]:
        return {"api_key": self._api_key} if self._api_key else {}  # None would mean: no key


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
        self._values_seen = False
        self._seen = Seen()
        self._thread_is_gone = False
        self.rolled_back = False

    def check(self, request: Request) -> None:
        thread = asked_thread(request)
        if request.multitask is not None and thread is None:
            raise UsageError("a stateless run (thread_id=None) meets no other: leave multitask out")
        if request.breakpoints and thread is None:
            raise UsageError(
                "a stateless run (thread_id=None) could not go on from a breakpoint: leave thread_id out"
            )
        if isinstance(request.context, str | int | float | list):
            kind = type(request.context).__name__
            raise UsageError(f"context takes a dict, such as {{'user': 'ada'}}, not {kind}")
        if request.detach and thread is None:
            raise UsageError("a stateless run (thread_id=None) cannot be joined later: leave thread_id out")
        if request.join is not None and not server_assistants.is_uuid(request.join):
            raise UsageError(f"runs on a server are named by UUIDs, and {request.join!r} is none: run.run_id")
        self._stateless = thread is None
        if isinstance(thread, str) and not server_assistants.is_uuid(thread):
            made = uuid.uuid5(uuid.NAMESPACE_URL, thread)
            raise UsageError(
                f"threads on a server are named by UUIDs, and {thread!r} is none; "
                f"use str(uuid.uuid4()), or for a name of your own like this one always {str(made)!r}"
            )

    def secrets(self) -> Mapping[str, str]:
        return self.server.secrets()

    async def parts(self, request: Request, encode: EncodePart) -> AsyncIterator[Part]:
        requested = time.time()
        async with _open_client(self.server) as client:
            try:
                await reach(self.server.url)
                await self._check_breakpoints(client, request)
                if request.join is not None:
                    self.thread_id = str(request.thread_id)
                    self._on_run_created({"run_id": request.join})
                    request = await self._find_run(client, request)
                else:
                    await self._take_thread(client, request)
                branch = await checkpoints.forked_on_server(client, self.thread_id, request)
                began = await self._state_part(client, request, branch, encode)
                if request.answer is not None:
                    answer = await standing.checked(request.answer, self._stand(client), encode)
                    request = replace(request, answer=answer)
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
                    if began is not None:
                        yield began
                    if first is not None:
                        yield first
                    async for part in parts:
                        yield part
            except AnswerRefused as refused:
                for told in standing.taken_back(refused, encode):
                    yield told
                raise
            except Exception as error:
                refusal = await self._refusal(client, error)
                if refusal is None:
                    raise
                if self._named.is_set():
                    yield end_part("incomplete", encode, refusal)
                elif self._may_have_begun(error):
                    yield start_part(self, request, encode, requested)
                    yield end_part("incomplete", encode, refusal)
                else:
                    await self._leave_thread(client)
                raise refusal from None
            ending = await self._ask(client)
            output = None if "values" in request.modes else self.output
            yield end_part(ending.status, encode, ending.error, ending.interrupts, ending.standing, output)
        if ending.status == "error":
            raise self._run_error(ending, request)

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
        client = self.server.blocking_client()
        try:
            knock(self.server.url)
            told = client.threads.get_history(self.thread_id, limit=checkpoints.LIMIT)
            return [checkpoints.of_server(one) for one in told]
        except Exception as error:
            raise explain(error, self.server.address()) or error from None
        finally:
            client.http.client.close()

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
        async with _open_client(self.server) as client:
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
        client = self.server.blocking_client()
        try:
            knock(self.server.url)
            return normalised(self._drawn(client))
        except Exception as error:
            told = explain(error, self.server.address())
            if told is None:
                raise UsageError(f"{self.name} cannot be drawn: {type(error).__name__}: {error}") from error
            raise told from None
        finally:
            client.http.client.close()

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
            async with _open_client(self.server) as client:
                await client.runs.cancel(self.thread_id, self.run_id, wait=False, action="interrupt")
        except Exception as error:
            if status_of(error) in (404, 409):
                return "The run had ended on the server already."
            refusal = explain(error, self.server.address())
            return f"It may go on there, for it could not be cancelled: {refusal or type(error).__name__}."
        return "The run was cancelled on the server too."

    # Starting.

    async def _find_run(self, client: Any, request: Request) -> Request:
        found, self._kept, self._seen.temporary = await server_request.find_run(
            client, request, self.server.address()
        )
        return found

    def _join(self, client: Any, run_id: str) -> AsyncIterator[Any]:
        """The stream of a run that goes on already, from its start as far as the server has it."""
        items: AsyncIterator[Any] = client.runs.join_stream(
            self.thread_id, run_id, last_event_id=FROM_THE_START
        )
        return items

    async def _check_breakpoints(self, client: Any, request: Request) -> None:
        """A server takes any name for a node, and stops nowhere at one that is none."""
        if not request.breakpoints or request.answer is not None:
            return
        drawn = await self._by_name(client.assistants.get_graph)
        nodes = [str(node["id"]) for node in drawn["nodes"]]
        breakpoints.check(request, [name for name in nodes if not name.startswith("__")], self.name)

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
            async with closing(self._join(client, request.join)) as joined:
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

        items, item = await self._by_name(first)
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
        self._on_run_created(await self._by_name(create))

    async def _by_name(self, ask: Callable[[str], Awaitable[T]]) -> T:
        """What the server answers on the assistant, which is looked up where it knows none of that name."""
        try:
            return await ask(self.server.assistant_id)
        except Exception as error:
            if status_of(error) not in (404, 422) or not await self._is_called_otherwise():
                raise
        return await ask(self.server.assistant_id)

    async def _is_called_otherwise(self) -> bool:
        try:
            return await asyncio.to_thread(self.server.look_up) != self.server.assistant
        except ServerError:
            raise
        except Exception:  # not everybody may list them
            return False

    def _drawn(self, client: Any) -> Any:
        try:
            return _drawn(client, self.server.assistant_id)
        except Exception as error:
            if status_of(error) not in (404, 422) or self.server.look_up() == self.server.assistant:
                raise
        return _drawn(client, self.server.assistant_id)

    def _on_run_created(self, created: Mapping[str, Any]) -> None:
        self.run_id = created["run_id"]
        self._named.set()

    # Streaming.

    def _rejoining(self, client: Any) -> Rejoining:
        async def join(last_event_id: str) -> AsyncGenerator[Any]:
            await reach(self.server.url)  # which sees at once that nobody is there: the SDK tries for long
            stream = client.runs.join_stream(self.thread_id, self.run_id, last_event_id=last_event_id)
            async with closing(stream) as items:
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
        elif mode == "error":
            self._seen.failed(data)
        elif mode == "updates" and data.get(INTERRUPT_KEY):  # of a breakpoint it is empty, also of the last
            self._seen.interrupted = True
        elif mode == "tasks":
            self._seen.task(data)
        elif mode == "debug" and data.get("type") in ("task", "task_result"):
            self._seen.task(data.get("payload") or {})
        elif mode == "values":
            self._values_seen = True
            values, interrupted = without_interrupts(data)
            self._seen.interrupted = self._seen.interrupted or interrupted
            if values is not None:
                self.output = values

    def _may_have_begun(self, error: Exception) -> bool:
        """Whether the server may carry the run that it was asked for, though it has not answered."""
        if not self._sent or self._named.is_set() or isinstance(error, UNSENT):
            return False
        status = status_of(error)
        return is_break(error) if status is None else status >= 502

    def _may_go_on(self) -> str:
        if self.thread_id is None:
            return "It had not answered yet: the run may have begun there, and go on"
        return (
            f"It had not answered yet: the run may have begun there, and go on, on the thread "
            f"{self.thread_id!r}, whose runs client.runs.list({self.thread_id!r}) tells"
        )

    # Ending.

    async def _ask(self, client: Any) -> Ending:
        if self.thread_id is None or self.run_id is None:
            return self._seen.ending
        ending = await ask_how_it_ended(client, self.thread_id, self.run_id, self._seen)
        self._thread_is_gone, self.rolled_back = ending.thread_is_gone, ending.rolled_back
        if not self._values_seen and ending.values is not None:
            self.output = ending.values
        elif not self._values_seen and ending.status in ("error", "cancelled"):
            with suppress(Exception):  # what it had come to
                self.output = (await client.threads.get(self.thread_id)).get("values")
        return ending

    def _run_error(self, ending: Ending, request: Request) -> Exception:
        error = ending.error or {"error": "Error", "message": ""}
        if not self._values_seen and error["error"] in ("InvalidUpdateError", "EmptyInputError"):
            if request.input is None:
                return InputError(NO_INPUT)
            reason = error["message"].split("\n")[0]
            return InputError(f"{self.name} cannot take this input: {reason}")
        return RunError(error["error"], error["message"])

    async def _refusal(self, client: Any, error: Exception) -> Exception | None:
        """What to raise in place of a foreign exception; ``None`` to let it through."""
        if isinstance(error, TypeError) and "serializable" in str(error):
            return InputError(f"this cannot be sent to a server, which takes JSON only: {error}")
        if isinstance(error, ServerError):
            return error
        told = explain(error, self.server.address())
        if told is not None and self._may_have_begun(error):
            return ServerError(f"{told}. {self._may_go_on()}")
        return told


@asynccontextmanager
async def _open_client(server: Server) -> AsyncGenerator[Any]:
    client = server.client()
    client.http.client.event_hooks["response"].append(_forget_location)
    try:
        yield client
    finally:
        await client.http.client.aclose()


async def _forget_location(response: Any) -> None:
    """The SDK joins a stream again by this header, and loses what has the id of the last event."""
    if "text/event-stream" in response.headers.get("content-type", ""):
        response.headers.pop("location", None)


def _drawn(client: Any, assistant: str) -> Any:
    try:
        return client.assistants.get_graph(assistant, xray=True)
    except Exception:  # a subgraph that the server cannot open
        return client.assistants.get_graph(assistant)


def _checked_url(url: object) -> str:
    if not isinstance(url, str) or not url.strip():
        raise UsageError(f"the server's url must be text like 'http://127.0.0.1:2024', not {url!r}")
    url = url.strip().rstrip("/")
    if re.match(r"https?://[^/]", url):
        return url
    bare = re.sub(r"^\w*:?//?", "", url)
    if not re.match(r"\w", bare) or bare in ("http:", "https:"):
        raise UsageError(f"{shown_url(url)!r} is no http address: it is like 'http://127.0.0.1:2024'")
    raise UsageError(f"{shown_url(url)!r} is no http address; did you mean {'http://' + shown_url(bare)!r}?")


def _checked_assistant(assistant: object) -> str:
    if isinstance(assistant, str | uuid.UUID) and str(assistant).strip():
        return str(assistant).strip()
    raise UsageError(f"the assistant must be the name of a graph or an assistant's id, not {assistant!r}")


def _checked_headers(headers: object) -> dict[str, str]:
    if headers is not None and not isinstance(headers, Mapping):
        raise UsageError(f"headers takes a dict, such as {{'x-tenant': 'a'}}, not {type(headers).__name__}")
    return {str(name): str(value) for name, value in (headers or {}).items()}


def _checked_key(api_key: object) -> str | None:
    if api_key is not None and not isinstance(api_key, str):  # its value is not to be shown
        kind = type(api_key).__name__
        raise UsageError(f"api_key takes the key's text, as in os.environ['MY_KEY'], not {kind}")
    return api_key


def _key_in_use(api_key: str | None) -> str | None:
    """The key that the SDK will send: the one given, or one from the environment."""
    import os

    names = ("LANGGRAPH_API_KEY", "LANGSMITH_API_KEY", "LANGCHAIN_API_KEY")
    return api_key or next((os.environ[name] for name in names if os.environ.get(name)), None)
