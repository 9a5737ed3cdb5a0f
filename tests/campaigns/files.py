"""Files: damaged at every place, and with fields of every other type; each is a run or a sentence."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lg_jupyter
from lg_jupyter import LgJupyterError
from tests.campaigns import Figure
from tests.graphs import INPUTS, build

ENDINGS = (".jsonl", ".jsonl.gz", ".jsonl.zst")
ODD: list[Any] = [None, True, -1, 7.5, 1e308, "x", "\0", [], [1], {}, {"x": 1}, 10**30, "9" * 30, [[[]]]]


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tried, crashes = damaged(folder, 1_000)
        yield Figure("files damaged", tried, "crashes", len(crashes))
        tried, crashes = hostile_fields(folder, 1_000)
        yield Figure("files with hostile fields", tried, "crashes", len(crashes))


def damaged(folder: Path, count: int) -> tuple[int, list[str]]:
    """Cut, flipped, doubled and overwritten at ``count`` places."""
    drawn, crashes = random.Random(15), []
    wholes = {ending: _saved(folder, ending) for ending in ENDINGS}
    for number in range(count):
        ending = ENDINGS[number % len(ENDINGS)]
        content = _damage(bytearray(wholes[ending]), drawn)
        crashes += _tried(folder / f"damaged{ending}", bytes(content))
    return count, crashes


def _damage(content: bytearray, drawn: random.Random) -> bytearray:
    at = drawn.randrange(len(content))
    length = drawn.choice((1, 8, 500))
    kind = drawn.randrange(5)
    if kind == 0:
        del content[at:]
    elif kind == 1:
        content[at] ^= 1 << drawn.randrange(8)
    elif kind == 2:
        content[at : at + length] = drawn.randbytes(length)
    elif kind == 3:
        content[at:at] = content[at : at + length]
    else:
        del content[at : at + length]
    return content


def hostile_fields(folder: Path, count: int) -> tuple[int, list[str]]:
    """Of a line, one value in ``count`` places is another."""
    drawn, crashes = random.Random(16), []
    lines = [json.loads(line) for line in _saved(folder, ".jsonl").splitlines()]
    for _ in range(count):
        changed = json.loads(json.dumps(lines))
        line = drawn.randrange(len(changed))
        *way, last = drawn.choice([*_places(changed[line])])
        inner = changed[line]
        for key in way:
            inner = inner[key]
        inner[last] = drawn.choice(ODD)
        crashes += _tried(folder / "hostile.jsonl", "\n".join(map(json.dumps, changed)).encode())
    return count, crashes


def _places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*at, key)
        yield from _places(item, (*at, key))


def _saved(folder: Path, ending: str) -> bytes:
    run = lg_jupyter.stream(build("nested"), INPUTS["nested"], display=False, thread=True).wait()
    path = folder / f"whole{ending}"
    run.save(path)
    return path.read_bytes()


def _tried(path: Path, content: bytes) -> list[str]:
    """What a file of this content is, but for a run and one of our errors."""
    path.write_bytes(content)
    try:
        run = lg_jupyter.load(path)
        repr((run, run.error, run.note, run.usage, [*run.trace.rows("events")][-1:]))
        run.to_pandas("messages")
        run.to_html(path.with_suffix(".html"))
        run.save(path.with_suffix(".again"))
    except LgJupyterError:
        return []
    except Exception as error:
        return [f"{type(error).__name__}: {error}"]
    return []
