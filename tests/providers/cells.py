"""One cell of the table of providers: a real class asked in a graph, and what the run shows of its answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import lg_jupyter
from lg_jupyter import Run
from tests.providers import scenarios as s
from tests.providers.features import SHOWN
from tests.providers.graphs import answers, hears, question
from tests.providers.truth import COLUMNS, columns, comparable, merged

ANSWERS, HEARS, SERVER = "in the state", "from its chunks", "on a server"
WAYS = (ANSWERS, HEARS, SERVER)
"""How a run knows the message: from chunks and the state, from chunks alone, from a server's events."""


@dataclass(frozen=True)
class Cell:
    """A provider asked for a scenario, at the server whose address is ``root``."""

    provider: str
    scenario: str
    root: str

    def input(self) -> dict[str, Any]:
        """The input of the graphs that ask."""
        return {"provider": self.provider, "scenario": self.scenario, "root": self.root}

    async def run(self, way: str, server: str | None = None, **options: Any) -> Run:
        """A run of it, ended; ``server`` is the address of a LangGraph server."""
        if way == HEARS:
            run = lg_jupyter.stream(hears, self.input(), display=False, **options)
        else:
            target = answers if server is None else lg_jupyter.Server(server, "answers")
            asked = [message.model_dump() for message in question(self.scenario)]
            given = {**self.input(), "messages": asked}
            run = lg_jupyter.stream(target, given, display=False, **options)
        try:
            await run
        except Exception:
            assert run.status == "error"
        return run

    async def differences(self, run: Run) -> list[str]:
        """What the row of the model's message says otherwise than LangChain's own message does."""
        truth = columns(await merged(self.provider, self.scenario, self.root))
        row = message_row(run, "ai")
        return [
            f"{column}: {row.get(column)!r} came, {truth[column]!r} is right"
            for column in COLUMNS
            if comparable(column, row.get(column)) != comparable(column, truth[column])
        ]

    def is_shown(self, run: Run) -> bool:
        """Whether the run shows what the scenario is about."""
        role = "human" if self.scenario == s.IMAGE_INPUT else "ai"
        return SHOWN[self.scenario](message_row(run, role))

    async def langchain_drops_it(self) -> bool:
        """Whether LangChain's own message lacks what the scenario is about."""
        return not SHOWN[self.scenario](columns(await merged(self.provider, self.scenario, self.root)))


def message_row(run: Run, role: str) -> dict[str, Any]:
    """The one row of a role in the table ``messages``, with ``None`` for what is unknown."""
    rows = [row for row in run.to_pandas("messages").to_dict("records") if row["role"] == role]
    assert len(rows) == 1, f"{len(rows)} messages of the role {role}"
    return {key: None if _is_missing(value) else value for key, value in rows[0].items()}


def _is_missing(value: Any) -> bool:
    import pandas as pd

    return not isinstance(value, list | dict) and bool(pd.isna(value))
