"""The kernel's end of a comm: takes whatever a page sends, and answers each call once.

A widget names the functions that answer its page's calls (:func:`method`, :func:`methods_of`); all else is
done here for all widgets: calls are checked, failures told in a sentence without secrets, and sizes bounded.
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
from lg_jupyter.kernel.foreign import raise_if_signalled
from lg_jupyter.text.preview import weigh
from lg_jupyter.text.words import clip
from lg_jupyter.widgets.parameters import Parameters, quoted
from lg_jupyter.widgets.protocol import CallError, Message, reply

LARGEST_CALL = 10_000_000
"""The most bytes of JSON that a call has; what a Jupyter server takes from a page has no more."""

DEEPEST_CALL = 100
"""The most levels of lists and objects in a call; of a run's values fewer are shown."""

LARGEST_RESULT = 50_000_000
"""The most characters of JSON that are given at once."""

LONGEST_ERROR = 2_000
"""Characters of the sentence that answers a call which failed."""

LONGEST_ID = 100
"""Characters of a call's id."""

MOST_AT_ONCE = 20
"""How many calls may be under way that are not answered at once."""

Method = Callable[..., Any]
_Method = TypeVar("_Method", bound=Method)


class _Offer(NamedTuple):
    """What a function says of itself as a method."""

    name: str | None
    apart: bool


def method(name: str | None = None, *, apart: bool = False) -> Callable[[_Method], _Method]:
    """Offer a function to pages.

    Parameters
    ----------
    name
        What pages call it; its own name if ``None``.
    apart
        Whether it is answered on a thread of its own, for it may wait for somebody else, or take a while.

    Examples
    --------
    >>> class Shelf:
    ...     @method()
    ...     def book(self, number: int) -> str:
    ...         return f"book {number}"
    >>> list(methods_of(Shelf()))
    ['book']
    """

    def offer(function: _Method) -> _Method:
        function.__dict__["_offered"] = _Offer(name, apart)
        return function

    return offer


def methods_of(*owners: object) -> dict[str, Method]:
    """What these objects offer to pages, by name."""
    return {
        offered.name or attribute: getattr(owner, attribute)
        for owner in owners
        for kind in reversed(type(owner).__mro__)
        for attribute, function in vars(kind).items()
        if isinstance(function, FunctionType) and (offered := _offered(function))
    }


def _offered(function: Method) -> _Offer | None:
    return getattr(function, "_offered", None)


