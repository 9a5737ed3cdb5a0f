"""Single interrupts of a real kernel at any moment: the cell is given back, or the node is named."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.campaigns import Figure
from tests.kernel.cells import PATIENCE, SETUP, Kernel
from tests.patience import slowness

COUNT = 50
WITHIN = 1.0
"""Seconds, of an idle machine: where one takes longer, it is measured how slow the machine is then."""

CELLS = {
    "slow": "%%lgstream slow_graph -o run\n{'x': 1}",
    "sleeping": "%%lgstream sleeping_graph -o run\n{'x': 1}",
    "blocking": "%%lgstream blocking_graph -o run\n{'x': 1}",
    "plain": "run = lg_jupyter.stream(slow_graph, {'x': 1}); await run",
}


def figures() -> Iterator[Figure]:
    drawn, late, lost, dead = random.Random(15), 0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        kernel = Kernel(Path(folder))
        try:
            kernel.run("%load_ext lg_jupyter\nimport lg_jupyter")
            kernel.run(SETUP)
            for number in range(COUNT):
                kind = [*CELLS][number % len(CELLS)]
                late += not _is_answered_in_time(kernel, kind, drawn.uniform(0.0, 0.4))
                kernel.run("seen.append('wake up'); seen.clear()")
                lost += not _is_cancelled(kernel, kind)
            dead += kernel.value_of("1 + 1") != "2"
        finally:
            kernel.stop()
    yield Figure("single interrupts", COUNT, f"not answered within {WITHIN:.0f} s", late)
    yield Figure("runs that were interrupted", COUNT, "not `cancelled` after it", lost)
    yield Figure("kernels", 1, "dead", dead)


def _is_cancelled(kernel: Kernel, kind: str) -> bool:
    """Whether that is what became of the run, once its node has heard of it."""
    deadline = time.monotonic() + PATIENCE
    while (status := kernel.value_of("run.status")) == "'running'" and time.monotonic() < deadline:
        kernel.run_on_the_side(0.1)
    if status != "'cancelled'":
        print(f"   {kind}: its run is {status}")
    return status == "'cancelled'"


def _is_answered_in_time(kernel: Kernel, kind: str, pause: float) -> bool:
    cell = kernel.begin(CELLS[kind])
    node = "slow" if kind == "plain" else kind
    kernel.until(lambda: f"{node} begins" in cell.printed)
    kernel.run_on_the_side(pause)
    began = time.monotonic()
    kernel.interrupt()
    kernel.until(lambda: cell.idle or "blocks the kernel's loop" in cell.complained)
    took = time.monotonic() - began
    if not cell.idle:
        kernel.interrupt()
    kernel.finish(cell)
    if took > WITHIN:
        factor = slowness()
        print(
            f"   {kind}: answered after {took:.1f} s, on a machine {factor:.1f} times as slow as an idle one"
        )
        return took <= WITHIN * factor
    return True
