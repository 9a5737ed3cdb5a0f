"""What a reader sees: a real JupyterLab in a real Chromium, watched while runs stream into it.

* How old the newest token on screen is, looked at in every frame, when a model says 1,000 words a second, and
  how old it was when it came to the page: in an empty notebook, and after twenty runs that ended in it.
* A huge run (50,000 events, 2,000 tasks, 300 namespaces, a message of 1 MB, a state of 5 MB, 2,000 messages
  that all go on until it ends): tasks of the page's main thread that took longer than 50 ms while it streams,
  while each panel is opened, when another view of it comes, when all of the long message is shown; the heap.
* Undrawn: the same stream into a view of a panel that stays empty. What it takes is what JupyterLab does with
  messages and what we do to read them; what a huge run takes beyond it is what drawing takes.

Tasks are JupyterLab's and ours together; whose they are stands below them (`main_thread.py`). Each figure
stands there twice: by the clock, which other load on the machine stretches, and as CPU time that the page's
main thread spent, which it stretches less. By how much says the yardstick: the CPU time of a piece of work
that is always the same.

    python -m benchmarks.browser [--quick] [tokens] [huge] [undrawn]
"""

from __future__ import annotations

import argparse
import re
import statistics
import tempfile
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Locator, Page, TimeoutError, sync_playwright

from benchmarks.graphs import SETUP
from benchmarks.main_thread import traced
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
from lg_jupyter.events.events import Part
from lg_jupyter.sources.saved.replay import ReplaySource

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

WATCH_AGE = """
number => {
  const bench = (window.lgBench ??= {});
  bench.ages = [];
  bench.until = 0;
  const cell = document.querySelectorAll(".jp-Notebook .jp-Cell")[number];
  const newest = node => {
    while (node?.lastChild) node = node.lastChild;
    return Number(node?.textContent.slice(-40).match(/t(\\d{13}) \\s*$/)?.[1]);
  };
  let isInSight = false; // as a reader has it: what is out of sight is told less often
  const look = () => {
    const root = cell.querySelector(".lgj-root");
    if (root && !isInSight) root.scrollIntoView({ block: "center" });
    isInSight = root !== null;
    const texts = cell.querySelectorAll(".lgj-text.lgj-live");
    const said = newest(texts[texts.length - 1]);
    if (said) bench.ages.push(Date.now() - said);
    if (said && said !== bench.newest) {
      bench.newest = said;
      bench.until = bench.ages.length; // after the last word nothing is late
    }
    bench.frame = requestAnimationFrame(look);
  };
  cancelAnimationFrame(bench.frame);
  bench.frame = requestAnimationFrame(look);
}
"""

LISTEN = """
window.lgArrivals = [];
window.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data }) => {
      const text = typeof data === "string" ? data : new TextDecoder().decode(data);
      const said = text.includes('"delta"') && [...text.matchAll(/t(\\d{13}) /g)].at(-1);
      if (said) window.lgArrivals.push([Date.now(), Date.now() - Number(said[1])]);
    });
  }
};
"""
"""Notes when messages with words arrive, and how old the newest word of each is by then."""

AGES = "() => window.lgBench.ages.slice(0, window.lgBench.until)"

NEXT_FRAME = "() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))"

WORK = "() => { let x = 1; for (let i = 0; i < 4e7; i += 1) x = (x * 31 + i) | 0; return x; }"

PATIENCE = 60
"""Seconds that a page gets to draw the rest of a run that has ended."""

say = partial(print, flush=True)


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


