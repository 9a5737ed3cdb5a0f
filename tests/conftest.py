"""What all tests share."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from lg_jupyter.runtime.registry import RUNS
from tests.dev_server import DevServer
from tests.patience import patience

pytest_plugins = [
    f"tests.{name}" for name in ("watchdog", "left_out", "retries", "slowest", "order", "cases")
]

os.environ["LANGSMITH_TRACING"] = "false"  # a test sends nothing anywhere, whatever the environment says
os.environ.setdefault("PYTEST_TIMEOUT", str(patience(120)))  # of each test, in seconds

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # started in the background; kernels would inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def dev_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevServer]:
    """A LangGraph server with the graphs of ``graphs.py``, started when first asked for."""
    server = DevServer(tmp_path_factory.mktemp("server"))
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.stop()


@pytest.fixture(autouse=True)
def no_history() -> Iterator[None]:
    """No run of a later test is kept, because an earlier one turned that on."""
    yield
    RUNS.keeper = None


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key of the person who runs the tests reaches a server, or a mask."""
    for name in list(os.environ):
        if name.endswith(("_API_KEY", "_TOKEN", "_SECRET")):
            monkeypatch.delenv(name)
