"""What users may rely on: public names, their parameters, and how errors are shown."""

from __future__ import annotations

import inspect

from IPython.core.interactiveshell import InteractiveShell
from langgraph.checkpoint.memory import InMemorySaver

import lg_jupyter
from tests.graphs import INPUTS, build

NAMES = [
    "App",
    "Batch",
    "Checkpoints",
    "Code",
    "Comparison",
    "Dashboard",
    "Frames",
    "History",
    "HistoryRuns",
    "InputError",
    "LgJupyterError",
    "ModeError",
    "Run",
    "RunError",
    "RunWidget",
    "SavedRunError",
    "Selection",
    "Server",
    "ServerError",
    "ServerRuns",
    "Structure",
    "TargetError",
    "UsageError",
    "Watch",
    "__version__",
    "app",
    "attachment",
    "compare",
    "concat",
    "dashboard",
    "history",
    "join",
    "last_run",
    "load",
    "load_ipython_extension",
    "map",
    "options",
    "show",
    "stream",
    "thread",
    "unload_ipython_extension",
    "wait_all",
    "watch",
    "watched",
]


def test_the_public_names_are_these():
    assert lg_jupyter.__all__ == NAMES
    assert sorted(dir(lg_jupyter)) == NAMES
    for name in NAMES:
        getattr(lg_jupyter, name)


async def test_what_public_functions_return_has_a_public_name(tmp_path):
    run = await lg_jupyter.stream(build("steps", InMemorySaver()), INPUTS["steps"], display=False)
    returned = {
        "App": lg_jupyter.app(build("steps")),
        "Batch": lg_jupyter.map(build("steps"), [INPUTS["steps"]], display=False),
        "Checkpoints": run.checkpoints,
        "Code": run.code(),
        "Comparison": lg_jupyter.compare(run, run),
        "Frames": run.frames,
        "History": (history := lg_jupyter.history(tmp_path, start=False)),
        "HistoryRuns": history.runs(),
        "Run": run.replay(None, display=False),
        "RunWidget": run.panel("state"),
        "Watch": lg_jupyter.watch(),
    }
    returned["Watch"].stop()
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
        "mask_secrets",
        "max_bytes",
        "calls",
        "price",
        "max_cost",
        "max_tokens",
        "max_seconds",
        "stop_at_once",
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
