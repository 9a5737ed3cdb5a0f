"""What ``%load_ext lg_jupyter`` costs beyond importing ipywidgets and anywidget, in fresh processes.

Each process imports the two in a shell of IPython, and then loads the extension. The figures are medians,
in wall time and, for machines that do other things at the same time, in CPU time.

    python -m benchmarks.load [--rounds 11]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys

SCRIPT = """
import sys, time
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
stamps = [(time.perf_counter(), time.process_time())]
import ipywidgets, anywidget
stamps.append((time.perf_counter(), time.process_time()))
known = set(sys.modules)
shell.run_line_magic("load_ext", "lg_jupyter")
stamps.append((time.perf_counter(), time.process_time()))
new = set(sys.modules) - known
heavy = [name for name in ("langgraph", "langchain_core", "pandas", "rich", "numpy") if name in new]
for before, after in zip(stamps, stamps[1:]):
    print(after[0] - before[0], after[1] - before[1])
print(len(new), ",".join(heavy) or "none")
"""


def once() -> list[list[str]]:
    """Wall and CPU seconds of importing the two, those of loading; modules that it imported, heavy ones."""
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    return [line.split() for line in done.stdout.splitlines()]


def milliseconds(processes: list[list[list[str]]], line: int) -> tuple[float, float]:
    wall, cpu = (1000 * statistics.median(float(one[line][column]) for one in processes) for column in (0, 1))
    return wall, cpu


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=11)
    rounds = parser.parse_args().rounds
    once()  # fills the caches of the disk
    processes = [once() for _ in range(rounds)]
    imported, loaded = milliseconds(processes, 0), milliseconds(processes, 1)
    for name, (wall, cpu) in (
        ("importing ipywidgets, anywidget", imported),
        ("%load_ext lg_jupyter", loaded),
    ):
        print(f"  {name:32}{wall:7.0f} ms wall {cpu:7.0f} ms CPU")
    count, heavy = processes[-1][2]
    print(f"  {loaded[0] / imported[0]:.2f} × the import; {count} modules, of the heavy ones {heavy}")


if __name__ == "__main__":
    main()
