"""A long day in little: one cell run again 300 times, then runs of all kinds for an hour, in one kernel.

Memory, handles, threads, tasks, widgets and comms are printed as it goes on. They should be flat.

    python -m benchmarks.soak [--minutes 60] [--again 300]
"""

from __future__ import annotations

import argparse
import time

from benchmarks.graphs import SETUP
from benchmarks.kernel import Kernel

PREPARE = """
import gc, os, random, resource, tempfile, threading
import lg_jupyter
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import interrupt

os.chdir(tempfile.mkdtemp())

class Grown(TypedDict):
    step: int
    text: str

def grown(state):
    return {"step": state["step"] + 1, "text": random.randbytes(2_500).hex()}

def build_grown(steps):
    graph = StateGraph(Grown).add_node("grown", grown).add_edge(START, "grown")
    graph.add_conditional_edges("grown", lambda state: "grown" if state["step"] < steps else "__end__")
    return graph.compile()

def failing(state):
    raise ValueError("as it must")

def build_waiting():
    def wait(state):
        return {"text": interrupt("go on?")}

    graph = StateGraph(Grown).add_node("wait", wait).add_edge(START, "wait")
    return graph.compile(checkpointer=InMemorySaver())

words, steps = build(2_000), build_grown(200)
broken = StateGraph(Grown).add_node("failing", failing).add_edge(START, "failing").compile()
START_STATE = {"step": 0, "text": ""}
LONG = {"recursion_limit": 1_000}

def figures():
    gc.collect()
    with open("/proc/self/statm") as file:
        resident = int(file.read().split()[1]) * resource.getpagesize()
    widgets = len(ipywidgets.Widget.get_manager_state()["state"])
    from comm import get_comm_manager
    print(resident // 1_000_000, len(os.listdir("/proc/self/fd")), threading.active_count(),
          len(asyncio.all_tasks()), widgets, len(get_comm_manager().comms))
"""

AGAIN = """%%lgstream words -o run
EMPTY
"""

MIXED = (
    AGAIN,
    "%%lgstream steps --config LONG\nSTART_STATE\n",
    "try:\n    await lg_jupyter.stream(broken, START_STATE)\nexcept ValueError:\n    ...\n",
    "run = lg_jupyter.stream(words, EMPTY); await asyncio.sleep(0.05); run.cancel()",
    "batch = lg_jupyter.map(steps, [START_STATE] * 5, config=LONG); await batch;",
    'run.save("soak.jsonl.gz"); loaded = lg_jupyter.load("soak.jsonl.gz"); loaded.show()',
    "run = lg_jupyter.stream(steps, START_STATE, config=LONG, thread=True).wait()",
    'run = lg_jupyter.stream(build_waiting(), START_STATE); await run; run.resume("yes"); await run;',
    "with lg_jupyter.watch():\n    for _ in range(3):\n        await steps.ainvoke(START_STATE, LONG)\n",
    "async for item in lg_jupyter.show(words.astream(EMPTY, stream_mode='messages')):\n    ...\n",
    "display(lg_jupyter.compare(run, loaded))",
    'run.to_html("soak.html", interactive=True); run.to_pandas("events"); display(run.panel("state"))',
)
"""No cell ends with a value, for IPython holds those of all cells (``Out``), and a run is such a value."""

HEAD = f"{'':>14}{'MB':>8}{'handles':>9}{'threads':>9}{'tasks':>7}{'widgets':>9}{'comms':>7}"


def show(kernel: Kernel, when: str) -> None:
    values = kernel.run("figures()").text.split()
    widths = (8, 9, 9, 7, 9, 7)
    cells = "".join(f"{value:>{width}}" for value, width in zip(values, widths, strict=True))
    print(f"{when:>14}{cells}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--again", type=int, default=300)
    options = parser.parse_args()
    with Kernel() as kernel:
        kernel.run(SETUP)
        kernel.run("%load_ext lg_jupyter")
        kernel.run(PREPARE)
        print(HEAD)
        for number in range(options.again):
            if number % max(1, options.again // 6) == 0:
                show(kernel, f"again {number}")
            kernel.run(AGAIN, cell="again")
        show(kernel, f"again {options.again}")
        end, shown_at, number = time.monotonic() + 60 * options.minutes, 0.0, 0
        while time.monotonic() < end:
            kernel.run(MIXED[number % len(MIXED)])
            number += 1
            if time.monotonic() >= shown_at:
                show(kernel, f"mixed {number}")
                shown_at = time.monotonic() + 60 * options.minutes / 12
        show(kernel, f"mixed {number}")


if __name__ == "__main__":
    main()
