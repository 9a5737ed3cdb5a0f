"""Compile and run what the user wrote: the cell's body, the target, the values of options."""

from __future__ import annotations

import ast
import builtins
import inspect
import linecache
import sys
from collections.abc import Coroutine
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import Any, TypeAlias, TypeVar

from lg_jupyter.errors import UsageError
from lg_jupyter.magic.line_parsing import PythonExpression
from lg_jupyter.spelling import find_nearest_name

T = TypeVar("T")

Shell: TypeAlias = Any
"""``IPython.core.interactiveshell.InteractiveShell``, whose types differ between the supported releases."""


class CellSyntaxError(UsageError):
    """The cell's body is no Python. Shown as IPython shows a syntax error, without a stack."""

    def __init__(self, error: SyntaxError, shell: Shell) -> None:
        super().__init__(f"{error.msg} (line {error.lineno} of the cell)")
        self._traceback_lines: list[str] = shell.SyntaxTB.structured_traceback(type(error), error, [])

    def _render_traceback_(self) -> list[str]:
        return self._traceback_lines


@dataclass(frozen=True)
class CallingCode:
    """The code that uses the magic: its namespace, in which everything typed is evaluated, and its file."""

    globals: dict[str, Any]
    locals: dict[str, Any]
    filename: str
    user_ns: dict[str, Any]  # where a variable that is to stay is assigned

    @classmethod
    def from_frame(cls, frame: FrameType, shell: Shell) -> CallingCode:
        user_ns = shell.user_ns if frame.f_globals is shell.user_global_ns else frame.f_globals
        filename = frame.f_code.co_filename
        if frame.f_code.co_flags & inspect.CO_OPTIMIZED:
            # A function's. One dictionary, or a comprehension in an expression would not see its locals.
            merged = {**frame.f_globals, **user_ns, **frame.f_locals}
            return cls(merged, merged, filename, user_ns)
        return cls(frame.f_globals, frame.f_locals, filename, user_ns)

    @classmethod
    def from_ipython(cls, shell: Shell) -> CallingCode:
        """Whoever called IPython, which called us."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and _get_frame_package(frame) in ("lg_jupyter", "IPython"):
            frame = frame.f_back
        assert frame is not None
        return cls.from_frame(frame, shell)


def _get_frame_package(frame: FrameType) -> str:
    name: str = frame.f_globals.get("__name__", "")
    return name.partition(".")[0]


@dataclass(frozen=True)
class CompiledCode:
    """Compiled source; the value of its last part is the value of the whole."""

    code_objects: tuple[CodeType, ...]

    @property
    def needs_await(self) -> bool:
        return any(_is_coroutine_code(part) for part in self.code_objects)

    async def run_code(self, caller: CallingCode) -> Any:
        __tracebackhide__ = True
        value = None
        for part in self.code_objects:
            value = eval(part, caller.globals, caller.locals)
            if _is_coroutine_code(part):
                value = await value
        return value


def run_coroutine_without_loop(coroutine: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that has nothing to wait for."""
    __tracebackhide__ = True
    try:
        coroutine.send(None)
    except StopIteration as stop:
        result: T = stop.value
        return result
    coroutine.close()
    raise RuntimeError("a coroutine that should not wait did")


def _is_coroutine_code(code: CodeType) -> bool:
    return bool(code.co_flags & inspect.CO_COROUTINE)


# ---------------------------------------------------------------------------------------------
# The body


def compile_cell_body(shell: Shell, line: str, cell: str, caller: CallingCode) -> CompiledCode | None:
    """The body of a ``%%lgstream`` cell; ``None`` of one with nothing but blanks and comments.

    Raises
    ------
    UsageError
        If it is no Python, or does not end in an expression.
    """
    filename, lines_before = _cache_source_for_tracebacks(shell, line, cell, caller)
    try:
        # ``lines_before`` newlines make the line numbers those of the cell, also in a syntax error.
        tree = shell.compile.ast_parse("\n" * lines_before + cell, filename)
        if not tree.body:
            return None
        _validate_is_expression(tree.body[-1])
        tree = shell.transform_ast(tree)
        return _compile_statements(shell, tree, filename)
    except SyntaxError as error:
        raise CellSyntaxError(error, shell) from None


