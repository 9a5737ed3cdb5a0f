"""What hears a watched run beside its stream: how it begins and ends, its messages, its calls."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler

from lg_jupyter.events.namespace import join_namespace_segments, split_namespace
from lg_jupyter.sources.local.call_recorder import CallRecorder
from lg_jupyter.watching.callback_messages import CallbackMessageReader

if TYPE_CHECKING:
    from lg_jupyter.watching.run_recorder import RunRecorder

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

CHECKPOINT_NAMESPACE_KEY = "langgraph_checkpoint_ns"


def _record_faults_of_callback(method: F) -> F:
    """Have a callback report its faults to the run that it hears: none may reach the user's."""

    @functools.wraps(method)
    def guarded(self: RunCallbackHandler, *args: Any, **keywords: Any) -> None:
        try:
            method(self, *args, **keywords)
        except Exception as fault:
            self.recorder.stop_after_fault(fault)

    return guarded  # type: ignore[return-value]


class RunCallbackHandler(CallRecorder):
    """Reports one root run, or a graph that a node of it calls with a thread of its own.

    Parameters
    ----------
    recorder
        The run.
    prefix
        The namespace of the node that calls the graph; nothing of the root.
    outer
        The handler of the run around it.
    alone
        Whether no stream can be had, so that this tells what nodes wrote, too.
    """

    def __init__(
        self,
        recorder: RunRecorder,
        prefix: tuple[str, ...] = (),
        outer: RunCallbackHandler | None = None,
        *,
        alone: bool = False,
    ) -> None:
        super().__init__(notify=lambda: None)
        self.recorder = recorder
        self.prefix = prefix
        self.keeps_custom_data = False  # whether what a graph inside emits would reach the caller by us alone
        self.root: UUID | None = None
        self._outer = outer
        self.open_runs.around = None if outer is None else outer.open_runs
        self._alone = alone
        self._left_to_others: set[UUID] = set()  # what the handler of a graph inside hears
        self._messages = CallbackMessageReader(self._add_message_item)

    def record_payload(self, mode: str, payload: dict[str, Any]) -> None:
        metadata = payload.get("metadata")
        if self.prefix and isinstance(metadata, Mapping) and CHECKPOINT_NAMESPACE_KEY in metadata:
            inside = map(str, split_namespace(str(metadata[CHECKPOINT_NAMESPACE_KEY])))
            payload = {
                **payload,
                "metadata": {
                    **metadata,
                    CHECKPOINT_NAMESPACE_KEY: join_namespace_segments((*self.prefix, *inside)),
                },
            }
        self.recorder.record_callback_event(mode, payload)

    def _add_message_item(
        self, namespace: tuple[str, ...], message: Any, metadata: Mapping[str, Any]
    ) -> None:
        self.recorder.add_item(((*self.prefix, *namespace), "messages", (message, metadata)))

    def exclude_run(self, run_id: UUID) -> None:
        """Leave a graph inside, and what is in it, to another handler."""
        self._left_to_others.add(run_id)

    def _is_excluded(self, run_id: UUID, parent: UUID | None) -> bool:
        """Whether another handler hears this."""
        if parent in self._left_to_others:
            self._left_to_others.add(run_id)
        return run_id in self._left_to_others

    @_record_faults_of_callback
    def on_chain_start(self, serialized: Any, inputs: Any, *, run_id: UUID, **rest: Any) -> None:
        if self.root is None:
            self.root = run_id
            if self._outer is None:
                self.recorder.start_run()
            else:
                self._outer.exclude_run(run_id)
        if not self._is_excluded(run_id, rest.get("parent_run_id")):
            super().on_chain_start(serialized, inputs, run_id=run_id, **rest)
            self._messages.on_node_start(
                run_id, inputs, rest.get("tags"), rest.get("metadata"), rest.get("name")
            )

    @_record_faults_of_callback
    def on_chain_end(self, outputs: Any, *, run_id: UUID, **rest: Any) -> None:
        if run_id == self.root and self._outer is None:
            self.recorder.end_run()
        else:
            super().on_chain_end(outputs, run_id=run_id, **rest)
            node = self._messages.on_node_end(run_id, outputs)
            if self._alone and node is not None:
                self.recorder.add_item((node[0], "updates", {node[1]: outputs}))

    @_record_faults_of_callback
    def on_chain_error(self, error: BaseException, *, run_id: UUID, **rest: Any) -> None:
        if run_id == self.root and self._outer is None:
            self.recorder.end_run(error)
        else:
            super().on_chain_error(error, run_id=run_id, **rest)
            self._messages.on_node_end(run_id)

    @_record_faults_of_callback
    def on_chat_model_start(self, serialized: Any, messages: Any, *, run_id: UUID, **rest: Any) -> None:
        if not self._is_excluded(run_id, rest.get("parent_run_id")):
            super().on_chat_model_start(serialized, messages, run_id=run_id, **rest)
            self._messages.on_model_start(run_id, rest.get("tags"), rest.get("metadata"))

    @_record_faults_of_callback
    def on_llm_start(self, serialized: Any, prompts: Any, *, run_id: UUID, **rest: Any) -> None:
        if not self._is_excluded(run_id, rest.get("parent_run_id")):
            super().on_llm_start(serialized, prompts, run_id=run_id, **rest)

    @_record_faults_of_callback
    def on_llm_new_token(self, token: Any, *, run_id: UUID, chunk: Any = None, **rest: Any) -> None:
        super().on_llm_new_token(token, run_id=run_id, chunk=chunk, **rest)
        self._messages.on_token(run_id, chunk)

    @_record_faults_of_callback
    def on_llm_end(self, response: Any, *, run_id: UUID, **rest: Any) -> None:
        super().on_llm_end(response, run_id=run_id, **rest)
        self._messages.on_model_end(run_id, response)

    @_record_faults_of_callback
    def on_llm_error(self, error: BaseException, *, run_id: UUID, response: Any = None, **rest: Any) -> None:
        super().on_llm_error(error, run_id=run_id, response=response, **rest)
        self._messages.on_model_end(run_id)

    @_record_faults_of_callback
    def on_tool_start(self, serialized: Any, input_str: str, *, run_id: UUID, **rest: Any) -> None:
        if not self._is_excluded(run_id, rest.get("parent_run_id")):
            super().on_tool_start(serialized, input_str, run_id=run_id, **rest)

    @_record_faults_of_callback
    def on_tool_end(self, output: Any, *, run_id: UUID, **rest: Any) -> None:
        super().on_tool_end(output, run_id=run_id, **rest)

    @_record_faults_of_callback
    def on_tool_error(self, error: BaseException, *, run_id: UUID, **rest: Any) -> None:
        super().on_tool_error(error, run_id=run_id, **rest)

    @_record_faults_of_callback
    def on_retriever_start(self, serialized: Any, query: str, *, run_id: UUID, **rest: Any) -> None:
        if not self._is_excluded(run_id, rest.get("parent_run_id")):
            super().on_retriever_start(serialized, query, run_id=run_id, **rest)

    @_record_faults_of_callback
    def on_retriever_end(self, documents: Any, *, run_id: UUID, **rest: Any) -> None:
        super().on_retriever_end(documents, run_id=run_id, **rest)

    @_record_faults_of_callback
    def on_retriever_error(self, error: BaseException, *, run_id: UUID, **rest: Any) -> None:
        super().on_retriever_error(error, run_id=run_id, **rest)


