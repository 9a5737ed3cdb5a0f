"""The files of the front end, which ``js/build.py`` builds: a loader, and the modules that it loads.

A widget's state holds the loader alone. Its module's address is the *release*, a digest of all files, and a
name: what two versions of the package show on one page never mixes.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import NamedTuple

from lg_jupyter.errors import UsageError

ASSETS_FOLDER = Path(__file__).parents[1] / "assets"

LOADER_FILE = "loader.js"
"""What the state of each widget holds as its script."""

MANIFEST_FILE = "modules.json"
"""Which modules there are, and of which files each is made."""

_NOT_BUILT_SCRIPT = """
export default {
  render({ el }) {
    el.textContent =
      "The front end of lg_jupyter is not built: run `make assets` in its checkout, then restart " +
      "the kernel. The run goes on; its record follows when it ends.";
  },
};
"""


class BundleManifest(NamedTuple):
    """What was built.

    Attributes
    ----------
    release
        The digest of all files.
    modules
        The files of each module by its name, each after those that it imports; the last is its own.
    """

    release: str
    modules: dict[str, list[str]]

    @property
    def all_files(self) -> list[str]:
        """All files of modules, each once."""
        return sorted({file for files in self.modules.values() for file in files})


# Text, not paths: anywidget watches a path for as long as the kernel lives, and with it holds every widget.


def make_loader_script() -> str:
    """The script of each widget; if the front end is not built, one that says so."""
    return _NOT_BUILT_SCRIPT if find_missing_files() else _read_asset(LOADER_FILE)


def format_module_address(name: str) -> str:
    """Where a page finds a module: the release and the module's name."""
    built = get_manifest()
    return f"{built.release}/{name}" if built else ""


def get_manifest() -> BundleManifest | None:
    """What was built when this kernel first looked; ``None`` if nothing was."""
    return _read_manifest(ASSETS_FOLDER)


@functools.cache
def _read_manifest(assets: Path) -> BundleManifest | None:
    path = assets / MANIFEST_FILE
    return BundleManifest(**json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None


def parse_release_file_name(release_and_file: str) -> str | None:
    """The file that a page has at ``release/file``, if it is of this release."""
    built, (release, _, file) = get_manifest(), release_and_file.partition("/")
    return file if built and release == built.release else None


def find_missing_files() -> list[str]:
    """The files that are not built."""
    built = get_manifest()
    names = [LOADER_FILE, MANIFEST_FILE, *(built.all_files if built else ())]
    return [name for name in names if not (ASSETS_FOLDER / name).is_file()]


def read_module_files(names: Iterable[str], without: Collection[str | None] = ()) -> dict[str, str]:
    """The texts of modules by file, each after those that it imports, but for the files that a page has.

    Raises
    ------
    UsageError
        If there is no such module, none is built, or all were built anew since this kernel first looked.
    """
    built = get_manifest()
    if built is None:
        raise UsageError("The front end is not built: run `make assets` in its checkout.")
    for name in names:
        if name not in built.modules:
            known = ", ".join(built.modules)
            raise UsageError(f"There is no module {name!r} of the front end; there are {known}.")
    wanted = dict.fromkeys(file for name in names for file in built.modules[name] if file not in without)
    texts = _read_release_files(ASSETS_FOLDER) if wanted else {}
    return {file: texts[file] for file in wanted}


@functools.cache
def _read_release_files(assets: Path) -> dict[str, str]:
    """All files of the release, read at once: one of another release would not fit those that a page has."""
    built = _read_manifest(assets)
    assert built is not None
    texts = {file: _read_asset(file) for file in built.all_files if (assets / file).is_file()}
    if compute_content_hash(texts) != built.release:
        raise UsageError("The front end was built anew since this kernel started: restart the kernel.")
    return texts


def compute_content_hash(texts: dict[str, str]) -> str:
    """The digest of files, as ``js/scripts/build.mjs`` computes it."""
    digest = hashlib.sha256()
    for file, text in sorted(texts.items()):
        digest.update(f"{file}\0{text}\0".encode())
    return digest.hexdigest()[:12]


def _read_asset(name: str) -> str:
    return (ASSETS_FOLDER / name).read_text(encoding="utf-8")
