"""The front end as the one script of a page: its modules, one after the other, each in a function of its own.

A page of its own has no place to load modules from: ``blob:`` and ``data:`` are more than it should allow its
scripts. The build's files are made so that they can be put together as text: imports of other files at the
beginning, one list of exports at the end, whose values never change (``js/tests/build/front.test.mjs``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from lg_jupyter.widgets import bundles

_IMPORT_PATTERN = re.compile(r'import(?:\{([^}]*)\}from)?"\./([\w-]+\.js)";')
_EXPORT_PATTERN = re.compile(r"export\{([^}]*)\};?\s*$")

_EXPORTS_VARIABLE = "lgJupyterFiles"
"""What holds the exports of each file: a name that no file has, for minifiers give short ones."""

ENTRY_MODULE = "offline"
"""The module that shows saved views."""


def make_page_script(module_names: Iterable[str]) -> str:
    """The script of a page that holds views of these modules.

    Raises
    ------
    UsageError
        If the front end is not built.
    """
    built = bundles.get_manifest()
    drawn = {"run", *module_names}  # a batch opens runs
    every = bundles.read_module_files(built.modules if built else [ENTRY_MODULE])
    assert built is not None
    names = [name for name in built.modules if name in drawn or not _is_widget_module(every[f"{name}.js"])]
    files = bundles.read_module_files(names)
    parts = [_wrap_as_function(file, text) for file, text in files.items()]
    modules = ",".join(
        f"{json.dumps(name)}:{_EXPORTS_VARIABLE}[{json.dumps(f'{name}.js')}]" for name in names
    )
    begin = f'{_EXPORTS_VARIABLE}["{ENTRY_MODULE}.js"].openPage({{{modules}}},{json.dumps(built.release)});'
    return escape_script("\n".join([f"const {_EXPORTS_VARIABLE}={{}};", *parts, begin]))


def _is_widget_module(text: str) -> bool:
    """Whether a module draws a whole view; all others may come to be needed by one."""
    found = _EXPORT_PATTERN.search(text)
    return found is not None and "begin" in re.split(r"[ ,]", found[1])


def _wrap_as_function(file: str, text: str) -> str:
    """A file as a function that gives its exports."""
    imports = []
    while (found := _IMPORT_PATTERN.match(text)) is not None:
        names, other = found.groups()
        if names:
            imports.append(f"const{{{_format_members(names)}}}={_EXPORTS_VARIABLE}[{json.dumps(other)}];")
        text = text[found.end() :]
    found = _EXPORT_PATTERN.search(text)
    exports = _format_members(found[1], exported=True) if found else ""
    body = text[: found.start()] if found else text
    return (
        f"{_EXPORTS_VARIABLE}[{json.dumps(file)}]=(()=>{{{''.join(imports)}{body}\nreturn{{{exports}}}}})();"
    )


def _format_members(names: str, *, exported: bool = False) -> str:
    """``a as b,c`` as members of an object: of what is imported ``a:b,c``, of what is exported ``b:a,c``."""
    pairs = [name.strip().split(" as ") for name in names.split(",") if name.strip()]
    turned = [pair[::-1] if exported else pair for pair in pairs]
    return ",".join(":".join(pair) for pair in turned)


def escape_script(script: str) -> str:
    """A script, or JSON, without what would end it or hide its end in HTML; its texts say the same."""
    return re.sub(r"<(?=/script|!--)", r"\\u003c", script, flags=re.IGNORECASE)
