"""The plugin of pytest, in sessions of their own: what is kept of which tests, beside other plugins too."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import lg_jupyter
from lg_jupyter.pytest_plugin import _make_file_name

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[1]
PLUGIN = "lg_jupyter.pytest_plugin"

GRAPH = """
import pytest
from typing import TypedDict
from langgraph.graph import START, StateGraph

State = TypedDict("State", {"n": int})

def graph(fails=False):
    async def add(state):
        if fails:
            raise ValueError("the node failed")
        return {"n": state["n"] + 1}
    return StateGraph(State).add_node("add", add).add_edge(START, "add").compile()
"""


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    monkeypatch.delenv("PYTEST_PLUGINS", raising=False)


def session(pytester: pytest.Pytester, tests: str, *args: str) -> pytest.RunResult:
    pytester.makepyfile(GRAPH + tests)
    return pytester.runpytest_subprocess("-p", PLUGIN, "-p", "no:randomly", *args)


def files(pytester: pytest.Pytester, folder: str = ".pytest_cache/d/lg_jupyter") -> list[str]:
    return sorted(path.name for path in (pytester.path / folder).glob("*"))


def test_a_failed_test_leaves_its_run_and_the_line_that_loads_it(pytester):
    result = session(
        pytester,
        """
def test_good(lg_run):
    assert lg_run(graph(), {"n": 1}).wait().output["n"] == 2

def test_bad(lg_run):
    assert lg_run(graph(), {"n": 1}).wait().output["n"] == 3

def test_raises(lg_run):
    lg_run(graph(fails=True), {"n": 1}).wait()

@pytest.mark.parametrize("n", [1, 2])
def test_each(lg_run, n):
    assert lg_run(graph(), {"n": n}).wait().output["n"] == 2

def test_two(lg_run):
    lg_run(graph(), {"n": 1}).wait()
    assert lg_run(graph(), {"n": 5}).wait().output["n"] == 0

@pytest.mark.xfail
def test_expected(lg_run):
    assert lg_run(graph(), {"n": 1}).wait().output["n"] == 3
""",
    )
    result.assert_outcomes(passed=2, failed=4, xfailed=1)
    names = {
        name.split(".py.")[1].removesuffix(".jsonl.gz").removesuffix(".html") for name in files(pytester)
    }
    (each,) = {name for name in names if name.startswith("test_each")}
    assert re.fullmatch(r"test_each_2_-[0-9a-f]{6}", each)
    assert names == {"test_bad", "test_raises", "test_two", "test_two.2", each} and len(files(pytester)) == 10
    lines = re.findall(r"lg_jupyter\.load\('(.*)'\)", result.stdout.str())
    assert len(lines) == 5
    loaded = {Path(line).name.split(".py.")[1]: lg_jupyter.load(line) for line in lines}
    assert loaded["test_raises.jsonl.gz"].error["message"] == "the node failed"
    assert loaded["test_two.2.jsonl.gz"].output == {"n": 6}
    page = Path(lines[0].replace(".jsonl.gz", ".html"))
    assert "<html" in page.read_text() and str(page) in result.stdout.str()


def test_async_tests_of_both_plugins_await_it(pytester):
    result = session(
        pytester,
        """
@pytest.fixture
def anyio_backend():
    return "asyncio"

@pytest.mark.anyio
async def test_of_anyio(lg_run):
    assert (await lg_run(graph(), {"n": 1})).output["n"] == 3

@pytest.mark.asyncio
async def test_of_asyncio(lg_run):
    assert (await lg_run(graph(), {"n": 1})).output["n"] == 3

@pytest.mark.asyncio
async def test_that_forgets_to_wait(lg_run):
    lg_run(graph(), {"n": 1})
    assert False

@pytest.mark.asyncio
async def test_good(lg_run):
    assert (await lg_run(graph(), {"n": 1})).output["n"] == 2
""",
    )
    result.assert_outcomes(passed=1, failed=3)
    assert len(files(pytester)) == 6
    statuses = [lg_jupyter.load(path).status for path in (pytester.path / ".pytest_cache").rglob("*.gz")]
    assert sorted(statuses) == ["incomplete", "success", "success"]


def test_with_xdist_every_worker_keeps_its_own(pytester):
    result = session(
        pytester,
        """
@pytest.mark.parametrize("n", range(6))
def test_each(lg_run, n):
    assert lg_run(graph(), {"n": n}).wait().output["n"] % 2
