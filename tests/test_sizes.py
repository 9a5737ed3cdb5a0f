"""How long what one reads at a time may be: files, functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import lg_jupyter

PACKAGE = Path(lg_jupyter.__file__).parent
LONGEST_FILE = 400
LONGEST_FUNCTION = 60
"""Lines, of a function without those of its docstring."""


def functions(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            if body:
                assert body[-1].end_lineno
                yield node.name, body[-1].end_lineno - body[0].lineno + 1


def test_each_file_and_function_can_be_seen() -> None:
    paths = list(PACKAGE.rglob("*.py"))
    assert len(paths) > 100
    sources = {path.relative_to(PACKAGE): path.read_text("utf-8") for path in paths}
    assert [path for path, source in sources.items() if source.count("\n") > LONGEST_FILE] == []
    bodies = [(path, *body) for path, source in sources.items() for body in functions(ast.parse(source))]
    assert [body for body in bodies if body[-1] > LONGEST_FUNCTION] == []
