"""Canaries: what is secret is seen nowhere, however it comes into a run and however the run ends."""

from __future__ import annotations

import json
import logging
import sys
import uuid
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from pydantic import BaseModel, SecretStr

import lg_jupyter
from lg_jupyter.batch import table as batch_table
from lg_jupyter.batch.widget import BatchTableWithRun, BatchWidget
from lg_jupyter.run import Run
from lg_jupyter.runtime import join
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.secrets.masked_errors import mask_exception_in_place
from lg_jupyter.secrets.redact import Redactor
from lg_jupyter.sources.base import Request
from lg_jupyter.sources.server.source import ServerSource
from lg_jupyter.tables import SCHEMAS
from lg_jupyter.widgets.run import RunWidget
from tests.leaky import Unlucky, build_leaky
from tests.patience import patience
from tests.sinks import leaks, sinks
from tests.unpacking import kept_in, kept_on

MODES = ["values", "updates", "messages", "custom", "debug"]
ENDINGS = ["success", "error", "interrupt"]


def canary(name: str = "canary") -> str:
    return f"sk-{name}-{uuid.uuid4().hex}"


@pytest.fixture
def from_environment(monkeypatch) -> str:
    secret = canary("environment")
    monkeypatch.setenv("VENDOR_API_KEY", secret)
    return secret


async def ended(run: Any) -> Any:
    try:
        return await run
    except Exception:
        return run


def given(secret: str, ending: str) -> dict[str, Any]:
    return {"secrets": [secret], "ending": ending, "messages": []}


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    "modes", [MODES, ["events"], ["messages"], ["updates", "tasks", "checkpoints"]], ids=" ".join
)
async def test_no_sink_has_what_a_local_run_tells(
    from_environment, ending, modes, tmp_path, monkeypatch, caplog
):
    """The environment's key and a password in the config: in state, tokens, tools, errors, interrupts."""
    password = canary("password")
    sent: list[Any] = []
    monkeypatch.setattr(RunWidget, "send", lambda self, message, buffers=None: sent.append(message))
    caplog.set_level(logging.DEBUG)
    with warnings.catch_warnings(record=True) as warned:
        run = lg_jupyter.stream(
            build_leaky(),
            given(from_environment, ending),
            modes=modes,
            config={"configurable": {"db_password": password}, "metadata": {"who": "me"}},
            display=False,
            save=tmp_path / "live.jsonl",
        )
        widget = RunWidget(run)
        await ended(run)
    monkeypatch.undo()
    if sys.version_info >= (3, 11):  # before, not every node can interrupt
        assert run.status == {"interrupt": "interrupted"}.get(ending, ending)
    seen = sinks(run, tmp_path) | {
        "live file": (tmp_path / "live.jsonl").read_text(),
        "comm": json.dumps(sent) + json.dumps(widget._summary),
        "log": caplog.text,
        "warnings": "".join(str(one.message) for one in warned),
        "replay": repr((await ended(run.replay(None, display=False))).to_pandas().to_dict()),
    }
    assert leaks(from_environment, seen) == {}
    assert leaks(password, seen) == {}
    assert any("[redacted VENDOR_API_KEY]" in text for text in seen.values())


async def test_the_output_is_the_users_own(from_environment):
    run = lg_jupyter.stream(build_leaky(), given(from_environment, "success"), display=False)
    await run
    assert run.output["secrets"] == [from_environment]
    assert from_environment in run.output["messages"][1].content


async def test_outside_a_shell_the_exception_is_the_users_own(from_environment):
    run = lg_jupyter.stream(build_leaky(), given(from_environment, "error"), display=False)
    with pytest.raises(RuntimeError, match=from_environment):
        await run


async def test_what_a_message_says_is_there_around_the_secret(from_environment):
    """Held back is only what may be a secret."""
    run = lg_jupyter.stream(build_leaky(), given(from_environment, "success"), display=False)
    await run
    said = next(row for row in run.trace.rows("messages") if row["chunk_count"])
    assert said["text"] == "it is [redacted VENDOR_API_KEY]. [redacted VENDOR_API_KEY]"
    assert said["tool_calls"][0]["args"] == {"key": "[redacted VENDOR_API_KEY]"}