""",
        "-n",
        "2",
        "--lg-dir=kept",
    )
    result.assert_outcomes(passed=3, failed=3)
    assert len(files(pytester, "kept")) == 6
    assert len(re.findall(r"lg_jupyter\.load\('(.*)'\)", result.stdout.str())) == 3


@pytest.mark.parametrize(("option", "count"), [("failed", 2), ("all", 4), ("none", 0)])
def test_it_is_chosen_what_is_kept_and_where(pytester, option, count):
    tests = """
def test_good(lg_run):
    lg_run(graph(), {"n": 1}).wait()

def test_bad(lg_run):
    lg_run(graph(), {"n": 1}).wait()
    assert False
"""
    session(pytester, tests, f"--lg-save={option}", "--lg-dir=kept").assert_outcomes(passed=1, failed=1)
    assert len(files(pytester, "kept")) == count


def test_a_test_that_is_good_again_leaves_nothing(pytester):
    tests = """
def test_it(lg_run):
    lg_run(graph(), {"n": 1}).wait()
    lg_run(graph(), {"n": 1}).wait()
    assert not BAD
"""
    session(pytester, f"BAD = True\n{tests}").assert_outcomes(failed=1)
    assert len(files(pytester)) == 4
    session(pytester, f"BAD = False\n{tests}").assert_outcomes(passed=1)
    assert files(pytester) == []


def test_what_a_fixture_ran_is_kept_where_it_fails(pytester):
    result = session(
        pytester,
        """
@pytest.fixture
def answer(lg_run):
    return lg_run(graph(fails=True), {"n": 1}).wait().output

def test_it(answer):
    pass
""",
    )
    result.assert_outcomes(errors=1)
    assert len(files(pytester)) == 2 and "lg_jupyter.load(" in result.stdout.str()


def test_without_a_cache_and_where_nothing_can_be_written(pytester):
    tests = """
def test_bad(lg_run):
    lg_run(graph(), {"n": 1}).wait()
    assert False
"""
    session(pytester, tests, "-p", "no:cacheprovider").assert_outcomes(failed=1)
    assert len(files(pytester, ".lg_jupyter/tests")) == 2
    (pytester.path / "a_file").write_text("")
    result = session(pytester, tests, "--lg-dir=a_file/below")
    result.assert_outcomes(failed=1)
    assert "It is not kept: " in result.stdout.str() and "INTERNALERROR" not in result.stdout.str()


def test_it_is_declared_under_its_own_name_and_named_twice_it_is_one(pytester):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["entry-points"]["pytest11"] == {PLUGIN: PLUGIN}
    pytester.makeconftest(f"pytest_plugins = [{PLUGIN!r}]")
    found = pytester.mkdir("found")
    (found / "found.dist-info").mkdir()
    (found / "found.dist-info" / "METADATA").write_text("Name: found\nVersion: 1\n")
    (found / "found.dist-info" / "entry_points.txt").write_text(f"[pytest11]\n{PLUGIN} = {PLUGIN}\n")
    tests = """
def test_bad(lg_run):
    lg_run(graph(), {"n": 1}).wait()
    assert False
"""
    pytester.makepyfile(GRAPH + tests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", f"{ROOT}:{found}")
        result = pytester.runpytest_subprocess("-p", PLUGIN)
        result.assert_outcomes(failed=1)
        assert result.stdout.str().count("lg_jupyter.load(") == 1
        alone = pytester.runpytest_subprocess("--lg-save=none")  # by the entry point
        alone.assert_outcomes(failed=1)
        assert "lg_jupyter.load(" not in alone.stdout.str()


def test_nothing_heavy_is_imported_before_a_test_asks_for_it():
    code = f"""
import sys, pytest
before = set(sys.modules)
import {PLUGIN}
new = {{name.partition(".")[0] for name in set(sys.modules) - before}}
assert new <= {{"lg_jupyter", "importlib"}} | set(sys.stdlib_module_names), new
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_names_of_files_are_those_of_tests():
    assert _make_file_name("tests/test_a.py::TestB::test_c") == "tests.test_a.py.TestB.test_c"
    assert (
        _make_file_name("t.py::t[a/b]") != _make_file_name("t.py::t[a_b]") != _make_file_name("t.py::t[a b]")
    )
    assert len(_make_file_name("x" * 500)) < 140