def _compile_statements(shell: Shell, tree: ast.Module, filename: str) -> CompiledCode:
    *statements, last = tree.body
    assert isinstance(last, ast.Expr)
    parts = [_compile_tree(shell, ast.Expression(last.value), filename, "eval")]
    if statements:
        parts.insert(0, _compile_tree(shell, ast.Module(statements, []), filename, "exec"))
    return CompiledCode(tuple(parts))


def _compile_tree(shell: Shell, tree: ast.AST, filename: str, mode: str) -> CodeType:
    with shell.compile.extra_flags(ast.PyCF_ALLOW_TOP_LEVEL_AWAIT):
        code: CodeType = shell.compile(tree, filename, mode)
    return code


def _validate_is_expression(last: ast.stmt) -> None:
    if isinstance(last, ast.Expr):
        return
    hint = ""
    if isinstance(last, ast.Assign | ast.AnnAssign | ast.AugAssign):
        target = last.targets[-1] if isinstance(last, ast.Assign) else last.target
        hint = f", such as `{ast.unparse(target)}`"
    raise UsageError(
        "the cell's last statement must be the input, but line "
        f"{last.lineno} is no expression; add a last line with the input{hint}"
    )


def _cache_source_for_tracebacks(shell: Shell, line: str, cell: str, caller: CallingCode) -> tuple[str, int]:
    """Let tracebacks show the cell as it was typed.

    Returns the file name under which ``linecache`` holds it, and how many lines stand before the body.
    """
    text, number, typed = f"%%lgstream {line}\n{cell}", shell.execution_count, False
    result = shell.displayhook.exec_result  # of the cell that is running, unless another ran inside it
    if result is not None:
        number = result.execution_count
        typed = result.info.raw_cell.rstrip().endswith(cell.rstrip())
    if typed:  # the body may also stand under `%%time`
        text = result.info.raw_cell
    lines_before = text.rstrip().removesuffix(cell.rstrip()).count("\n")
    filename: str = shell.compile.cache(text, number, raw_code=text)
    if typed and shell.compile.format_code_name(caller.filename):
        linecache.cache[caller.filename] = linecache.cache[filename]
    return filename, lines_before


# ---------------------------------------------------------------------------------------------
# Expressions


def compile_expression(shell: Shell, expression: PythonExpression) -> CompiledCode:
    """The target, or the value of an option.

    Raises
    ------
    UsageError
        If it is no Python expression.
    """
    filename = _make_filename(expression)
    source = expression.source
    linecache.cache[filename] = (len(source), None, [f"{source}\n"], filename)
    try:
        tree = ast.parse(source, filename, mode="eval")
        return CompiledCode((_compile_tree(shell, tree, filename, "eval"),))
    except SyntaxError as error:
        raise UsageError(
            f"{expression.where_given} is no Python expression: `{source}` ({error.msg})"
        ) from None


async def evaluate_expression(code: CompiledCode, expression: PythonExpression, caller: CallingCode) -> Any:
    """The value of a compiled expression.

    Raises
    ------
    UsageError
        If a name or an attribute in it does not exist. Whatever else the expression raises is the user's own.
    """
    __tracebackhide__ = True
    try:
        return await code.run_code(caller)
    except (NameError, AttributeError) as error:
        if _get_raising_filename(error) != _make_filename(expression) or not error.name:
            raise
        if isinstance(error, AttributeError):
            names, sentence = dir(error.obj), str(error)
        else:
            names, sentence = [*caller.locals, *dir(builtins)], f"name '{error.name}' is not defined"
        near = _find_similar_public_name(error.name, names)
        hint = f"; did you mean '{near}'?" if near else ""
        raise UsageError(f"{sentence} ({expression.where_given}){hint}") from None


def _make_filename(expression: PythonExpression) -> str:
    return f"<%lgstream {expression.where_given}>"


def _get_raising_filename(error: BaseException) -> str | None:
    """The file whose code raised it."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    return traceback.tb_frame.f_code.co_filename if traceback is not None else None


def _find_similar_public_name(name: str, names: list[str]) -> str | None:
    visible = [other for other in names if not other.startswith("_")]
    return find_nearest_name(name, visible)
