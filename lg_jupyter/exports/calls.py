"""The calls of a run, as objects that read well: what each model or tool was given, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, get_args, overload

from lg_jupyter.adapter.message_fields import split_message_content
from lg_jupyter.encode import to_plain_json
from lg_jupyter.encode.messages import is_encoded_message
from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import JSON, JSONObject
from lg_jupyter.exports.prompts import get_model_input, to_langchain_messages, to_openai_messages
from lg_jupyter.request.arguments import checks_arguments
from lg_jupyter.runtime.run_properties import RunProperties
from lg_jupyter.spelling import format_suggestion_ending, make_unknown_attribute_error
from lg_jupyter.tables.base import Row
from lg_jupyter.tables.call_totals import GroupBy, compute_call_totals, find_model_or_tool_name
from lg_jupyter.tables.trace import Trace
from lg_jupyter.text.preview import preview_json
from lg_jupyter.text.words import format_count, format_duration, format_exception_line

if TYPE_CHECKING:
    from lg_jupyter.exports.code import Code
    from lg_jupyter.sources.base import Source


class Call:
    """One call of a model or a tool: the columns of its row as attributes, as it stood when it was read.

    What is not known is ``None``. ``known_from`` says how it is known: ``"callback"``, ``"events"``, or
    ``"inferred"`` from the message that came of it.
    """

    def __init__(self, row: Row) -> None:
        self._row = row

    def __getattr__(self, name: str) -> Any:
        row = self.__dict__.get("_row", {})
        if name not in row:
            raise make_unknown_attribute_error("a call", name, row)
        return to_plain_json(row[name])

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._row]

    def to_dict(self) -> JSONObject:
        """The whole row, as JSON values."""
        return {name: to_plain_json(value) for name, value in self._row.items()}

    def _iter_repr_parts(self) -> Iterable[str]:
        """What stands in the repr."""
        yield str(self._row["status"])
        took = format_duration(self._row["latency"])
        if took is not None:
            yield took
        if (attempt := self._row["attempt"]) is not None and attempt > 1:
            yield f"try {attempt}"
        if isinstance(error := self._row["error"], Mapping):
            yield format_exception_line(error, 60)
        if self._row["known_from"] == "inferred":
            yield "inferred"


class ModelCall(Call):
    """One call of a model: ``system``, ``input``, ``tools``, ``parameters``, ``output``, tokens, ….

    Examples
    --------
    >>> call = run.calls[0]  # doctest: +SKIP
    >>> call.system, call.input[-1]["content"], call.output["content"]  # doctest: +SKIP
    """

    def __init__(self, row: Row, source: Source | None = None) -> None:
        super().__init__(row)
        self._source = source

    @property
    def text(self) -> str | None:
        """The text of the answer, of all its blocks; ``None`` if there was no answer."""
        output = self._row["output"]
        if is_encoded_message(output):
            return split_message_content(output).text
        return output if isinstance(output, str) else None

    def messages(self) -> list[Any]:
        """What the model was given, as LangChain's message objects: ``model.invoke(call.messages())``.

        Raises
        ------
        UsageError
            If nobody knows it, or LangChain can make no messages of it.
        """
        return to_langchain_messages(self._get_input_messages())

    def openai_messages(self) -> list[JSON]:
        """What the model was given, in OpenAI's form.

        Raises
        ------
        UsageError
            If nobody knows it, or it has no such form.
        """
        return to_openai_messages(self._get_input_messages())

    def code(self) -> Code:
        """Python that makes the call again, with the variable of the notebook that holds the called model.

        If none holds it, or it is not known which that was, it is one of the same name and provider.

        Raises
        ------
        UsageError
            If nobody knows what the model was given.
        """
        from lg_jupyter.exports.code import Code, model_call

        find = getattr(self._source, "find_called_model", None)
        called = None if find is None else find(self._row["call_id"])
        return Code(model_call.generate_model_call_code(self._row, getattr(called, "model", None)))

    def _get_input_messages(self) -> Sequence[JSON]:
        return get_model_input(self._row)

    def __repr__(self) -> str:
        row = self._row
        who = find_model_or_tool_name(row) or "a model"
        given = "" if row["input"] is None else f", {format_count(len(row['input']), 'message')}"
        answer = f" → {preview_json(self.text, 40)}" if self.text else ""
        return (
            f"<ModelCall {who} in {row['node'] or '?'}: {', '.join(self._iter_repr_parts())}{given}{answer}>"
        )


class ToolCall(Call):
    """One call of a tool: ``name``, ``args``, ``result``, ``artifact``, and the call that requested it."""

    def __repr__(self) -> str:
        row = self._row
        given, result = (
            preview_json(to_plain_json(row["args"]), 40),
            preview_json(to_plain_json(row["result"]), 40),
        )
        answer = f" → {result}" if row["result"] is not None else ""
        return f"<ToolCall {row['name'] or 'a tool'} {given}: {', '.join(self._iter_repr_parts())}{answer}>"


CallT = TypeVar("CallT", bound=Call)


class Calls(Sequence[CallT], Generic[CallT]):
    """Calls in the order in which they began, as the run stood when they were read."""

    def __init__(self, calls: Iterable[CallT]) -> None:
        self._calls = tuple(calls)

    @overload
    def __getitem__(self, index: int) -> CallT: ...
    @overload
    def __getitem__(self, index: slice) -> Calls[CallT]: ...
    def __getitem__(self, index: int | slice) -> CallT | Calls[CallT]:
        found: Any = self._calls[index]
        return Calls(found) if isinstance(index, slice) else found

    def __len__(self) -> int:
        return len(self._calls)

    def totals(self, by: GroupBy = "name") -> list[JSONObject]:
        """Sums over these calls: how many, failures, tokens, the median and 95th percentile of the latency.

        Parameters
        ----------
        by
            ``"name"``, the model or tool; ``"agent"``; or ``"node"``.

        Returns
        -------
        list
            A dict for each group, that of most calls first: ``pandas.DataFrame(run.calls.totals())``.

        Raises
        ------
        UsageError
            If ``by`` is none of these.
        """
        if by not in get_args(GroupBy):
            raise UsageError(f"by={by!r}: calls are summed by {', '.join(map(repr, get_args(GroupBy)))}")
        return compute_call_totals((vars(call)["_row"] for call in self._calls), by)

    def __repr__(self) -> str:
        lines = [f"{number}: {call!r}" for number, call in enumerate(self._calls)]
        return "\n".join(lines) if lines else "<no calls>"


def _format_json(value: JSON) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


PromptFormat = Literal["json", "openai", "python"]

PROMPT_FORMATTERS: Mapping[PromptFormat, Callable[[ModelCall], str]] = {
    "json": lambda call: _format_json(
        {name: getattr(call, name) for name in ("input", "tools", "parameters")}
    ),
    "openai": lambda call: _format_json(call.openai_messages()),
    "python": ModelCall.code,
}
"""What a model was given, as text to be copied."""


class RunCallsMixin(RunProperties):
    """A part of :class:`lg_jupyter.Run`."""

    @property
    def calls(self) -> Calls[ModelCall]:
        """The calls of models so far, in the order in which they began.

        Returns
        -------
        Calls
            A sequence; each call has the columns of ``model_calls`` as attributes: ``system``, ``input``,
            ``tools``, ``parameters``, ``output``, …

        Examples
        --------
        >>> run.calls[0].status
        'success'
        """
        with self._state.lock:
            rows = _sort_calls_by_start(self._state.trace.rows("model_calls"))
            return Calls(ModelCall(row, self._state.source) for row in rows)

    @property
    def tool_calls(self) -> Calls[ToolCall]:
        """The calls of tools so far, in the order in which they began.

        Returns
        -------
        Calls
            A sequence; each call has the columns of ``tool_calls`` as attributes: ``name``, ``args``,
            ``result``, …

        Examples
        --------
        >>> [call.name for call in run.tool_calls]
        []
        """
        with self._state.lock:
            return _list_tool_calls(self._state.trace)

    @checks_arguments
    def prompt(self, message_id: str) -> list[JSON]:
        """The messages that a model was given when it wrote a message, its system prompt first.

        Parameters
        ----------
        message_id
            The message's, as in ``run.frames.messages``.

        Returns
        -------
        list
            The messages as JSON values, in LangChain's form.

        Raises
        ------
        UsageError
            If there is no such message, or nobody knows what it was written to.

        Examples
        --------
        >>> answer = run.calls[0].message_id
        >>> [message["type"] for message in run.prompt(answer)]
        ['human']
        """
        with self._state.lock:
            return _find_prompt_of_message(self._state.trace, message_id)


def _list_tool_calls(trace: Trace) -> Calls[ToolCall]:
    """The calls of tools of a run, those that began first ahead."""
    return Calls(map(ToolCall, _sort_calls_by_start(trace.rows("tool_calls"))))


def _find_prompt_of_message(trace: Trace, message_id: str) -> list[JSON]:
    """The messages that a model was given when it wrote a message.

    Raises
    ------
    UsageError
        If there is no such message, or nobody knows what it was written to.
    """
    message = trace.row("messages", message_id)
    if message is None:
        known = [row["message_id"] for row in trace.rows("messages") if row["source"] == "model"]
        raise UsageError(
            f"This run has no message {message_id!r}{format_suggestion_ending(message_id, known)} "
            "The ids are in run.frames.messages.message_id"
        )
    call_id = trace.model_calls.find_call_id_of_message(message_id)
    call = None if call_id is None else trace.row("model_calls", call_id)
    if call is None:
        raise UsageError(
            f"No call of a model is known that wrote {message_id!r}: it is of source {message['source']!r}"
        )
    return [*to_plain_json(get_model_input(call))]


def _sort_calls_by_start(rows: list[Row]) -> list[Row]:
    """By start; what has none stays where it is."""
    return sorted(rows, key=lambda row: row["start_time"] or 0.0)
