"""In a kernel: the magic awaits on the kernel's own loop where it can, and blocks everywhere else."""

from __future__ import annotations

import pytest

from tests.kernel.cells import SETUP

ON_THE_KERNELS_LOOP = "[(True, True)]"
ON_A_THREAD = "[(False, False)]"


@pytest.mark.parametrize(
    "cell",
    [
        "%%lgstream graph -o run\n{'x': 1}",
        "%lgstream graph --input {'x': 1} -o run",
        "run = %lgstream graph --input {'x': 1}",
        "if True:\n    %lgstream graph --input {'x': 1} -o run",
        "for n in [1]:\n    run = %lgstream graph --input {'x': n}",
        "try:\n    run = %lgstream graph --input {'x': 1}\nfinally:\n    pass",
        "async def go(g, n):\n    return get_ipython().run_line_magic('lgstream', 'g --input {\"x\": n}')\n"
        "run = await go(graph, 1)",
        "async def go(g, n):\n    r = %lgstream g --input {'x': n}\n    return r\n"
        "(run,) = await asyncio.gather(go(graph, 1))",
        "\n\n%%lgstream graph -o run\nawait asyncio.sleep(0)\n{'x': 1}",
        "%%lgstream graph -o run --quiet\n{'x': 1}",
    ],
)
def test_on_the_kernels_own_loop(kernel, cell) -> None:
    kernel.run(cell)
    assert kernel.value_of("seen") == ON_THE_KERNELS_LOOP
    assert kernel.value_of("run.status, run.output") == "('success', {'x': 2})"


@pytest.mark.parametrize(
    "cell",
    [
        "def go(g, n):\n    r = %lgstream g --input {'x': n}\n    return r\nrun = go(graph, 1)",
        "class A:\n    r = get_ipython().run_line_magic('lgstream', 'graph --input {\"x\": 1}')\nrun = A.r",
        "go = lambda: get_ipython().run_line_magic('lgstream', 'graph --input {\"x\": 1}')\nrun = go()",
        "(run,) = [get_ipython().run_line_magic('lgstream', 'graph --input {\"x\": 1}') for _ in [1]]",
        "%%time\n%%lgstream graph -o run\n{'x': 1}",
        "%%time\nrun = %lgstream graph --input {'x': 1}",
        "%time %lgstream graph --input {'x': 1} -o run",
        "%%timeit -n1 -r1\n%lgstream graph --input {'x': 1} -o run",
        "%%capture\n%%lgstream graph -o run\n{'x': 1}",
        "%%capture\nrun = %lgstream graph --input {'x': 1}",
        "get_ipython().run_cell(\"%%lgstream graph -o run\\n{'x': 1}\")",
        "%%time\n%%lgstream graph -o run\nawait asyncio.sleep(0)\n{'x': 1}",
        "def go(g):\n    await_me = asyncio.sleep(0, 1)\n    r = %lgstream g --input {'x': await await_me}\n"
        "    return r\nrun = go(graph)",
        # the cell itself awaits, and calls what cannot
        "def go(g):\n    r = %lgstream g --input {'x': 1}\n    return r\n"
        "await asyncio.sleep(0)\nrun = go(graph)",
    ],
)
def test_on_a_thread_of_its_own(kernel, cell) -> None:
    kernel.run(cell)
    assert kernel.value_of("seen") == ON_A_THREAD
    assert kernel.value_of("run.status, run.output") == "('success', {'x': 2})"


@pytest.mark.parametrize("autoawait", ["off", "sync"])
def test_without_autoawait_it_blocks(kernel, autoawait) -> None:
    kernel.run(f"%autoawait {autoawait}")
    try:
        kernel.run("run = %lgstream graph --input {'x': 1}")
        assert kernel.value_of("seen") == ON_A_THREAD
    finally:
        kernel.run("%autoawait asyncio")


def test_in_a_file_that_run_executes(kernel) -> None:
    kernel.run("%%writefile cells.ipy\nrun = %lgstream graph --input {'x': 1}")
    kernel.run("%run -i cells.ipy")
    assert kernel.value_of("seen") == ON_A_THREAD
    assert kernel.value_of("run.status") == "'success'"


def test_in_the_cell_that_loads_the_extension(fresh_kernel) -> None:
    fresh_kernel.run(SETUP)
    fresh_kernel.run("%load_ext lg_jupyter\nrun = %lgstream graph --input {'x': 1}")
    assert fresh_kernel.value_of("seen") == ON_A_THREAD
    assert fresh_kernel.value_of("run.status") == "'success'"


def test_what_an_earlier_cell_bound_to_the_loop_works(kernel) -> None:
    kernel.run(
        """
events = asyncio.Queue()
waiting = asyncio.ensure_future(events.get())
await asyncio.sleep(0)

async def put(state):
    async with bound:
        await events.put(state["x"])

queue_graph = compiled(put=put)
"""
    )
    kernel.run("%%lgstream queue_graph\n{'x': 7}")
    assert kernel.value_of("await waiting") == "7"


def test_the_loop_goes_on_while_the_cell_awaits(kernel) -> None:
    kernel.run(
        """
ticks = 0

async def tick():
    global ticks
    while True:
        ticks += 1
        await asyncio.sleep(0)

async def watch(state):
    before = ticks
    await asyncio.sleep(0.2)
    seen.append(ticks > before)

ticking = asyncio.ensure_future(tick())
watch_graph = compiled(watch=watch)
"""
    )
    kernel.run("%%lgstream watch_graph --quiet\n{'x': 1}")
    kernel.run("ticking.cancel()")
    assert kernel.value_of("seen") == "[True]"


def test_the_body_of_the_cell_is_the_notebooks(kernel) -> None:
    kernel.run("%%lgstream graph -o run\nfrom math import floor\nimport decimal\ny = floor(3.5)\n{'x': y}\n")
    assert kernel.value_of("y, decimal.__name__, run.output") == "(3, 'decimal', {'x': 4})"


def test_nothing_is_expanded(kernel) -> None:
    kernel.run("graphs = {'{x} $y': graph}\nx = y = 'expanded'")
    kernel.run("%%lgstream graphs['{x} $y'] -o run\n{'x': len('$y {x}')}")
    assert kernel.value_of("run.output") == "{'x': 7}"


def test_the_input_may_be_none(kernel) -> None:
    kernel.run(
        "from langgraph.checkpoint.memory import InMemorySaver\nbuilder = StateGraph(State)\n"
        "builder.add_node('add', add); builder.add_edge(START, 'add')\n"
        "paused = builder.compile(checkpointer=InMemorySaver(), interrupt_before=['add'])"
    )
    kernel.run("%lgstream paused --thread demo --input {'x': 1}")
    kernel.run("%lgstream paused --thread demo --input None -o run")
    assert kernel.value_of("run.output, run.thread_id") == "({'x': 2}, 'demo')"


@pytest.mark.parametrize(
    ("given", "thread"),
    [
        ("demo", "'demo'"),
        ("'a b'", "'a b'"),
        ("(name)", "'from a variable'"),
        ("f'{name}!'", "'from a variable!'"),
    ],
)
def test_threads(kernel, given, thread) -> None:
    kernel.run("name = 'from a variable'")
    kernel.run(f"%lgstream graph --input {{'x': 1}} --thread {given} -o run")
    assert kernel.value_of("run.request.thread_id") == thread


def test_a_bare_word_that_is_a_variable_is_told_of(kernel) -> None:
    kernel.run("demo = 'other'")
    cell = kernel.run("%lgstream graph --input {'x': 1} --thread demo -o run")
    kernel.run("del demo")
    assert "--thread (demo)" in cell.complained
    assert kernel.value_of("run.request.thread_id") == "'demo'"


# ---------------------------------------------------------------------------------------------
# What the cell shows


def test_the_value_is_shown_only_where_it_is_taken(kernel) -> None:
    assert kernel.run("%%lgstream graph\n{'x': 1}").value is None
    assert kernel.run("%lgstream graph --input {'x': 1}").value is None
    assert kernel.run("run = %lgstream graph --input {'x': 1}\nrun.output").value == "{'x': 2}"


def test_quiet_shows_nothing(kernel) -> None:
    assert len(kernel.run("%%lgstream graph\n{'x': 1}").shown) == 2
    cell = kernel.run("%%lgstream graph --quiet\n{'x': 1}")
    assert cell.shown == []
    assert cell.printed == ""


@pytest.mark.parametrize(
    "cell", ["{}", "def go():\n    {}\ngo()", "{} --background", "%%time\n{} --background"]
)
def test_what_nodes_print_appears_in_the_cell(kernel, cell) -> None:
    running = kernel.begin(cell.format("%lgstream printing_graph --input {'x': 1} --quiet"))
    kernel.until(lambda: "async node speaks" in running.printed and "sync node speaks" in running.printed)
    assert kernel.finish(running).status == "ok"


def test_help(kernel) -> None:
    for cell in ("%lgstream --help", "%%lgstream --help", "%%lgstream --help\n{'x': 1}"):
        printed = kernel.run(cell).printed
        assert printed.startswith("%%lgstream TARGET [options]")
        assert "--background" in printed


def test_the_doctor_looks_at_this_kernel(kernel) -> None:
    printed = kernel.run("%lgstream --doctor").printed
    assert "lg_jupyter 0." in printed
    assert "kernel" in printed
    assert "LangSmith tracing is off." in printed


def test_history_is_as_typed(kernel) -> None:
    cell = "run = %lgstream graph --input {'x': 1}"
    kernel.run(cell)
    assert kernel.value_of("get_ipython().history_manager.input_hist_raw[-2]") == repr(cell)


def test_the_variable_is_assigned_when_the_run_starts(kernel) -> None:
    kernel.fail("%%lgstream failing_graph -o run\n{'x': 0}")
    assert kernel.value_of("run.status, run.error") == (
        "('error', {'error': 'ZeroDivisionError', 'message': 'division by zero'})"
    )


def test_tab_offers_ours_and_nothing_else(kernel) -> None:
    assert kernel.complete("%%lgstream graph -m va") == ["values"]
    assert kernel.complete("%%lgstream graph --back") == ["--background"]
    graphs = ["blocking_graph", "failing_graph", "graph", "printing_graph", "sleeping_graph", "slow_graph"]
    offered = kernel.complete("%%lgstream ")
    assert set(graphs) <= set(offered[: offered.index("State")])
    assert "%%time" not in offered


# ---------------------------------------------------------------------------------------------
# Whose names are meant


def test_in_a_function_its_own_names_are_meant(kernel) -> None:
    kernel.run(
        """
def block(g, n):
    get_ipython().run_cell_magic("lgstream", "g -o run", "n + 1\\n{'x': n + 1}")
    return sorted(name for name in locals())

async def wait(g, n):
    r = %lgstream g --input {"x": [n for _ in range(2)][0]}
    return r.output
"""
    )
    assert kernel.value_of("block(graph, 5), run.output") == "(['g', 'n'], {'x': 7})"
    assert kernel.value_of("await wait(graph, 7)") == "{'x': 8}"


def test_in_a_script_that_run_executes_the_scripts_are_meant(kernel) -> None:
    kernel.run(
        """%%writefile script.py
imported = get_ipython().user_ns["graph"]
number = 1
get_ipython().run_cell_magic("lgstream", "imported -o ran", "result = {'x': number}\\nresult")
get_ipython().run_line_magic("lgstream", "imported --input {'x': result['x'] + 1} -o again")
print(ran.output, again.output)
"""
    )
    assert kernel.run("%run script.py").printed == "{'x': 2} {'x': 3}\n"