class Endpoint:
    """Takes the messages of pages, and answers them.

    Parameters
    ----------
    send
        Sends a message to the pages.
    methods
        What answers each call, by name. Coroutine functions are awaited, and need not be quick.
    tell_all
        Sends a snapshot: what a page asks for that came late, or missed something.
    masked
        Masks the secrets in what is said of a failure: checkpointers and servers may quote any.

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
        tell_all: Callable[[], None],
        masked: Callable[[str], str],
    ) -> None:
        self._send = send
        self._methods: dict[str, Method] = {**methods, "ping": _ping}
        self._parameters: dict[str, Parameters] = {}
        self._tell_all = tell_all
        self._masked = masked
        self._under_way: set[asyncio.Task[None] | threading.Thread] = set()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.has_loop = True

    def receive(self, content: JSON) -> None:
        """Take a message of whatever shape, from whatever thread; nothing of it is raised."""
        loop = loops.running_loop()
        self.loop, self.has_loop = loop or self.loop, loop is not None
        if not isinstance(content, Mapping):
            return
        call_id = content.get("id")
        if content.get("type") == "snapshot":
            self._snapshot()
        elif content.get("type") == "call" and _is_id(call_id):
            self._call(call_id, content)

    def _snapshot(self) -> None:
        try:
            self._tell_all()
        except BaseException as error:
            raise_if_signalled(error)
            warnings.warn(
                f"a view asked for everything, and could not be told: {self._sentence(error)}",
                RuntimeWarning,
                stacklevel=2,
            )

    def _call(self, call_id: str, call: Mapping[str, JSON]) -> None:
        try:
            answer = self._understood(call)
            offered = _offered(answer.func)
            if inspect.iscoroutinefunction(answer.func):
                self._answer_awaiting(call_id, answer)
            elif offered is not None and offered.apart:
                self._answer_apart(partial(self._answer, call_id, answer))
            else:
                self._answer(call_id, answer)
        except Exception as error:
            self._refuse(call_id, error)

    def _understood(self, call: Mapping[str, JSON]) -> partial[Any]:
        """The method that was called, with its parameters.

        Raises
        ------
        CallError
            Saying what is wrong with the call.
        """
        _check_size(call)
        name = call.get("method")
        function = self._methods.get(name) if isinstance(name, str) else None
        if not isinstance(name, str) or function is None:
            raise CallError(f"There is no method {quoted(name)}; there are {', '.join(self._methods)}.")
        if name not in self._parameters:
            self._parameters[name] = Parameters(name, function)
        params = call.get("params")
        return partial(function, **self._parameters[name].check({} if params is None else params))

    # How it is answered.

    def _answer(self, call_id: str, answer: Callable[[], JSON]) -> None:
        try:
            result = answer()
        except BaseException as error:
            raise_if_signalled(error)
            self._refuse(call_id, error)
        else:
            self._reply(call_id, result)

    def _answer_apart(self, answer: Callable[[], None]) -> None:
        """Answer on a thread of its own; in the same context, by which a kernel knows what it answers."""
        self._check_room()

        def run() -> None:
            self._under_way.add(thread)
            try:
                answer()
            finally:
                self._under_way.discard(thread)

        context = contextvars.copy_context()
        thread = threading.Thread(target=context.run, args=(run,), name="lg_jupyter answers", daemon=True)
        thread.start()

    def _answer_awaiting(self, call_id: str, answer: partial[Any]) -> None:
        """Answer on the loop that runs; where there is none, whoever delivers messages must not wait."""
        loop = loops.running_loop()
        if loop is None:
            self._answer_apart(lambda: asyncio.run(self._await(call_id, answer)))
            return
        self._check_room()
        task = loop.create_task(self._await(call_id, answer))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _await(self, call_id: str, answer: partial[Any]) -> None:
        try:
            result = await answer()
        except (asyncio.CancelledError, GeneratorExit):  # the loop ends
            raise
        except BaseException as error:
            raise_if_signalled(error)
            self._refuse(call_id, error)
        else:
            self._reply(call_id, result)

    def _check_room(self) -> None:
        if len(self._under_way) >= MOST_AT_ONCE:
            raise CallError(f"{MOST_AT_ONCE} calls are under way already: ask again when one is answered.")

    # What is sent.

    def _reply(self, call_id: str, result: JSON) -> None:
        try:
            if weigh(result, LARGEST_RESULT) > LARGEST_RESULT:
                raise CallError(f"The answer is too large: more than {LARGEST_RESULT:,} characters.")
            self._send(reply(call_id, result=result))
        except Exception as error:
            self._refuse(call_id, error)

    def _refuse(self, call_id: str, error: BaseException) -> None:
        try:
            self._send(reply(call_id, error=self._sentence(error)))
        except Exception:  # nobody can be told
            return

    def _sentence(self, error: BaseException) -> str:
        """What is said of a failure, whatever it is: a reply must come."""
        name = type(error).__name__
        try:
            known = isinstance(error, (CallError, LgJupyterError))
            text = self._masked(str(error) if known else f"The kernel could not answer: {name}: {error}")
        except BaseException as failed:
            raise_if_signalled(failed)
            text = f"The kernel could not answer: {name}"
        return clip(text, LONGEST_ERROR).encode(errors="replace").decode()


def _ping() -> JSON:
    return True


def _is_id(value: JSON) -> TypeGuard[str]:
    """Whether an answer can be addressed to it."""
    return isinstance(value, str) and len(value) <= LONGEST_ID and not _is_broken(value)


def _is_broken(text: str) -> bool:
    """Whether it has half a character, which cannot be sent."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _check_size(call: Mapping[str, JSON]) -> None:
    level: list[JSON] = [call]
    for _ in range(DEEPEST_CALL):
        level = [inner for value in level for inner in _inside(value)]
    if level:
        raise CallError(f"This call is nested too deep: at most {DEEPEST_CALL} levels.")
    try:
        size = len(json.dumps(call, ensure_ascii=False, allow_nan=False).encode())
    except UnicodeEncodeError:
        raise CallError("This call holds half a character (a lone surrogate).") from None
    except (TypeError, ValueError):
        raise CallError("This call is no JSON.") from None
    if size > LARGEST_CALL:
        raise CallError(f"This call is too large: {size:,} bytes, at most {LARGEST_CALL:,}.")


def _inside(value: JSON) -> Iterable[JSON]:
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, list) else ()
