"""What is published installs and works on a machine with no Node: the sdist, and the wheel made from it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from tests.patience import patience

ROOT = Path(__file__).resolve().parents[2]
ASSETS = ROOT / "lg_jupyter" / "assets"
FRONT_END = {
    f"lg_jupyter/assets/{name}" for name in ("loader.js", "modules.json", "frame.js", "run.js", "state.js")
}

LINK = re.compile(r"\]\(([^):#]+)(?:#[^)]*)?\)")  # to a file of the project

pytestmark = pytest.mark.timeout(patience(400))  # an empty environment is filled from the package index

USE_IT = """
import importlib.resources, sys
import lg_jupyter
from langgraph.graph import StateGraph

assert "site-packages" in lg_jupyter.__file__, lg_jupyter.__file__
bundle = importlib.resources.files("lg_jupyter").joinpath("assets", "frame.js").read_bytes()
graph = StateGraph(dict).add_node("shout", lambda state: {"said": state["word"].upper()})
graph = graph.set_entry_point("shout").compile()
run = lg_jupyter.stream(graph, {"word": "hello"}, display=False)
run.wait()
print(run.status, run.output["said"], len(run.to_pandas("tasks")), len(bundle))
"""


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sdist")
    check_output(sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", str(out))
    (archive,) = out.glob("*.tar.gz")
    return archive


@pytest.fixture(scope="module")
def without_node(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which no Node can be found, by way of a PATH that leads nowhere."""
    environment = {**os.environ, "PATH": str(tmp_path_factory.mktemp("empty"))}
    assert shutil.which("node", path=environment["PATH"]) is None
    return environment


@pytest.fixture(scope="module")
def wheel(sdist: Path, without_node: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(out))
    check_output(*pip, str(sdist), env=without_node)
    (archive,) = out.glob("*.whl")
    return archive


def test_sdist_holds_the_front_end_and_its_sources(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"js/package.json", *FRONT_END} <= names
    assert {"README.md", "CHANGELOG.md", "hatch_build.py", "js/build.py"} <= names
    assert {"LICENSE", "THIRD-PARTY-LICENSES"} <= names
    assert not [name for name in names if "node_modules" in name]
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for link in LINK.findall(page.read_text(encoding="utf-8")):
            assert str((page.parent / link).relative_to(ROOT)) in names, f"{page.name} links to {link}"


def test_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        bundle = archive.read("lg_jupyter/assets/frame.js")
        licenses = {Path(name).name: archive.read(name) for name in names if "/licenses/" in name}
    assert {"lg_jupyter/py.typed", *FRONT_END} <= names
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"lg_jupyter"}
    assert "lg_jupyter/assets/sources.sha256" not in names
    assert bundle == (ASSETS / "frame.js").read_bytes()
    assert licenses == {name: (ROOT / name).read_bytes() for name in ("LICENSE", "THIRD-PARTY-LICENSES")}


def test_wheel_installs_into_an_empty_environment(
    wheel: Path, without_node: dict[str, str], tmp_path: Path
) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    python = str(tmp_path / "venv" / "bin" / "python")
    check_output(python, "-m", "pip", "install", "--quiet", str(wheel), env=without_node)
    said = check_output(python, "-c", USE_IT, env=without_node, cwd=tmp_path)
    assert said.split() == ["success", "HELLO", "1", str((ASSETS / "frame.js").stat().st_size)]


def check_output(*command: str, env: dict[str, str] | None = None, cwd: Path = ROOT) -> str:
    """Run a command; what it printed, or a failure that shows everything it said."""
    done = subprocess.run(
        command,
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=patience(300),
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout
