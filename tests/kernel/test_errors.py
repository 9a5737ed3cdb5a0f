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
    kernel.begin("time.sleep(0.5)")  # meanwhile the other two are waiting, as in Run All
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


FAILING = """
import json
def parse(text):
    return json.loads(text)
def total(state):
    try:
        return {"x": parse("{")}
    except ValueError as error:
        raise RuntimeError("could not add up") from error
total_graph = compiled(total=total)
"""
RUNS = ["%%lgstream total_graph\n{'x': 0}", "await lg_jupyter.stream(total_graph, {'x': 0}, display=False)"]


@pytest.mark.parametrize("cell", RUNS)
def test_the_traceback_is_the_users_own(kernel, cell) -> None:
    kernel.run(f"import lg_jupyter\n{FAILING}")
    text = shown(kernel.fail(cell))
    assert re.findall(r"in (\w+)\(", text) == ["total", "parse", "total"]
    assert "decoder.py" in text, "what raised it, which the user's code called"
    assert not re.search(r"langgraph/|langchain_core/|lg_jupyter/|concurrent/", text)
    assert re.search(r"\(\d+ frames of libraries not shown: %config LGStream.traceback = 'full' .*\)", text)


@pytest.mark.parametrize(
    ("all_of_it", "back"),
    [
        ("%config LGStream.traceback = 'full'", "%config LGStream.traceback = 'user'"),
        ("%xmode Verbose", "%xmode Context"),
    ],
)
def test_the_whole_traceback_is_shown_where_it_is_asked_for(kernel, all_of_it, back) -> None:
    kernel.run(FAILING)
    kernel.run(all_of_it)
    try:
        text = shown(kernel.fail(RUNS[0]))
    finally:
        kernel.run(back)
    assert "langgraph/pregel" in text
    assert "not shown" not in text


def test_the_exception_keeps_its_whole_traceback(kernel) -> None:
    kernel.run(f"import sys, traceback\n{FAILING}")
    kernel.fail(RUNS[0])
    whole = kernel.value_of("[entry.name for entry in traceback.extract_tb(sys.last_traceback)]")
    assert "'total'" in whole
    assert "'wait_until_done'" in whole
    assert kernel.value_of("get_ipython().InteractiveTB.tb is sys.last_traceback") == "True"


def test_what_no_node_raised_is_placed_in_words(kernel) -> None:
    kernel.run("both_graph = compiled(a=lambda state: {'x': 1}, b=lambda state: {'x': 2})")
    failed = kernel.fail("%%lgstream both_graph\n{'x': 0}")
    assert failed.error["ename"] == "InvalidUpdateError"
    assert "a and b · step 1 · key 'x'" in shown(failed)


LEAVING = """\
async def leave(state):
    raise {kind}('enough')
def leave_plain(state):
    raise {kind}('enough')
async def leave_within(state):
    await asyncio.gather(leave(state), asyncio.sleep(0))
leaving_graph = compiled(leave={node})
"""


@pytest.mark.parametrize("kind", ["SystemExit", "KeyboardInterrupt"])
@pytest.mark.parametrize("node", ["leave", "leave_plain", "leave_within"])
@pytest.mark.parametrize("how", ["", "--background"])
def test_what_would_end_python_is_an_error_of_its_node(kernel, kind, node, how) -> None:
    kernel.run(LEAVING.format(kind=kind, node=node))
    cell = kernel.begin(f"%lgstream leaving_graph --input {{'x': 1}} -o run {how}")
    kernel.finish(cell)
    if not how:
        assert cell.error["ename"] == "RunError"
        assert cell.error["evalue"].startswith(f"{kind}: enough: a node ")
    kernel.run("while not run.done: await asyncio.sleep(0.05)")
    assert kernel.value_of("run.status, run.error['error']") == f"('error', '{kind}')"
    assert kernel.value_of("'ancelled' in str(run.note)") == "False"
    (error,) = eval(kernel.value_of("run.to_pandas('tasks')['error'].tolist()"))
    assert error == {"error": kind, "message": "enough"}
    assert kernel.value_of("asyncio.get_running_loop().get_task_factory() is None") == "True"
