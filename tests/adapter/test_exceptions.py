"""What a file tells of an exception is believed as far as it has the form in which it was written."""

from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.adapter.exception_details import read_exception_details
from lg_jupyter.events.events import ExceptionDetails

FRAME = {
    "file": "Cell In[1]",
    "function": "add",
    "source": "a + b",
    "line": 3,
    "owner": "user",
    "shown": True,
}
EXCEPTION = {
    "error": "TypeError",
    "message": "cannot add",
    "relation": "cause",
    "frames": [FRAME],
    "frames_left_out": 2,
    "notes": ["of the second row"],
}


def test_what_was_written_is_read() -> None:
    error = {"error": "E", "message": "m", "traceback": [EXCEPTION], "tool_call_id": "tc", "reducer": "total"}
    assert read_exception_details(error) == ExceptionDetails([EXCEPTION], tool_call_id="tc", reducer="total")
    assert read_exception_details({**error, "checkpointer": "Saver", "reducer": 1}) == ExceptionDetails(
        [EXCEPTION], tool_call_id="tc", checkpointer="Saver"
    )


@pytest.mark.parametrize("error", [None, "text", {}, {"traceback": None}, {"traceback": "text"}])
def test_of_other_errors_nothing_more_is_known(error: Any) -> None:
    assert read_exception_details(error) is None


@pytest.mark.parametrize(
    ("odd", "read"),
    [
        ({"error": 1, "message": None}, {"error": "", "message": ""}),
        ({"relation": "friend"}, {"relation": None}),
        ({"relation": ["cause"]}, {"relation": None}),
        ({"frames": None}, {"frames": []}),
        ({"frames": ["odd", FRAME]}, {"frames": [FRAME]}),
        ({"notes": ["one", 2]}, {"notes": ["one"]}),
        ({"frames": [{**FRAME, "line": True}]}, {"frames": [{**FRAME, "line": None}]}),
        ({"frames": [{**FRAME, "owner": "nobody"}]}, {"frames": [{**FRAME, "owner": None}]}),
        ({"frames": [{**FRAME, "owner": ["user"]}]}, {"frames": [{**FRAME, "owner": None}]}),
        ({"frames": [{**FRAME, "shown": 1}]}, {"frames": [{**FRAME, "shown": False}]}),
        ({"frames": [{**FRAME, "source": 5}]}, {"frames": [{**FRAME, "source": ""}]}),
    ],
)
def test_what_is_of_another_form_is_left_out(odd: dict[str, Any], read: dict[str, Any]) -> None:
    assert read_exception_details({"traceback": [{**EXCEPTION, **odd}]}) == ExceptionDetails(
        [{**EXCEPTION, **read}]
    )


@pytest.mark.parametrize("odd", [{"notes": []}, {"notes": "text"}, {"frames_left_out": "2"}])
def test_what_would_say_nothing_is_not_there(odd: dict[str, Any]) -> None:
    raised = read_exception_details({"traceback": [{**EXCEPTION, **odd}]})
    assert raised is not None
    assert raised.traceback == [{name: item for name, item in EXCEPTION.items() if name not in odd}]
