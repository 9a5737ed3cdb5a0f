from __future__ import annotations

from collections.abc import Iterator

import pytest

from lg_jupyter.watching import watch
from tests.watching.equality import patched


@pytest.fixture(autouse=True)
def all_off() -> Iterator[None]:
    """Nothing is watched after a test."""
    yield
    watch.stop_all_watches()
    assert not patched()
