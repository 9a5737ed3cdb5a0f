"""The build hook: every distribution carries the front end ready-made.

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
