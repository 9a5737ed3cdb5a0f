"""The IPython extension: ``%load_ext lg_jupyter``."""

from __future__ import annotations

from lg_jupyter.magic.magic import load_magic as load_ipython_extension
from lg_jupyter.magic.magic import unload_magic as unload_ipython_extension

__all__ = ["load_ipython_extension", "unload_ipython_extension"]
