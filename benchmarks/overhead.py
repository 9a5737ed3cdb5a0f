"""What showing a run costs: a displayed run against the bare loop, beside what people do today.

Every variant streams the same tokens from a model without delay, in one kernel, in turn. The figure of wall
time is the median of ``--rounds`` ratios to the bare loop of the same round; that of the kernel's CPU time is
its least to the least of the bare loop, for what else a machine does can only add to it.
``display(update=True)`` and ``ipywidgets.HTML`` send the whole text again for each token, so they get a
tenth of the tokens.

    python -m benchmarks.overhead [--tokens 20000] [--rounds 5]
"""

from __future__ import annotations

import argparse
import statistics
from dataclasses import dataclass
from typing import NamedTuple

from benchmarks.graphs import SETUP, STOPWATCH, text_bytes
from benchmarks.kernel import Kernel, Published

LOOP = """
{before}
async for namespace, mode, part in graph.astream(EMPTY, stream_mode={modes}, subgraphs=True):
    {body}
"""

MAGIC = """%%lgstream graph {options}
EMPTY
"""


@dataclass
class Variant:
    name: str
    before: str = "pass"
    body: str = "pass"
    share: float = 1.0  # of the tokens
    options: str | None = None  # of the magic; else a loop

    def cell(self, modes: str) -> str:
        if self.options is not None:
            return MAGIC.format(options=self.options)
        return LOOP.format(before=self.before, body=self.body, modes=modes)


BARE = Variant("bare")
TODAY = [
    Variant("print per token", body="mode == 'messages' and print(part[0].content, end='')"),
    Variant(
        "display(update=True)",
        before="text = ''; handle = display('', display_id=True)",
        body="text += part[0].content if mode == 'messages' else ''; handle.update(text)",
        share=0.1,
    ),
    Variant(
        "ipywidgets.HTML",
        before="text = ''; box = ipywidgets.HTML(); display(box)",
        body="text += part[0].content if mode == 'messages' else ''; box.value = text",
        share=0.1,
    ),
]


class Seconds(NamedTuple):
    wall: float
    cpu: float

    def of_all(self, share: float) -> Seconds:
        """What all tokens would have taken, where these are for a share of them."""
        return Seconds(self.wall / share, self.cpu / share)


class Bench:
    def __init__(self, kernel: Kernel, tokens: int) -> None:
        self._kernel = kernel
        self._tokens = tokens
        kernel.run(SETUP)
        kernel.run("%load_ext lg_jupyter")
        kernel.run(STOPWATCH)

    def measure(self, variant: Variant, modes: str, asynchronous: bool) -> tuple[Seconds, Published]:
        count = int(self._tokens * variant.share)
        self._kernel.run(f"import gc; graph = build({count}, {asynchronous}); gc.collect()")
        published = self._kernel.run(variant.cell(modes))
        wall, cpu = self._kernel.run("print(*_stop.after)").text.split()
        return Seconds(float(wall), float(cpu)), published


def report(
    variant: Variant, times: list[Seconds], bare: list[Seconds], published: Published, tokens: int
) -> None:
    wall = statistics.median(mine.wall / theirs.wall for mine, theirs in zip(times, bare, strict=False))
    cpu = min(mine.cpu for mine in times) / min(theirs.cpu for theirs in bare)
    text = text_bytes(int(tokens * variant.share))
    print(
        f"  {variant.name:22}{wall:6.2f} × wall {cpu:6.2f} × CPU"
        f" {published.total_messages:7} messages, at most {published.most_in_a_second():5}/s"
        f" {published.streamed(published.bytes) / text:8.2f} × the text"
        f" ({published.streamed(published.contents) / text:.2f} in contents)"
    )


def compare(bench: Bench, modes: str, options: str, asynchronous: bool, tokens: int, rounds: int) -> None:
    variants = [Variant("lg_jupyter", options=options), *TODAY]
    times: dict[str, list[Seconds]] = {variant.name: [] for variant in [BARE, *variants]}
    published: dict[str, Published] = {}
    bench.measure(BARE, modes, asynchronous)  # the first of all is slower
    for number in range(rounds):
        times[BARE.name].append(bench.measure(BARE, modes, asynchronous)[0])
        for variant in variants if number == 0 else variants[:1]:  # today's ways need no second look
            seconds, published[variant.name] = bench.measure(variant, modes, asynchronous)
            times[variant.name].append(seconds.of_all(variant.share))
    print(f"{tokens:,} tokens from {'an async' if asynchronous else 'a sync'} node, modes {modes}")
    for variant in variants:
        report(variant, times[variant.name], times[BARE.name], published[variant.name], tokens)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tokens", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with Kernel() as kernel:
        bench = Bench(kernel, arguments.tokens)
        for asynchronous in (True, False):
            for modes, options in (('["messages"]', "-m messages"), ("ALL", "")):
                compare(bench, modes, options, asynchronous, arguments.tokens, arguments.rounds)


if __name__ == "__main__":
    main()
