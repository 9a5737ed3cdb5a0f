"""js/build.py: when it builds, and where its Node comes from."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.js_build import js_build

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def build(tmp_path: Path) -> ModuleType:
    """The build script of a project with one source file."""
    (tmp_path / "js" / "src").mkdir(parents=True)
    (tmp_path / "lg_jupyter" / "assets").mkdir(parents=True)
    (tmp_path / "js" / "src" / "widget.ts").write_text("export default {}")
    (tmp_path / "js" / "package.json").write_text('{"engines": {"node": ">=20"}}')
    shutil.copy(ROOT / "js" / "build.py", tmp_path / "js")
    return js_build(tmp_path / "js")


@pytest.fixture
def npm(build: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """An npm that writes the bundle; the list of what it was asked to do."""
    asked: list[tuple[str, ...]] = []

    def run(*arguments: str) -> None:
        asked.append(arguments)
        for name in ("loader.js", "frame.js", "run.js"):
            (build.ASSETS / name).write_text("built")
        entry = build.LABEXTENSION / "static" / "remoteEntry.js"
        entry.parent.mkdir(parents=True, exist_ok=True)
        entry.write_text("built")
        described = {"jupyterlab": {"_build": {"load": "static/remoteEntry.js"}}}
        (build.LABEXTENSION / "package.json").write_text(json.dumps(described))
        build.MANIFEST.write_text('{"release": "1", "modules": {"run": ["frame.js", "run.js"]}}')

    monkeypatch.setattr(build, "npm", run)
    return asked


def test_unchanged_sources_are_built_once(build: ModuleType, npm: list[tuple[str, ...]]) -> None:
    build.build()
    build.build()
    assert npm == [("run", "build")]


@pytest.mark.parametrize("change", ["edit", "add", "rename", "lose the bundle", "lose the labextension"])
def test_a_change_is_built_again(build: ModuleType, npm: list[tuple[str, ...]], change: str) -> None:
    build.build()
    source = build.JS / "src" / "widget.ts"
    if change == "edit":
        source.write_text("export default {initialize() {}}")
    elif change == "add":
        (build.JS / "src" / "wire.ts").write_text("")
    elif change == "rename":
        source.rename(source.with_name("other.ts"))
    elif change == "lose the labextension":
        (build.LABEXTENSION / "static" / "remoteEntry.js").unlink()
    else:
        (build.ASSETS / "frame.js").unlink()
    build.build()
    assert len(npm) == 2


def test_a_link_has_jupyterlab_load_what_was_built_last(
    build: ModuleType, npm: list[tuple[str, ...]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "environment"))
    place = tmp_path / "environment" / "share" / "jupyter" / "labextensions" / "lg-jupyter"
    place.mkdir(parents=True)  # as a wheel leaves it
    assert build.main(["--link"]) == build.main(["--link"]) == 0
    assert (place / "package.json").samefile(build.LABEXTENSION / "package.json")
    assert npm == [("run", "build")]


def test_what_is_no_source_changes_nothing(build: ModuleType, npm: list[tuple[str, ...]]) -> None:
    build.build()
    (build.JS / "node_modules").mkdir()
    (build.JS / "node_modules" / "dependency.js").write_text("")
    build.build()
    assert len(npm) == 1


@pytest.mark.parametrize(("version", "usable"), [("v18.20.4", False), ("v20.0.0", True), ("v24.1.0", True)])
def test_node_on_path_must_be_new_enough(
    build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, usable: bool
) -> None:
    for name in ("node", "npm"):
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\necho {version}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert build.requirements() == ([] if usable else [build.NODE_PACKAGE])


def test_no_node_anywhere_says_what_to_type(
    build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert build.main([]) == 1
    said = capsys.readouterr().err
    assert f'{sys.executable} -m pip install "{build.NODE_PACKAGE}"' in said
    assert "Node 20 or newer" in said