async def test_no_table_of_a_batch_has_what_its_runs_tell(from_environment, monkeypatch, caplog, tmp_path):
    password = canary("password")
    sent: list[Any] = []
    for widget in (RunWidget, BatchWidget):
        monkeypatch.setattr(widget, "send", lambda self, message, buffers=None: sent.append(message))
    caplog.set_level(logging.DEBUG)
    config = {"configurable": {"db_password": password}}
    inputs = [*(given(from_environment, ending) for ending in ENDINGS), from_environment, [password]]
    batch = lg_jupyter.map(build_leaky(), inputs, config=config, display=False)
    view = BatchTableWithRun(batch._state)
    await batch
    view.send_changes()
    view.table.receive({"type": "snapshot"})
    for index in range(len(inputs)):
        call = {"type": "call", "id": str(index), "method": "open", "params": {"input_index": index}}
        view.table.receive(call)
    batch.to_html(tmp_path / "batch.html", interactive=True)
    page = (tmp_path / "batch.html").read_text()
    kept = kept_on(page)
    assert len(kept) == 1 + sum(run is not None for run in batch.runs)
    seen = {
        "page": page + json.dumps(kept, ensure_ascii=False),
        "comm": json.dumps(sent) + json.dumps(view.table._summary),
        "html": batch_table.render_html(batch._state) + batch_table.render_html(batch._state, is_final=True),
        "text": repr(batch),
        "summary": repr(batch.summary.to_dict("records")),
        "frames": "".join(repr(batch.to_pandas(table).to_dict("records")) for table in SCHEMAS),
        "log": caplog.text,
    }
    assert leaks(from_environment, seen) == {}
    assert leaks(password, seen) == {}
    assert seen["comm"].count("[redacted VENDOR_API_KEY]") >= 3


async def test_what_the_inputs_of_a_batch_raise_says_no_secret_in_a_notebook(from_environment, monkeypatch):
    def inputs():
        yield given("nothing", "success")
        raise OSError(f"no line to {from_environment}")

    monkeypatch.setattr("lg_jupyter.kernel.notebook.get_shell", object)
    with pytest.raises(OSError, match=r"no line to \[redacted VENDOR_API_KEY\]"):
        await lg_jupyter.map(build_leaky(), inputs(), display=False)


# ---------------------------------------------------------------------------------------------
# How a secret is named


@dataclass
class Context:
    api_key: str


class Model(BaseModel):
    token: SecretStr


@pytest.mark.parametrize(
    "options",
    [
        lambda secret: {"config": {"configurable": {"db_password": secret}}},
        lambda secret: {"config": {"configurable": {"auth": {"user": "me", "pass": [secret]}}}},
        lambda secret: {"config": {"configurable": {"vendor": {"api_key": secret}}}},
        lambda secret: {"config": {"configurable": {"access_token": SecretStr(secret)}}},
        lambda secret: {"config": {"configurable": {"access_token": secret.encode()}}},
        lambda secret: {"config": {"configurable": {"x-api-key": f"Bearer {secret}"}}},
        lambda secret: {"config": {"metadata": {"client_secret": secret}}},
        lambda secret: {"context": {"openai_api_key": secret}},
        lambda secret: {"context": Context(secret)},
        lambda secret: {"context": Model(token=SecretStr(secret))},
    ],
    ids=[
        "text",
        "nested",
        "deeper",
        "SecretStr",
        "bytes",
        "bearer",
        "metadata",
        "context",
        "dataclass",
        "pydantic",
    ],
)
async def test_what_is_named_as_secret(options, tmp_path):
    secret = canary()
    run = lg_jupyter.stream(
        build_leaky(), given(secret, "error"), display=False, save=tmp_path / "live.jsonl", **options(secret)
    )
    await ended(run)
    assert leaks(secret, sinks(run, tmp_path)) == {}


async def test_a_config_that_is_bound_to_the_graph(tmp_path):
    secret = canary()
    graph = build_leaky().with_config(configurable={"db_password": secret})
    run = await ended(lg_jupyter.stream(graph, given("nothing secret in here", "success"), display=False))
    assert leaks(secret, sinks(run, tmp_path)) == {}


def test_a_run_that_is_joined_again_knows_what_its_config_named():
    secret = canary()
    source = ServerSource(lg_jupyter.Server("http://127.0.0.1:2024", "agent"))
    source.thread_id, source.run_id = str(uuid.uuid4()), str(uuid.uuid4())
    run = Run(source, Request(config={"configurable": {"db_password": secret}}))
    joined = get_run_state(Run(*join.make_join_source_and_request(get_run_state(run))))
    assert leaks(secret, {"text": joined.redactor.mask(f"it is {secret}")}) == {}


async def test_secrets_that_are_written_otherwise(monkeypatch, tmp_path):
    secret = 'p"q\\ué/' + uuid.uuid4().hex + "'&<"
    monkeypatch.setenv("ODD_SECRET", secret)
    run = await ended(lg_jupyter.stream(build_leaky(), given(secret, "error"), display=False))
    assert leaks(secret, sinks(run, tmp_path), least=20) == {}


# ---------------------------------------------------------------------------------------------
# Exceptions


def failing(secret: str) -> list[BaseException]:
    chained = ValueError("outside")
    chained.__cause__ = KeyError(secret)
    chained.__context__ = Unlucky(secret)
    unicode = UnicodeDecodeError("utf-8", secret.encode(), 0, 1, "no")
    noted = ValueError("a note")
    noted.__notes__ = [f"with {secret}"]  # type: ignore[attr-defined]
    try:
        Model.model_validate({"token": 5, secret: 1})
    except Exception as error:
        validation: BaseException = error
    return [
        ValueError(secret),
        KeyError(secret),
        OSError(2, f"no {secret}", f"/tmp/{secret}"),
        RuntimeError({"nested": [(secret,), secret.encode()]}),
        Unlucky(secret),
        chained,
        unicode,
        noted,
        validation,
        lg_jupyter.RunError("ValueError", secret),
        lg_jupyter.ServerError(f"refused {secret}"),
        SyntaxError(secret, ("file", 1, 1, secret)),
    ]


