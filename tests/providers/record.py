"""Records what local graphs stream of providers' answers, and LangChain's own message of each.

``python -m tests.providers.record local_providers`` with the newest packages, and with the oldest ones
``old_local_providers``. The streams are in ``tests/recordings/<source>/``, the messages in ``golden/``.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from pathlib import Path
from typing import Any

from langchain_core.messages import BaseMessage

from tests.providers import scenarios as s
from tests.providers.cells import Cell
from tests.providers.features import REASONS
from tests.providers.graphs import answers, question
from tests.providers.models import PROVIDERS, why_not_here
from tests.providers.server import ProviderServer
from tests.providers.truth import COLUMNS, columns, merged
from tests.providers.wire import JSON
from tests.recordings import FOLDER

GOLDEN = Path(__file__).parent / "golden"
MODES = ["messages", "values"]
RECORDED = (
    s.REASONING,
    s.PARALLEL_TOOL_CALLS,
    s.IMAGE,
    s.CITATIONS,
    s.SERVER_TOOLS,
    s.REFUSAL,
    s.USAGE,
    s.ERROR_EVENT,
)
"""The scenarios whose chunks have a form of their own at each provider."""


def recorded(source: str) -> dict[str, JSON]:
    """What each recording of a source should give, by name: columns, of which failures have none."""
    golden: dict[str, JSON] = json.loads((GOLDEN / f"{source}.json").read_text())
    return golden


async def record(source: str) -> None:
    (FOLDER / source).mkdir(exist_ok=True)
    golden: dict[str, JSON] = {}
    ended: dict[str, str] = {}
    with ProviderServer() as server:
        for provider in PROVIDERS:
            for scenario in RECORDED:
                if (provider, scenario) in REASONS or why_not_here(provider):
                    continue
                name = f"{source}/{provider}--{scenario.replace(' ', '_')}__messages+values"
                ended[name] = await _record(name, Cell(provider, scenario, server.root))
                failed = ended[name] == "error"
                golden[name] = None if failed else await _truth(provider, scenario, server.root)
    GOLDEN.mkdir(exist_ok=True)
    (GOLDEN / f"{source}.json").write_text(json.dumps(golden, indent=1, default=encoded) + "\n")
    _list(source, ended)


async def _truth(provider: str, scenario: str, root: str) -> JSON:
    truth = columns(await merged(provider, scenario, root))
    return {column: truth[column] for column in COLUMNS if truth[column] not in (None, "", [])}


async def _record(name: str, cell: Cell) -> str:
    """Write one stream down; how it ended."""
    items: list[JSON] = []
    last: JSON = {"t": 0.0, "end": "ok"}
    asked = {**cell.input(), "messages": question(cell.scenario)}
    try:
        async for item in answers.astream(asked, stream_mode=MODES):
            items.append(encoded(item))
    except Exception as error:
        kind = f"{type(error).__module__}.{type(error).__qualname__}"
        told = {"$py": "exception", "cls": kind, "args": [str(error)], "str": str(error)}
        last = {"t": 0.0, "end": "exception", "exception": told}
    lines = [{"seq": seq, "t": 0.0, "item": item} for seq, item in enumerate(items)]
    text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in [*lines, last])
    (FOLDER / f"{name}.jsonl").write_text(text.replace(cell.root, "http://127.0.0.1"))
    return "error" if "exception" in last else "success"


def encoded(value: Any) -> JSON:
    """The form of recordings: see :func:`tests.recordings.decode`."""
    if isinstance(value, BaseMessage):
        kind = f"langchain_core.messages.{type(value).__name__}"
        return {"$py": "message", "cls": kind, "v": encoded(value.model_dump())}
    if isinstance(value, dict):
        return {key: encoded(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return {"$py": "tuple", "v": [encoded(item) for item in value]}
    if isinstance(value, list):
        return [encoded(item) for item in value]
    if isinstance(value, bytes):
        return {"$py": "bytes", "b64": base64.b64encode(value).decode()}
    return value


def _list(source: str, ended: dict[str, str]) -> None:
    """Name the recordings of a source in the manifest, in the place of those that were there."""
    file = FOLDER / "MANIFEST.json"
    kept = {
        name: meta for name, meta in json.loads(file.read_text()).items() if not name.startswith(f"{source}/")
    }
    asked = {"modes": MODES, "tagged": True, "subgraphs": False}
    entries = sorted({**kept, **{name: {**asked, "ended": end} for name, end in ended.items()}}.items())
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(meta)}" for name, meta in entries)
    file.write_text("{\n" + lines + "\n}\n")


if __name__ == "__main__":
    asyncio.run(record(sys.argv[1]))
