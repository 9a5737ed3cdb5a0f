from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kernel.cells import Kernel, ready_kernel


@pytest.fixture(scope="session")
def shared_kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    with ready_kernel(tmp_path_factory.mktemp("kernel")) as kernel:
        yield kernel


@pytest.fixture
def kernel(shared_kernel: Kernel) -> Kernel:
    """A kernel in which the extension is loaded and the graphs of ``setup_cell.py`` are defined."""
    shared_kernel.run("seen.clear(); run = None")
    return shared_kernel


@pytest.fixture
def fresh_kernel(tmp_path: Path) -> Iterator[Kernel]:
    """A kernel in which nothing was done yet."""
    kernel = Kernel(tmp_path)
    try:
        yield kernel
    finally:
        kernel.stop()
