"""The kernel's end of a comm: takes whatever a page sends, and answers each call once.

A widget names the functions that answer its page's calls (:func:`method`, :func:`collect_methods`); all else
is done here for all widgets: calls are checked, errors reported in a sentence without secrets, sizes bounded.
A message that is none of those agreed upon (:mod:`lg_jupyter.widgets.protocol`) is left without an answer.
"""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import json
import threading
import warnings
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import FunctionType
from typing import Any, NamedTuple, TypeGuard, TypeVar

from lg_jupyter.errors import LgJupyterError
from lg_jupyter.events.events import JSON
from lg_jupyter.kernel import loops
from lg_jupyter.kernel.user_code import reraise_if_from_signal
from lg_jupyter.text.preview import estimate_json_length
from lg_jupyter.text.words import clip_text
from lg_jupyter.widgets.parameters import MethodParameters, quote_beginning
from lg_jupyter.widgets.protocol import CallError, Message, make_reply

MAX_CALL_BYTES = 10_000_000
"""The most bytes of JSON that a call has; what a Jupyter server takes from a page has no more."""

MAX_CALL_DEPTH = 100
"""The most levels of lists and objects in a call; of a run's values fewer are shown."""

MAX_RESULT_CHARACTERS = 50_000_000
"""The most characters of JSON that are given at once."""

MAX_ERROR_CHARACTERS = 2_000
"""Characters of the sentence that answers a call which failed."""

MAX_CALL_ID_CHARACTERS = 100
"""Characters of a call's id."""

MAX_CONCURRENT_CALLS = 20
"""How many calls may be under way that are not answered at once."""

Method = Callable[..., Any]
_MethodT = TypeVar("_MethodT", bound=Method)


class _MethodOptions(NamedTuple):
    """How a function answers as a method."""

    name: str | None
    is_threaded: bool


def method(name: str | None = None, *, threaded: bool = False) -> Callable[[_MethodT], _MethodT]:
    """Offer a function to pages.

    Parameters
    ----------
    name
        What pages call it; its own name if ``None``.
    threaded
        Whether it is answered on a thread of its own, for it may wait for somebody else, or take a while.

    Examples
    --------
    >>> class Shelf:
    ...     @method()
    ...     def book(self, number: int) -> str:
    ...         return f"book {number}"
    >>> list(collect_methods(Shelf()))
    ['book']
    """

    def offer(function: _MethodT) -> _MethodT:
        function.__dict__["_method_options"] = _MethodOptions(name, threaded)
        return function

    return offer


def collect_methods(*owners: object) -> dict[str, Method]:
    """What these objects offer to pages, by name."""
    return {
        options.name or attribute: getattr(owner, attribute)
        for owner in owners
        for kind in reversed(type(owner).__mro__)
        for attribute, function in vars(kind).items()
        if isinstance(function, FunctionType) and (options := _get_method_options(function))
    }


def _get_method_options(function: Method) -> _MethodOptions | None:
    return getattr(function, "_method_options", None)


