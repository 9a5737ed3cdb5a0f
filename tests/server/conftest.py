from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.dev_server import DevServer, Doorkeeper

KEY = "a-key-to-the-door"


@pytest.fixture
def door(dev_server: DevServer) -> Iterator[Doorkeeper]:
    """The server behind a door that ``KEY`` opens."""
    door = Doorkeeper(dev_server.port, KEY)
    yield door
    door.stop()
