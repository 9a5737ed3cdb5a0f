"""What code of users' values raises is kept from a run; what a signal raises meanwhile is not."""

from __future__ import annotations

import functools
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pydantic
import pytest
from langgraph.graph import StateGraph

import lg_jupyter
from lg_jupyter.encode import Encoder
from lg_jupyter.kernel.user_code import reraise_if_from_signal


class TimeIsUp(BaseException):
    """What a timer of the user's raises."""


class Raises:
    """A value whose ``repr`` is this function."""

    def __init__(self, act: Callable[[], Any]) -> None:
        self.act = act

    def __repr__(self) -> str:
        return str(self.act())


def fail(error: type[BaseException] = KeyboardInterrupt) -> None:
    raise error


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(60)  # which the signal ends


class Handler:
    """Each way in which a handler may be written in Python."""

    def method(self, signum: int, frame: Any) -> None:
        raise TimeIsUp

    def __call__(self, signum: int, frame: Any) -> None:
        fail(TimeIsUp)


@contextmanager
def handled(signum: int, handler: Any) -> Iterator[None]:
    before = signal.signal(signum, handler)
    try:
        yield
    finally:
        signal.signal(signum, before)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit, TimeIsUp, RecursionError])
def test_what_a_value_raises_is_its_own(error: type[BaseException]) -> None:
    encoded = Encoder().encode([Raises(lambda: fail(error)), "after"])
    assert encoded[0]["repr"] == f"<repr failed: {error.__name__}>"
    assert encoded[1] == "after"


def test_what_a_value_catches_and_raises_again_is_its_own() -> None:
    def again() -> None:
        try:
            fail()
        except KeyboardInterrupt:
            raise

    assert Encoder().encode(Raises(again))["repr"] == "<repr failed: KeyboardInterrupt>"


def test_an_interrupt_of_the_users_goes_on() -> None:
    with handled(signal.SIGINT, signal.default_int_handler), pytest.raises(KeyboardInterrupt):
        Encoder().encode([Raises(interrupt)])


@pytest.mark.parametrize(
    "handler",
    [
        Handler().method,
        Handler(),
        functools.partial(Handler().method),
        lambda signum, frame: fail(),
        lambda signum, frame: signal.default_int_handler(signum, frame),
    ],
    ids=["method", "callable", "partial", "function", "Python's own behind one"],
)
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGALRM, signal.SIGUSR1])
def test_what_a_handler_raises_goes_on(signum: int, handler: Any) -> None:
    def wait() -> None:
        os.kill(os.getpid(), signum)
        time.sleep(60)

    with handled(signum, handler), pytest.raises((TimeIsUp, KeyboardInterrupt)):
        Encoder().encode({"a": Raises(wait)})


def test_a_timer_goes_off_while_a_model_is_encoded() -> None:
    """Else the model would be shown as its ``repr``, and the timer never heard of."""

    class Slow(pydantic.BaseModel):
        a: int

        @pydantic.model_serializer
        def serialize(self) -> dict[str, int]:
            before.append(signal.setitimer(signal.ITIMER_REAL, 0.01))
            while True:
                time.sleep(0.001)

    def go_off(signum: int, frame: Any) -> None:
        raise TimeIsUp

    before: list[tuple[float, float]] = []  # the timer of the test itself
    with handled(signal.SIGALRM, go_off):
        with pytest.raises(TimeIsUp):
            Encoder().encode_state("", {"model": Slow(a=1)})
        signal.setitimer(signal.ITIMER_REAL, *before[0])


def test_no_signal_is_heard_in_another_thread() -> None:
    encoded: list[Any] = []
    thread = threading.Thread(target=lambda: encoded.append(Encoder().encode(Raises(fail))))
    thread.start()
    thread.join()
    assert encoded[0]["repr"] == "<repr failed: KeyboardInterrupt>"


def test_an_exception_that_was_never_raised_is_no_signals() -> None:
    error = KeyboardInterrupt()
    error.__cause__ = SystemExit()
    error.__cause__.__cause__ = error
    reraise_if_from_signal(error)


async def test_a_run_whose_values_raise_interrupts_ends_as_any_other() -> None:
    graph = StateGraph(dict)
    graph.add_node("node", lambda state: {"x": Raises(fail), "y": {Raises(fail): [Raises(fail)]}})
    graph.set_entry_point("node")
    run = await lg_jupyter.stream(graph.compile(), {"x": Raises(fail)}, display=False)
    assert run.status == "success"
    assert "KeyboardInterrupt" in str(run.state())
