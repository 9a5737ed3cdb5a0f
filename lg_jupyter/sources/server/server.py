"""An assistant on a LangGraph server: where it is, who asks, and what asks."""

from __future__ import annotations

import base64
import os
import re
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from typing_extensions import Self

from lg_jupyter.errors import UsageError
from lg_jupyter.kernel.module_reload import InstanceCheckByName
from lg_jupyter.request.arguments import checks_arguments
from lg_jupyter.secrets.rules import is_secret_name
from lg_jupyter.sources.server import assistants
from lg_jupyter.sources.server.errors import ServerAddress, strip_url_login

API_KEY_HEADER = "x-api-key"

API_KEY_VARIABLES = ("LANGGRAPH_API_KEY", "LANGSMITH_API_KEY", "LANGCHAIN_API_KEY")
"""Where the SDK looks for a key, in this order."""

LOGIN_HEADERS = ("authorization", "cookie", "proxy-authorization")
"""Headers by which a server may know who asks, beside the key."""


class Server(metaclass=InstanceCheckByName):
    """An assistant on a LangGraph server: what to give to :func:`lg_jupyter.stream` as the target.

    Parameters
    ----------
    url
        The server's address, like ``"http://127.0.0.1:2024"``.
    assistant
        The id of an assistant, or the name of a graph.
    api_key
        Sent with each request. By default the SDK takes it from ``LANGGRAPH_API_KEY``,
        ``LANGSMITH_API_KEY`` or ``LANGCHAIN_API_KEY``.
    headers
        More headers to send. Neither their values nor the key are ever shown.

    Raises
    ------
    UsageError
        If ``url`` is no http(s) address, or no assistant is named.
    """

    @checks_arguments
    def __init__(
        self,
        url: str,
        assistant: str,
        api_key: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.url = _validate_url(url)
        self.assistant = _validate_assistant(assistant)
        self._assistant_id: str | None = None  # of one that was called by a name of its own
        self._headers = _validate_headers(headers)
        named = [name for name in self._headers if name.lower() == API_KEY_HEADER]  # the SDK refuses it there
        from_header = [self._headers.pop(name) for name in named]
        self._api_key = _validate_api_key(api_key) or (from_header[0] if from_header else None)

    @property
    def name(self) -> str:
        """What a run of it is called: the assistant."""
        return self.assistant

    def by(self, assistant: str) -> Self:
        """Another assistant on the same server.

        Parameters
        ----------
        assistant
            The id of an assistant, or the name of a graph.

        Returns
        -------
        Server
            With the same address, key and headers.

        Examples
        --------
        >>> lg_jupyter.Server("http://127.0.0.1:2024", "agent").by("writer").assistant
        'writer'
        """
        return type(self)(self.url, assistant, self._api_key, self._headers)

    @property
    def assistant_id(self) -> str:
        """What the server knows the assistant by: as it was given, or once it was looked up its id."""
        return self._assistant_id or self.assistant

    def look_up_assistant_id(self) -> str:
        """Ask the server which assistant is meant, as :attr:`assistant_id` tells from then on; this blocks.

        Raises
        ------
        ServerError
            If it has none of that name, or more than one.
        """
        client = self.make_sync_client()
        try:
            self._assistant_id = assistants.fetch_assistant_id(
                client, self.assistant, f"the server at {strip_url_login(self.url)}"
            )
        finally:
            client.http.client.close()
        return self.assistant_id

    def __repr__(self) -> str:
        names = f", headers={sorted(self._headers)}" if self._headers else ""
        return f"Server({strip_url_login(self.url)!r}, {self.assistant!r}{names})"

    def format_constructor_call(self) -> str:
        """The same as Python; dots stand for a key and for headers, which are not to be seen."""
        hidden = [name for name, given in (("api_key", self._api_key), ("headers", self._headers)) if given]
        more = "".join(f", {name}=..." for name in hidden)
        return f"Server({strip_url_login(self.url)!r}, {self.assistant!r}{more})"

    def collect_secrets(self) -> dict[str, str]:
        """What must not be shown, by name: the key, a password in the URL, and headers that hold a secret."""
        secrets = {name: value for name, value in self._headers.items() if is_secret_name(name)}
        if self._api_key:
            secrets["api_key"] = self._api_key
        if password := urlsplit(self.url).password:
            secrets["password"] = unquote(password)
        for name, value in self._make_basic_auth_headers().items():
            secrets.setdefault(name, value)
        return secrets

    @property
    def has_key(self) -> bool:
        """Whether a key was given."""
        return bool(self._api_key)

    @property
    def header_names(self) -> list[str]:
        """The headers that were given, beside the key."""
        return list(self._headers)

    def find_api_key_variable_and_is_explicit(self) -> tuple[str | None, bool]:
        """The environment variable that holds the key, and whether the SDK would not look into that one."""
        given = self._api_key
        found = next((name for name in API_KEY_VARIABLES if os.environ.get(name)), None)
        if given is None or (found and os.environ[found] == given):
            return found, False
        holders = (name for name in API_KEY_VARIABLES if os.environ.get(name) == given)
        return next(holders, API_KEY_VARIABLES[0]), True

    def make_server_address(self) -> ServerAddress:
        """Where it is, fit to be shown."""
        headers = self.make_request_headers()
        login = next((name for name in headers if name.lower() in LOGIN_HEADERS), None)
        return ServerAddress(
            strip_url_login(self.url), _find_api_key_in_use(self._api_key) is not None, login
        )

    def make_async_client(self) -> Any:
        """A new client of the SDK, bound to the running loop."""
        from langgraph_sdk import get_client

        return get_client(
            url=strip_url_login(self.url),
            headers=self.make_request_headers() or None,
            **self._make_api_key_argument(),
        )

    def make_request_headers(self) -> dict[str, str]:
        """The headers that are sent, a login among them."""
        return self._make_basic_auth_headers() | self._headers

    def _make_basic_auth_headers(self) -> dict[str, str]:
        """What a user and password in the URL become: left there, httpx would write them to its log."""
        address = urlsplit(self.url)
        if address.username is None:
            return {}
        login = f"{unquote(address.username)}:{unquote(address.password or '')}"
        return {"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"}

    def make_sync_client(self) -> Any:
        """A new client of the SDK for a thread without a loop."""
        from langgraph_sdk import get_sync_client

        return get_sync_client(
            url=strip_url_login(self.url),
            headers=self.make_request_headers() or None,
            **self._make_api_key_argument(),
        )

    def _make_api_key_argument(self) -> dict[str, Any]:
        return {"api_key": self._api_key} if self._api_key else {}  # None would mean: no key


def _validate_url(url: object) -> str:
    if not isinstance(url, str) or not url.strip():
        raise UsageError(f"the server's url must be text like 'http://127.0.0.1:2024', not {url!r}")
    url = url.strip().rstrip("/")
    if re.match(r"https?://[^/]", url):
        return url
    bare = re.sub(r"^\w*:?//?", "", url)
    if not re.match(r"\w", bare) or bare in ("http:", "https:"):
        raise UsageError(f"{strip_url_login(url)!r} is no http address: it is like 'http://127.0.0.1:2024'")
    raise UsageError(
        f"{strip_url_login(url)!r} is no http address; did you mean {'http://' + strip_url_login(bare)!r}?"
    )


def _validate_assistant(assistant: object) -> str:
    if isinstance(assistant, str | uuid.UUID) and str(assistant).strip():
        return str(assistant).strip()
    raise UsageError(f"the assistant must be the name of a graph or an assistant's id, not {assistant!r}")


def _validate_headers(headers: object) -> dict[str, str]:
    if headers is not None and not isinstance(headers, Mapping):
        raise UsageError(f"headers takes a dict, such as {{'x-tenant': 'a'}}, not {type(headers).__name__}")
    return {str(name): str(value) for name, value in (headers or {}).items()}


def _validate_api_key(api_key: object) -> str | None:
    if api_key is not None and not isinstance(api_key, str):  # its value is not to be shown
        kind = type(api_key).__name__
        raise UsageError(f"api_key takes the key's text, as in os.environ['MY_KEY'], not {kind}")
    return api_key


def _find_api_key_in_use(api_key: str | None) -> str | None:
    """The key that the SDK will send: the one given, or one from the environment."""
    return api_key or next((os.environ[name] for name in API_KEY_VARIABLES if os.environ.get(name)), None)
