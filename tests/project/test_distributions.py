"""What is published installs and works on a machine with no Node: the sdist, and the wheel made from it."""

from __future__ import annotations

import json
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
    labextension = {name for name in names if name.startswith("labextension/") and "." in name}
    assert len(labextension) == 2 and "labextension/package.json" in labextension
    assert {"README.md", "CHANGELOG.md", "hatch_build.py", "js/build.py"} <= names
    assert {"LICENSE", "THIRD-PARTY-LICENSES"} <= names
    assert not [name for name in names if "node_modules" in name]
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for link in LINK.findall(page.read_text(encoding="utf-8")):
            assert str((page.parent / link).resolve().relative_to(ROOT)) in names, (
                f"{page.name} links to {link}"
            )


def test_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        bundle = archive.read("lg_jupyter/assets/frame.js")
        (manifest,) = [name for name in names if name.endswith("lg-jupyter/package.json")]
        entry = json.loads(archive.read(manifest))["jupyterlab"]["_build"]["load"]
        licenses = {Path(name).name: archive.read(name) for name in names if "/licenses/" in name}
        (points,) = [archive.read(name).decode() for name in names if name.endswith("/entry_points.txt")]
    assert "[pytest11]\nlg_jupyter.pytest_plugin = lg_jupyter.pytest_plugin" in points
    assert {"lg_jupyter/py.typed", *FRONT_END} <= names
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"lg_jupyter"}
    assert "lg_jupyter/assets/sources.sha256" not in names
    place = manifest.removesuffix("package.json")
    assert f"{place}{entry}" in names and place.startswith("lg_jupyter-0.1.0.data/data/share/jupyter/")
    assert [name for name in names if re.fullmatch(rf"{place}static/[0-9a-f]+/offline\.js", name)]
    assert bundle == (ASSETS / "frame.js").read_bytes()
    assert licenses == {name: (ROOT / name).read_bytes() for name in ("LICENSE", "THIRD-PARTY-LICENSES")}


def test_wheel_installs_into_an_empty_environment(
    wheel: Path, without_node: dict[str, str], tmp_path: Path
) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    python = str(tmp_path / "venv" / "bin" / "python")
    check_output(python, "-m", "pip", "install", "--quiet", "--no-compile", str(wheel), env=without_node)
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


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    """No test, notebook, recording, key or setting of an editor comes along."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    allowed = re.compile(
        r"lg_jupyter/([a-z_0-9]+/)*[a-z_0-9]+\.py|lg_jupyter/py\.typed|lg_jupyter/assets/[\w.-]+\.(js|json)"
        r"|lg_jupyter/([a-z_]+/)*[\w.-]+\.(css|txt|json)"
        r"|lg_jupyter-[\w.]+\.data/data/share/jupyter/labextensions/lg-jupyter/[\w./-]+\.(js|json)"
        r"|lg_jupyter-[\w.]+\.dist-info/(METADATA|WHEEL|RECORD|entry_points\.txt|licenses/[A-Z-]+)"
    )
    assert [name for name in names if not allowed.fullmatch(name)] == []


def test_the_sdist_holds_no_more_than_the_sources(sdist: Path) -> None:
    tops = {
        *(
            "lg_jupyter",
            "js",
            "tests",
            "docs",
            "notebooks",
            "tools",
            "benchmarks",
            "constraints",
            "labextension",
        ),
        *("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE", "THIRD-PARTY-LICENSES"),
        *(
            "Makefile",
            "pyproject.toml",
            "hatch_build.py",
            "PKG-INFO",
            ".gitignore",
            ".pre-commit-config.yaml",
        ),
    }
    with tarfile.open(sdist) as archive:
        names = [name.partition("/")[2] for name in archive.getnames()]
    assert {name.partition("/")[0] for name in names if name} <= tops
    assert [name for name in names if re.search(r"(^|/)(\.env|\.venv|id_rsa)|\.(pem|key)$", name)] == []


def test_the_lock_file_names_every_package_and_no_host() -> None:
    text = (ROOT / "js" / "package-lock.json").read_text(encoding="utf-8")
    asked = json.loads((ROOT / "js" / "package.json").read_text(encoding="utf-8"))
    locked = json.loads(text)["packages"]
    assert "://" not in text
    for name, version in {**asked["dependencies"], **asked["devDependencies"]}.items():
        assert locked[f"node_modules/{name}"]["version"] == version
    assert all("integrity" in package for place, package in locked.items() if place)
