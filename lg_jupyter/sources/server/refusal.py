"""What to raise in place of a client's exception on a request for a run."""

from __future__ import annotations

from lg_jupyter.errors import InputError, ServerError
from lg_jupyter.sources.server.errors import (
    ERRORS_BEFORE_SENDING,
    ServerAddress,
    get_http_status,
    make_server_error,
)
from lg_jupyter.sources.server.rejoin import is_connection_break


def make_request_error(
    error: Exception, address: ServerAddress, may_go_on_sentence: str | None
) -> Exception | None:
    """The error to raise; ``None`` to let the foreign one through.

    ``may_go_on_sentence`` says what may go on at the server, where the run may have begun.
    """
    if isinstance(error, TypeError) and "serializable" in str(error):
        return InputError(f"this cannot be sent to a server, which takes JSON only: {error}")
    if isinstance(error, ServerError):
        return error
    text = make_server_error(error, address)
    return ServerError(f"{text}. {may_go_on_sentence}") if text is not None and may_go_on_sentence else text


def may_request_have_arrived(error: Exception) -> bool:
    """Whether a request of which only this error came may have reached the server."""
    if isinstance(error, ERRORS_BEFORE_SENDING):
        return False
    status = get_http_status(error)
    return is_connection_break(error) if status is None else status >= 502


def make_run_may_go_on_sentence(thread_id: str | None) -> str:
    """A sentence on a run whose request the server has not answered."""
    if thread_id is None:
        return "It had not answered yet: the run may have begun there, and go on"
    return (
        f"It had not answered yet: the run may have begun there, and go on, on the thread "
        f"{thread_id!r}, whose runs client.runs.list({thread_id!r}) tells"
    )
