"""What stays when modules are loaded anew: what is compared by identity, and classes by their names."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from importlib import reload
from pathlib import Path
from types import ModuleType

import pytest

import lg_jupyter
from lg_jupyter.kernel.module_reload import keep_across_reloads

MODULES = {path: ast.parse(path.read_text()) for path in Path(lg_jupyter.__file__).parent.rglob("*.py")}

MODULE = """\
from lg_jupyter.kernel.module_reload import InstanceCheckByName
class Known(metaclass=InstanceCheckByName): ...
class Other(metaclass=InstanceCheckByName): ...
class Inner(Known): ...
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    (tmp_path / "to_be_loaded_anew.py").write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    import to_be_loaded_anew

    yield to_be_loaded_anew
    del sys.modules["to_be_loaded_anew"]


def compared_by_identity() -> set[str]:
    """The constants that some module compares by ``is``."""
    return {
        side.id
        for tree in MODULES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare) and any(isinstance(how, (ast.Is, ast.IsNot)) for how in node.ops)
        for side in (node.left, *node.comparators)
        if isinstance(side, ast.Name) and side.id.isupper()
    }


def constants() -> Iterator[tuple[str, ast.expr]]:
    """Those of all modules, each with what makes it."""
    for tree in MODULES.values():
        for node in tree.body:
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                yield from ((each.id, node.value) for each in targets if isinstance(each, ast.Name))


def test_what_is_compared_by_identity_is_kept() -> None:
    compared = compared_by_identity()
    assert {"UNSET", "_MISSING"} <= compared
    made = [ast.unparse(value) for name, value in constants() if name in compared]
    names = [value.partition(",")[0] for value in made]
    assert all(value.startswith("keep_across_reloads(") for value in made) and len(set(names)) == len(
        names
    ) >= len(compared)


def test_the_first_object_of_a_name_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lg_jupyter.kernel.module_reload._objects_by_name", {})
    first = object()
    assert keep_across_reloads("one", first) is first
    assert keep_across_reloads("one", object()) is first
    assert keep_across_reloads("another", None) is None


def test_an_object_is_known_when_its_class_was_loaded_anew(module: ModuleType) -> None:
    old, of_inner, other = module.Known(), module.Inner(), module.Other()
    again = reload(module)
    assert type(old) is not again.Known
    assert isinstance(old, again.Known) and isinstance(again.Known(), again.Known)
    assert (
        isinstance(of_inner, again.Inner)
        and isinstance(of_inner, again.Known)
        and not isinstance(old, again.Inner)
    )
    assert not isinstance(other, again.Known) and not isinstance(None, again.Known)
