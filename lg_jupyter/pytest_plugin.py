"""A plugin of pytest: the fixture ``lg_run``, whose runs are kept as files and pages where their test fails.

pytest finds it by the package's entry point. Nothing but pytest is imported before a test wants a run.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Generator, Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from lg_jupyter.run import Run

MAX_FILE_NAME_CHARACTERS = 120

RUNS_STASH_KEY = pytest.StashKey[list["Run"]]()
"""The runs that a test started."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("lg_jupyter", "runs of LangGraph graphs")
    group.addoption(
        "--lg-save",
        choices=["failed", "all", "none"],
        default="failed",
        help="the tests whose runs are kept: as a file for lg_jupyter.load, and as a page (default: failed)",
    )
    group.addoption(
        "--lg-dir",
        metavar="DIR",
        help="the folder that they go to, from the root of the tests on (default: in pytest's cache)",
    )


@pytest.fixture
def lg_run(request: pytest.FixtureRequest) -> Iterator[Callable[..., Run]]:
    """Start a run of a graph: ``await lg_run(graph, input)``, or ``lg_run(graph, input).wait()``.

    It takes what :func:`lg_jupyter.stream` takes, and shows nothing unless it is given ``display=True``.
    Where the test fails, its runs are kept, and the report says how to load them. What still runs when the
    test is over is cancelled.
    """
    import lg_jupyter

    runs = request.node.stash.setdefault(RUNS_STASH_KEY, [])
    _remove_files_of_earlier_session(request.node)

    def start(graph: Any, input: Any = None, **options: Any) -> Run:
        run = lg_jupyter.stream(graph, input, **{"display": False, **options})
        runs.append(run)
        return run

    yield start
    for run in runs:
        run.cancel()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, None]:
    """Keep the runs of a test while its report can still name them."""
    outcome = yield
    report: pytest.TestReport = outcome.get_result()
    wanted = item.config.getoption("--lg-save")
    if wanted == "none" or not (report.failed or (wanted == "all" and call.when == "call")):
        return
    runs: list[Run] = item.stash.get(RUNS_STASH_KEY, [])
    for number, run in enumerate(runs):
        report.sections.append((f"run of {run.name}", _save_run_and_describe(item, number, run)))
    item.stash[RUNS_STASH_KEY] = []


def _save_run_and_describe(item: pytest.Item, number: int, run: Run) -> str:
    """Keep a run; what the report says of it. That it cannot be kept is no failure of the test."""
    try:
        file, page = _make_run_paths(item, number)
        file.parent.mkdir(parents=True, exist_ok=True)
        run.save(file)
        _write_html_page(run, page)
    except Exception as error:
        return f"{run!r}\nIt is not kept: {type(error).__name__}: {error}"
    return f"{run!r}\nrun:   lg_jupyter.load({str(file)!r})\npage:  {page}"


def _write_html_page(run: Run, page: Path) -> None:
    try:
        run.to_html(page, interactive=True)
    except Exception:  # the front end is not built: the record alone is better than nothing
        run.to_html(page)


def _remove_files_of_earlier_session(item: pytest.Item) -> None:
    """Remove what an earlier session kept of this test: it is about to run again."""
    if item.config.getoption("--lg-save") == "none":
        return
    for number in count():
        kept = [path for path in _make_run_paths(item, number) if path.exists()]
        if not kept:
            return
        for path in kept:
            path.unlink()


def _make_run_paths(item: pytest.Item, number: int) -> tuple[Path, Path]:
    """The file and the page of a test's run: the first has the test's name, others a number besides."""
    stem = _make_file_name(item.nodeid) + (f".{number + 1}" if number else "")
    folder = _get_runs_folder(item.config)
    return folder / f"{stem}.jsonl.gz", folder / f"{stem}.html"


def _get_runs_folder(config: pytest.Config) -> Path:
    given: str | None = config.getoption("--lg-dir")
    if given is not None:
        return config.rootpath / given
    cache = getattr(config, "cache", None)
    if cache is None:
        return config.rootpath / ".lg_jupyter" / "tests"
    return Path(cache.mkdir("lg_jupyter"))


def _make_file_name(node_id: str) -> str:
    """The name of a test as that of a file; a few digits tell apart what would be called the same."""
    plain = re.sub(r"[/\\]|::", ".", node_id)
    name = re.sub(r"[^\w.-]+", "_", plain)[-MAX_FILE_NAME_CHARACTERS:]
    return name if name == plain else f"{name}-{hashlib.sha256(node_id.encode()).hexdigest()[:6]}"
