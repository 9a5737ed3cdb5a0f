"""What drives real programs is tried once more where it fails, and listed at the end as ``RERUN``.

Browsers, servers and kernels have races of their own, which show on a loaded machine. What fails twice is
ours.
"""

from __future__ import annotations

from pathlib import Path

import pytest

FOLDERS = {"browser", "kernel", "places", "server"}
"""Those whose tests start such programs."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    tests = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(tests) and item.path.relative_to(tests).parts[0] in FOLDERS:
            item.add_marker(pytest.mark.flaky(reruns=1))
