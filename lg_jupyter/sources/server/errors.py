"""What can go wrong with a server, each as one line that says what came and what to do.

Every exception of httpx and of the SDK that can reach a source has its entry in :data:`EXPLANATIONS`.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from lg_jupyter.errors import ServerError

START_ONE = "`langgraph dev` starts one, on http://127.0.0.1:2024 unless told otherwise"


@dataclass(frozen=True)
class Address:
    """Where a server was looked for, fit to be shown, and by what it was to know who asks.

    ``with_key`` is whether a key was sent along, ``login`` the header that a login was sent in.
    """

    url: str
    with_key: bool = False
    login: str | None = None


Explain = Callable[[Any, Address], str]


def explain(error: BaseException, address: Address) -> ServerError | None:
    """The ``ServerError`` that a foreign exception amounts to, ``None`` if it is none of the server's."""
    for kind, sentence in EXPLANATIONS.items():
        if isinstance(error, kind):
            return ServerError(sentence(error, address))
    return None


def explain_remote(error: BaseException, graph: Any) -> ServerError | None:
    """The same for a ``RemoteGraph``, which knows its server only through its client."""
    client = getattr(getattr(graph, "client", None), "http", None)
    url = str(getattr(getattr(client, "client", None), "base_url", "") or "its server").rstrip("/")
    return explain(error, Address(shown_url(url)))


def shown_url(url: str) -> str:
    """A URL without the user and password that it may carry."""
    return re.sub(r"//[^/@]*@", "//", url)


def status_of(error: BaseException) -> int | None:
    """The HTTP status in an exception of httpx or the SDK."""
    return getattr(getattr(error, "response", None), "status_code", None)


def detail_of(error: Any) -> str:
    """What the server says of a refusal, on one line of bounded length."""
    try:
        body = json.loads(error.response.text)
    except Exception:  # not read, not text, not JSON: then the status must do
        return ""
    detail = (
        body.get("detail") or body.get("message") or body.get("error") if isinstance(body, dict) else body
    )
    text = detail if isinstance(detail, str) else json.dumps(detail)
    first = text.strip().split("\n\n")[0]
    return " ".join(first.split())[:300]


def _refused(error: Any, address: Address) -> str:
    status = status_of(error)
    if status is None:  # the SDK has a status error without a response, for a connection that failed
        return _broken_off(error, address)
    explain_status = STATUSES.get(status, _server_failed if status >= 500 else _any_status)
    return explain_status(error, address)


def _wrong_key(error: Any, address: Address) -> str:
    if address.login:
        key = " and the API key that were sent" if address.with_key else " that was sent"
        return (
            f"the server at {address.url} refuses the header {address.login!r}{key} (401{_colon(error)}): "
            f"has it run out? Server(url, assistant, headers={{{address.login!r}: …}})"
        )
    if address.with_key:
        return f"the server at {address.url} refuses the API key (401{_colon(error)}); pass another api_key="
    return (
        f"the server at {address.url} wants an API key (401{_colon(error)}): "
        "Server(url, assistant, api_key=…), or set LANGGRAPH_API_KEY"
    )


def _forbidden(error: Any, address: Address) -> str:
    who = f"the header {address.login!r} allows" if address.login else "this key allows"
    who = who if address.login or address.with_key else "somebody without a key may do"
    return f"the server at {address.url} forbids it: it is more than {who} (403{_colon(error)})"


def _not_found(error: Any, address: Address) -> str:
    if _speaks_of(error, "thread"):
        return (
            f"the server at {address.url} has no such thread for who asks (404{_colon(error)}): "
            "it was deleted, or belongs to somebody else; take another thread_id"
        )
    return (
        f"{address.url} has no such page (404{_colon(error)}): is it the address of a LangGraph server, "
        "without a path of the API behind it?"
    )


def _conflict(error: Any, address: Address) -> str:
    if "already exists" in detail_of(error):
        return (
            f"the server at {address.url} keeps this thread for somebody else (409{_colon(error)}); "
            "take another thread_id"
        )
    return (
        f"the thread is busy with another run (409{_colon(error)}); wait for it, take another thread, or "
        "give multitask: 'enqueue' waits in line, 'interrupt' and 'rollback' end the other run"
    )


