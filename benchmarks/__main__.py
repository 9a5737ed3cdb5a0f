"""Runs every benchmark, each in a process of its own.

    python -m benchmarks [--quick] [name ...]

``--quick`` only shows that they run: its figures mean nothing, and it leaves out the browser.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

QUICK: dict[str, list[str] | None] = {
    "overhead": ["--tokens=100", "--rounds=1"],
    "iopub": ["--tokens=400", "--rate=1000"],
    "server": ["--tokens=200", "--rounds=1"],
    "calls": ["--tokens=100", "--calls=10", "--rounds=1"],
    "steps": ["--steps=201", "--rounds=1"],
    "memory": ["--tokens=1000"],
    "watch": ["--steps=20", "--rounds=1"],
    "frames": ["--events=20000"],
    "load": ["--rounds=1"],
    "cancel": ["--rounds=1", "--no-server"],
    "bundle": ["--views=1"],
    "saved": ["--tokens=100", "--steps=20"],
    "browser": None,
}
"""The benchmarks in their order, with the arguments that make each quick; ``None`` where nothing does."""


def run(name: str, arguments: list[str]) -> bool:
    """Whether the benchmark got to its end."""
    print(f"== {name} {' '.join(arguments)}".rstrip(), flush=True)
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *arguments], check=False)
    print(f"-- {name}: {'done' if done.returncode == 0 else 'FAILED'} in {time.monotonic() - began:.0f} s\n")
    return done.returncode == 0


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(QUICK))
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in QUICK]
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(QUICK)}")
    failed = []
    for name in options.names or QUICK:
        arguments = QUICK[name] if options.quick else []
        if arguments is None:
            print(f"== {name}: left out of --quick\n")
        elif not run(name, arguments):
            failed.append(name)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
