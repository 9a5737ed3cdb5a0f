"""How many clicks ten tasks take in a run's view; ``test_clicks.py`` counts them in a browser.

``python -m tests.browser.clicks`` prints the table for the docs.
"""

from __future__ import annotations

from typing import NamedTuple


class Task(NamedTuple):
    name: str
    clicks: int
    how: str


TASKS = (
    Task("Why did it fail?", 0, "The banner says where and why; a click on the place opens the traceback"),
    Task("What did a tool return?", 0, "*Tokens*: under the call"),
    Task("Which node was the slowest?", 1, "*Timeline*, *Critical path*; without it, the longest bar"),
    Task("How many tokens did a node use?", 1, "*Tokens*, *Tokens by node*; at each message without a click"),
    Task("Where is a word in all messages?", 0, "`/`, then the word; by mouse one click: *Filter*"),
    Task("Edit what a tool returned, and go on", 1, "*Tokens*: *Edit*, the text, Ctrl + Enter"),
    Task("Run again with another input", 1, "Into the cell, the input, Ctrl + Enter"),
    Task("Compare with an earlier run", 1, "Into a cell, `lg_jupyter.compare(earlier, run)`, Ctrl + Enter"),
    Task("Copy the messages as JSON", 1, "*Tokens*: *All messages as JSON*"),
    Task("Answer a review", 1, "*Approve*: sent after three seconds, in which *Undo* takes it back"),
)


def table() -> str:
    """The tasks as a table in Markdown."""
    rows = [f"| {name} | {clicks} | {how} |" for name, clicks, how in TASKS]
    return "\n".join(["| task | clicks | how |", "|---|---|---|", *rows])


if __name__ == "__main__":
    print(table())
