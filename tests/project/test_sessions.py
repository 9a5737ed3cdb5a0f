"""A session of tests: what it starts ends with it, what it leaves out it says, which files took longest."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.patience import patience

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = ("-p", "tests.watchdog", "-p", "tests.left_out", "-p", "tests.slowest")

STARTS = """
import subprocess, time
from playwright.sync_api import sync_playwright
from tests.browser.lab import Lab, launch
from tests.dev_server import DevServer
from tests.kernel.cells import Kernel
from tools import programs

def test_it():
    subprocess.Popen(["sh", "-c", "trap '' TERM; sleep 1000"], start_new_session=True)
    kernel = Kernel(path)
    server = DevServer(path)
    lab = Lab(path).__enter__()
    server.wait_until_ready()
    if programs.chromium():
        launch(sync_playwright().start()).new_page()
    (path / "ready").touch()
    time.sleep(1000)
"""


class Session:
    """A pytest of its own, on one file with this test in it."""

    def __init__(self, folder: Path, test: str, *options: str, **environment: str) -> None:
        self.ready = folder / "ready"
        file = folder / "test_it.py"
        file.write_text(f"from pathlib import Path\npath = Path({str(folder)!r})\n{textwrap.dedent(test)}")
        command = [sys.executable, "-m", "pytest", "-c", os.devnull, "--rootdir", str(folder), *PLUGINS]
        self.log = folder / "log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [*command, *options, str(file)],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def end(self) -> tuple[int, str]:
        """Its exit code, and what it said."""
        code = self.process.wait(patience(60))
        return code, self.log.read_text()


def descendants(process: int) -> Iterator[int]:
    for child in Path(f"/proc/{process}/task/{process}/children").read_text().split():
        yield int(child)
        yield from descendants(int(child))


def runs(process: int) -> bool:
    """Whether it is there, and no zombie that nobody waits for."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="only Linux shows environments")
@pytest.mark.skipif(sys.version_info < (3, 11), reason="a LangGraph server needs Python 3.11")
@pytest.mark.parametrize(
    ("ending", "workers"),
    [
        pytest.param(signal.SIGTERM, (), id="TERM", marks=pytest.mark.matrix),
        pytest.param(signal.SIGKILL, ("-n", "1"), id="KILL"),
    ],
)
def test_what_tests_start_ends_with_them(
    tmp_path: Path, ending: signal.Signals, workers: tuple[str, ...]
) -> None:
    session = Session(tmp_path, STARTS, *workers)
    while not session.ready.exists():  # the timeout of the test ends this
        assert session.process.poll() is None, session.log.read_text()
        time.sleep(0.1)
    started = [*descendants(session.process.pid)]
    assert len(started) > 5  # a shell, its sleep, a kernel, a server, a JupyterLab, and who watches
    session.process.send_signal(ending)
    session.process.wait(patience(30))
    deadline = time.monotonic() + patience(30)
    while left := [*filter(runs, started)]:
        assert time.monotonic() < deadline, left
        time.sleep(0.1)


def test_what_a_test_leaves_behind_ends_with_the_session(tmp_path: Path) -> None:
    session = Session(
        tmp_path,
        """
        def test_it():
            import subprocess
            left = subprocess.Popen(["sleep", "1000"], start_new_session=True)
            (path / "left").write_text(str(left.pid))
        """,
    )
    code, said = session.end()
    assert code == 0, said
    assert not runs(int((tmp_path / "left").read_text()))


LEAVES_OUT = """
from tests.left_out import leave_out

def test_one():
    leave_out("a Chromium", "chromium")

def test_two():
    leave_out("a Chromium", "chromium")

def test_three():
    leave_out("curl", "curl")

def test_four():
    pass
"""


@pytest.mark.parametrize(("workers", "ci", "expected"), [(("-n", "1"), "true", 1), ((), "", 0)])
def test_what_is_left_out_is_said_and_fails_only_where_nobody_reads_it(
    tmp_path: Path, workers: tuple[str, ...], ci: str, expected: int
) -> None:
    code, said = Session(tmp_path, LEAVES_OUT, *workers, CI=ci).end()
    assert code == expected, said
    assert "1 passed, 3 skipped" in said
    assert said.rstrip().splitlines()[-2:] == [
        "left out: 2 tests that need a Chromium: install chromium",
        "left out: 1 test that needs curl: install curl",
    ]


def test_the_slowest_files(tmp_path: Path) -> None:
    code, said = Session(tmp_path, LEAVES_OUT, "-n", "1", "--slowest-files=5", CI="").end()
    assert code == 0, said
    assert "slowest 5 files of tests" in said
    assert " min  test_it.py\n" in said
