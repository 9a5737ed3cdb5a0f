"""What a cell shows of an exception: the frames of its user; the exception itself keeps all of them."""

from __future__ import annotations

import json
import pickle
import re

import pytest

from lg_jupyter.config import options
from lg_jupyter.secrets.ipython_tracebacks import IPYTHON_RENDER_ATTRIBUTE, show_only_user_frames
from tests.patience import patience

HINT = "of libraries not shown: %config LGStream.traceback = 'full' shows all)"


def read(text: str) -> object:
    return json.loads(text)  # of whose three frames the last one is shown


def raised(cause: BaseException | None = None, text: str = "{") -> Exception:
    try:
        try:
            read(text)
        except ValueError as error:
            if cause is None:
                raise
            raise error from cause
    except ValueError as error:
        return error
    raise AssertionError("it was read")


def shown(error: BaseException) -> list[str]:
    """The lines that a cell shows of an exception."""
    show_only_user_frames(error, lambda line: line.replace("Expecting", "[masked]"))
    return "\n".join(getattr(error, IPYTHON_RENDER_ATTRIBUTE)()).splitlines()


def frames(lines: list[str]) -> list[str]:
    """The functions whose frames these lines show."""
    found = [each for line in lines for each in re.findall(r"in (?:\w+\.)?(\w+)\(", line)]
    return [name for name in found if name in ("raised", "read", "loads", "decode", "raw_decode")]


def test_the_users_frames_and_the_one_that_raised(shell) -> None:
    lines = shown(raised())
    assert frames(lines) == ["raised", "read", "raw_decode"]
    assert lines[-1] == f"(2 frames {HINT}"


def test_each_line_is_cleaned(shell) -> None:
    text = "\n".join(shown(raised()))
    assert "[masked] property name" in text and "Expecting property" not in text


def test_all_of_them_where_that_is_wanted(shell, monkeypatch) -> None:
    monkeypatch.setattr(options(), "traceback", "full")
    lines = shown(raised())  # older IPython leaves out the first frame, which is its own in a cell
    assert frames(lines)[-4:] == ["read", "loads", "decode", "raw_decode"]
    assert not any(HINT in line for line in lines)


@pytest.mark.parametrize("mode", ["Context", "Plain", "Minimal"])
def test_all_of_it_is_what_ipython_itself_shows(shell, monkeypatch, mode: str) -> None:
    monkeypatch.setattr(options(), "traceback", "full")
    formatter = shell.InteractiveTB
    formatter.set_mode(mode)
    error = raised()
    show_only_user_frames(error, str)
    shown_by_ipython = formatter.structured_traceback(type(error), error, error.__traceback__)
    assert getattr(error, IPYTHON_RENDER_ATTRIBUTE)() == shown_by_ipython


def test_all_of_them_in_the_mode_verbose(shell) -> None:
    shell.InteractiveTB.set_mode("Verbose")
    lines = shown(raised())
    assert {"loads", "decode"} <= {*frames(lines)}
    assert not any(HINT in line for line in lines)


def test_one_line_in_the_mode_minimal(shell) -> None:
    shell.InteractiveTB.set_mode("Minimal")
    lines = shown(raised())
    assert frames(lines) == [] and len(lines) == 1


def test_where_it_happened_if_no_frame_says_so(shell) -> None:
    error = raised()
    show_only_user_frames(error, str)
    getattr(error, IPYTHON_RENDER_ATTRIBUTE).raise_place = "reducer of 'total'"
    assert getattr(error, IPYTHON_RENDER_ATTRIBUTE)()[-2:] == ["reducer of 'total'", f"(2 frames {HINT}"]


def test_no_hint_where_nothing_is_hidden(shell) -> None:
    try:
        raise ValueError("own")
    except ValueError as error:
        lines = shown(error)
    assert not any("not shown" in line for line in lines)


def test_causes_are_cut_in_the_same_way(shell) -> None:
    lines = shown(raised(cause=raised()))
    assert {"raised", "read", "raw_decode"} == {*frames(lines)}
    assert lines[-1] == f"(4 frames {HINT}"


def test_what_was_suppressed_is_no_cause(shell) -> None:
    error = raised()
    error.__context__, error.__suppress_context__ = raised(), True
    assert shown(error)[-1] == f"(2 frames {HINT}"
    error.__suppress_context__ = False
    assert shown(error)[-1] == f"(4 frames {HINT}"


def test_the_exception_stays_as_it_is_for_the_debugger(shell) -> None:
    error = raised(cause=raised())
    assert error.__cause__ is not None
    before = error.__traceback__, error.__cause__.__traceback__
    shown(error)
    assert (error.__traceback__, error.__cause__.__traceback__) == before
    assert shell.InteractiveTB.tb is error.__traceback__


@pytest.mark.timeout(patience(30))
def test_causes_in_a_circle_end(shell, monkeypatch) -> None:
    error, other = raised(), raised()
    error.__cause__, other.__cause__ = other, error
    monkeypatch.setattr(shell.InteractiveTB, "structured_traceback", lambda *_, **__: ["ValueError"])
    assert shown(error) == ["ValueError", f"(4 frames {HINT}"]


def test_an_exception_with_lines_of_its_own_is_left_alone(shell) -> None:
    class Own(Exception):
        def _render_traceback_(self) -> list[str]:
            return ["mine"]

    assert shown(Own()) == ["mine"]


def test_where_no_shell_shows_it_nothing_is_changed() -> None:
    error = raised()
    show_only_user_frames(error, str)
    assert not hasattr(error, IPYTHON_RENDER_ATTRIBUTE)


def test_it_may_be_sent_to_another_process(shell) -> None:
    error = ValueError("own")
    show_only_user_frames(error, str)
    assert str(pickle.loads(pickle.dumps(error))) == "own"
