"""What a displayed run publishes: in a short run and in one four times as long, at full speed and paced.

Messages and bytes are those after the widget was opened. Bytes should grow with the text, not with its
square; messages with time: at most twenty a second of deltas to a view that a page shows, two to one that
none does. What Jupyter puts around each message stands apart, and so does the record, which comes once.

A paced view that is to be no older than 100 ms takes ten messages a second, whatever is in them: what that is
with the text alone is printed after ``≥``.

    python -m benchmarks.iopub [--tokens 20000] [--rate 1000]
"""

from __future__ import annotations

import argparse

from benchmarks.graphs import SETUP, text_bytes
from benchmarks.kernel import Kernel, Published

MOST_SELDOM = 10
"""How many messages a second a view takes at least that is never older than 100 ms."""

WATCH = "from lg_jupyter.widgets.run import RunWidget; RunWidget.is_visible = {}"


def show(kernel: Kernel, tokens: int, rate: int | None, watched: bool) -> None:
    kernel.run(f"graph = build({tokens}, rate={rate})")
    published = kernel.run("%%lgstream graph -m messages\nEMPTY")
    text = text_bytes(tokens)
    pace = f"at {rate:,}/s" if rate else "at full speed"
    all_bytes, contents = published.streamed(published.bytes), published.streamed(published.contents)
    record = sum(published.contents.get(kind, 0) for kind in ("display_data", "update_display_data"))
    print(
        f"  {tokens:7,} tokens {pace:>13} {published.messages.get('comm_msg', 0):5} deltas,"
        f" at most {published.most_in_a_second():3} messages/s {all_bytes / text:6.2f} × the text:"
        f" {(all_bytes - contents) / text:.2f} around, {record / text:.2f} the record,"
        f" {(contents - record) / text:.2f} in deltas"
        + (least(published, tokens, rate) if watched and rate else "")
    )


def least(published: Published, tokens: int, rate: int) -> str:
    """What the text takes in ten messages a second that hold nothing else."""
    headers = published.bytes["comm_msg"] - published.contents["comm_msg"]
    around = MOST_SELDOM * tokens / rate * headers / published.messages["comm_msg"]
    return f"; ≥ {1 + around / text_bytes(tokens):.2f}"


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
                    show(kernel, tokens, rate, watched)


if __name__ == "__main__":
    main()
