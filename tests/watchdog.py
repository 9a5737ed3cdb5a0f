"""What tests start (servers, JupyterLabs, kernels, browsers) ends with them, whatever becomes of pytest.

A process of its own waits for pytest to end: it holds the other end of a pipe that nobody writes to. Then it
ends all that was started meanwhile, and what that started. These processes are known by a variable of their
environment, which each hands on to the next, through sessions and process groups of their own. Only Linux
shows a process's environment; elsewhere fixtures must do.

Besides a plugin of pytest it is the program that waits: ``python tests/watchdog.py MARK``.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

VARIABLE = "LG_JUPYTER_TESTS_OF"
"""Holds the marks of the sessions that a process belongs to: tests of these tests start a session inside."""

GRACE = 10.0
"""Seconds to end in when asked to, before a process is killed: a Jupyter server ends its kernels then."""


def pytest_configure(config: Any) -> None:
    if hasattr(config, "workerinput") or not Path("/proc/self/environ").exists():
        return  # xdist's workers were started by who is watched
    mark, environment = uuid.uuid4().hex, dict(os.environ)
    dog = subprocess.Popen(
        [sys.executable, __file__, mark],
        env={name: value for name, value in environment.items() if name != VARIABLE},
        stdin=subprocess.PIPE,
        start_new_session=True,  # an interrupt from the keyboard is not for it
    )
    os.environ[VARIABLE] = " ".join(filter(None, (environment.get(VARIABLE), mark)))
    config.add_cleanup(lambda: _let_go(dog, environment.get(VARIABLE)))


def _let_go(dog: subprocess.Popen[bytes], before: str | None) -> None:
    if before is None:
        os.environ.pop(VARIABLE, None)
    else:
        os.environ[VARIABLE] = before
    assert dog.stdin
    dog.stdin.close()
    dog.wait()


def marked(mark: str) -> Iterator[int]:
    """The processes that have the mark in their environment."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it is gone, or somebody else's
            if mark.encode() in (folder / "environ").read_bytes():
                yield int(folder.name)


def end_all(mark: str) -> None:
    """Ask all that are marked to end, and kill those that do not."""
    deadline = time.monotonic() + GRACE
    asked: set[int] = set()
    while running := {*marked(mark)}:
        if time.monotonic() > deadline:
            _signal(running, signal.SIGKILL)
        else:
            _signal(running - asked, signal.SIGTERM)
            asked |= running
        time.sleep(0.1)


def _signal(processes: set[int], signum: int) -> None:
    for process in processes:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(process, signum)


if __name__ == "__main__":
    sys.stdin.buffer.read()  # until whoever has the other end is gone
    end_all(sys.argv[1])