class Endpoint:
    """Takes the messages of pages, and answers them.

    Parameters
    ----------
    send
        Sends a message to the pages.
    methods
        What answers each call, by name. Coroutine functions are awaited, and need not be quick.
    send_snapshot
        Sends a snapshot: what a page asks for that came late, or missed something.
    masked
        Masks the secrets in the text of an error: checkpointers and servers may quote any.

    Attributes
    ----------
    loop
        The loop on which messages come; ``None`` as long as none was seen.
    has_loop
        Whether they come on one: the last did, or none came yet.
    """

    def __init__(
        self,
        send: Callable[[Message], None],
        methods: Mapping[str, Method],
        send_snapshot: Callable[[], None],
        masked: Callable[[str], str],
    ) -> None:
        self._send = send
        self._methods: dict[str, Method] = {**methods, "ping": _ping}
        self._parameters: dict[str, MethodParameters] = {}
        self._send_snapshot = send_snapshot
        self._masked = masked
        self._running_calls: set[asyncio.Task[None] | threading.Thread] = set()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.has_loop = True

    def receive(self, content: JSON) -> None:
        """Take a message of whatever shape, from whatever thread; nothing of it is raised."""
        loop = loops.get_running_loop_or_none()
        self.loop, self.has_loop = loop or self.loop, loop is not None
        if not isinstance(content, Mapping):
            return
        call_id = content.get("id")
        if content.get("type") == "snapshot":
            self._on_snapshot_request()
        elif content.get("type") == "call" and _is_valid_call_id(call_id):
            self._on_call(call_id, content)

    def _on_snapshot_request(self) -> None:
        try:
            self._send_snapshot()
        except BaseException as error:
            reraise_if_from_signal(error)
            warnings.warn(
                f"a view asked for everything, and could not be told: {self._format_error(error)}",
                RuntimeWarning,
                stacklevel=2,
            )

    def _on_call(self, call_id: str, call: Mapping[str, Any]) -> None:
        try:
            answer = self._parse_call(call)
            options = _get_method_options(answer.func)
            if inspect.iscoroutinefunction(answer.func):
                self._answer_on_loop(call_id, answer)
            elif options is not None and options.is_threaded:
                self._answer_on_thread(partial(self._run_call, call_id, answer))
            else:
                self._run_call(call_id, answer)
        except Exception as error:
            self._reply_error(call_id, error)

    def _parse_call(self, call: Mapping[str, Any]) -> partial[Any]:
        """The method that was called, with its parameters.

        Raises
        ------
        CallError
            Saying what is wrong with the call.
        """
        _validate_call_size(call)
        name = call.get("method")
        function = self._methods.get(name) if isinstance(name, str) else None
        if not isinstance(name, str) or function is None:
            raise CallError(
                f"There is no method {quote_beginning(name)}; there are {', '.join(self._methods)}."
            )
        if name not in self._parameters:
            self._parameters[name] = MethodParameters(name, function)
        params = call.get("params")
        return partial(
            function, **self._parameters[name].validate_arguments({} if params is None else params)
        )

    # How it is answered.

    def _run_call(self, call_id: str, answer: Callable[[], JSON]) -> None:
        try:
            result = answer()
        except BaseException as error:
            reraise_if_from_signal(error)
            self._reply_error(call_id, error)
        else:
            self._reply(call_id, result)

    def _answer_on_thread(self, answer: Callable[[], None]) -> None:
        """Answer on a thread of its own; in the same context, by which a kernel knows what it answers."""
        self._ensure_below_call_limit()

        def run() -> None:
            self._running_calls.add(thread)
            try:
                answer()
            finally:
                self._running_calls.discard(thread)

        context = contextvars.copy_context()
        thread = threading.Thread(target=context.run, args=(run,), name="lg_jupyter answers", daemon=True)
        thread.start()

    def _answer_on_loop(self, call_id: str, answer: partial[Any]) -> None:
        """Answer on the loop that runs; where there is none, whoever delivers messages must not wait."""
        loop = loops.get_running_loop_or_none()
        if loop is None:
            self._answer_on_thread(lambda: asyncio.run(self._await_call(call_id, answer)))
            return
        self._ensure_below_call_limit()
        task = loop.create_task(self._await_call(call_id, answer))
        self._running_calls.add(task)
        task.add_done_callback(self._running_calls.discard)

    async def _await_call(self, call_id: str, answer: partial[Any]) -> None:
        try:
            result = await answer()
        except (asyncio.CancelledError, GeneratorExit):  # the loop ends
            raise
        except BaseException as error:
            reraise_if_from_signal(error)
            self._reply_error(call_id, error)
        else:
            self._reply(call_id, result)

    def _ensure_below_call_limit(self) -> None:
        if len(self._running_calls) >= MAX_CONCURRENT_CALLS:
            raise CallError(
                f"{MAX_CONCURRENT_CALLS} calls are under way already: ask again when one is answered."
            )

    # What is sent.

    def _reply(self, call_id: str, result: JSON) -> None:
        try:
            if estimate_json_length(result, MAX_RESULT_CHARACTERS) > MAX_RESULT_CHARACTERS:
                raise CallError(f"The answer is too large: more than {MAX_RESULT_CHARACTERS:,} characters.")
            self._send(make_reply(call_id, result=result))
        except Exception as error:
            self._reply_error(call_id, error)

    def _reply_error(self, call_id: str, error: BaseException) -> None:
        try:
            self._send(make_reply(call_id, error=self._format_error(error)))
        except Exception:  # no reply can be sent
            return

    def _format_error(self, error: BaseException) -> str:
        """The text for an error, whatever it is: a reply must come."""
        name = type(error).__name__
        try:
            known = isinstance(error, (CallError, LgJupyterError))
            text = self._masked(str(error) if known else f"The kernel could not answer: {name}: {error}")
        except BaseException as failed:
            reraise_if_from_signal(failed)
            text = f"The kernel could not answer: {name}"
        return clip_text(text, MAX_ERROR_CHARACTERS).encode(errors="replace").decode()


def _ping() -> JSON:
    return True


def _is_valid_call_id(value: JSON) -> TypeGuard[str]:
    """Whether an answer can be addressed to it."""
    return isinstance(value, str) and len(value) <= MAX_CALL_ID_CHARACTERS and not _has_lone_surrogate(value)


def _has_lone_surrogate(text: str) -> bool:
    """Whether it has half a character, which cannot be sent."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _validate_call_size(call: Mapping[str, Any]) -> None:
    level: list[JSON] = [call]
    for _ in range(MAX_CALL_DEPTH):
        level = [inner for value in level for inner in _iter_children(value)]
    if level:
        raise CallError(f"This call is nested too deep: at most {MAX_CALL_DEPTH} levels.")
    try:
        size = len(json.dumps(call, ensure_ascii=False, allow_nan=False).encode())
    except UnicodeEncodeError:
        raise CallError("This call holds half a character (a lone surrogate).") from None
    except (TypeError, ValueError):
        raise CallError("This call is no JSON.") from None
    if size > MAX_CALL_BYTES:
        raise CallError(f"This call is too large: {size:,} bytes, at most {MAX_CALL_BYTES:,}.")


def _iter_children(value: JSON) -> Iterable[JSON]:
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, list) else ()