@pytest.mark.parametrize("number", range(len(failing("-" * 40))))
def test_an_exception_says_no_secret(number):
    import traceback

    secret = canary()
    error = failing(secret)[number]
    redactor = Redactor()
    redactor.add_secret("KEY", secret)
    masked = mask_exception_in_place(error, redactor)
    said = "".join(traceback.format_exception(type(masked), masked, masked.__traceback__))
    assert leaks(secret, {"traceback": said, "text": str(masked), "repr": repr(masked)}) == {}
    assert isinstance(masked, (type(error), lg_jupyter.RunError))


def test_an_exception_that_says_none_is_left_alone():
    redactor = Redactor()
    redactor.add_secret("KEY", canary())
    error = Unlucky("nothing")
    assert mask_exception_in_place(error, redactor) is error
    assert type(error) is Unlucky


@pytest.mark.skipif(sys.version_info < (3, 11), reason="there are no groups of exceptions")
def test_a_group_of_exceptions():
    import traceback

    secret = canary()
    redactor = Redactor()
    redactor.add_secret("KEY", secret)
    group = ExceptionGroup("several", [ValueError(secret), Unlucky(secret)])  # noqa: F821
    said = "".join(traceback.format_exception(mask_exception_in_place(group, redactor)))
    assert leaks(secret, {"traceback": said}) == {}


# ---------------------------------------------------------------------------------------------
# A notebook

ROOT = Path(__file__).parents[1]

SETUP = """\
%load_ext lg_jupyter
import os, warnings
import lg_jupyter
from tests.leaky import build_leaky
graph = build_leaky()
def given(ending):
    return {"secrets": [os.environ["VENDOR_API_KEY"]], "ending": ending, "messages": []}
password = os.environ["CANARY_IN_DISGUISE"]
config = {"configurable": {"db_password": password}}"""

CELLS = [
    SETUP,
    "%%lgstream graph --config config -o run\ngiven('success')",
    "run",
    "run.to_pandas('messages')",
    "run.frames.events.data.tolist()",
    "run.request, run.source",
    "%%lgstream graph --config config -o run --save saved.jsonl\ngiven('error')",
    "run.exception",
    "run.error",
    "await run",
    "run = lg_jupyter.stream(graph, given('error'), config=config)\nawait run",
    "lg_jupyter.stream(graph, given('error'), config=config, thread=True).wait()",
    "%xmode Verbose\nawait lg_jupyter.stream(graph, given('error'), config=config, display=False)",
    "%%time\n%lgstream graph --config config --input given('error')",
    "%%lgstream graph --config config -o run --background\ngiven('interrupt')",
    "await run",
    "run.interrupts",
    "run.panel('state')",
    "lg_jupyter.load('saved.jsonl').show()",
]


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """A notebook that was run, and the secrets that it met."""
    folder = tmp_path_factory.mktemp("notebook")
    secrets = [canary("environment"), canary("password")]
    cells = [nbformat.v4.new_code_cell(cell) for cell in CELLS]
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = NotebookClient(
        notebook,
        timeout=int(patience(100)),
        startup_timeout=int(patience(60)),
        allow_errors=True,
        resources={"metadata": {"path": str(folder)}},
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VENDOR_API_KEY", secrets[0])
        patch.setenv("CANARY_IN_DISGUISE", secrets[1])
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("LANGSMITH_TRACING", "false")
        client.execute()
    return notebook, secrets, folder


def test_no_output_of_a_notebook_has_a_secret(notebook):
    ran, secrets, folder = notebook
    seen = {cell.source: json.dumps(cell.outputs) for cell in ran.cells}
    kept = {cell.source: kept_in(cell.outputs) for cell in ran.cells}
    assert sum(map(len, kept.values())) >= 3
    seen |= {f"kept: {source}": json.dumps(each) for source, each in kept.items()}
    seen["widgets"] = json.dumps(ran.metadata.get("widgets", {}))
    seen["saved.jsonl"] = (folder / "saved.jsonl").read_text()
    for secret in secrets:
        assert leaks(secret, seen) == {}


def test_the_notebook_was_run(notebook):
    """Or the test above would find nothing in nothing."""
    ran, _, _ = notebook
    failing = [cell for cell in CELLS if "error')" in cell] + ["await run"]
    for cell in ran.cells:
        failed = [output.ename for output in cell.outputs if output.output_type == "error"]
        if cell.source in failing[:-1]:
            assert failed == ["RuntimeError"], cell.source
        elif cell.source != "await run":
            assert failed == [], cell.source
    errors = {
        output.ename: output.evalue
        for cell in ran.cells
        for output in cell.outputs
        if output.output_type == "error"
    }
    assert "[redacted VENDOR_API_KEY] and [redacted db_password]" in errors["RuntimeError"]
    assert "db_password" in json.dumps(ran.metadata.widgets)
