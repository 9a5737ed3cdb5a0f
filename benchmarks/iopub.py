"""What a displayed run publishes: in a short run and in one four times as long, at full speed and paced.

Messages and bytes are those after the widget was opened. Bytes should grow with the text, not with its
square; messages with time: at most twenty a second of deltas to a view that a page shows, two to one that
none does.

    python -m benchmarks.iopub [--tokens 20000] [--rate 1000]
"""

from __future__ import annotations

import argparse

from benchmarks.graphs import SETUP, text_bytes
from benchmarks.kernel import Kernel

WATCH = "from lg_jupyter.widgets.run import RunWidget; RunWidget.watched = {}"


def show(kernel: Kernel, tokens: int, rate: int | None) -> None:
    kernel.run(f"graph = build({tokens}, rate={rate})")
    published = kernel.run("%%lgstream graph -m messages\nEMPTY")
    text = text_bytes(tokens)
    pace = f"at {rate:,}/s" if rate else "at full speed"
    print(
        f"  {tokens:7,} tokens {pace:>13} {published.messages.get('comm_msg', 0):5} deltas,"
        f" at most {published.most_in_a_second():3} messages/s"
        f" {published.streamed(published.bytes) / text:6.2f} × the text"
        f" ({published.streamed(published.contents) / text:.2f} in contents)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tokens", type=int, default=20_000)
    parser.add_argument("--rate", type=int, default=1000, help="tokens a second of the paced runs")
    arguments = parser.parse_args()
    with Kernel() as kernel:
        kernel.run(SETUP)
        kernel.run("%load_ext lg_jupyter")
        kernel.run("graph = build(1)")
        kernel.run("%%lgstream graph -m messages\nEMPTY")  # the front end comes with a kernel's first view
        for watched in (False, True):
            kernel.run(WATCH.format(watched))
            print(f"a view that {'a page shows' if watched else 'nobody sees'}")
            for rate in (None, arguments.rate):
                for tokens in (arguments.tokens // 4, arguments.tokens):
                    show(kernel, tokens, rate)


if __name__ == "__main__":
    main()