@functools.cache
def get_streaming_run_handler_class() -> type[RunCallbackHandler]:
    """The class of an handler for which chat models stream, as they do for mode ``messages``."""
    try:
        from langchain_core.tracers._streaming import _StreamingCallbackHandler as Marker
    except ImportError:
        return RunCallbackHandler

    class StreamingRunHandler(RunCallbackHandler, Marker):  # type: ignore[type-arg]
        def tap_output_aiter(self, run_id: UUID, output: AsyncIterator[T]) -> AsyncIterator[T]:
            return output

        def tap_output_iter(self, run_id: UUID, output: Iterator[T]) -> Iterator[T]:
            return output

    return StreamingRunHandler


def find_innermost_run_handler(handlers: list[Any]) -> RunCallbackHandler | None:
    """The one of them that is of this module, if one is: also from before it was reloaded.

    In a graph with a config of its own there are those around it, too, in any order: it is the innermost.
    """
    own = (each for each in handlers if type(each).__module__ == __name__)
    return max(own, key=lambda handler: len(handler.prefix), default=None)


def has_call_recorder_of_own_run(handlers: list[BaseCallbackHandler]) -> bool:
    """Whether a call is one of a run that was started here."""
    return any(
        isinstance(each, CallRecorder) and not isinstance(each, RunCallbackHandler) for each in handlers
    )
