"""A sample of mutants: small changes to the code, for each of which some test should fail.

    python -m tools.mutants [--sample 150] [--seed 1] [--minutes 60] [--children 1]

mutmut makes them, of the modules that ``[tool.mutmut]`` in ``pyproject.toml`` names, and runs the tests that
reach the function that was changed. Printed are how many were killed, and of the others what was changed.

Some mutants do what the code does. ``equivalent_mutants.txt`` beside this file has those that are known, each
with the reason why no test can tell it from the code; they are not counted. Nor are those that let ``zip``
take lists of different lengths: ``strict=True`` asserts that they never are.
"""

from __future__ import annotations

import argparse
import random
import re
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

MUTMUT = str(Path(sys.executable).with_name("mutmut"))

FIRST = "lg_jupyter.adapter.faults.xǁParseFaultsǁ__iter__*"
"""Few mutants: with these, mutmut makes all, and learns which tests reach which function."""

SPINNER = tuple("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")
"""What the lines begin with that mutmut writes over and over."""

KILLED = frozenset({"killed", "timeout", "segfault"})

ENOUGH = 0.95
"""How many of a sample should be killed."""

EQUIVALENT = Path(__file__).with_name("equivalent_mutants.txt")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sample", type=int, default=150, help="how many mutants are tried")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    parser.add_argument("--minutes", type=float, default=60, help="what is not tried by then is left out")
    parser.add_argument("--children", type=int, default=1, help="how many are tried at a time")
    options = parser.parse_args(arguments)

    print("making mutants, and running the tests once", flush=True)
    run_mutants(FIRST)
    names = sorted(statuses())
    sample = random.Random(options.seed).sample(names, min(options.sample, len(names)))
    print(f"trying {len(sample)} of {len(names)} mutants", flush=True)
    run_mutants(*sample, seconds=options.minutes * 60, children=options.children)
    found = statuses()
    return report({name: found[name] for name in sample})


def run_mutants(*names: str, seconds: float | None = None, children: int = 1) -> None:
    """Try mutants, so many at a time, as far as the time goes."""
    command = [MUTMUT, "run", "--max-children", str(children), *names]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            output, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)  # upon which it ends what it has started
            process.communicate()
            return
    if process.returncode:
        written = [line for line in output.splitlines() if line[:1] not in SPINNER]
        sys.exit("\n".join([*written, "mutmut failed"]))


def statuses() -> dict[str, str]:
    """What became of each mutant: ``killed``, ``survived``, ``no tests``, ``not checked``, …"""
    lines = mutmut("results", "--all", "true").splitlines()
    return dict(line.strip().rsplit(": ", 1) for line in lines if ": " in line)


def mutmut(*arguments: str) -> str:
    """What mutmut prints."""
    return subprocess.run([MUTMUT, *arguments], check=True, capture_output=True, text=True).stdout


def report(sample: dict[str, str]) -> int:
    """Print what became of the mutants of a sample; 1 if too few were killed, or none was tried."""
    tried = {name: status for name, status in sample.items() if status != "not checked"}
    alive = {name: mutmut("show", name) for name, status in tried.items() if status not in KILLED}
    known = equivalent(EQUIVALENT.read_text(encoding="utf-8"))
    same = {
        name
        for name, change in alive.items()
        if summary(name, change) in known or only_lets_zip_be_lenient(change)
    }
    for name in sorted(alive.keys() - same):
        print(alive[name])
    counted = len(tried) - len(same)
    killed = len(tried) - len(alive)
    print(f"{killed} of {counted} killed, beside {len(same)} that no test can tell from the code:")
    print(dict(Counter(sample.values())))
    return 0 if counted and killed >= ENOUGH * counted else 1


def summary(name: str, change: str) -> tuple[str, ...]:
    """A mutant as the file of the equivalent ones has it: its function, and the lines that differ.

    Its number in the function would be another after each edit.
    """
    return name.rpartition("__mutmut_")[0], *lines_that_differ(change)


def lines_that_differ(change: str) -> list[str]:
    lines = [line for line in change.splitlines() if line[:1] in "-+" and line[:3] not in ("---", "+++")]
    return [line[0] + line[1:].strip() for line in lines]


def only_lets_zip_be_lenient(change: str) -> bool:
    """Whether a mutant differs in nothing but that its ``zip`` is not ``strict``."""
    removed, added = ([line[1:] for line in lines_that_differ(change) if line[0] == sign] for sign in "-+")
    without = [[_STRICT.sub("", line) for line in lines] for lines in (removed, added)]
    return (
        without[0] == without[1]
        and any("strict=" in line for line in removed)
        and (not any("strict=True" in line for line in added))
    )


_STRICT = re.compile(r",? ?strict=\w+|, ?(?=\)|$)")


def equivalent(text: str) -> set[tuple[str, ...]]:
    """The mutants in a file: paragraphs of a reason (``#``), a function, and the lines that differ."""
    paragraphs = [[line for line in each.splitlines() if line[:1] != "#"] for each in text.split("\n\n")]
    return {tuple(lines) for lines in paragraphs if lines}


if __name__ == "__main__":
    sys.exit(main())
