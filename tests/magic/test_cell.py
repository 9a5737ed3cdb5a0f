"""The cell's body and the expressions in its line: compiled, run, and their errors placed in the cell."""

from __future__ import annotations

import asyncio
import traceback
from types import SimpleNamespace

import pytest

from lg_jupyter.errors import UsageError
from lg_jupyter.magic.evaluation import (
    CallingCode,
    CellSyntaxError,
    compile_cell_body,
    compile_expression,
    evaluate_expression,
    run_coroutine_without_loop,
)
from lg_jupyter.magic.line_parsing import PythonExpression


def caller(shell, local=None) -> CallingCode:
    """The notebook, or a function in it with these locals."""
    names = shell.user_ns if local is None else {**shell.user_ns, **local}
    return CallingCode(names, names, "<cell>", shell.user_ns)


def value_of(shell, body: str):
    code = compile_cell_body(shell, "graph", body, caller(shell))
    assert code is not None
    return run_coroutine_without_loop(code.run_code(caller(shell)))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("1", 1),
        ("1;", 1),
        ("# a comment\n{'a':\n   1}  # another\n\n# and one more\n", {"a": 1}),
        ("x = 1\nif x:\n    x += 1\n{'x': x}\n", {"x": 2}),
        ("import math\nfrom math import floor\nfloor(math.pi)", 3),
        ("def f(x):\n    return x\nf(2)", 2),
        ("import functools\n@functools.cache\ndef f():\n    return 3\nf()", 3),
        ("'''text\n%lgstream\n'''", "text\n%lgstream\n"),
        ("[y for y in range(2) if y != z]", [0]),
        ("'$z {z}'", "$z {z}"),
    ],
)
def test_the_last_expression_is_the_input(shell, body, expected) -> None:
    shell.user_ns["z"] = 1
    assert value_of(shell, body) == expected


def test_what_the_body_assigns_stays_in_the_notebook(shell) -> None:
    value_of(shell, "x = 1\ndef f(): return x + 1\nf()")
    assert shell.user_ns["x"] == 1
    assert shell.user_ns["f"]() == 2


async def test_the_body_may_await(shell) -> None:
    shell.user_ns["asyncio"] = asyncio
    code = compile_cell_body(
        shell, "graph", "loop = asyncio.get_running_loop()\nawait asyncio.sleep(0, 5)", caller(shell)
    )
    assert code is not None
    assert code.needs_await
    assert await code.run_code(caller(shell)) == 5
    assert shell.user_ns["loop"] is asyncio.get_running_loop()


@pytest.mark.parametrize("body", ["", "\n\n", "# only a comment\n"])
def test_an_empty_body(shell, body) -> None:
    assert compile_cell_body(shell, "graph", body, caller(shell)) is None


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("x = {'a': 1}", "line 2 is no expression; add a last line with the input, such as `x`$"),
        ("\nx: dict = {'a': 1}", "line 3 .* such as `x`$"),
        ("a = b = 1", "such as `b`$"),
        ("def f():\n    pass", "line 2 is no expression; add a last line with the input$"),
        ("1\nimport os", "line 3 is no expression"),
    ],
)
def test_a_body_that_ends_in_no_expression(shell, body, message) -> None:
    with pytest.raises(UsageError, match=message):
        compile_cell_body(shell, "graph", body, caller(shell))


@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        ("x = 1\n{'a' 1}", 3, "line 3 of the cell"),
        ("%time 1", 2, "invalid syntax"),
        ("return 1\n2", 2, "'return' outside function"),
    ],
)
def test_a_body_that_is_no_python(shell, body, line, message) -> None:
    with pytest.raises(CellSyntaxError, match=message) as raised:
        compile_cell_body(shell, "graph", body, caller(shell))
    shown = "".join(raised.value._render_traceback_())
    assert f"line {line}" in shown
    assert body.split("\n")[line - 2] in shown
    assert "SyntaxError" in shown
    assert "lg_jupyter" not in shown


def test_tracebacks_point_into_the_cell(shell) -> None:
    with pytest.raises(ZeroDivisionError) as raised:
        value_of(shell, "x = 0\n# comment\n{'a':\n    1 / x}\n")
    last = traceback.extract_tb(raised.value.__traceback__)[-1]
    assert last.lineno == 5
    assert last.line == "1 / x}"
    assert shell.compile.format_code_name(last.filename)[0] == "Cell"


def test_ast_transformers_of_the_user_apply(shell) -> None:
    class Doubler:
        def visit(self, node):
            import ast

            for child in ast.walk(node):
                if isinstance(child, ast.Constant):
                    child.value *= 2
            return node

    shell.ast_transformers.append(Doubler())
    assert value_of(shell, "21") == 42


# ---------------------------------------------------------------------------------------------
# Expressions


def evaluated(shell, source: str, local=None):
    expression = PythonExpression(source, "the target")
    code = compile_expression(shell, expression)
    return run_coroutine_without_loop(evaluate_expression(code, expression, caller(shell, local)))


def test_an_expression_sees_the_notebook_and_the_function_around_it(shell) -> None:
    shell.user_ns["x"] = 1
    assert evaluated(shell, "x") == 1
    assert evaluated(shell, "[x + y for _ in range(2)]", {"y": 2}) == [3, 3]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("grph", r"^name 'grph' is not defined \(the target\); did you mean 'graph'\?$"),
        ("make(nothing_like_it)", r"^name 'nothing_like_it' is not defined \(the target\)$"),
        ("true", "did you mean 'True'"),
        ("joke.grap", r"^.* has no attribute 'grap' \(the target\); did you mean 'graph'\?$"),
        ("a b", "the target is no Python expression: `a b`"),
        ("x = 1", "the target is no Python expression: `x = 1`"),
    ],
)
def test_errors_in_one_line(shell, source, message) -> None:
    shell.user_ns |= {"graph": 1, "make": len, "joke": SimpleNamespace(graph=1)}
    with pytest.raises(UsageError, match=message):
        evaluated(shell, source)


@pytest.mark.parametrize(("body", "error"), [("missing", NameError), ("(1).missing", AttributeError)])
def test_such_an_error_deeper_down_is_the_users_own(shell, body, error) -> None:
    shell.run_cell(f"def make():\n    return {body}")
    with pytest.raises(error, match="missing") as raised:
        evaluated(shell, "make()")
    assert raised.type is error
