"""The build hook: every distribution carries the front end ready-made.

With the front end's sources (``js/``) it is built first, unless ``lg_jupyter/assets`` already holds what
these sources give; so a source distribution, which carries both, installs with no Node.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WIDGETS = ("widget", "batch", "compare", "form")
FRONT_END = (
    *(f"{widget}.{kind}" for widget in WIDGETS for kind in ("js", "css")),
    "graph_layout.js",
    "steering.js",
)


class FrontEndHook(BuildHookInterface[Any]):
    def dependencies(self) -> list[str]:
        front_end = self.front_end()
        return front_end.requirements() if front_end else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        front_end = self.front_end()
        if front_end:
            front_end.build()
        for name in FRONT_END:
            if not Path(self.root, "lg_jupyter", "assets", name).is_file():
                raise FileNotFoundError(f"lg_jupyter/assets/{name} is not built, and js/ is not here")

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