def _invalid(error: Any, address: Address) -> str:
    return (
        f"the server at {address.url} cannot use this request ({error.response.status_code}{_colon(error)})"
    )


def _too_many(error: Any, address: Address) -> str:
    return f"the server at {address.url} has had too many requests (429{_colon(error)}); try again later"


def _server_failed(error: Any, address: Address) -> str:
    status = error.response.status_code
    return f"the server at {address.url} failed ({status}{_colon(error)}); its log says why"


def _any_status(error: Any, address: Address) -> str:
    return f"the server at {address.url} answered {error.response.status_code}{_colon(error)}"


STATUSES: dict[int, Explain] = {
    400: _invalid,
    401: _wrong_key,
    403: _forbidden,
    404: _not_found,
    409: _conflict,
    422: _invalid,
    429: _too_many,
}
"""What each HTTP status means here."""


def _no_connection(error: BaseException, address: Address) -> str:
    cause = _root_cause(error)
    if isinstance(cause, socket.gaierror):
        return f"the host of {address.url} is not known; check the URL"
    if isinstance(cause, ssl.SSLError):
        return _no_tls(cause, address)
    number = getattr(cause, "errno", None)
    reason = os.strerror(number) if number else str(cause) or type(cause).__name__
    return f"no server answers at {address.url} ({reason}): is it running? {START_ONE}"


def _no_tls(error: ssl.SSLError, address: Address) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate of {address.url} cannot be verified ({error})"
    plain = re.sub(r"^https:", "http:", address.url)
    reason = getattr(error, "reason", None) or error
    return f"{address.url} does not speak https ({reason}); did you mean {plain!r}?"


def _too_slow(error: BaseException, address: Address) -> str:
    return f"the server at {address.url} did not answer in time ({type(error).__name__}); is it overloaded?"


def _broken_off(error: BaseException, address: Address) -> str:
    reason = f" ({error})" if str(error) else ""
    return f"the connection to {address.url} broke off{reason}"


def _bad_url(error: BaseException, address: Address) -> str:
    return f"{address.url!r} is no URL of a server ({error}); write it like 'http://127.0.0.1:2024'"


def _bad_request(error: BaseException, address: Address) -> str:
    return f"the request to {address.url} cannot be sent ({error}); look at the key and the headers"


def _proxy(error: BaseException, address: Address) -> str:
    return f"the proxy on the way to {address.url} refuses ({error}); look at HTTP_PROXY and NO_PROXY"


def _not_understood(error: BaseException, address: Address) -> str:
    return f"{address.url} answers, but not like a LangGraph server ({error or type(error).__name__})"


def _speaks_of(error: Any, thing: str) -> bool:
    """Whether a refusal names this thing of the API, such as ``Thread with ID … not found``."""
    return re.match(rf"{thing}\b", detail_of(error), re.IGNORECASE) is not None


def _colon(error: Any) -> str:
    detail = detail_of(error)
    return f": {detail}" if detail else ""


def _root_cause(error: BaseException) -> BaseException:
    """httpx wraps httpcore's exceptions, which wrap those of the operating system."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return error


UNSENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)
"""What is raised of a request that never left: the server has not heard of it."""


EXPLANATIONS: dict[type[BaseException], Explain] = {
    httpx.HTTPStatusError: _refused,  # and all of the SDK's status errors
    httpx.TimeoutException: _too_slow,
    httpx.ConnectError: _no_connection,
    httpx.ProxyError: _proxy,
    httpx.UnsupportedProtocol: _bad_url,
    httpx.InvalidURL: _bad_url,
    httpx.LocalProtocolError: _bad_request,
    httpx.RemoteProtocolError: _broken_off,
    httpx.NetworkError: _broken_off,
    httpx.DecodingError: _not_understood,
    httpx.TooManyRedirects: _not_understood,
    httpx.StreamError: _broken_off,
    httpx.CookieConflict: _not_understood,
    httpx.HTTPError: _broken_off,  # what a later httpx, or the SDK, may add
    json.JSONDecodeError: _not_understood,
    ssl.SSLError: _no_connection,
    TimeoutError: _too_slow,
    asyncio.TimeoutError: _too_slow,  # another class on Python 3.10
    OSError: _no_connection,
}
"""The first entry that fits counts, so the special stand before the general."""
