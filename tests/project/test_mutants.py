"""`make mutants` names what is there, and counts what became of a sample."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest

from tools import mutants

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # pytest brings it

ROOT = Path(__file__).parents[2]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mutmut"]
STRYKER = (ROOT / "js/stryker.config.mjs").read_text()


@pytest.mark.parametrize("pattern", SETTINGS["only_mutate"])
def test_what_is_mutated_is_there(pattern: str) -> None:
    assert [*ROOT.glob(pattern)]


@pytest.mark.parametrize("path", [*SETTINGS["also_copy"], *SETTINGS["pytest_add_cli_args_test_selection"]])
def test_what_mutants_are_tried_with_is_there(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize(
    "left_out", [each for each in SETTINGS["pytest_add_cli_args"] if each.startswith("--deselect=")]
)
def test_what_is_left_out_is_there(left_out: str) -> None:
    file, test = left_out.removeprefix("--deselect=").split("::")
    assert f"def {test}(" in (ROOT / file).read_text()


def test_what_is_mutated_of_the_front_end_is_there() -> None:
    (listed,) = re.findall(r"mutate: \[(.*)\]", STRYKER)
    (tests,) = re.findall(r' configFile: "(.*)"', STRYKER)
    assert all([*(ROOT / "js").glob(path)] for path in [*re.findall(r'"(.*?)"', listed), tests])


class Mutmut:
    """A program whose mutants have ended as they are given."""

    def __init__(self, **ends: str) -> None:
        self.ends = ends
        self.tried: list[tuple[str, ...]] = []

    def run(self, *names: str, seconds: float | None = None, children: int = 1) -> None:
        self.tried.append(names)

    def __call__(self, command: str, *arguments: str) -> str:
        if command == "show":
            return f"# what {arguments[0]} changes"
        return "".join(f"    {name}: {end}\n" for name, end in self.ends.items())


@pytest.fixture
def mutmut(monkeypatch: pytest.MonkeyPatch, request: Any) -> Mutmut:
    fake = Mutmut(**request.param)
    monkeypatch.setattr(mutants, "mutmut", fake)
    monkeypatch.setattr(mutants, "run_mutants", fake.run)
    return fake


@pytest.mark.parametrize("mutmut", [{"a": "killed", "b": "survived", "c": "not checked"}], indirect=True)
def test_a_survivor_is_shown(mutmut: Mutmut, capsys: pytest.CaptureFixture[str]) -> None:
    assert mutants.main([]) == 1
    shown = capsys.readouterr().out
    assert "# what b changes" in shown and "# what a changes" not in shown
    assert "1 of 2 killed" in shown and "'not checked': 1" in shown


@pytest.mark.parametrize("mutmut", [dict.fromkeys("abcdefghij", "killed") | {"k": "timeout"}], indirect=True)
def test_a_sample_is_the_same_for_a_seed(mutmut: Mutmut) -> None:
    for seed in ("1", "1", "2"):
        assert mutants.main(["--sample=5", f"--seed={seed}"]) == 0
    first, again, other = (names for names in mutmut.tried if names != (mutants.FIRST,))
    assert first == again and first != other and len(first) == len(set(first)) == 5


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("zip(a, b, strict=True)", "zip(a, b, strict=False)", True),
        ("zip(a, b, strict=True)", "zip(a, b, strict=None)", True),
        ("zip(a, b, strict=True)", "zip(a, b, )", True),
        ("b, strict=True", "b, ", True),
        ("zip(a, b, strict=False)", "zip(a, b, )", True),
        ("zip(a, b, strict=False)", "zip(a, b, strict=True)", False),
        ("zip(a, b, strict=True)", "zip(a, strict=True)", False),
        ("zip(a, b, strict=True)", "zip(a, None, strict=True)", False),
        ("zip(a, b, strict=True) + c(d, )", "None", False),
    ],
)
def test_whether_lists_are_as_long_as_each_other_is_nothing_that_a_test_sees(
    before: str, after: str, same: bool
) -> None:
    change = f"--- a.py\n+++ a.py\n@@ -1,1 +1,1 @@\n f = (\n-    {before}\n+    {after}\n )"
    assert mutants.only_lets_zip_be_lenient(change) is same
