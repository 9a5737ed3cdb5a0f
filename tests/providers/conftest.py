"""The server of all providers, and keys as people have them: in the environment."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.providers.models import KEYS
from tests.providers.scenarios import KEY
from tests.providers.server import ProviderServer


@pytest.fixture(scope="module")
def provider_server() -> Iterator[ProviderServer]:
    """Every provider's wire format on one loopback port.

    The classes keep a client for each address, bound to a loop: each module has an address, as it has a loop.
    """
    with ProviderServer() as server:
        yield server


@pytest.fixture(autouse=True)
def provider_keys(no_keys: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The classes' keys stand where the classes, and the masks of a run, look for them."""
    for name in KEYS:
        monkeypatch.setenv(name, KEY)
