"""Writes the table in ``docs/providers.md``: ``python -m tests.providers.page`` asks for everything.

A cell is what runs showed: a mark, or the reason why there is nothing to show. Where neither is true, the
command says so and leaves the page as it is.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

from tests.providers import scenarios as s
from tests.providers.cells import ANSWERS, Cell
from tests.providers.features import NONE, REASONS
from tests.providers.models import KEYS, PROVIDERS
from tests.providers.server import ProviderServer

PAGE = Path(__file__).parents[2] / "docs/providers.md"

NAMES = {
    "openai": "OpenAI chat",
    "openai_responses": "OpenAI Responses",
    "anthropic": "Anthropic",
    "google_genai": "Gemini",
    "ollama": "Ollama",
    "mistralai": "Mistral",
    "deepseek": "DeepSeek",
    "groq": "Groq",
}
WHAT = {
    s.TEXT: "text, token by token",
    s.REASONING: "reasoning",
    s.TOOL_CALL: "a tool call",
    s.PARALLEL_TOOL_CALLS: "tool calls side by side",
    s.INVALID_TOOL_CALL: "a tool call whose arguments are no JSON",
    s.IMAGE: "images that a model makes",
    s.IMAGE_INPUT: "images that a model is asked about",
    s.AUDIO: "audio that a model makes",
    s.CITATIONS: "citations",
    s.SERVER_TOOLS: "tools that ran at the provider",
    s.REFUSAL: "a refusal",
    s.LENGTH: "an answer cut by length",
    s.FILTERED: "a filtered answer",
    s.USAGE: "cached and reasoning tokens",
    s.UNAUTHORIZED: "a wrong key (401)",
    s.RATE_LIMITED: "a rate limit (429)",
    s.SERVER_ERROR: "a provider's failure (500)",
    s.ERROR_EVENT: "an error in the middle of an answer",
    s.CUT: "a connection cut in the middle of an answer",
}
SHOWN = "✓"
MARKS = {NONE: "–"}
DROPPED_MARK = "L"

BEGIN = "<!-- table: python -m tests.providers.page -->"
END = "<!-- end -->"


def page(text: str, cells: Mapping[tuple[str, str], str | None]) -> str:
    """The page ``text`` with the table of each cell's reason to be empty; ``None`` is shown."""
    lines = ["| |" + "|".join(f" {NAMES[provider]} " for provider in PROVIDERS) + "|"]
    lines.append("|---|" + ":-:|" * len(PROVIDERS))
    for scenario in s.SCENARIOS:
        marks = [_mark(cells[provider, scenario]) for provider in PROVIDERS]
        lines.append(f"| {WHAT[scenario]} | " + " | ".join(marks) + " |")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    return "\n".join([before + BEGIN, *lines, END + after])


def _mark(reason: str | None) -> str:
    return SHOWN if reason is None else MARKS.get(reason, DROPPED_MARK)


async def seen(root: str) -> dict[tuple[str, str], str | None]:
    """What runs show of each cell; raises ``AssertionError`` on one that is empty without a reason."""
    cells: dict[tuple[str, str], str | None] = {}
    for provider in PROVIDERS:
        for scenario in s.SCENARIOS:
            reason = REASONS.get((provider, scenario))
            cells[provider, scenario] = reason
            if reason is None:
                assert await _is_shown(Cell(provider, scenario, root)), f"{provider} shows no {scenario}"
    return cells


async def _is_shown(cell: Cell) -> bool:
    run = await cell.run(ANSWERS)
    return run.status == "error" if cell.scenario in s.FAILURES else cell.is_shown(run)


async def main() -> None:
    for name in KEYS:
        os.environ[name] = s.KEY
    with ProviderServer() as server:
        PAGE.write_text(page(PAGE.read_text(), await seen(server.root)))


if __name__ == "__main__":
    asyncio.run(main())
