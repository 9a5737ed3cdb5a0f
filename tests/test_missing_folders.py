"""A folder that is not there: one error, the same wherever a run is written, and what is written is made."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import lg_jupyter
from tests.graphs import INPUTS, build

WRITE: dict[str, Callable[[lg_jupyter.Run, Path], object]] = {
    "save": lambda run, place: run.save(place / "run.jsonl"),
    "save, compressed": lambda run, place: run.save(place / "run.jsonl.gz"),
    "to_html": lambda run, place: run.to_html(place / "run.html"),
    "to_parquet": lambda run, place: run.to_parquet(place / "tables"),
    "stream": lambda run, place: lg_jupyter.stream(
        build("steps"), INPUTS["steps"], display=False, save=place / "run.jsonl"
    ).wait(),
}


@pytest.fixture(scope="module")
def run() -> lg_jupyter.Run:
    return lg_jupyter.stream(build("steps"), INPUTS["steps"], display=False).wait()


@pytest.mark.parametrize("write", WRITE.values(), ids=WRITE)
def test_it_is_named_with_the_line_that_makes_it(
    run: lg_jupyter.Run, write: Callable[[lg_jupyter.Run, Path], object], tmp_path: Path
) -> None:
    place = tmp_path / "no" / "where"
    with pytest.raises(lg_jupyter.SavedRunError, match=re.escape(f"there is no folder {place}. ")) as raised:
        write(run, place)
    assert not (tmp_path / "no").exists()
    line = str(raised.value).partition("To make it: ")[2]
    eval(line, {"pathlib": __import__("pathlib")})
    write(run, place)
    assert list(place.iterdir())
