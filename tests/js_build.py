"""``js/build.py`` as a module: it knows where Node is."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

JS = Path(__file__).resolve().parents[1] / "js"


def js_build(folder: Path = JS) -> ModuleType:
    """The build script of this front end, or of another ``folder``."""
    spec = importlib.util.spec_from_file_location("js_build", folder / "build.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
