"""What a reader sees: a real JupyterLab in a real Chromium, watched while runs stream into it.

* How old the newest token on screen is, looked at in every frame, when a model says 1,000 words a second:
  in an empty notebook, and after twenty runs that ended in the same notebook.
* A huge run (50,000 events, 2,000 tasks, 300 namespaces, a message of 1 MB, a state of 5 MB): tasks of the
  page's main thread that took longer than 50 ms while it streams, while each panel is opened, and the heap.

    python -m benchmarks.browser [--quick]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page, TimeoutError, sync_playwright

from benchmarks.graphs import SETUP
from tests.browser.lab import Lab, NotebookPage, launch

CLOCKED = (
    SETUP
    + """
class Clocked(Model):
    def _chunk(self, i):
        return ChatGenerationChunk(message=AIMessageChunk(f"t{time.time() * 1000:.0f} ", id="m"))

Model = Clocked  # its words are the times at which they were said
paced, short = build({tokens}, rate=1000), build(200)
"""
)

HUGE = """
import itertools
from lg_jupyter.events import Part
from lg_jupyter.sources.replayed import ReplaySource

def huge(events, tasks, namespaces, text, state, seconds):
    step = seconds / events
    places = [f"team{k % 20}:{k:032x}" for k in range(namespaces)]
    state = {"documents": ["x" * 1000 for _ in range(state // 1000)]}
    start = {"event": "start", "run_id": None, "thread_id": None, "source": "saved", "target": "huge",
             "modes": ["values", "messages", "tasks"]}
    origins = {
        where: {"langgraph_node": "speak", "langgraph_step": 1, "langgraph_checkpoint_ns": f"{where}|speak:1"}
        for where in places
    }
    def chunk(where, message, content):
        said = {"content": content, "type": "AIMessageChunk", "id": message}
        return "messages", where, [said, origins[where]]
    def all_parts():
        yield "control", "", start
        yield "values", "", state
        yield chunk(places[0], "long", "word " * (text // 5))
        for k in range(tasks):
            where, task = places[k % namespaces], {"id": f"task-{k}", "name": f"node{k % 12}"}
            yield "tasks", where, {**task, "input": {"n": k}, "triggers": ["start"]}
            for n in range(max(0, events // tasks - 2)):
                yield chunk(where, f"m{k}", f"word{n} ")
            yield "tasks", where, {**task, "error": None, "result": {"n": k}, "interrupts": []}
        yield "control", "", {"event": "end", "status": "success", "error": None}
    began = time.time()
    parts = [Part(*part, began + n * step) for n, part in enumerate(all_parts())]
    return ReplaySource("huge", parts, 1)
"""

WATCH = """
() => {
  window.lgBench = { long: [], ages: [] };
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) window.lgBench.long.push(entry.duration);
  }).observe({ type: "longtask" });
}
"""

WATCH_AGE = """
number => {
  const bench = window.lgBench;
  bench.ages = [];
  bench.long = [];
  const cell = document.querySelectorAll(".jp-Notebook .jp-Cell")[number];
  const newest = node => {
    while (node?.lastChild) node = node.lastChild;
    return Number(node?.textContent.slice(-40).match(/t(\\d{13}) \\s*$/)?.[1]);
  };
  const look = () => {
    const texts = cell.querySelectorAll(".lgj-text.lgj-live");
    const said = newest(texts[texts.length - 1]);
    if (said) bench.ages.push(Date.now() - said);
    bench.frame = requestAnimationFrame(look);
  };
  cancelAnimationFrame(bench.frame);
  bench.frame = requestAnimationFrame(look);
}
"""


PATIENCE = 60
"""Seconds that a page gets to draw the rest of a run that has ended."""


class Sizes(NamedTuple):
    tokens: int
    finished: int
    events: int
    tasks: int
    namespaces: int
    text: int
    state: int
    seconds: int


FULL = Sizes(10_000, 20, 50_000, 2_000, 300, 1_000_000, 5_000_000, 20)
QUICK = Sizes(1_000, 2, 1_000, 40, 10, 10_000, 50_000, 2)


def describe_long(durations: list[float]) -> str:
    if not durations:
        return "no task > 50 ms"
    return f"{len(durations)} tasks > 50 ms, the longest {max(durations):.0f} ms"


def take_long(page: Page) -> list[float]:
    return list(page.evaluate("() => window.lgBench.long.splice(0)"))


def heap(page: Page) -> float:
    """Megabytes that the page holds after a collection."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return float(used) / 1e6


def stream_and_watch(notebook: NotebookPage, number: int, name: str) -> None:
    """Run a cell that streams clocked words, and print how old the newest on screen was."""
    page = notebook.page
    page.evaluate(WATCH_AGE, number)
    notebook.run(number)
    notebook.finish(number, timeout=120)
    ages = [float(age) for age in page.evaluate("() => window.lgBench.ages")]
    if len(ages) < 20:
        print(f"  {name}: only {len(ages)} frames showed a word")
        return
    cuts = statistics.quantiles(ages, n=20)
    print(
        f"  {name}: newest word p50 {cuts[9]:.0f} ms, p95 {cuts[18]:.0f} ms old"
        f" ({len(ages)} frames); {describe_long(take_long(page))}"
    )


def tokens_to_pixels(notebook: NotebookPage, sizes: Sizes) -> None:
    """Cells: 0 defines, 1 loads, 2 streams, then those that end at once, and one more that streams."""
    stream_and_watch(notebook, 2, "1,000 words/s, first run")
    before = heap(notebook.page)
    for number in range(3, 3 + sizes.finished):
        notebook.run(number)
        notebook.finish(number)
    after = heap(notebook.page)
    print(f"  {sizes.finished} runs more: heap {before:.0f} → {after:.0f} MB")
    take_long(notebook.page)
    stream_and_watch(notebook, 3 + sizes.finished, f"1,000 words/s, beside {sizes.finished + 1} that ended")


def huge_run(notebook: NotebookPage, sizes: Sizes) -> None:
    page, cell = notebook.page, notebook.cell(2)
    before = heap(page)
    take_long(page)
    notebook.run(2)
    try:
        notebook.finish(2, timeout=sizes.seconds + PATIENCE)
    except TimeoutError:
        print(f"  {sizes.events:,} events: not over {PATIENCE} s after their end; the page is not usable")
        return
    print(f"  {sizes.events:,} events while they come: {describe_long(take_long(page))}")
    print(f"  heap {before:.0f} → {heap(page):.0f} MB")
    for tab in cell.get_by_role("tab").all():
        name = (tab.text_content() or "?").strip()
        began = time.monotonic()
        tab.click()
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 300)))")
        seconds = time.monotonic() - began - 0.3
        print(f"  panel {name:18} opened in {seconds * 1000:5.0f} ms; {describe_long(take_long(page))}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="small sizes: only shows that it runs")
    sizes = QUICK if parser.parse_args().quick else FULL
    setup = CLOCKED.replace("{tokens}", str(sizes.tokens))
    load, stream = "%load_ext lg_jupyter", "%%lgstream paced -m messages\nEMPTY"
    quick_runs = ["%%lgstream short -m messages\nEMPTY"] * sizes.finished
    arguments = ", ".join(map(str, sizes[2:]))
    replay = (
        f"source = huge({arguments})\nawait lg_jupyter.stream(source, modes=['values', 'messages', 'tasks'])"
    )
    with (
        tempfile.TemporaryDirectory() as folder,
        Lab(Path(folder)) as lab,
        sync_playwright() as playwright,
        launch(playwright) as browser,
    ):
        lab.write("tokens.ipynb", setup, load, stream, *quick_runs, stream)
        lab.write("huge.ipynb", SETUP + HUGE, "import lg_jupyter", replay)
        for name, measure in (("tokens.ipynb", tokens_to_pixels), ("huge.ipynb", huge_run)):
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            notebook = NotebookPage(page, lab, name).open()
            page.evaluate(WATCH)
            for number in (0, 1):
                notebook.run(number)
                notebook.finish(number)
            measure(notebook, sizes)
            page.close()


if __name__ == "__main__":
    main()
