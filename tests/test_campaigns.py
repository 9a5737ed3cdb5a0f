"""The command that runs the campaigns: it fails when one does, and attacks the front end as it is now."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from tests import campaigns
from tests.campaigns import Figure, __main__

Says = Callable[..., None]


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> Says:
    """What campaigns find, and whether the front end can be built."""

    def prepare(*figures: Figure, unbuilt: int = 0) -> None:
        def found() -> Iterator[Figure]:
            yield from figures

        def build(command: list[str], **options: Any) -> Any:
            assert command[1:] == [str(__main__.FRONT_END)] and __main__.FRONT_END.is_file()
            return SimpleNamespace(returncode=unbuilt)

        monkeypatch.setattr(__main__, "import_module", lambda name: SimpleNamespace(figures=found))
        monkeypatch.setattr(subprocess, "run", build)

    return prepare


def test_it_fails_when_a_campaign_does(says: Says, capsys: pytest.CaptureFixture[str]) -> None:
    says(Figure("files damaged", 1_000, "crashes", 0), Figure("values", 10, "masked", 2, allowed=1))
    assert __main__.main(["files"]) == 1
    printed = capsys.readouterr().out
    assert "failed: files" in printed
    assert [line.endswith("FAILED") for line in printed.splitlines()[1:3]] == [False, True]


def test_one_that_tried_nothing_has_failed(says: Says) -> None:
    says(Figure("files damaged", 0, "crashes", 0))
    assert __main__.main(["files"]) == 1


def test_it_succeeds_when_all_holds(says: Says, capsys: pytest.CaptureFixture[str]) -> None:
    says(Figure("files damaged", 1_000, "crashes", 0), Figure("values", 10, "masked", 1, allowed=1))
    assert __main__.main([]) == 0
    assert capsys.readouterr().out.endswith("all of it holds\n")


def test_no_old_front_end_is_attacked(says: Says, capsys: pytest.CaptureFixture[str]) -> None:
    says(Figure("files damaged", 1_000, "crashes", 0), unbuilt=1)
    assert __main__.main(["files"]) == 1
    assert "damaged" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("printed", "counted"),
    [
        ("9 passed in 3.2s", (9, 0)),
        ("1 failed, 8 passed, 1 warning in 3.2s", (9, 1)),
        ("7 passed, 2 skipped in 3.2s", (9, 2)),
        ("2 errors in 3.2s", (2, 2)),
        ("", (0, 0)),
    ],
)
def test_what_is_left_out_does_not_count_as_tried(
    monkeypatch: pytest.MonkeyPatch, printed: str, counted: tuple[int, int]
) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *args, **options: SimpleNamespace(stdout=printed))
    assert campaigns.passed("tests/test_x.py") == counted
