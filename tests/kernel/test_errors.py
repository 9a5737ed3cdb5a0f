"""What is wrong is said in one line; what the graph raised is shown as Python shows it."""

from __future__ import annotations

import re

import pytest

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def in_a_function(cell: str) -> str:
    """The cell's magic, called from where nothing can be awaited."""
    first, _, body = cell.partition("\n")
    arguments = ("lgstream", first.lstrip("%").removeprefix("lgstream").strip())
    call = f"cell_magic{(*arguments, body)}" if first.startswith("%%") else f"line_magic{arguments}"
    return f"def go():\n    get_ipython().run_{call}\ngo()"


WRONG = [
    ("%lgstream", "UsageError: nothing to run: the target comes first"),
    (
        "%lgstream grph --input 1",
        "UsageError: name 'grph' is not defined (the target); did you mean 'graph'?",
    ),
    ("%lgstream graph --input {'x': nope}", "UsageError: name 'nope' is not defined (--input)"),
    ("%lgstream graph", "UsageError: no input: end the cell's body with it"),
    ("%%lgstream graph\n# nothing", "UsageError: no input: end the cell's body with it"),
    ("%%lgstream graph --input 1\n2", "UsageError: the input is given twice"),
    ("%%lgstream graph\nx = 1", "UsageError: the cell's last statement must be the input"),
    ("%lgstream graph --bakground --input 1", "UsageError: unknown option --bakground; did you mean"),
    ("%lgstream graph -m valeus --input {'x': 1}", "ModeError: unknown stream mode 'valeus'"),
    ("%lgstream 42 --input 1", "TargetError: an int is no graph"),
    ("%lgstream uncompiled --input {'x': 1}", "TargetError: a StateGraph is no graph yet"),
    ("%lgstream graph --input 5", "InputError: "),
    ("%lgstream graph --config 5 --input {'x': 1}", "UsageError: config takes a dict, such as {"),
    (
        "%lgstream graph --config {'configurable': 5} --input {'x': 1}",
        "UsageError: config['configurable'] takes a dict, such as {'user': 'ada'}, not an int",
    ),
    ("%lgstream agent --url nowhere --input 1", "UsageError: --url takes an address"),
    ("%lgstream agent --url http://127.0.0.1:9 --input {}", "ServerError: "),
]
AWAITED = [*WRONG, ("%%lgstream graph", "UsageError: no input: end the cell's body with it")]
BLOCKING = [(in_a_function(cell), line) for cell, line in WRONG]


@pytest.mark.parametrize(("cell", "line"), AWAITED + BLOCKING)
def test_in_one_line(kernel, cell, line) -> None:
    kernel.begin("time.sleep(0.2)")  # meanwhile the other two are waiting, as in Run All
    wrong, following = kernel.begin(cell), kernel.begin("print('Run All goes on')")
    error = kernel.finish(wrong).error
    assert error["traceback"] == [f"{error['ename']}: {error['evalue']}"]
    assert error["traceback"][0].startswith(line)
    kernel.until(lambda: following.reply is not None)
    assert following.status == "aborted"


def shown(cell) -> str:
    return ANSI.sub("", "\n".join(cell.error["traceback"]))


def test_a_syntax_error_points_into_the_cell(kernel) -> None:
    text = shown(kernel.fail("%%lgstream graph\nx = 1\n{'x' x}"))
    assert re.search(r"Cell In\[\d+\], line 3\n\s+\{'x' x\}", text)
    assert "SyntaxError: " in text
    assert "lg_jupyter" not in text


@pytest.mark.parametrize("before", ["", "%%time\n", "\n\n"])
@pytest.mark.parametrize("first", ["y = 0", "y = await asyncio.sleep(0, 0)"])
def test_an_error_in_the_body_points_into_the_cell(kernel, before, first) -> None:
    cell = kernel.begin(f"{before}%%lgstream graph\n{first}\n# a comment\n{{'x': 1 / y}}\n")
    kernel.finish(cell)  # under older versions' %%time it does not fail
    assert cell.error["ename"] == "ZeroDivisionError"
    text = shown(cell)
    line = before.count("\n") + 4
    assert re.search(rf"Cell In\[\d+\], line {line}\b", text)
    assert f"----> {line} {{'x': 1 / y}}" in text
    assert "lg_jupyter/" not in text


@pytest.mark.parametrize("before", ["", "%%time\n"])
def test_the_graphs_own_exception_points_to_the_node(kernel, before) -> None:
    failed = kernel.finish(kernel.begin(f"{before}%%lgstream failing_graph\n{{'x': 0}}"))
    assert (failed.error["ename"], failed.error["evalue"]) == ("ZeroDivisionError", "division by zero")
    text = shown(failed)
    assert 'return {"x": 1 / state["x"]}' in text
    assert "%%lgstream failing_graph" in text or before
    assert "lg_jupyter/" not in text
    assert "registry" not in text


def test_an_error_in_a_function_of_the_target_is_the_users_own(kernel) -> None:
    failed = kernel.fail("def make():\n    return undefined\n%lgstream make() --input 1")
    assert failed.error["ename"] == "NameError"
    assert "return undefined" in shown(failed)


def test_no_secret_is_shown(kernel) -> None:
    kernel.run("import os\nos.environ['SOME_API_KEY'] = 'sk-very-secret'")
    kernel.run(
        """
class Rejected(Exception):
    def __init__(self, key):
        self.key = key

    def __str__(self):
        return f"rejected {self.key}"

async def telling(state):
    try:
        raise KeyError("key sk-very-secret")
    except KeyError:
        raise ValueError("wrong key: " + os.environ["SOME_API_KEY"])

async def hiding(state):
    raise Rejected(os.environ["SOME_API_KEY"])

telling_graph, hiding_graph = compiled(telling=telling), compiled(hiding=hiding)
"""
    )
    try:
        told = kernel.fail("%%lgstream telling_graph\n{'x': 0}")
        hidden = kernel.fail("%%lgstream hiding_graph\n{'x': 0}")
    finally:
        kernel.run("del os.environ['SOME_API_KEY']")
    assert told.error["ename"] == "ValueError"
    assert told.error["evalue"].startswith("wrong key: [redacted SOME_API_KEY]")
    assert "KeyError" in shown(told)
    assert "rejected [redacted SOME_API_KEY]" in hidden.error["evalue"]
    for cell in (told, hidden):
        assert "sk-very-secret" not in str(cell.messages)
        assert "sk-very-secret" not in str(cell.reply)


def test_a_value_that_raises_an_interrupt_ends_no_kernel(kernel) -> None:
    kernel.run(
        "class Rude:\n"
        "    def __repr__(self):\n"
        "        raise KeyboardInterrupt\n"
        "    __eq__ = __bool__ = __len__ = model_dump = __repr__\n"
        "    __hash__ = object.__hash__\n"
        "rude_graph = compiled(node=lambda state: {'x': Rude()})"
    )
    kernel.run("%lgstream rude_graph --input {'x': Rude()} -o run")
    assert kernel.value_of("run.status") == "'success'"
    assert "KeyboardInterrupt" in kernel.value_of("run.to_pandas('events').to_json()")
