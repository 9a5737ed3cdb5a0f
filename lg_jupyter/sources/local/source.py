"""A graph in this process: LangGraph's own, or anything with its ``stream`` or ``astream``."""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from lg_jupyter.errors import AnswerRefusedError, UsageError
from lg_jupyter.events.events import Part, Status
from lg_jupyter.events.store import STORE_MODE
from lg_jupyter.kernel.exits import PythonExitError
from lg_jupyter.kernel.module_reload import InstanceCheckByName
from lg_jupyter.sources import checkpoints, control_parts, thread_state
from lg_jupyter.sources.base import (
    SERVER_CANNOT_DRAIN_SENTENCE,
    UNSET,
    EncodePayload,
    Request,
    ResumeAnswer,
    SourceKind,
    close_on_exit,
    get_config_thread_id,
    get_requested_thread_id,
    streams_input_checkpoint,
)
from lg_jupyter.sources.local import breakpoint_conditions, checkpointers, failure, graphs, python310
from lg_jupyter.sources.local import request as local_request
from lg_jupyter.sources.local.breakpoint_conditions import BreakpointConditionError
from lg_jupyter.sources.local.capabilities import GraphCapabilities
from lg_jupyter.sources.local.graph_states import GraphStateReader
from lg_jupyter.sources.local.inputs import make_unknown_input_keys_hint
from lg_jupyter.sources.local.item_converter import RootGraphObserver, make_item_converter
from lg_jupyter.sources.local.own_calls import mark_own_call
from lg_jupyter.sources.local.request import remove_checkpoint_from_config
from lg_jupyter.sources.local.subgraph_breakpoints import copy_with_subgraph_breakpoints
from lg_jupyter.sources.local.thread_iteration import iterate_in_thread
from lg_jupyter.sources.store_items import read_store_items
from lg_jupyter.sources.structure import Structure, read_graph_structure
from lg_jupyter.sources.thread_state import ThreadState

if TYPE_CHECKING:
    from lg_jupyter.sources.local.call_recorder import CallRecorder
    from lg_jupyter.sources.local.called_models import CalledModel


