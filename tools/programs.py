"""The programs that tests need beside Python's: a Chromium, and curl. Needs only the standard library.

    python -m tools.programs      get what is missing, and say what cannot be had

A Chromium counts if it answers to ``--version``: the one that Ubuntu's packages bring does not where there
is no snap. If none is there, the system's package is installed, where that asks no question (as root, or by
``sudo -n``; ``NO_SYSTEM=1`` refuses it); else Playwright downloads its own; else the tests do without.
"""

from __future__ import annotations

import functools
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence

from tools import patiently

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
CHROME_OF_MACOS = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"

ANSWERS_IN = 60
"""Seconds that a browser may take to say its version."""

PLAYWRIGHTS_OWN = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


@functools.cache
def chromium() -> str | None:
    """The path of a Chromium that runs here, ``None`` if there is none."""
    return next(filter(_answers, _candidates()), None)


def curl() -> str | None:
    """The path of curl, ``None`` if there is none."""
    return shutil.which("curl")


def _candidates() -> Iterator[str]:
    yield from filter(None, map(shutil.which, (*CHROMIUM_NAMES, CHROME_OF_MACOS)))
    own = subprocess.run([sys.executable, "-c", PLAYWRIGHTS_OWN], capture_output=True, text=True, check=False)
    if own.returncode == 0 and os.path.isfile(own.stdout.strip()):
        yield own.stdout.strip()


def _answers(path: str) -> bool:
    try:
        said = subprocess.run(
            [path, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=ANSWERS_IN,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return said.returncode == 0 and re.search(r"\d+\.\d+", said.stdout) is not None


# ---------------------------------------------------------------------------------------------
# getting them


def install_packages(packages: Sequence[str]) -> None:
    """Have apt-get install packages of the system, if that is allowed and asks nothing."""
    as_root = _as_root()
    if os.environ.get("NO_SYSTEM") == "1" or as_root is None or not shutil.which("apt-get"):
        return
    apt_get = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--yes", "--quiet"]
    _run([*apt_get, "update"])  # if it fails, what was known of packages may do
    _run([*apt_get, "install", "--no-install-recommends", *packages])


def _as_root() -> list[str] | None:
    """What a command of root's begins with; ``None`` where we may not be root without a password."""
    if os.geteuid() == 0:
        return []
    sudo = ["sudo", "-n"]
    try:
        allowed = subprocess.run([*sudo, "true"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except FileNotFoundError:
        return None
    return sudo if allowed.returncode == 0 else None


def download_playwrights() -> None:
    """Have Playwright download the Chromium that it brings."""
    download = [sys.executable, "-m", "playwright", "install", "chromium"]
    _run(download, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT="10000")  # ms; it tries several times


def _run(command: list[str], **environment: str) -> None:
    """Say what is run, run it, and if it fails say in a line why."""
    print(f"$ {shlex.join(command)}", flush=True)
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        code = patiently.run(command[-1], command, {**environment, **os.environ}, output)
        output.seek(0)
        said = [line.strip() for line in output if line.strip()]
    if code:
        errors = [line for line in said if re.match(r"E:|.*error", line, re.IGNORECASE)]
        print(f"… it failed: {(errors or said or [f'exit code {code}'])[0]}", flush=True)


def main() -> int:
    packages = [] if curl() else ["curl"]
    if not chromium():
        packages += ["chromium", "fonts-liberation"]
    if packages:
        install_packages(packages)
        chromium.cache_clear()
    if not chromium():
        download_playwrights()
        chromium.cache_clear()
    for name, program in (("Chromium", chromium()), ("curl", curl())):
        if program is None:
            print(f"There is no {name} here: the tests that need it will be left out.", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
