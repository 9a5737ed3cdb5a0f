"""Let a cell await ``%lgstream``: the input transformer.

IPython turns ``%lgstream graph`` into ``get_ipython().run_line_magic('lgstream', 'graph')``, a plain call
that can only block. Where ``await`` is legal this transformer makes it::

    (await get_ipython().magics_manager.registry['LgstreamMagics'].as_statement.run_line_magic(
        'lgstream', 'graph'))

so that the run shares the kernel's own event loop with the rest of the notebook. Elsewhere the plain call
stays, and blocks.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

MAGIC_NAME = "lgstream"
MAGICS_REGISTRY_KEY = "LgstreamMagics"
"""The class under which IPython registers the magic."""

_IPYTHON_MAGIC_METHODS = ("run_line_magic", "run_cell_magic")
_REGISTERED_MAGIC_EXPRESSION = f".magics_manager.registry[{MAGICS_REGISTRY_KEY!r}]"


class AwaitTransformer:
    """An entry of ``input_transformers_post``."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell

    def __call__(self, lines: list[str]) -> list[str]:
        source = "".join(lines)
        if MAGIC_NAME not in source:
            return lines
        return add_await_to_magic_calls(source, top_level=can_cell_await(self.shell)).splitlines(
            keepends=True
        )


def add_await_to_magic_calls(source: str, *, top_level: bool) -> str:
    """``source`` with the magic's calls awaited wherever the grammar allows it.

    ``top_level`` says whether the cell itself may await; the body of an ``async def`` always may.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):  # IPython reports it better than we would
        return source
    finder = _MagicCallFinder(top_level)
    finder.visit(tree)
    return _insert_texts(source, finder.insertions)


def can_cell_await(shell: InteractiveShell) -> bool:
    """Whether the cell that is being transformed now will run on an event loop of asyncio's.

    Magics like ``%%time`` transform and run code in the middle of a cell, ``shell.run_cell`` may be called
    by code that a loop is running: both are synchronous, and an ``await`` in them would break.
    """
    from IPython.core.async_helpers import _asyncio_runner

    if not shell.autoawait or shell.loop_runner is not _asyncio_runner:
        return False
    return not is_called_from_cell() and not (is_loop_running() and _is_called_from_shell_method("_run_cell"))


def is_called_from_cell() -> bool:
    """Whether the caller was called, without a task in between, by the code of a cell."""
    return _is_called_from_shell_method("run_code")


def is_loop_running() -> bool:
    """Whether this thread is inside an event loop."""
    asyncio = sys.modules.get("asyncio")
    return asyncio is not None and asyncio._get_running_loop() is not None


def _is_called_from_shell_method(method: str) -> bool:
    from IPython.core.interactiveshell import InteractiveShell

    code = getattr(InteractiveShell, method).__code__
    return any(frame.f_code is code for frame in _iter_calling_frames())


def _iter_calling_frames() -> Iterator[FrameType]:
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        yield frame
        frame = frame.f_back


class _MagicCallFinder(ast.NodeVisitor):
    """Collects ``(line, byte column, text to insert)`` for each call that can be awaited."""

    def __init__(self, is_await_allowed: bool) -> None:
        self.is_await_allowed = is_await_allowed
        self.insertions: list[tuple[int, int, str]] = []

    def visit_Call(self, node: ast.Call) -> None:
        self._visit_magic_call(node, is_statement=False)

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Call):
            self._visit_magic_call(node.value, is_statement=True)
        else:
            self.generic_visit(node)

    def _visit_magic_call(self, node: ast.Call, *, is_statement: bool) -> None:
        getter = _find_get_ipython_call(node)
        if getter is None or not self.is_await_allowed:
            self.generic_visit(node)
            return
        # Where nobody takes the value there must be none, or IPython would show it.
        awaited = f"{_REGISTERED_MAGIC_EXPRESSION}.{'as_statement' if is_statement else 'awaited'}"
        self._add_insertion(node.lineno, node.col_offset, "(await ")
        self._add_insertion(getter.end_lineno, getter.end_col_offset, awaited)
        self._add_insertion(node.end_lineno, node.end_col_offset, ")")
        self._visit_all(node.args)

    def _add_insertion(self, line: int | None, column: int | None, text: str) -> None:
        assert line is not None
        assert column is not None
        self.insertions.append((line, column, text))

    # A scope of its own: what is evaluated outside keeps the answer, the body has a new one.

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._visit_function(node, is_await_allowed=False)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._visit_function(node, is_await_allowed=True)

    def _visit_function(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef, *, is_await_allowed: bool
    ) -> None:
        self._visit_all(node.decorator_list)
        self._visit_defaults(node.args)
        self._visit_with_await_allowed(node.body, is_await_allowed)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._visit_defaults(node.args)
        self._visit_with_await_allowed([node.body], False)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._visit_all([*node.decorator_list, *node.bases, *node.keywords])
        self._visit_with_await_allowed(node.body, False)

    def _visit_comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
    ) -> None:
        # Only the first iterable is evaluated outside; an await anywhere else changes what the whole is.
        first, *others = node.generators
        self.visit(first.iter)
        self._visit_with_await_allowed(
            [n for n in ast.iter_child_nodes(node) if n not in node.generators], False
        )
        self._visit_with_await_allowed([first.target, *first.ifs, *others], False)

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _visit_comprehension

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Text, and before Python 3.12 positions in it are wrong."""

    def visit_TemplateStr(self, node: ast.AST) -> None:
        """Text, as in an f-string."""

    def _visit_defaults(self, arguments: ast.arguments) -> None:
        self._visit_all([*arguments.defaults, *(d for d in arguments.kw_defaults if d is not None)])

    def _visit_with_await_allowed(
        self, nodes: list[ast.AST] | list[ast.stmt] | list[ast.expr], is_await_allowed: bool
    ) -> None:
        outer, self.is_await_allowed = self.is_await_allowed, is_await_allowed
        self._visit_all(nodes)
        self.is_await_allowed = outer

    def _visit_all(self, nodes: list[ast.AST] | list[ast.stmt] | list[ast.expr]) -> None:
        for node in nodes:
            self.visit(node)


def _find_get_ipython_call(node: ast.Call) -> ast.Call | None:
    """The ``get_ipython()`` of a call of our magic, ``None`` of any other call."""
    match node:
        case ast.Call(
            func=ast.Attribute(
                value=ast.Call(func=ast.Name(id="get_ipython"), args=[], keywords=[]) as getter,
                attr=method,
            ),
            args=[ast.Constant(value=name), _, *_],
            keywords=[],
        ) if method in _IPYTHON_MAGIC_METHODS and name == MAGIC_NAME:
            return getter
    return None


def _insert_texts(source: str, insertions: list[tuple[int, int, str]]) -> str:
    """Insert at positions as ``ast`` counts them: lines from 1, columns in bytes of UTF-8."""
    lines = _split_lines(source.encode())
    for line, column, text in sorted(insertions, reverse=True):
        whole = lines[line - 1]
        lines[line - 1] = whole[:column] + text.encode() + whole[column:]
    return b"".join(lines).decode()


def _split_lines(source: bytes) -> list[bytes]:
    """The lines as Python counts them, unlike ``str.splitlines``, which also splits at form feeds."""
    return re.findall(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", source)