class LocalSource(metaclass=InstanceCheckByName):
    """Runs a graph in this process once.

    The graph streams on the caller's loop, unless it cannot: a graph without ``astream``, or with a
    checkpointer without an async side, streams from a worker thread. The root's ``values`` are always
    requested, whether they become parts or not: they are the run's output.
    """

    kind: SourceKind = "local"

    def __init__(self, graph: Any) -> None:
        self.graph = graph
        self.name = graphs.get_given_graph_name(graph) or "graph"
        self.run_id: str | None = None
        self.thread_id: str | None = None
        self._capabilities = GraphCapabilities.from_graph(graph)
        self._root = RootGraphObserver(self._capabilities)
        self._state_reader = GraphStateReader(graph, lambda: self._reads_state_in_thread)
        self.limitation_hint = graphs.make_python310_hint(self.unwrapped_graph)
        self.has_local_structure = not self.is_remote
        self._in_thread = self._capabilities.must_stream_in_thread
        self.is_drained = False
        self._made_thread = False
        self._calls: CallRecorder | None = None

    def validate_request(self, request: Request) -> None:
        local_request.validate_local_request(self._capabilities, request, self.name)
        unbound = self.unwrapped_graph
        unknown = make_unknown_input_keys_hint(unbound, local_request.get_graph_input(request))
        self.limitation_hint = " ".join(filter(None, (graphs.make_python310_hint(unbound), unknown))) or None

    def collect_secrets(self) -> Mapping[str, str]:
        return self._capabilities.collect_secrets()

    async def stream_parts(self, request: Request, encode: EncodePayload) -> AsyncIterator[Part]:
        config = self._choose_thread_and_make_config(request)
        if request.answer is None:
            known_from = "inferred" if self._calls is None else "callback"
            known = {"message_channels": self._capabilities.message_channels, "calls": known_from}
            unheard = {} if self._records_all_calls(request.modes) else {"all_calls": False}
            yield control_parts.make_start_part(self, request, encode, **known, **unheard)
        begins = request.answer is None and not streams_input_checkpoint(request)
        try:
            checkpointers.validate_checkpointer_loop(self._capabilities.checkpointer)
            if request.fork is not None:
                branch = await checkpoints.write_fork_and_find_start(
                    self.graph, config, request, self._reads_state_in_thread
                )
                config = branch.config_or_checkpoint_id
                yield control_parts.make_initial_state_part(
                    branch.state_before_fork_write, encode, request.fork.as_node
                )
                if branch.final_state is not UNSET:
                    self.output = graphs.select_output(self.unwrapped_graph, branch.final_state)
                    yield Part("values", "", encode("values", "", branch.final_state), time.time())
                    yield control_parts.make_end_part("success", encode)
                    return
            elif begins and self._may_thread_have_state:
                state = await self._state_reader.try_read_values(config)
                yield control_parts.make_initial_state_part(state, encode)
            elif request.answer is not None and request.answer.resume_checkpoint_id is not None:
                config = checkpoints.make_checkpoint_config(config, request.answer.resume_checkpoint_id)
            if request.answer is not None and self._is_thread_persisted:
                answer = await thread_state.validate_and_adapt_answer(
                    request.answer, self._state_reader.make_thread_state_reader(config), encode
                )
                request = replace(request, answer=answer)
            async with aclosing(self._stream_past_unmet_breakpoints(request, config, encode)) as parts:
                async for part in parts:
                    yield part
        except AnswerRefusedError as refusal:
            for part in thread_state.make_answer_refused_parts(refusal, encode):
                yield part
            raise
        except (SystemExit, KeyboardInterrupt, PythonExitError) as error:
            cause = error.cause if isinstance(error, PythonExitError) else error
            yield control_parts.make_end_part("error", encode, cause)
            raise failure.make_exit_error(cause).with_traceback(cause.__traceback__) from cause
        except Exception as error:
            if graphs.is_drain_error(error):
                self.is_drained = True
                yield control_parts.make_end_part("cancelled", encode)
                return
            how = {"is_in_thread": self._in_thread, "has_begun": self._root.has_begun}
            raised = failure.choose_exception_to_raise(self._capabilities, error, request.input, **how)
            yield control_parts.make_end_part("error", encode, failure.unwrap_remote_graph_error(raised))
            if raised is error:
                raise
            raise raised from None
        yield await self._make_end_part(config, request, encode)

    async def cancel_and_describe_running(self, running: Sequence[tuple[str, str]] | None = None) -> str:
        if self.is_remote:
            return "The server was told to cancel the run too."
        if self._in_thread:
            return (
                "This graph runs in a thread: a node that was running goes on until it returns, "
                "and nothing comes after it."
            )
        return graphs.describe_still_running_nodes(self.unwrapped_graph, running)

    def describe_resume_blocker(self) -> str | None:
        if self.is_remote:
            return None if self.thread_id else "It ran without a thread, so the server kept nothing of it."
        if self._capabilities.checkpointer is None:
            return (
                "The graph has no checkpointer, so nothing was kept to go on from: "
                "compile(checkpointer=InMemorySaver()), or @entrypoint(checkpointer=...)."
            )
        return None

    def describe_drain_blocker(self) -> str | None:
        if self.is_remote:
            return SERVER_CANNOT_DRAIN_SENTENCE
        if self._capabilities.run_control is None:
            return "LangGraph stops a graph between two steps since version 1.2, and this graph is none such."
        return None

    def drain(self) -> None:
        if self._capabilities.run_control is not None:
            self._capabilities.run_control.request_drain("lg_jupyter")

    @property
    def _reads_state_in_thread(self) -> bool:
        """Whether the graph's state is to be read in a thread."""
        if self.is_remote:  # there no connection is bound to a loop
            return graphs.has_sync_and_async_clients(self.unwrapped_graph)
        uses_thread = self._in_thread or self._capabilities.streams_more_in_thread
        return uses_thread or not hasattr(self.graph, "aget_state")

    @property
    def _may_thread_have_state(self) -> bool:
        """Whether the thread may have a state already."""
        return self._is_thread_persisted and not self._made_thread

    @property
    def _is_thread_persisted(self) -> bool:
        """Whether somebody keeps the thread's state."""
        return self.thread_id is not None and (self._capabilities.checkpointer is not None or self.is_remote)

    def list_checkpoints(self) -> list[dict[str, Any]]:
        checkpointers.validate_checkpointer_loop_running(self._capabilities.checkpointer)
        return checkpoints.list_checkpoints(self.graph, self._make_thread_config())

    async def alist_checkpoints(self) -> list[dict[str, Any]]:
        return await self._state_reader.list_checkpoints(self._make_thread_config())

    async def aget_latest_checkpoint(self) -> dict[str, Any] | None:
        return await self._state_reader.get_latest_checkpoint(self._make_thread_config())

    def _make_thread_config(self) -> dict[str, Any]:
        return {"configurable": {"thread_id": self.thread_id}}

    def make_source_for_same_thread(self) -> LocalSource:
        source = LocalSource(self.graph)
        source.name, source.thread_id, source.output = self.name, self.thread_id, self.output
        source._in_thread = self._in_thread
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
        return self._capabilities.is_remote

    def streams_in_thread(self, modes: Collection[str]) -> bool:
        """Whether it streams from a thread, as far as is known: that may turn out when it begins."""
        return self._in_thread or self._capabilities.streams_in_thread(modes)

    def _records_all_calls(self, modes: Collection[str]) -> bool:
        """Whether callbacks reach whatever a node calls through LangChain."""
        return self.is_remote or not python310.loses_node_callbacks(self.streams_in_thread(modes))

    @property
    def has_checkpointer(self) -> bool:
        return self._capabilities.checkpointer is not None

    @property
    def has_store(self) -> bool:
        return not self.is_remote and getattr(self.unwrapped_graph, "store", None) is not None

    def list_store_items(self, prefix: Sequence[str]) -> list[dict[str, Any]]:
        return read_store_items(
            getattr(self.unwrapped_graph, "store", None) if self.has_store else None, prefix
        )

    @property
    def unwrapped_graph(self) -> Any:
        """The graph without what was bound to it."""
        return self._capabilities.unwrapped_graph

    def read_structure(self) -> Structure:
        """The graph's structure; that of a ``RemoteGraph`` comes from its server."""
        try:
            return read_graph_structure(self.unwrapped_graph, self.name)
        except UsageError as error:
            if not self.is_remote or error.__cause__ is None:
                raise
            from lg_jupyter.sources.server.errors import make_remote_graph_error

            raise make_remote_graph_error(error.__cause__, self.unwrapped_graph) or error from None

    # What the graph is called with.

    def _choose_thread_and_make_config(self, request: Request) -> dict[str, Any]:
        """The user's config, with a thread of its own where the graph needs one and none is named."""
        config = dict(request.config or {})
        if request.answer or request.fork:  # which begin elsewhere than the run had
            config = remove_checkpoint_from_config(config)
        thread = get_requested_thread_id(request)
        if thread is UNSET or (thread is None and self._capabilities.checkpointer is not None):
            needed = self._capabilities.checkpointer is not None or self.is_remote
            bound = get_config_thread_id(graphs.get_bound_config(self.graph))
            self._made_thread = needed and not bound
            thread = bound or (str(uuid.uuid4()) if needed else None)
        if thread is not None:
            config["configurable"] = {**(config.get("configurable") or {}), "thread_id": thread}
        self.thread_id = thread
        return config

    # Streaming.

    def start_recording_calls(self, notify: Callable[[], None]) -> None:
        if not self.is_remote:
            from lg_jupyter.sources.local.call_recorder import CallRecorder

            self._calls = CallRecorder(notify)

    def find_called_model(self, call_id: str) -> CalledModel | None:
        """The model that a call of this run was made of, as long as somebody keeps it; never in a file."""
        return None if self._calls is None else self._calls.called_models.find_model(call_id)

    def take_call_parts(self, encode: EncodePayload) -> Iterator[Part]:
        for timestamp, mode, payload in self._calls.take_records() if self._calls is not None else ():
            yield Part(mode, "", encode(mode, "", payload), timestamp)

    def _copy_with_recording_store(self, graph: Any) -> Any:
        """The graph as it is to run, its store heard if it has one and somebody listens."""
        if self._calls is None or not self.has_store:
            return graph
        from lg_jupyter.sources.local.recording_store import copy_with_recording_store

        return copy_with_recording_store(graph, partial(self._calls.record_payload, STORE_MODE))

    async def _stream_past_unmet_breakpoints(
        self, request: Request, config: dict[str, Any], encode: EncodePayload
    ) -> AsyncGenerator[Part]:
        """Stream, and go on from breakpoints whose conditions do not hold."""
        while True:
            async with aclosing(self._stream_once(request, config, encode)) as parts:
                async for part in parts:
                    yield part
            config = remove_checkpoint_from_config(config)
            try:
                if not request.breakpoint_conditions or await self._should_stay_stopped(request, config):
                    return
            except BreakpointConditionError as error:
                yield control_parts.make_note_part(str(error), encode)
                return
            resume = {"event": "resume", "value": None, "automatic": True}
            yield control_parts.make_control_part(resume, encode)
            request = replace(request, input=None, fork=None, answer=ResumeAnswer())

    async def _should_stay_stopped(self, request: Request, config: dict[str, Any]) -> bool:
        """Whether the run is over, asks something, or stands at a breakpoint that counts."""
        snapshot = await self._state_reader.try_read_newest_snapshot(config, subgraphs=True)
        if snapshot is None or not snapshot.next or graphs.list_pending_interrupts(snapshot):
            return True
        return await breakpoint_conditions.should_stay_at_breakpoint(
            request, snapshot, self._state_reader.read_snapshot
        )

    async def _stream_once(
        self, request: Request, config: dict[str, Any], encode: EncodePayload
    ) -> AsyncGenerator[Part]:
        convert = make_item_converter(self._capabilities, self._root, request, encode)
        if self._calls is not None:
            config = self._calls.attach_to_config(config)
        options = local_request.make_stream_kwargs(self._capabilities, request)
        begins = (config.get("configurable") or {}).get("checkpoint_id")
        if self.is_remote and begins and (request.answer or request.fork):
            options["checkpoint_id"] = begins  # a RemoteGraph does not send what its config says
        if self._capabilities.streams_more_in_thread and "events" not in request.modes:
            self._in_thread = True
        bare = self._copy_with_recording_store(copy_with_subgraph_breakpoints(self.graph, request))
        if not self._in_thread:
            try:
                async with (
                    graphs.open_graph_with_own_connections(bare) as graph,
                    close_on_exit(local_request.open_async_stream(graph, request, config, options)) as items,
                ):
                    async for item in items:
                        if (part := convert(item)) is not None:
                            yield part
                return
            except NotImplementedError as error:
                if self._root.has_begun or not graphs.is_raised_reading_checkpoint(
                    self._capabilities.checkpointer, error.__traceback__
                ):
                    raise
                self._in_thread = True
                if "events" in request.modes:
                    raise local_request.make_no_events_mode_error(self._capabilities, self.name) from None

        def blocking() -> Iterator[Any]:
            with mark_own_call():
                return iter(bare.stream(local_request.get_graph_input(request), config, **options))

        async with aclosing(iterate_in_thread(blocking, convert)) as parts:
            async for part in parts:
                yield part

    # How it ended.

    async def _read_end_state_and_set_output(
        self, config: dict[str, Any], request: Request
    ) -> tuple[Status, ThreadState | None]:
        """How the run ended, and the state of its thread, if that can be had.

        A run that was not interrupted may still have stopped at a breakpoint: only its state shows that.
        """
        inner = bool(request.subgraph_breakpoints)
        read = self._state_reader.try_read_newest_snapshot
        snapshot = await read(config, subgraphs=inner) if self._is_thread_persisted else None
        if snapshot is None:
            return "interrupted" if self._root.is_interrupted else "success", None
        if self.output is None:
            self.output = graphs.select_output(self.unwrapped_graph, snapshot.values)
        state = ThreadState.from_snapshot(snapshot)  # after the last node no breakpoint is left
        return "interrupted" if state.next_nodes or state.interrupts else "success", state

    async def _make_end_part(self, config: dict[str, Any], request: Request, encode: EncodePayload) -> Part:
        status, state = await self._read_end_state_and_set_output(config, request)
        return control_parts.make_end_part(
            status,
            encode,
            interrupts=state.interrupts if state else (),
            thread_state=None if state is None else state.to_end_part_json(),
            output=None if "values" in request.modes else self.output,
        )
