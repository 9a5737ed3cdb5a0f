"""The input transformer awaits the magic where ``await`` is legal, and touches nothing else."""

from __future__ import annotations

import ast
import asyncio
import re

import pytest

from lg_jupyter.magic.transform import AwaitTransformer, add_await_to_magic_calls

LINE = "get_ipython().run_line_magic('lgstream', 'graph')"
CELL = "get_ipython().run_cell_magic('lgstream', 'graph', 'x\\n')"
AWAITED = ".magics_manager.registry['LgstreamMagics']"


def plain(source: str) -> str:
    """What was there before the rewriting."""
    source = source.replace(f"{AWAITED}.as_statement", "").replace(f"{AWAITED}.awaited", "")
    return re.sub(r"\(await (get_ipython\(\)\.run_\w+_magic\('lgstream', .*?'\))\)", r"\1", source)


def awaits(source: str, *, top_level: bool = True) -> int:
    """How many calls are awaited; checks that the result is Python that compiles, and otherwise the same."""
    new = add_await_to_magic_calls(source, top_level=top_level)
    compile(new, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    assert plain(new) == source
    return new.count("(await ")


@pytest.mark.parametrize(
    "source",
    [
        LINE,
        CELL,
        f"x = {LINE}",
        f"if True:\n    {LINE}",
        f"for _ in range(3):\n    run = {LINE}\nelse:\n    pass",
        f"while {LINE}:\n    break",
        f"with open('x') as f:\n    {LINE}",
        f"try:\n    {LINE}\nexcept ValueError:\n    pass",
        f"try:\n    pass\nexcept ValueError:\n    {LINE}",
        f"async def f():\n    return {LINE}",
        f"async def f():\n    async with a, b:\n        x = {LINE}",
        f"def f(x={LINE}):\n    pass",
        f"def f(*, x={LINE}):\n    pass",
        f"f = lambda x={LINE}: x",
        f"@decorate({LINE})\nclass A:\n    pass",
        f"class A({LINE}):\n    pass",
        f"[x for x in {LINE}]",
        f"print({LINE}, end='')",
        f"{LINE}.output",
        "match x:\n    case 1:\n        " + LINE,
    ],
)
def test_awaited(source: str) -> None:
    assert awaits(source) == 1


@pytest.mark.parametrize(
    "source",
    [
        f"def f():\n    return {LINE}",
        f"async def f():\n    def g():\n        return {LINE}",
        f"f = lambda: {LINE}",
        f"class A:\n    x = {LINE}",
        f"class A:\n    def f(self):\n        {LINE}",
        f"[{LINE} for x in y]",
        f"[x for x in y if {LINE}]",
        f"[x for x in y for z in {LINE}]",
        f"{{x: {LINE} for x in y}}",
        f"list({LINE} for x in y)",
        f'text = """{LINE}"""',
        f'text = f"{{{LINE}}}"',
        "get_ipython().run_line_magic('time', \"get_ipython().run_line_magic('lgstream', 'graph')\")",
        "get_ipython().run_line_magic('lsmagic', '')  # lgstream",
        "get_ipython().run_line_magic(name, 'lgstream')",
        "shell.run_line_magic('lgstream', 'graph')",
    ],
)
def test_left_alone(source: str) -> None:
    assert add_await_to_magic_calls(source, top_level=True) == source


def test_only_the_body_of_async_def_where_the_cell_cannot_await() -> None:
    assert awaits(f"async def f():\n    return {LINE}\n{LINE}\n", top_level=False) == 1
    assert awaits(f"def f():\n    async def g():\n        return {LINE}\n", top_level=False) == 1


def test_several_on_one_line() -> None:
    assert awaits(f"é = 'ü'; runs = [{LINE}, {LINE}]; {LINE}") == 3


def test_a_statement_has_no_value_to_show() -> None:
    assert ".as_statement" in add_await_to_magic_calls(LINE, top_level=True)
    assert ".as_statement" not in add_await_to_magic_calls(f"x = {LINE}", top_level=True)
    assert ".as_statement" not in add_await_to_magic_calls(f"print({LINE})", top_level=True)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_python_counts_them(newline: str) -> None:
    separators = "s = '\\f'\n# \f \x1c \u2028 é\n".replace("\n", newline)
    assert add_await_to_magic_calls(separators + f"x = {LINE}", top_level=True).startswith(
        separators + "x = (await get_"
    )


def test_what_is_no_python_is_left_for_ipython_to_report() -> None:
    assert add_await_to_magic_calls(f"x = = {LINE}", top_level=True) == f"x = = {LINE}"


# ---------------------------------------------------------------------------------------------
# In a shell: when does the cell run on a loop?


@pytest.fixture
def transformed(shell):
    """What IPython makes of the cells that are run, innermost last."""
    seen: list[str] = []

    def record(lines: list[str]) -> list[str]:
        seen.append("".join(lines))
        return lines

    shell.input_transformers_post[:] = [AwaitTransformer(shell), record]
    return seen


def test_a_cell_awaits(shell, transformed) -> None:
    shell.transform_cell("x = %lgstream graph -m 'a' --input {\"b\": 1}")
    assert transformed[-1] == (
        "x = (await get_ipython().magics_manager.registry['LgstreamMagics'].awaited"
        ".run_line_magic('lgstream', 'graph -m \\'a\\' --input {\"b\": 1}'))\n"
    )


@pytest.mark.parametrize(
    "cell",
    [
        "%%time\n%lgstream graph",
        "%time %lgstream graph",
        "%%timeit -n1 -r1\nx = %lgstream graph",
        "%%capture\n%lgstream graph",
        "get_ipython().run_cell('%lgstream graph')",
        "get_ipython().transform_cell('%lgstream graph')",
    ],
)
def test_a_cell_inside_a_cell_does_not(shell, transformed, cell) -> None:
    shell.run_cell(cell)
    assert "await" not in transformed[-1]
    assert "'lgstream'" in transformed[-1]


def test_a_file_that_run_executes_does_not(shell, transformed, tmp_path) -> None:
    script = tmp_path / "script.ipy"
    script.write_text("%lgstream graph\n")
    shell.run_cell(f"%run {script}")
    assert "await" not in transformed[-1]
    assert "'lgstream'" in transformed[-1]


async def test_run_cell_under_a_loop_does_not(shell, transformed) -> None:
    shell.run_cell("%lgstream graph")
    assert "await" not in transformed[-1]
    await asyncio.sleep(0)


@pytest.mark.parametrize("autoawait", ["off", "sync"])
def test_without_autoawait_it_does_not(shell, transformed, autoawait) -> None:
    shell.run_line_magic("autoawait", autoawait)
    shell.transform_cell("%lgstream graph")
    assert "await" not in transformed[-1]


def test_history_is_as_typed(shell, transformed) -> None:
    shell.run_cell("x = %lgstream graph", store_history=True)
    assert shell.history_manager.input_hist_raw[-1] == "x = %lgstream graph"
