"""What users may rely on, and what the parts of the package may know of each other."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from langgraph.checkpoint.memory import InMemorySaver

import lg_jupyter
from tests.graphs import INPUTS, build

PACKAGE = Path(lg_jupyter.__file__).parent

NAMES = [
    "App",
    "Batch",
    "Checkpoints",
    "Code",
    "Comparison",
    "Frames",
    "InputError",
    "LgJupyterError",
    "ModeError",
    "Run",
    "RunError",
    "RunWidget",
    "SavedRunError",
    "Server",
    "ServerError",
    "Structure",
    "TargetError",
    "UsageError",
    "__version__",
    "app",
    "compare",
    "concat",
    "join",
    "last_run",
    "load",
    "load_ipython_extension",
    "map",
    "stream",
    "unload_ipython_extension",
    "wait_all",
]

LAYERS = [
    ["errors"],
    ["events"],
    ["text"],
    ["kernel"],
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
    ["api", "batch", "comparison"],
    ["apps"],
    ["magic"],
]
"""Each may import of its own row and of those above it: the packages, and the modules of the top floor."""


def test_the_public_names_are_these():
    assert lg_jupyter.__all__ == NAMES
    assert sorted(dir(lg_jupyter)) == NAMES
    for name in NAMES:
        getattr(lg_jupyter, name)


async def test_what_public_functions_return_has_a_public_name():
    run = await lg_jupyter.stream(build("steps", InMemorySaver()), INPUTS["steps"], display=False)
    returned = {
        "App": lg_jupyter.app(build("steps")),
        "Batch": lg_jupyter.map(build("steps"), [INPUTS["steps"]], display=False),
        "Checkpoints": run.checkpoints,
        "Code": run.code(),
        "Comparison": lg_jupyter.compare(run, run),
        "Frames": run.frames,
        "Run": run.replay(None, display=False),
        "RunWidget": run.panel("state"),
    }
    for name, value in returned.items():
        assert isinstance(value, getattr(lg_jupyter, name)), name
    assert set(run.structure()) == set(lg_jupyter.Structure.__annotations__)  # which is a typed dict
    await returned["Batch"]
    await returned["Run"]


def test_ipython_shows_our_errors_in_one_line(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    shell = InteractiveShell()
    result = shell.run_cell("import lg_jupyter\nlg_jupyter.stream({}, 5)")
    assert isinstance(result.error_in_exec, lg_jupyter.TargetError)
    assert capsys.readouterr().out.strip() == f"TargetError: {result.error_in_exec}"


def test_a_name_that_is_not_there_is_said_so():
    with pytest.raises(AttributeError, match="has no attribute 'steam'"):
        lg_jupyter.steam  # noqa: B018


def test_the_parameters_of_stream_are_these():
    signature = inspect.signature(lg_jupyter.stream)
    assert list(signature.parameters) == [
        "target",
        "input",
        "modes",
        "subgraphs",
        "thread_id",
        "config",
        "context",
        "display",
        "thread",
        "name",
        "save",
        "tags",
        "nodes",
        "before",
        "after",
        "multitask",
        "durability",
        "detach",
        "think_tags",
    ]
    assert [name for name, p in signature.parameters.items() if p.kind is not p.KEYWORD_ONLY] == [
        "target",
        "input",
    ]


async def test_a_run_has_what_it_is_promised_to_have():
    promised = """
        status output error interrupts run_id thread_id usage trace frames name source request note exception
        done wait cancel subscribe to_pandas to_arrow save load replay to_parquet to_otel code show resume
        checkpoints fetch_checkpoints fork parent branches drain drains join
    """
    run = await lg_jupyter.stream(build("steps"), INPUTS["steps"], display=False)
    for name in promised.split():
        assert hasattr(run, name)
    for name, member in inspect.getmembers(lg_jupyter.Run):
        if not name.startswith("_"):
            assert inspect.getdoc(member), f"Run.{name} says nothing of itself"


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
    assert {"runtime.execution", "widgets.display", "widgets.run"} <= imports("run")  # in functions, in types
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
