"""Files that are no files, or far more than they seem: each is refused in a sentence, and fills no memory."""

from __future__ import annotations

import gzip
import os
import resource
import zlib
from pathlib import Path

import pytest

import lg_jupyter
from lg_jupyter import LgJupyterError, SavedRunError, UsageError
from lg_jupyter.sources.saved import unpacking_guard

HEADER = b'{"format": "lg_jupyter run", "version": 1, "name": "a"}\n'
BEFORE, AFTER = b'{"mode": "custom", "namespace": "", "timestamp": 1, "data": ', b"}\n"


def packed(path: Path, *contents: tuple[bytes, int]) -> Path:
    """A gzip file of texts that repeat so often, made without holding them."""
    stream = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    with path.open("wb") as file:
        for text, times in contents:
            block = text * max(1, min(times, 1_000_000 // len(text)))
            for _ in range(max(1, times * len(text) // len(block))):
                file.write(stream.compress(block))
        file.write(stream.flush())
    return path


BOMBS = {
    "a line": [(BEFORE + b'"', 1), (b"a", 300_000_000), (b'"' + AFTER, 1)],
    "a line of values": [(BEFORE + b"[0", 1), (b",0", 20_000_000), (b"]" + AFTER, 1)],
    "a line of lists": [(BEFORE + b"[0", 1), (b",[]", 20_000_000), (b"]" + AFTER, 1)],
    "a line of depth": [(BEFORE, 1), (b"[", 20_000_000), (AFTER, 1)],
    "many lines": [(BEFORE + b'"' + b"a" * 200_000 + b'"' + AFTER, 6_000)],
    "no line at all": [(b"a", 1_200_000_000)],
}

QUICK_BOMBS = ("a line", "a line of lists", "a line of depth")


@pytest.mark.parametrize(
    "contents",
    [
        pytest.param(BOMBS[name], id=name, marks=() if name in QUICK_BOMBS else pytest.mark.matrix)
        for name in BOMBS
    ],
)
def test_what_unpacks_to_more_than_a_run_is_refused(contents, tmp_path):
    path = packed(tmp_path / "run.jsonl.gz", (HEADER, 1), *contents)
    assert path.stat().st_size < 2_000_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(SavedRunError) as refused:
        lg_jupyter.load(path)
    assert "\n" not in str(refused.value)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 1_300_000  # kilobytes


def test_a_text_full_of_commas_is_no_list(monkeypatch, tmp_path):
    monkeypatch.setattr(unpacking_guard, "MAX_VALUES_PER_LINE", 1_000)
    path = tmp_path / "run.jsonl.gz"
    text = b'"' + b'a,\\",' * 5_000 + b'"'
    path.write_bytes(gzip.compress(HEADER + BEFORE + text + AFTER))
    assert len(lg_jupyter.load(path).trace.rows("custom")) == 1


def test_what_is_no_file_is_refused_at_once(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/zero"), tmp_path):
        with pytest.raises(SavedRunError, match="cannot be read"):
            lg_jupyter.load(path)


def test_a_path_with_nul_is_refused(tmp_path):
    run = lg_jupyter.load(_small(tmp_path))
    for act in (lg_jupyter.load, run.save, run.to_html):
        with pytest.raises(UsageError, match="NUL"):
            act("run\0.jsonl")


def test_a_disk_that_cannot_be_read_is_told(tmp_path, monkeypatch):
    path = _small(tmp_path)

    def broken(file):
        yield HEADER
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("lg_jupyter.sources.saved.reading.iter_decompressed_pieces", broken)
    with pytest.raises(SavedRunError, match="cannot be read: Input/output error"):
        lg_jupyter.load(path)


def _small(folder: Path) -> Path:
    path = folder / "small.jsonl"
    path.write_bytes(HEADER + BEFORE + b"1" + AFTER)
    return path


def test_a_few_of_the_campaign(tmp_path):
    from tests.campaigns import files

    for tried, failures in (files.damaged(tmp_path, 12), files.hostile_fields(tmp_path, 12)):
        assert tried >= 12
        assert failures == []
    assert issubclass(SavedRunError, LgJupyterError)