def heap(page: Page) -> float:
    """Megabytes that the page holds after a collection."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return float(used) / 1e6


def measure_yardstick(page: Page) -> None:
    tasks = traced(page, partial(page.evaluate, WORK))
    cpu, wall = max(tasks.cpu, default=0), max(tasks.wall, default=0)
    say(f"  yardstick: {cpu:.0f} ms of CPU, {wall:.0f} by the clock")


def stream_and_watch(notebook: NotebookPage, number: int, name: str) -> None:
    """Run a cell that streams clocked words, and print how old the newest on screen was."""
    page = notebook.page

    def act() -> None:
        notebook.run(number)
        notebook.finish(number, timeout=120)

    page.evaluate(WATCH_AGE, number)
    page.evaluate("() => { window.lgArrivals = []; }")
    tasks = traced(page, act)
    ages = [float(age) for age in page.evaluate(AGES)]
    if len(ages) < 20:
        say(f"  {name}: only {len(ages)} frames showed a word")
        return
    arrivals = page.evaluate("() => window.lgArrivals")
    silence = max((after[0] - before[0] for before, after in pairwise(arrivals)), default=0)
    say(f"  {name}: newest word on screen {_quantiles(ages)} ms old ({len(ages)} frames)")
    say(
        f"    as it arrives {_quantiles([age for _, age in arrivals])}; between messages {silence} ms at most"
    )
    say(f"    {tasks}")


def _quantiles(ages: list[float]) -> str:
    cuts = statistics.quantiles(ages, n=20)
    return f"p50 {cuts[9]:.0f}, p95 {cuts[18]:.0f}"


def tokens_to_pixels(notebook: NotebookPage, sizes: Sizes) -> None:
    """Cells: 0 defines, 1 loads, 2 streams, then those that end at once, and one more that streams."""
    page = notebook.page
    nothing = traced(page, lambda: page.wait_for_timeout(3_000))
    say(f"  no run yet: {sum(nothing.cpu):.0f} ms of CPU in 3 s")
    stream_and_watch(notebook, 2, "1,000 words/s, first run")
    before = heap(page)
    for number in range(3, 3 + sizes.finished):
        notebook.run(number)
        notebook.finish(number)
    after = heap(page)
    say(f"  {sizes.finished} runs more: heap {before:.0f} → {after:.0f} MB")
    idle = traced(page, lambda: page.wait_for_timeout(3_000))
    say(f"  {sizes.finished + 1} runs that ended, nothing else: {sum(idle.cpu):.0f} ms of CPU in 3 s")
    stream_and_watch(notebook, 3 + sizes.finished, f"1,000 words/s, beside {sizes.finished + 1} that ended")


def stream_huge(notebook: NotebookPage, sizes: Sizes, name: str) -> bool:
    """Run the cell that streams, and print what it took; False if the page did not come to its end."""

    def act() -> None:
        notebook.run(2)
        notebook.finish(2, timeout=sizes.seconds + PATIENCE)

    try:
        tasks = traced(notebook.page, act)
    except TimeoutError:
        say(f"  {sizes.events:,} events: not over {PATIENCE} s after their end; the page is not usable")
        return False
    say(f"  {sizes.events:,} events {name}: {tasks}")
    say(f"    {tasks.shares()}")
    return True


def undrawn(notebook: NotebookPage, sizes: Sizes) -> None:
    """Cells: 0 defines, 1 loads, 2 streams into a panel that stays empty."""
    stream_huge(notebook, sizes, "into a view that draws nothing")


def huge_run(notebook: NotebookPage, sizes: Sizes) -> None:
    """Cells: 0 defines, 1 loads, 2 streams, 3 shows the same run once more."""
    page, cell = notebook.page, notebook.cell(2)
    before = heap(page)
    if not stream_huge(notebook, sizes, "while they come"):
        return
    say(f"  heap {before:.0f} → {heap(page):.0f} MB")
    for tab in cell.get_by_role("tablist").first.get_by_role("tab").all():
        name = re.sub(r"[\d,]+$", "", (tab.text_content() or "?").strip())
        say(f"  panel {name:12} {traced(page, partial(click, page, tab))}")

    def another() -> None:
        notebook.run(3)
        notebook.finish(3)
        page.wait_for_timeout(1_000)

    tasks = traced(page, another)
    say(f"  another view of it: {tasks}")
    say(f"    {tasks.shares()}")
    view = notebook.cell(3)
    view.get_by_role("tab", name="Tokens").first.click()
    view.get_by_role("list", name="Messages").press("Home")
    earlier = view.get_by_role("button", name=re.compile("before this"))  # where the text is long
    for button in earlier.all()[:1]:
        say(f"  all of its long message: {traced(page, partial(click, page, button))}")


def click(page: Page, target: Locator) -> None:
    target.click()
    page.evaluate(NEXT_FRAME)
    page.wait_for_timeout(300)  # what is fetched, comes and is drawn


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "names", nargs="*", metavar="name", help="tokens, huge, undrawn; all if none is named"
    )
    parser.add_argument("--quick", action="store_true", help="small sizes: only shows that it runs")
    options = parser.parse_args()
    if unknown := set(options.names) - {"tokens", "huge", "undrawn"}:
        parser.error(f"no part {', '.join(sorted(unknown))}; there are tokens, huge and undrawn")
    sizes = QUICK if options.quick else FULL
    setup = CLOCKED.replace("{tokens}", str(sizes.tokens))
    load, stream = "%load_ext lg_jupyter", "%%lgstream paced -m messages\nEMPTY"
    quick_runs = ["%%lgstream short -m messages\nEMPTY"] * sizes.finished
    arguments = ", ".join(map(str, sizes[2:]))
    replay = "run = lg_jupyter.stream(huge({}), modes=['values', 'messages', 'tasks']{})\n"
    shown = replay.format(arguments, "") + "await run"
    hidden = replay.format(arguments, ", display=False") + "display(run.panel('custom'))\nawait run"
    huge = [SETUP + HUGE, "import lg_jupyter"]
    cells: dict[str, tuple[Callable[[NotebookPage, Sizes], None], list[str]]] = {
        "tokens": (tokens_to_pixels, [setup, load, stream, *quick_runs, stream]),
        "huge": (huge_run, [*huge, shown, "run.show()"]),
        "undrawn": (undrawn, [*huge, hidden]),
    }
    with (
        tempfile.TemporaryDirectory() as folder,
        Lab(Path(folder)) as lab,
        sync_playwright() as playwright,
        launch(playwright) as browser,
    ):
        for name in options.names or cells:
            measure, sources = cells[name]
            lab.write(f"{name}.ipynb", *sources)
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            page.add_init_script(LISTEN)
            notebook = NotebookPage(page, lab, f"{name}.ipynb").open()
            for number in (0, 1):
                notebook.run(number)
                notebook.finish(number)
            say(f" {name}")
            measure_yardstick(page)
            measure(notebook, sizes)
            page.close()


if __name__ == "__main__":
    main()
