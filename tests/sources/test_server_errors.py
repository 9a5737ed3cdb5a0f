import asyncio
import inspect
import json
import socket
import ssl

import httpx
import langgraph_sdk
import pytest

from lg_jupyter.errors import ServerError
from lg_jupyter.sources.server.errors import (
    EXCEPTION_EXPLAINERS,
    HTTP_STATUS_EXPLAINERS,
    ServerAddress,
    make_server_error,
    strip_url_login,
)

REQUEST = httpx.Request("GET", "http://127.0.0.1:2024/threads")
HERE = ServerAddress("http://127.0.0.1:2024")


def subclasses(kind: type) -> set[type]:
    return {kind}.union(*(subclasses(inner) for inner in kind.__subclasses__()))


def foreign() -> list[type]:
    """Every exception that httpx and the SDK define."""
    kinds = {one for _, one in inspect.getmembers(httpx, inspect.isclass) if issubclass(one, Exception)}
    errors = getattr(langgraph_sdk, "errors", None)
    if errors is not None:
        kinds |= {one for _, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, Exception)}
        kinds.discard(errors.LangGraphError)  # the bare base: nothing raises it
    return sorted(kinds, key=lambda kind: kind.__qualname__)


def make(kind: type) -> Exception:
    """An instance, as its library would make one."""
    error = kind.__new__(kind)
    error.args = ("what it says",)
    error.response = httpx.Response(503, request=REQUEST, json={"detail": "not now"})
    return error


@pytest.mark.parametrize("kind", foreign(), ids=lambda kind: kind.__qualname__)
def test_every_foreign_exception_has_its_sentence(kind):
    told = make_server_error(make(kind), HERE)
    assert isinstance(told, ServerError)
    assert "\n" not in str(told)
    assert "127.0.0.1:2024" in str(told)


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(111, "refused"),
        socket.gaierror(-2, "unknown"),
        ssl.SSLError(1, "wrong version"),
        ssl.SSLCertVerificationError(1, "self-signed"),
        TimeoutError(),
        asyncio.TimeoutError(),
        json.JSONDecodeError("no json", "<html>", 0),
    ],
    ids=lambda error: type(error).__name__,
)
def test_so_has_what_the_probe_may_raise(error):
    assert "\n" not in str(make_server_error(error, HERE))


def test_the_special_stand_before_the_general():
    kinds = list(EXCEPTION_EXPLAINERS)
    for position, kind in enumerate(kinds):
        assert not any(issubclass(late, kind) for late in kinds[position + 1 :])


def refusal(status: int, detail: object = "the detail", **address) -> str:
    response = httpx.Response(status, request=REQUEST, json={"detail": detail})
    error = httpx.HTTPStatusError("", request=REQUEST, response=response)
    return str(make_server_error(error, ServerAddress("http://127.0.0.1:2024", **address)))


@pytest.mark.parametrize("status", [*HTTP_STATUS_EXPLAINERS, 402, 405, 418, 500, 502, 503])
def test_every_status_is_told_with_what_the_server_says(status):
    assert f"{status}: the detail" in refusal(status)


def test_a_wrong_key_and_no_key_are_two_things():
    assert "wants an API key" in refusal(401)
    assert "refuses the API key" in refusal(401, is_api_key_sent=True)


def test_a_long_detail_is_cut_and_a_detail_may_be_anything():
    assert len(refusal(422, "x" * 5000)) < 500
    assert '{"loc": "body"}' in refusal(422, [{"loc": "body"}])
    assert "first" in refusal(422, "first\nline\n\nsecond paragraph")
    assert "second" not in refusal(422, "first\nline\n\nsecond paragraph")
    html = httpx.HTTPStatusError(
        "", request=REQUEST, response=httpx.Response(502, request=REQUEST, text="<html>")
    )
    assert "(502)" in str(make_server_error(html, HERE))


def test_connections_fail_for_reasons():
    cause = httpx.ConnectError("All connection attempts failed")
    cause.__cause__ = ConnectionRefusedError(111, "Connect call failed ('127.0.0.1', 2024)")
    assert "(Connection refused): is it running?" in str(make_server_error(cause, HERE))
    cause.__cause__ = socket.gaierror(-2, "Name or service not known")
    assert "is not known; check the URL" in str(make_server_error(cause, HERE))
    cause.__cause__ = ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER]")
    assert "did you mean 'http://h'?" in str(make_server_error(cause, ServerAddress("https://h")))


def test_what_is_not_the_servers_is_not_explained():
    assert make_server_error(ValueError("the graph's own"), HERE) is None
    assert make_server_error(KeyError("x"), HERE) is None


def test_a_password_in_a_url_is_not_shown():
    assert strip_url_login("http://me:secret@host:1/x@y") == "http://host:1/x@y"
