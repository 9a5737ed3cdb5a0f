"""Runs a command that may say nothing for minutes, and says meanwhile that it goes on.

    python -m tools.patiently "installing what the tests need" pip install --quiet '.[dev]'

Needs only the standard library.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

PAUSE = 10.0
"""Seconds between two lines."""


def run(
    what: str, command: Sequence[str], environment: Mapping[str, str] | None = None, output: Any = None
) -> int:
    """Run a command to its end, with a line about it every :data:`PAUSE` seconds; its exit code.

    ``output`` is where its output goes, as for :class:`subprocess.Popen`: by default where ours does.
    """
    began = time.monotonic()
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output and subprocess.STDOUT
    ) as process:
        while True:
            try:
                return process.wait(PAUSE)
            except subprocess.TimeoutExpired:
                print(f"… {what}: {time.monotonic() - began:.0f} s", flush=True)


def main(arguments: list[str]) -> int:
    what, *command = arguments
    try:
        return run(what, command)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 127
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
