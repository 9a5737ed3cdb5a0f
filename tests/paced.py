"""A graph that goes on as it is let: it says where it is, and waits there until a file has that name.

It knows nothing of this repository, for a server that is started anew reads it again.
"""

from __future__ import annotations

import asyncio
import operator
from pathlib import Path
from typing import Annotated

from langgraph.graph import START, StateGraph
from langgraph.types import StreamWriter
from typing_extensions import TypedDict

NODES, PLACES_PER_NODE = 3, 2

PLACES = [f"{node}-{number}" for node in range(NODES) for number in range(PLACES_PER_NODE)]
"""Where it waits, in this order."""


class Paced(TypedDict):
    folder: str
    log: Annotated[list[str], operator.add]


def _node(node: int):  # type: ignore[no-untyped-def]
    async def wait(state: Paced, writer: StreamWriter) -> dict[str, list[str]]:
        for number in range(PLACES_PER_NODE):
            place = f"{node}-{number}"
            writer({"at": place})
            while not (Path(state["folder"]) / place).exists():
                await asyncio.sleep(0.02)
        return {"log": [str(node)]}

    return wait


_graph = StateGraph(Paced)
for _number in range(NODES):
    _graph.add_node(str(_number), _node(_number))
    _graph.add_edge(str(_number - 1) if _number else START, str(_number))
paced = _graph.compile()
