"""The build hook: every distribution carries the front end ready-made.

A wheel has the files of the front end twice: in the package, from where kernels send them, and in the
labextension of JupyterLab, from where servers do; often these are different environments. They are built, and
stand in the source distribution, once.

With the front end's sources (``js/``) it is built first, unless ``lg_jupyter/assets`` already holds what
these sources give; so a source distribution, which carries both, installs with no Node.
"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LABEXTENSION = "share/jupyter/labextensions/lg-jupyter"


class FrontEndHook(BuildHookInterface[Any]):
    def dependencies(self) -> list[str]:
        front_end = self.front_end()
        return front_end.requirements() if front_end else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        front_end = self.front_end()
        if front_end:
            front_end.build()
        for name in self.files():
            if not Path(self.root, "lg_jupyter", "assets", name).is_file():
                raise FileNotFoundError(f"lg_jupyter/assets/{name} is not built, and js/ is not here")
        if self.target_name == "wheel" and version != "editable":  # `js/build.py --link` is for checkouts
            build_data["shared_data"].update(self.labextension())

    def labextension(self) -> dict[str, str]:
        """The files of the labextension, and where they belong."""
        described = json.loads(Path(self.root, "labextension", "package.json").read_text(encoding="utf-8"))
        manifest = Path(self.root, "lg_jupyter", "assets", "modules.json")
        release = json.loads(manifest.read_text(encoding="utf-8"))["release"]
        own = ["package.json", described["jupyterlab"]["_build"]["load"]]
        bundles = [name for name in self.files() if name.endswith(".js") and name != "loader.js"]
        return {
            **{f"labextension/{name}": f"{LABEXTENSION}/{name}" for name in own},
            **{f"lg_jupyter/assets/{name}": f"{LABEXTENSION}/static/{release}/{name}" for name in bundles},
        }

    def files(self) -> list[str]:
        """What a front end is made of: the manifest, the loader, and the modules that the manifest names."""
        manifest = Path(self.root, "lg_jupyter", "assets", "modules.json")
        modules = json.loads(manifest.read_text(encoding="utf-8"))["modules"] if manifest.is_file() else {}
        return ["modules.json", "loader.js", *{file for files in modules.values() for file in files}]

    def front_end(self) -> ModuleType | None:
        """``js/build.py`` as a module, or ``None`` where there are no sources to build from."""
        script = Path(self.root, "js", "build.py")
        if not script.is_file():
            return None
        spec = importlib.util.spec_from_file_location("front_end", script)
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
