"""The kernel's end of a comm: what it takes, what it answers, and what it never does."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Literal

import pytest

from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import JSON, JSONObject
from lg_jupyter.widgets import endpoint
from lg_jupyter.widgets.endpoint import (
    MAX_CALL_ID_CHARACTERS,
    MAX_ERROR_CHARACTERS,
    Endpoint,
    collect_methods,
    method,
)
from lg_jupyter.widgets.parameters import format_type, is_of_type
from tests.patience import patience


class Page:
    """Asks an endpoint, and keeps what it sends."""

    def __init__(self, methods: Mapping[str, Any], masked: Callable[[str], str] = str) -> None:
        self.sent: list[Any] = []
        self.lost = False
        self.endpoint = Endpoint(self.send, methods, lambda: self.send({"type": "snapshot"}), masked)

    def send(self, message: dict[str, Any]) -> None:
        if self.lost:
            raise OSError("the socket is gone")
        json.dumps(message, allow_nan=False, ensure_ascii=False).encode()
        self.sent.append(message)

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """The reply, once it is there."""
        call_id = f"call {len(self.sent)}"
        self.endpoint.receive({"type": "call", "id": call_id, "method": method, "params": params})
        until = time.monotonic() + patience(20)
        while time.monotonic() < until:
            for message in self.sent:
                if message.get("id") == call_id:
                    assert message["type"] == "reply"
                    return message
            time.sleep(0.005)
        raise TimeoutError(method)


class Shelf:
    """Answers in every way that there is."""

    def __init__(self) -> None:
        self.may_go = threading.Event()
        self.threads: list[threading.Thread] = []

    @method()
    def book(self, number: int, title: str | None = None) -> JSON:
        return [number, title]

    @method("closed")
    def _is_closed(self) -> JSON:
        raise UsageError("closed: come tomorrow, 9 to 5, key hunter2")

    @method()
    def broken(self) -> JSON:
        raise OSError("no line to postgres://me:hunter2@db")

    @method()
    def leaves(self) -> JSON:
        raise SystemExit("a drawing that exits")

    @method()
    def unsayable(self) -> JSON:
        class Unsayable(Exception):
            def __str__(self) -> str:
                raise ValueError

        raise Unsayable

    @method(threaded=True)
    def slow(self) -> JSON:
        self.threads.append(threading.current_thread())
        assert self.may_go.wait(patience(20))
        return "at last"

    @method()
    async def awaited(self) -> JSON:
        await asyncio.sleep(0)
        return "awaited"

    @method()
    async def fails_later(self) -> JSON:
        await asyncio.sleep(0)
        raise OSError("hunter2")

    @method()
    def half(self) -> JSON:
        return "\ud800"

    @method()
    def text(self, length: int) -> JSON:
        return "x" * length

    def hidden(self) -> JSON:
        raise AssertionError


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def page(shelf: Shelf) -> Page:
    return Page(collect_methods(shelf), lambda text: text.replace("hunter2", "***"))


def test_only_what_is_offered_can_be_called(page: Page) -> None:
    for name in ("hidden", "_is_closed", "__init__", "may_go"):
        assert page.ask(name)["error"].startswith(f"There is no method {name!r}; there are book, closed, ")


def test_a_call_is_answered_once(page: Page) -> None:
    assert page.ask("book", number=3) == {"type": "reply", "id": "call 0", "result": [3, None]}
    assert page.ask("book", number=3, title="t")["result"] == [3, "t"]
    assert page.ask("ping")["result"] is True
    assert len(page.sent) == 3


def test_null_is_as_if_it_was_left_out(page: Page) -> None:
    assert page.ask("book", number=1, title=None)["result"] == [1, None]
    assert page.ask("book", number=None)["error"] == "book needs number: a whole number."


def test_everything_is_told_to_who_asks(page: Page) -> None:
    page.endpoint.receive({"type": "snapshot"})
    assert page.sent == [{"type": "snapshot"}]


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ([], "book takes its parameters as an object, not []."),
        ("x" * 100, f"book takes its parameters as an object, not {'x' * 60!r}…."),
        ({}, "book needs number: a whole number."),
        ({"number": "1"}, "book: number has to be a whole number, not '1'."),
        ({"number": 1.5}, "book: number has to be a whole number, not 1.5."),
        ({"number": True}, "book: number has to be a whole number, not true."),
        ({"number": 1, "title": {"a": ["b"]}}, 'book: title has to be a text, not {"a": ["b"]}.'),
        ({"number": 1, "titel": "t"}, "book has no parameter 'titel': did you mean 'title'?"),
        ({"number": 1, "x": 1}, "book has no parameter 'x': it takes number, title."),
        ({"number": float("nan")}, "This call is no JSON."),
        ({"number": "\ud800"}, "This call holds half a character (a lone surrogate)."),
    ],
)
def test_a_wrong_call_is_told_what_came_and_what_was_expected(page: Page, params: Any, said: str) -> None:
    page.endpoint.receive({"type": "call", "id": "1", "method": "book", "params": params})
    assert page.sent == [{"type": "reply", "id": "1", "error": said}]


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        "snapshot",
        {},
        {"type": None},
        {"type": ["call"]},
        {"type": "call", "method": "book"},
        {"type": "call", "id": 7, "method": "book"},
        {"type": "call", "id": "i" * (MAX_CALL_ID_CHARACTERS + 1), "method": "book"},
        {"type": "call", "id": "\ud800", "method": "book"},
    ],
)
def test_what_cannot_be_answered_is_left(page: Page, content: Any) -> None:
    page.endpoint.receive(content)
    assert page.sent == []


@pytest.mark.parametrize("name", [None, 7, [], {"a": 1}, "x" * 500])
def test_a_method_is_named_by_a_text(page: Page, name: Any) -> None:
    page.endpoint.receive({"type": "call", "id": "1", "method": name})
    (reply,) = page.sent
    assert reply["error"].startswith("There is no method ") and len(reply["error"]) < 300


def test_a_failure_is_a_sentence_without_secrets(page: Page) -> None:
    assert page.ask("closed")["error"] == "closed: come tomorrow, 9 to 5, key ***"
    assert page.ask("broken")["error"] == (
        "The kernel could not answer: OSError: no line to postgres://me:***@db"
    )
    assert page.ask("unsayable")["error"] == "The kernel could not answer: Unsayable"
    assert page.ask("leaves")["error"] == "The kernel could not answer: SystemExit: a drawing that exits"
    assert page.ask("fails_later")["error"] == "The kernel could not answer: OSError: ***"


def test_a_snapshot_that_fails_is_a_warning_without_secrets() -> None:
    def fails() -> None:
        raise OSError("hunter2 is refused")

    refuses = Endpoint(lambda message: None, {}, fails, lambda text: text.replace("hunter2", "***"))
    with pytest.warns(RuntimeWarning) as warned:
        refuses.receive({"type": "snapshot"})
    (warning,) = warned
    assert str(warning.message) == (
        "a view asked for everything, and could not be told: "
        "The kernel could not answer: OSError: *** is refused"
    )


def test_a_mask_that_fails_leaves_the_name_alone(shelf: Shelf) -> None:
    page = Page(collect_methods(shelf), lambda text: str(1 / 0))
    assert page.ask("broken")["error"] == "The kernel could not answer: OSError"


def test_what_cannot_be_sent_is_said(page: Page) -> None:
    assert "UnicodeEncodeError" in page.ask("half")["error"]


def test_nobody_hears_it_when_nobody_is_there(page: Page, shelf: Shelf) -> None:
    page.lost = True
    for name in ("book", "broken", "ping", "slow", "awaited", "nothing"):
        page.endpoint.receive({"type": "call", "id": "1", "method": name})
    shelf.may_go.set()
    with pytest.warns(RuntimeWarning, match="could not be told: The kernel could not answer: OSError"):
        page.endpoint.receive({"type": "snapshot"})


def test_a_slow_answer_holds_nobody_up(page: Page, shelf: Shelf) -> None:
    page.endpoint.receive({"type": "call", "id": "slow", "method": "slow"})
    assert page.ask("ping")["result"] is True
    shelf.may_go.set()
    assert page.ask("slow")["result"] == "at last"
    assert threading.current_thread() not in shelf.threads


def test_calls_under_way_are_bounded(page: Page, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "MAX_CONCURRENT_CALLS", 2)
    for number in range(5):
        page.endpoint.receive({"type": "call", "id": str(number), "method": "slow"})
        while len(shelf.threads) < min(number + 1, 2):
            time.sleep(0.005)
    refused = [message["id"] for message in page.sent]
    assert refused == ["2", "3", "4"]
    assert page.sent[0]["error"] == "2 calls are under way already: ask again when one is answered."
    assert page.ask("book", number=1)["result"] == [1, None]
    shelf.may_go.set()
    for thread in shelf.threads:
        thread.join(patience(20))
    assert page.ask("slow")["result"] == "at last"


def test_what_is_awaited_is_answered_without_a_loop_too(page: Page) -> None:
    assert page.ask("awaited")["result"] == "awaited"
    assert page.endpoint.has_loop is False and page.endpoint.loop is None


async def test_what_is_awaited_is_answered_on_the_loop_that_runs(page: Page) -> None:
    page.endpoint.receive({"type": "call", "id": "1", "method": "awaited"})
    assert page.sent == []
    while not page.sent:
        await asyncio.sleep(0)
    assert page.sent == [{"type": "reply", "id": "1", "result": "awaited"}]
    assert page.endpoint.has_loop is True and page.endpoint.loop is asyncio.get_running_loop()


def test_sizes_are_bounded(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "MAX_CALL_BYTES", 1_000)
    monkeypatch.setattr(endpoint, "MAX_RESULT_CHARACTERS", 5_000)
    assert page.ask("book", number=1, title="é" * 300)["result"][0] == 1
    assert page.ask("book", number=1, title="é" * 500)["error"].endswith("bytes, at most 1,000.")
    assert page.ask("text", length=4_000)["result"] == "x" * 4_000
    assert page.ask("text", length=6_000)["error"] == "The answer is too large: more than 5,000 characters."


def test_a_long_failure_is_cut(page: Page) -> None:
    def long() -> JSON:
        raise UsageError("y" * 10_000)

    error = Page({"long": long}).ask("long")["error"]
    assert MAX_ERROR_CHARACTERS < len(error) < MAX_ERROR_CHARACTERS + 50


def test_a_call_nested_too_deep_is_refused(page: Page) -> None:
    deep: Any = 0
    for _ in range(100_000):
        deep = [deep]
    page.endpoint.receive({"type": "call", "id": "1", "method": "book", "params": {"number": deep}})
    assert page.sent == [
        {"type": "reply", "id": "1", "error": "This call is nested too deep: at most 100 levels."}
    ]
    while deep:  # Python's own freeing of it may go too deep
        deep = deep[0]


@pytest.mark.parametrize(
    ("expected", "good", "bad", "words"),
    [
        (str, ["", "a"], [1, None, []], "a text"),
        (int, [0, -1, 10**30], [True, 1.0, "1", None], "a whole number"),
        (float, [0, 1.5], [True, "1"], "a number"),
        (bool, [True, False], [0, 1, "true"], "true or false"),
        (str | int, ["a", 1], [1.5, None, True], "a text or a whole number"),
        (int | None, [1, None], ["a"], "a whole number"),
        (list[str], [[], ["a"]], [["a", 1], "a", {}], "a list, each item a text"),
        (list[int | None], [[1, None]], [["a"]], "a list, each item a whole number or null"),
        (Mapping[str, JSON], [{}, {"a": [1]}], [[], "a"], "an object"),
        (JSONObject, [{}, {"a": [1]}], [[], "a"], "an object"),
        (
            tuple[int | None, bool],
            [[1, True], [None, False]],
            [[1], [1, 1], 1],
            "a list of 2: a whole number or null, true or false",
        ),
        (Literal["a", 1], ["a", 1], ["b", True, 1.0], "one of 'a', 1"),
        (JSON, [None, 1, {"a": []}], [], "a value"),
    ],
)
def test_annotations_say_what_fits(expected: Any, good: list[Any], bad: list[Any], words: str) -> None:
    assert [value for value in good if not is_of_type(value, expected)] == []
    assert [value for value in bad if is_of_type(value, expected)] == []
    assert format_type(expected) == words
