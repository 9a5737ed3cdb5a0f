"""The files of the front end as they are read, and how large the built ones are."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from lg_jupyter.errors import UsageError
from lg_jupyter.panels import PANELS
from lg_jupyter.widgets import bundles

TEXTS = {"frame.js": "export {}", "run.js": 'import "./frame.js"', "state.js": 'import "./frame.js"; "ü"'}
MODULES = {"run": ["frame.js", "run.js"], "state": ["frame.js", "state.js"]}


@pytest.fixture
def assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A front end of three files, read anew."""
    write(tmp_path, TEXTS)
    (tmp_path / "loader.js").write_text("export default {}")
    monkeypatch.setattr(bundles, "ASSETS_FOLDER", tmp_path)
    return tmp_path


def write(assets: Path, texts: dict[str, str]) -> None:
    for file, text in texts.items():
        (assets / file).write_text(text, encoding="utf-8")
    manifest = {"release": bundles.compute_content_hash(texts), "modules": MODULES}
    (assets / bundles.MANIFEST_FILE).write_text(json.dumps(manifest))


def test_a_module_comes_with_what_it_imports_but_for_what_is_there(assets: Path) -> None:
    assert list(bundles.read_module_files(["state"])) == ["frame.js", "state.js"]
    assert list(bundles.read_module_files(["state", "run"])) == ["frame.js", "state.js", "run.js"]
    assert bundles.read_module_files(["state"], without=["frame.js"]) == {"state.js": TEXTS["state.js"]}
    assert bundles.make_loader_script() == "export default {}"
    release, name = bundles.format_module_address("run").split("/")
    assert re.fullmatch("[0-9a-f]{12}", release) and name == "run"


@pytest.mark.parametrize("name", ["secret", "../assets/run", "run.js", ""])
def test_nothing_else_is_given(assets: Path, name: str) -> None:
    (assets / "secret.js").write_text("export const secret = 1")
    with pytest.raises(UsageError, match="there are run, state"):
        bundles.read_module_files([name])


def test_the_release_is_of_every_text_and_name() -> None:
    known = bundles.compute_content_hash(TEXTS)
    assert bundles.compute_content_hash(dict(reversed(TEXTS.items()))) == known
    assert bundles.compute_content_hash(TEXTS | {"run.js": ""}) != known
    assert bundles.compute_content_hash({**TEXTS, "more.js": ""}) != known


def test_files_of_another_release_are_never_given(assets: Path) -> None:
    bundles.format_module_address("run")  # as the first widget does
    write(assets, TEXTS | {"frame.js": "export {new}"})
    with pytest.raises(UsageError, match="restart the kernel"):
        bundles.read_module_files(["state"])


def test_what_a_page_has_of_another_release_does_not_count(assets: Path) -> None:
    release = bundles.format_module_address("run").partition("/")[0]
    assert bundles.parse_release_file_name(f"{release}/frame.js") == "frame.js"
    assert bundles.parse_release_file_name("another/frame.js") is None


def test_a_missing_front_end_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "ASSETS_FOLDER", tmp_path)
    assert "make assets" in bundles.make_loader_script()
    assert bundles.format_module_address("run") == ""
    assert bundles.find_missing_files() == ["loader.js", "modules.json"]
    with pytest.raises(UsageError, match="make assets"):
        bundles.read_module_files(["run"])


# -- what was built ---------------------------------------------------------------------------------------


def test_every_panel_and_widget_has_a_module_or_comes_with_the_run() -> None:
    built = bundles.get_manifest()
    assert built is not None and bundles.find_missing_files() == []
    panels = {panel.id for panel in PANELS} - {"tokens"}
    parts = {"attachments", "branches", "edit", "find", "help", "markdown", "resume", "value"}
    widgets = {"run", "batch", "compare", "history", "offline", "app", "dashboard"}
    assert set(built.modules) == {*widgets, *parts, *panels}, (
        "if they are named right, `make assets` builds them"
    )
    assert all("frame.js" in files and files[-1] == f"{name}.js" for name, files in built.modules.items())


def test_each_view_holds_a_loader_and_the_frame_is_small() -> None:
    assert len(bundles.make_loader_script().encode()) <= 1_700
    assert sum(len(text.encode()) for text in bundles.read_module_files(["run"]).values()) <= 150_000


def test_what_is_shared_is_in_one_file() -> None:
    texts = bundles.read_module_files(bundles.get_manifest().modules)  # type: ignore[union-attr]
    of_preact = [file for file, text in texts.items() if "__k" in text and "shouldComponentUpdate" in text]
    assert of_preact == ["frame.js"]
