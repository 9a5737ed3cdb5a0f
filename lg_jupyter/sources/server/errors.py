"""What can go wrong with a server, each as one line that says what came and what to do.

Every exception of httpx and of the SDK that can reach a source has its entry in
:data:`EXCEPTION_EXPLAINERS`.
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

HOW_TO_START_A_SERVER = "`langgraph dev` starts one, on http://127.0.0.1:2024 unless told otherwise"


@dataclass(frozen=True)
class ServerAddress:
    """Where a server was looked for, fit to be shown, and by what it was to know who asks.

    ``is_api_key_sent`` is whether a key was sent along, ``login_header`` the header that a login was sent in.
    """

    url: str
    is_api_key_sent: bool = False
    login_header: str | None = None


ErrorExplainer = Callable[[Any, ServerAddress], str]


def make_server_error(error: BaseException, address: ServerAddress) -> ServerError | None:
    """The ``ServerError`` that a foreign exception amounts to, ``None`` if it is none of the server's."""
    for kind, sentence in EXCEPTION_EXPLAINERS.items():
        if isinstance(error, kind):
            return ServerError(sentence(error, address))
    return None


def make_remote_graph_error(error: BaseException, graph: Any) -> ServerError | None:
    """The same for a ``RemoteGraph``, which knows its server only through its client."""
    client = getattr(getattr(graph, "client", None), "http", None)
    url = str(getattr(getattr(client, "client", None), "base_url", "") or "its server").rstrip("/")
    return make_server_error(error, ServerAddress(strip_url_login(url)))


def strip_url_login(url: str) -> str:
    """A URL without the user and password that it may carry."""
    return re.sub(r"//[^/@]*@", "//", url)


def get_http_status(error: BaseException) -> int | None:
    """The HTTP status in an exception of httpx or the SDK."""
    return getattr(getattr(error, "response", None), "status_code", None)


def get_server_error_detail(http_error: Any) -> str:
    """What the server says of a refusal, on one line of bounded length."""
    try:
        body = json.loads(http_error.response.text)
    except Exception:  # not read, not text, not JSON: then the status must do
        return ""
    detail = (
        body.get("detail") or body.get("message") or body.get("error") if isinstance(body, dict) else body
    )
    text = detail if isinstance(detail, str) else json.dumps(detail)
    first = text.strip().split("\n\n")[0]
    return " ".join(first.split())[:300]


def _explain_http_error(error: Any, address: ServerAddress) -> str:
    status = get_http_status(error)
    if status is None:  # the SDK has a status error without a response, for a connection that failed
        return _explain_broken_connection(error, address)
    explain_status = HTTP_STATUS_EXPLAINERS.get(
        status, _explain_server_failure if status >= 500 else _explain_other_http_status
    )
    return explain_status(error, address)


def _explain_unauthorized(error: Any, address: ServerAddress) -> str:
    if address.login_header:
        key = " and the API key that were sent" if address.is_api_key_sent else " that was sent"
        return (
            f"the server at {address.url} refuses the header {address.login_header!r}{key} "
            f"(401{_quote_detail(error)}): "
            f"has it run out? Server(url, assistant, headers={{{address.login_header!r}: …}})"
        )
    if address.is_api_key_sent:
        detail = _quote_detail(error)
        return f"the server at {address.url} refuses the API key (401{detail}); pass another api_key="
    return (
        f"the server at {address.url} wants an API key (401{_quote_detail(error)}): "
        "Server(url, assistant, api_key=…), or set LANGGRAPH_API_KEY"
    )


def _explain_forbidden(error: Any, address: ServerAddress) -> str:
    who = f"the header {address.login_header!r} allows" if address.login_header else "this key allows"
    who = who if address.login_header or address.is_api_key_sent else "somebody without a key may do"
    return f"the server at {address.url} forbids it: it is more than {who} (403{_quote_detail(error)})"


def _explain_not_found(error: Any, address: ServerAddress) -> str:
    if _mentions_api_object(error, "thread"):
        return (
            f"the server at {address.url} has no such thread for who asks (404{_quote_detail(error)}): "
            "it was deleted, or belongs to somebody else; take another thread_id"
        )
    return (
        f"{address.url} has no such page (404{_quote_detail(error)}): is it the address of a LangGraph "
        "server, without a path of the API behind it?"
    )


def _explain_conflict(error: Any, address: ServerAddress) -> str:
    if "already exists" in get_server_error_detail(error):
        return (
            f"the server at {address.url} keeps this thread for somebody else (409{_quote_detail(error)}); "
            "take another thread_id"
        )
    return (
        f"the thread is busy with another run (409{_quote_detail(error)}); wait for it, take another "
        "thread, or give multitask: 'enqueue' waits in line, 'interrupt' and 'rollback' end the other run"
    )


def _explain_invalid_request(error: Any, address: ServerAddress) -> str:
    status = error.response.status_code
    return f"the server at {address.url} cannot use this request ({status}{_quote_detail(error)})"


