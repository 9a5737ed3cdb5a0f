"""Exceptions without secrets: what of one is changed, what takes its place, where it stays the user's own."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import Any

import pytest

from lg_jupyter import RunError, ServerError
from lg_jupyter.secrets.ipython_tracebacks import IPYTHON_RENDER_ATTRIBUTE
from lg_jupyter.secrets.masked_errors import (
    MAX_ARGUMENT_DEPTH,
    mask_exception_and_traceback,
    mask_exception_in_place,
    mask_exception_to_raise,
)
from lg_jupyter.secrets.redact import Redactor

SECRET = "correct-horse-battery"
MASK = "[redacted KEY]"


@pytest.fixture
def redactor() -> Redactor:
    made = Redactor()
    made.add_secret("KEY", SECRET)
    return made


class Text(str):
    """A text that users made something else of."""


class Fixed(Exception):
    """It says what it says, and takes nothing else."""

    def __str__(self) -> str:
        return f"fixed on {SECRET}"

    def __setattr__(self, name: str, value: object) -> None:
        raise TypeError("it stays")


class Elsewhere(Exception):
    """What it says stands nowhere in it."""

    def __str__(self) -> str:
        return f"elsewhere is {SECRET}"


class Silent(Exception):
    """It says nothing at all."""

    def __str__(self) -> str:
        raise LookupError("no text")

    __repr__ = __str__


# -- the same object, changed -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("argument", "shown"),
    [
        (SECRET, MASK),
        (f"a {SECRET}!".encode(), f"a {MASK}!".encode()),
        ([1, (SECRET, None)], [1, (MASK, None)]),
        ({SECRET: {"deep": [SECRET, 2.5]}}, {MASK: {"deep": [MASK, 2.5]}}),
        ({(SECRET, 1): "key"}, {(MASK, 1): "key"}),
    ],
)
def test_what_it_was_made_of(redactor: Redactor, argument: Any, shown: Any) -> None:
    other, whole = object(), b"\xff"
    error = ValueError("first", argument, other, whole)
    error.held = [argument]  # type: ignore[attr-defined]
    assert mask_exception_in_place(error, redactor) is error
    assert type(error) is ValueError
    assert error.args == ("first", shown, other, whole)
    assert error.held == [shown]  # type: ignore[attr-defined]


FIELDS = {
    "strerror": OSError(2, SECRET, "one", None, "two"),
    "filename": OSError(2, "no", f"/{SECRET}", None, "two"),
    "filename2": OSError(2, "no", "one", None, f"/{SECRET}"),
    "msg": SyntaxError(SECRET, ("file", 1, 1, "line")),
    "text": SyntaxError("no", ("file", 1, 1, SECRET)),
    "reason": UnicodeDecodeError("utf-8", b"ab", 0, 1, SECRET),
    "object": UnicodeEncodeError("ascii", SECRET, 0, 1, "no"),
    "name": ImportError("no module", name=SECRET),
}


@pytest.mark.parametrize("name", FIELDS)
def test_what_python_itself_keeps_of_it(redactor: Redactor, name: str) -> None:
    """Beside its arguments: tracebacks show some of these, and loggers all."""
    error = FIELDS[name]
    error.__notes__ = [f"with {SECRET}"]  # type: ignore[attr-defined]  # so that it is looked at
    written = getattr(error, name)
    assert mask_exception_in_place(error, redactor) is error
    assert getattr(error, name) == written.replace(SECRET, MASK) != written


def test_what_is_too_deep_to_be_looked_into_is_not_shown(redactor: Redactor) -> None:
    def nested(levels: int) -> ValueError:
        value: Any = SECRET
        for _ in range(levels):
            value = [value]
        return ValueError(value)

    # an exception's arguments are the first container, and a text in the last one is still read
    looked_into = mask_exception_in_place(nested(MAX_ARGUMENT_DEPTH - 1), redactor)
    assert type(looked_into) is ValueError and MASK in str(looked_into)
    instead = mask_exception_in_place(nested(MAX_ARGUMENT_DEPTH), redactor)
    assert type(instead) is RunError and MASK in str(instead)


def test_a_text_that_is_more_than_a_text_is_left_to_what_takes_its_place(redactor: Redactor) -> None:
    text = Text(SECRET)
    error = ValueError(text)
    instead = mask_exception_in_place(error, redactor)
    assert error.args[0] is text
    assert (type(instead), str(instead)) == (RunError, f"ValueError: {MASK}")


def test_notes(redactor: Redactor) -> None:
    error: Any = ValueError("one")
    error.__notes__ = ["plain", f"with {SECRET}"]
    assert mask_exception_in_place(error, redactor) is error
    assert (error.args, error.__notes__) == (("one",), ["plain", f"with {MASK}"])


def test_a_text_that_stands_nowhere_in_it(redactor: Redactor) -> None:
    """It is told by a class of its own, which is called the same."""
    error = Elsewhere()
    masked = mask_exception_in_place(error, redactor)
    assert masked is error and isinstance(masked, Elsewhere)
    assert str(masked) == f"elsewhere is {MASK}"
    cls = type(masked)
    assert (cls.__name__, cls.__qualname__, cls.__module__) == (
        "Elsewhere",
        "Elsewhere",
        Elsewhere.__module__,
    )
    assert str(Elsewhere()) == f"elsewhere is {SECRET}"


# -- what takes its place -----------------------------------------------------------------------------------


def test_one_that_cannot_be_changed_is_replaced_with_all_that_belongs_to_it(redactor: Redactor) -> None:
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as cause:
            raise Fixed() from cause
    except Fixed as error:
        masked, raised = mask_exception_in_place(error, redactor), error
    assert isinstance(masked, RunError)
    assert (masked.error_type, masked.message) == ("Fixed", f"fixed on {MASK}")
    assert masked.__traceback__ is raised.__traceback__ is not None
    assert masked.__cause__ is raised.__cause__ is masked.__context__
    assert masked.__cause__.args == (MASK,)
    assert masked.__suppress_context__


@pytest.mark.parametrize("suppressed", [False, True])
def test_what_it_came_of(redactor: Redactor, suppressed: bool) -> None:
    error, cause, context = ValueError("end"), Fixed(), KeyError(SECRET)
    BaseException.__setattr__(error, "__cause__", cause)
    error.__context__, error.__suppress_context__ = context, suppressed
    masked = mask_exception_in_place(error, redactor)
    assert masked is error
    assert str(error.__cause__) == f"Fixed: fixed on {MASK}"
    assert error.__context__ is context and context.args == (MASK,)
    assert error.__suppress_context__ is suppressed


def test_what_came_of_itself_ends(redactor: Redactor) -> None:
    error, other = ValueError(SECRET), Fixed()
    error.__context__ = other
    BaseException.__setattr__(other, "__context__", error)
    masked = mask_exception_in_place(error, redactor)
    assert masked is error and isinstance(masked.__context__, RunError)
    assert masked.__context__.__context__ is error


def test_each_of_a_group(redactor: Redactor) -> None:
    error: Any = ValueError("a group, as far as it matters here")
    inner = [KeyError(SECRET), "no exception", Elsewhere(), KeyError(SECRET)]
    error.exceptions = inner
    mask_exception_in_place(error, redactor)
    assert [str(each) for each in inner] == [f"'{MASK}'", "no exception", f"elsewhere is {MASK}", f"'{MASK}'"]


def test_a_group_of_one_that_cannot_be_changed_is_replaced(redactor: Redactor) -> None:
    """For its members are shown with it, and it takes no others."""
    error: Any = ValueError("a group, as far as it matters here")
    other = KeyError(SECRET)
    error.exceptions = (Fixed(), other)
    masked = mask_exception_in_place(error, redactor)
    assert (type(masked), str(masked)) == (RunError, f"ValueError: {error}")
    assert other.args == (MASK,)


def test_one_that_says_nothing(redactor: Redactor) -> None:
    error = Silent(Silent())
    assert mask_exception_in_place(error, redactor) is error
    error = Silent(SECRET)
    assert mask_exception_in_place(error, redactor) is error
    assert error.args == (MASK,)


def test_where_nothing_is_masked(redactor: Redactor) -> None:
    error = ValueError(SECRET)
    assert mask_exception_in_place(error, Redactor(is_active=False)) is error
    assert error.args == (SECRET,)


# -- an interrupt is no answer ------------------------------------------------------------------------------


class Interrupted(BaseException):
    pass


@pytest.fixture
def interrupted() -> Iterator[None]:
    def handler(*_: object) -> None:
        raise Interrupted

    before = signal.signal(signal.SIGTERM, handler)
    yield
    signal.signal(signal.SIGTERM, before)


def interrupt(*_: object) -> str:
    signal.raise_signal(signal.SIGTERM)
    return ""


def interrupted_by(name: str) -> type[Exception]:
    """A class whose instances are interrupted while this attribute is set."""

    def set_it(self: object, attribute: str, value: object) -> None:
        if attribute == name:
            interrupt()

    return type("Slow", (Elsewhere,), {"__setattr__": set_it})


@pytest.mark.parametrize(
    "error",
    [
        type("SlowText", (Exception,), {"__str__": interrupt})(),
        ValueError("two arguments", type("SlowRepr", (), {"__repr__": interrupt})()),
        interrupted_by("args")(),
        interrupted_by("__class__")(),
    ],
    ids=["text", "repr", "change", "class"],
)
def test_an_interrupt_while_it_is_masked_is_one(
    interrupted: None, redactor: Redactor, error: Exception
) -> None:
    with pytest.raises(Interrupted):
        mask_exception_in_place(error, redactor)


# -- where it is shown --------------------------------------------------------------------------------------


def test_where_no_shell_shows_it_the_users_own_stays_as_it_is(redactor: Redactor) -> None:
    own = ValueError(SECRET)
    assert mask_exception_to_raise(own, redactor) is own
    assert own.args == (SECRET,)


def test_ours_are_masked_wherever_they_are_raised(redactor: Redactor) -> None:
    ours = ServerError(f"refused {SECRET}")
    assert mask_exception_to_raise(ours, redactor) is ours
    assert str(ours) == f"refused {MASK}"


@pytest.mark.parametrize("masking", [mask_exception_and_traceback, mask_exception_to_raise])
def test_what_a_cell_shows_is_masked_and_so_are_values_that_it_cuts(
    shell: Any, redactor: Redactor, masking: Any
) -> None:
    own = ValueError(SECRET)
    assert masking(own, redactor) is own
    assert own.args == (MASK,)
    renderer = vars(own)[IPYTHON_RENDER_ATTRIBUTE]
    renderer.raise_place = f"at {SECRET[:12]}..."
    assert renderer()[-1] == f"at {MASK}..."


def test_one_that_was_replaced_is_the_one_that_a_cell_shows(shell: Any, redactor: Redactor) -> None:
    masked = mask_exception_and_traceback(Fixed(), redactor)
    assert isinstance(masked, RunError) and str(masked) == f"Fixed: fixed on {MASK}"
