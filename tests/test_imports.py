"""What the parts of the package may know of each other: the layers of its imports."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import pytest

import lg_jupyter

PACKAGE = Path(lg_jupyter.__file__).parent

LAYERS = [
    ["errors", "spelling"],
    ["events"],
    ["text"],
    ["kernel"],
    ["config", "defaults"],
    ["secrets"],
    ["encode", "request"],
    ["sources", "adapter"],
    ["tables"],
    ["runtime"],
    ["exports"],
    ["panels"],
    ["record", "terminal"],
    ["widgets"],
    ["run"],
    ["api", "batch", "comparison", "threads"],
    ["histories", "servers"],
    ["apps", "watching"],
    ["dashboards"],
    ["magic", "pytest_plugin"],
]
"""Each may import of its own row and of those above it: the packages, and the modules of the top floor."""


@cache
def modules() -> dict[str, Path]:
    """The package's modules, by their names inside it."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix("__init__").rstrip(".")
        if name:
            found[name] = path
    return found


def layer(module: str) -> int:
    fitting = [
        (len(part), number)
        for number, parts in enumerate(LAYERS)
        for part in parts
        if module == part or module.startswith(f"{part}.")
    ]
    assert fitting, f"{module} stands in no layer: put it where it belongs, above"
    return max(fitting)[1]


@cache
def imports(module: str) -> frozenset[str]:
    """What a module imports of the package: also inside functions, also for type checkers alone."""
    found = set()
    for node in ast.walk(ast.parse(modules()[module].read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module} imports by a relative name"
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name.partition(".")[2] in modules() else node.module for name in whole}
    inside = {name.partition(".")[2] for name in found if name.startswith("lg_jupyter.")}
    return frozenset(inside - {module})


def circle(names: Iterable[str], imported: Callable[[str], Iterable[str]]) -> list[str]:
    """Those of the names that import each other in a circle; none if there is no such."""
    seen: set[str] = set()

    def follow(module: str, path: list[str]) -> list[str]:
        if module in path:
            return path[path.index(module) :]
        if module in seen:
            return []
        seen.add(module)
        return next(filter(None, (follow(each, [*path, module]) for each in sorted(imported(module)))), [])

    return next(filter(None, (follow(name, []) for name in names)), [])


@pytest.mark.parametrize("module", modules())
def test_imports_point_one_way(module):
    for imported in imports(module):
        assert layer(imported) <= layer(module), f"{module} imports {imported}"


def packages_imported(package: str) -> set[str]:
    """What the modules of a package import of the others; a module of the top floor is one by itself."""
    inside = [module for module in modules() if module.split(".")[0] == package]
    return {name.split(".")[0] for module in inside for name in imports(module)} - {package}


def test_nothing_imports_in_a_circle():
    assert circle(modules(), imports) == []
    assert circle({module.split(".")[0] for module in modules()}, packages_imported) == []


def test_the_tests_of_imports_see_them():
    assert {"errors", "events.events", "sources.base"} <= imports("sources.local.source")
    assert {"widgets.display", "widgets.run"} <= imports("widgets.run_display")  # in functions, in types
    assert layer("sources.local") < layer("tables.trace") < layer("run") < layer("magic.options")
    back = {"events.events": ["run"]}
    assert {"events.events", "run"} <= {
        *circle(modules(), lambda module: back.get(module) or imports(module))
    }


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        (
            "import lg_jupyter",
            {"langgraph", "langchain_core", "pandas", "rich", "IPython", "httpx", "orjson"},
        ),
        ("from lg_jupyter import stream, Run", {"langgraph", "langchain_core", "pandas", "rich", "IPython"}),
        ("import lg_jupyter.magic", {"langgraph", "langchain_core", "pandas", "rich", "httpx"}),
    ],
)
def test_importing_takes_no_more_than_it_needs(statement, absent):
    code = f"import sys; {statement}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not absent & set(loaded)


def test_the_adapter_alone_knows_langgraphs_parts():
    for module, path in modules().items():
        if module.startswith(("tables", "exports.frames", "record", "run", "widgets", "magic")):
            assert "langgraph_" not in path.read_text(), f"{module} names a key of LangGraph's metadata"