def _explain_too_many_requests(error: Any, address: ServerAddress) -> str:
    return (
        f"the server at {address.url} has had too many requests (429{_quote_detail(error)}); try again later"
    )


def _explain_server_failure(error: Any, address: ServerAddress) -> str:
    status = error.response.status_code
    return f"the server at {address.url} failed ({status}{_quote_detail(error)}); its log says why"


def _explain_other_http_status(error: Any, address: ServerAddress) -> str:
    return f"the server at {address.url} answered {error.response.status_code}{_quote_detail(error)}"


HTTP_STATUS_EXPLAINERS: dict[int, ErrorExplainer] = {
    400: _explain_invalid_request,
    401: _explain_unauthorized,
    403: _explain_forbidden,
    404: _explain_not_found,
    409: _explain_conflict,
    422: _explain_invalid_request,
    429: _explain_too_many_requests,
}
"""What each HTTP status means here."""


def _explain_connection_failure(error: BaseException, address: ServerAddress) -> str:
    cause = _find_root_cause(error)
    if isinstance(cause, socket.gaierror):
        return f"the host of {address.url} is not known; check the URL"
    if isinstance(cause, ssl.SSLError):
        return _explain_tls_failure(cause, address)
    number = getattr(cause, "errno", None)
    reason = os.strerror(number) if number else str(cause) or type(cause).__name__
    return f"no server answers at {address.url} ({reason}): is it running? {HOW_TO_START_A_SERVER}"


def _explain_tls_failure(error: ssl.SSLError, address: ServerAddress) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate of {address.url} cannot be verified ({error})"
    plain = re.sub(r"^https:", "http:", address.url)
    reason = getattr(error, "reason", None) or error
    return f"{address.url} does not speak https ({reason}); did you mean {plain!r}?"


def _explain_timeout(error: BaseException, address: ServerAddress) -> str:
    return f"the server at {address.url} did not answer in time ({type(error).__name__}); is it overloaded?"


def _explain_broken_connection(error: BaseException, address: ServerAddress) -> str:
    reason = f" ({error})" if str(error) else ""
    return f"the connection to {address.url} broke off{reason}"


def _explain_invalid_url(error: BaseException, address: ServerAddress) -> str:
    return f"{address.url!r} is no URL of a server ({error}); write it like 'http://127.0.0.1:2024'"


def _explain_unsendable_request(error: BaseException, address: ServerAddress) -> str:
    return f"the request to {address.url} cannot be sent ({error}); look at the key and the headers"


def _explain_proxy_failure(error: BaseException, address: ServerAddress) -> str:
    return f"the proxy on the way to {address.url} refuses ({error}); look at HTTP_PROXY and NO_PROXY"


def _explain_unreadable_reply(error: BaseException, address: ServerAddress) -> str:
    return f"{address.url} answers, but not like a LangGraph server ({error or type(error).__name__})"


def _mentions_api_object(error: Any, object_name: str) -> bool:
    """Whether a refusal names this thing of the API, such as ``Thread with ID … not found``."""
    return re.match(rf"{object_name}\b", get_server_error_detail(error), re.IGNORECASE) is not None


def _quote_detail(error: Any) -> str:
    detail = get_server_error_detail(error)
    return f": {detail}" if detail else ""


def _find_root_cause(error: BaseException) -> BaseException:
    """httpx wraps httpcore's exceptions, which wrap those of the operating system."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return error


ERRORS_BEFORE_SENDING = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)
"""What is raised of a request that never left: the server has not heard of it."""


EXCEPTION_EXPLAINERS: dict[type[BaseException], ErrorExplainer] = {
    httpx.HTTPStatusError: _explain_http_error,  # and all of the SDK's status errors
    httpx.TimeoutException: _explain_timeout,
    httpx.ConnectError: _explain_connection_failure,
    httpx.ProxyError: _explain_proxy_failure,
    httpx.UnsupportedProtocol: _explain_invalid_url,
    httpx.InvalidURL: _explain_invalid_url,
    httpx.LocalProtocolError: _explain_unsendable_request,
    httpx.RemoteProtocolError: _explain_broken_connection,
    httpx.NetworkError: _explain_broken_connection,
    httpx.DecodingError: _explain_unreadable_reply,
    httpx.TooManyRedirects: _explain_unreadable_reply,
    httpx.StreamError: _explain_broken_connection,
    httpx.CookieConflict: _explain_unreadable_reply,
    httpx.HTTPError: _explain_broken_connection,  # what a later httpx, or the SDK, may add
    json.JSONDecodeError: _explain_unreadable_reply,
    ssl.SSLError: _explain_connection_failure,
    TimeoutError: _explain_timeout,
    asyncio.TimeoutError: _explain_timeout,  # another class on Python 3.10
    OSError: _explain_connection_failure,
}
"""The first entry that fits counts, so the special stand before the general."""
