"""Recorded runs of LangGraph, as the parts that a source would have made of them.

``tests/recordings/<source>/<graph>[--<what>]__<modes>[__sg].jsonl`` holds one item a line as the graph or
the SDK gave it; what JSON cannot say is an object with the key ``$py`` (:func:`decode`). ``MANIFEST.json``
knows how each was asked for and how it ended.
"""

from __future__ import annotations

import base64
import datetime
import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from lg_jupyter.adapter import Adapter
from lg_jupyter.adapter.part_encoder import PartEncoder
from lg_jupyter.encode import Encoder
from lg_jupyter.events.events import Event, Part

FOLDER = Path(__file__).parent / "recordings"
STARTED = 1_790_000_000.0


@cache
def manifest() -> dict[str, dict[str, Any]]:
    """By name, the recording's modes, subgraphs, ids and how the run ended."""
    return json.loads((FOLDER / "MANIFEST.json").read_text())


def names(*sources: str) -> list[str]:
    """The recordings of these sources (all, if none is named)."""
    return [name for name in manifest() if not sources or name.split("/")[0] in sources]


def parts(name: str) -> Iterator[Part]:
    """The parts of a recording, with the control parts that a source puts around them."""
    encoder = PartEncoder(Encoder())
    meta = manifest()[name]
    *lines, last = [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text().splitlines()]
    yield _start(name, meta)
    error = _account(_exception(last["exception"])) if "exception" in last else None
    for line in lines:
        mode, namespace, payload, source_id = _split(name, meta, decode(line["item"]))
        error = payload if mode == "error" else error
        data = encoder(mode, namespace, payload)
        yield Part(mode, namespace, data, STARTED + line["t"], source_id)
    end = {"event": "end", "status": meta["ended"], "error": error}
    yield Part("control", "", encoder("control", "", end), STARTED + last["t"])


def events(name: str) -> list[Event]:
    """The events that the adapter makes of a recording."""
    return adapted(parts(name))


def adapted(parts: Iterable[Part]) -> list[Event]:
    """The events that a new adapter makes of parts."""
    adapter = Adapter()
    return [adapter.adapt(part) for part in parts]


def _start(name: str, meta: dict[str, Any]) -> Part:
    data = {
        "event": "start",
        "run_id": meta.get("run_id"),
        "thread_id": meta.get("thread_id"),
        "source": name.split("_")[0],
        "target": name.split("/")[1].split("__")[0],
        "modes": _modes(name, meta),
    }
    return Part("control", "", data, STARTED)


def _modes(name: str, meta: dict[str, Any]) -> list[str]:
    return [*meta["modes"], "events"] if name.startswith("local_events") else meta["modes"]


def _account(error: Exception) -> Any:
    """``RemoteGraph`` hands on the server's own account of an error."""
    return error.args[0] if error.args and isinstance(error.args[0], dict) else error


# ---------------------------------------------------------------------------------------------
# Items to (mode, namespace, payload, source id), as the sources do it


def _split(name: str, meta: dict[str, Any], item: Any) -> tuple[str, str, Any, str | None]:
    source = name.split("/")[0]
    if source == "local_events_v2":
        return "events", "", item, None
    if isinstance(item, SimpleNamespace):  # the SDK's StreamPart
        mode, _, namespace = item.event.partition("|")
        return mode, namespace, item.data, item.id
    if isinstance(item, dict) and "ns" in item and "type" in item:  # version="v2"
        data = item["data"]
        if item.get("interrupts") and item["type"] == "values":
            data = {**data, "__interrupt__": item["interrupts"]}
        return item["type"], "|".join(item["ns"]), data, None
    return (*_split_tuple(meta, item), None)


def _split_tuple(meta: dict[str, Any], item: Any) -> tuple[str, str, Any]:
    if not meta["tagged"]:  # asked for with one mode, or with a tuple of modes, which tells nothing
        mode = meta["modes"][0] if len(meta["modes"]) == 1 else "unknown"
        return (mode, "|".join(item[0]), item[1]) if meta["subgraphs"] else (mode, "", item)
    if meta["subgraphs"]:
        namespace, mode, payload = item
        return mode, "|".join(namespace), payload
    return item[0], "", item[1]


# ---------------------------------------------------------------------------------------------
# What JSON cannot say


def decode(value: Any) -> Any:
    """The Python value of a recorded one: true messages and interrupts, a stand-in for other classes."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "$py" not in value:
        return {key: decode(item) for key, item in value.items()}
    return _DECODE.get(value["$py"], _unknown)(value)


def _unknown(value: dict[str, Any]) -> Any:
    return {"$py": value["$py"], "shown": str(value)}


def _message(value: dict[str, Any]) -> Any:
    import langchain_core.messages

    return getattr(langchain_core.messages, value["cls"].rpartition(".")[2])(**decode(value["v"]))


def _dataclass(value: dict[str, Any]) -> Any:
    import langgraph.types

    fields = {key: decode(item) for key, item in value["v"].items()}
    cls = getattr(langgraph.types, value["cls"].rpartition(".")[2], None)
    if cls is None:
        return fields
    fields.pop("type", None)  # Overwrite.type is no argument
    return cls(**fields)


def _send(value: dict[str, Any]) -> Any:
    from langgraph.types import Send

    return Send(value["node"], decode(value["arg"]))


def _exception(value: dict[str, Any]) -> Exception:
    cls = type(value["cls"].rpartition(".")[2], (Exception,), {"__str__": lambda self: value["str"]})
    return cls(*decode(value["args"]))


_DECODE = {
    "tuple": lambda value: tuple(decode(item) for item in value["v"]),
    "namedtuple": lambda value: SimpleNamespace(**{key: decode(item) for key, item in value["v"].items()}),
    "dict": lambda value: {decode(key): decode(item) for key, item in value["items"]},
    "set": lambda value: set(decode(value["v"])),
    "frozenset": lambda value: frozenset(decode(value["v"])),
    "float": lambda value: float(value["repr"]),
    "int": lambda value: int(value["repr"]),
    "str": lambda value: value["latin"].encode("ascii").decode("unicode_escape"),
    "bytes": lambda value: base64.b64decode(value["b64"]),
    "datetime": lambda value: datetime.datetime.fromisoformat(value["v"]),
    "message": _message,
    "dataclass": _dataclass,
    "pydantic": lambda value: decode(value["v"]),
    "send": _send,
    "exception": _exception,
}
