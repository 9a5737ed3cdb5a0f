"""What options begin with: the project's `pyproject.toml` over the environment, and never less safe by it."""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import lg_jupyter
from lg_jupyter.config import PANELS, LGStream, options
from lg_jupyter.histories.history_option import follow_history_option
from lg_jupyter.magic.doctor import make_doctor_report
from lg_jupyter.panels import PANELS as RECORDED
from lg_jupyter.runtime.registry import RUNS
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.secrets.environment import list_masked_variable_names
from lg_jupyter.secrets.rules import is_secret_field, is_secret_name
from tests.graphs import INPUTS, build

Say = Callable[[str], LGStream]


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """The options as they are in a process that begins in a folder inside of a project."""
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    LGStream.clear_instance()
    follow_history_option.cache_clear()
    yield
    LGStream.clear_instance()
    follow_history_option.cache_clear()


@pytest.fixture
def project(tmp_path: Path) -> Say:
    """Has the project say something of options; gives these."""

    def say(text: str) -> LGStream:
        (tmp_path / "pyproject.toml").write_text(f"[tool.lg_jupyter]\n{text}\n")
        return options()

    return say


def ran(**given: Any) -> lg_jupyter.Run:
    return lg_jupyter.stream(build("steps"), INPUTS["steps"], display=False, **given).wait()


def test_a_project_stands_over_the_environment_and_what_is_set_over_both(project, monkeypatch, tmp_path):
    monkeypatch.setenv("LG_JUPYTER_HEIGHT", "500")
    monkeypatch.setenv("LG_JUPYTER_TRACEBACK", "full")
    held = project("height = 600\nrecord-size = 50_000")
    assert (held.height, held.traceback, held.record_size) == (600, "full", 50_000)
    assert (
        held.get_value_with_origin("height").origin.endswith("pyproject.toml")
        and held.get_value_with_origin("height").is_from_project
    )
    assert held.get_value_with_origin("traceback").origin == "LG_JUPYTER_TRACEBACK"
    assert held.get_value_with_origin("modes").origin == "default"
    held.height = 700
    assert held.get_value_with_origin("height") == (700, "Python", False)


def test_ipythons_configuration_stands_over_all(project, monkeypatch, tmp_path):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.setenv("LG_JUPYTER_HEIGHT", "500")
    config = Config()
    config.HistoryManager.hist_file = ":memory:"
    config.LGStream.height = 800
    InteractiveShell.clear_instance()
    InteractiveShell.instance(config=config)
    try:
        held = project("height = 600")
        assert held.height == 800 and "IPython's configuration" in held.get_value_with_origin("height").origin
    finally:
        InteractiveShell.clear_instance()


@pytest.mark.parametrize(
    ("variable", "text", "name", "value"),
    [
        ("MODES", "messages, values", "modes", ["messages", "values"]),
        ("PANELS", "state,tokens", "panels", ["state", "tokens"]),
        ("HEIGHT", "none", "height", None),
        ("WATCH", "on", "watch", True),
        ("MAX_COST", "0.5", "max_cost", 0.5),
        ("MASK", "PARTNER_ID", "mask", ["PARTNER_ID"]),
        ("PRICE", '{"m": {"input": 1, "output": 2}}', "price", {"m": {"input": 1, "output": 2}}),
        ("HISTORY", "off", "history", None),
        ("HISTORY_SIZE", "20", "history_size", 20),
    ],
)
def test_the_environment_says_it_in_a_text(monkeypatch, variable, text, name, value):
    monkeypatch.setenv(f"LG_JUPYTER_{variable}", text)
    assert getattr(options(), name) == value


@pytest.mark.parametrize(
    ("said", "environment", "name", "value"),
    [
        ("unmask = ['X_TOKEN']", "", "unmask", []),
        ("mask = ['b']", "a", "mask", ["a", "b"]),
        ("mask = []", "a", "mask", ["a"]),
        ("mask_secrets = false", "", "mask_secrets", True),
        ("mask_secrets = true", "off", "mask_secrets", True),
        ("saved_size = 5_000_000", "", "saved_size", 1_000_000),
        ("max_bytes = 0", "", "max_bytes", 512_000_000),
        ("max_bytes = 1000", "0", "max_bytes", 1_000),
        ("max_bytes_of_views = 0", "", "max_bytes_of_views", 2_000_000_000),
        ("max_bytes_of_views = 1000", "0", "max_bytes_of_views", 1_000),
        ("max_cost = 100.0", "2", "max_cost", 2),
        ("max_cost = 1", "2", "max_cost", 1),
        ("max_tokens = 10", "", "max_tokens", 10),
        ("max_seconds = 60", "30", "max_seconds", 30),
        ("history = 'on'", "", "history", None),
        ("history = '../elsewhere'", "", "history", None),
        ("history = 'off'", "on", "history", None),
        ("history_size = 100000", "", "history_size", 500),
        ("history_size = 10", "", "history_size", 10),
        ("history_days = 1000", "30", "history_days", 30),
    ],
)
def test_a_project_never_loosens_what_keeps_secrets_money_and_data(
    project, monkeypatch, said, environment, name, value
):
    if environment:
        monkeypatch.setenv(f"LG_JUPYTER_{name.upper()}", environment)
    assert getattr(project(said), name) == value


def test_every_option_says_what_a_project_may_say_of_it():
    for name, trait in LGStream.class_traits(config=True).items():
        assert callable(trait.metadata["project"]), name


@pytest.mark.parametrize(
    ("said", "warning"),
    [
        ("hieght = 600", r"no option 'hieght': did you mean 'height'\?"),
        ("height = 'tall'", r"pyproject\.toml, the option height"),
        ("height = 20", "less than|minimum|min"),
        ("panels = ['stat']", "the option panels"),
        ("modes = ['mesages']", "'mesages': did you mean 'messages'"),
        ("price = 5", "price is a table of models"),
        ("height = ", "cannot be read"),
    ],
)
def test_what_is_wrong_in_a_project_is_one_warning_and_left_out(project, said, warning):
    with pytest.warns(RuntimeWarning, match=warning) as warned:
        held = project(said)
    assert (
        len(warned) == 1 and held.height is None and held.panels is None and held.modes is held.price is None
    )


def test_what_is_wrong_in_the_environment_is_one_warning(monkeypatch):
    monkeypatch.setenv("LG_JUPYTER_HEIGHT", "tall")
    with pytest.warns(RuntimeWarning, match="LG_JUPYTER_HEIGHT, the option height"):
        assert options().height is None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert options().height is None


def test_a_run_that_names_no_modes_has_those_of_the_options(project):
    project("modes = ['values']")
    assert ran().request.modes == ("values",)
    assert ran(modes=["updates"]).request.modes == ("updates",)
    batch = lg_jupyter.map(build("steps"), [INPUTS["steps"]], display=False).wait()
    assert batch.runs[0].request.modes == ("values",)


def test_limits_and_prices_hold_where_a_run_names_none(project):
    held = project("max_seconds = 50\n[tool.lg_jupyter.price.scripted]\ninput = 1\noutput = 2")
    state = get_run_state(ran())
    assert state.request.limits.max_seconds == 50 and state.request.price["scripted"].output == 2
    assert get_run_state(ran(max_seconds=3)).request.limits.max_seconds == 3
    assert get_run_state(ran(max_cost=3, price={"m": {"input": 1, "output": 1}})).request.limits.max_cost == 3
    held.max_cost = 1
    held.price = {"own": {"input": 1, "output": 1}}
    assert list(get_run_state(ran()).request.price) == ["own"]


def test_prices_of_a_project_do_not_count_where_dollars_are_limited(project):
    held = project("price = {scripted = {input = 0, output = 0}}")
    assert get_run_state(ran()).request.price is not None
    held.max_cost = 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lg_jupyter.request.limits.find_spec", lambda name: object())
        assert get_run_state(ran()).request.price is None


def test_names_are_masked_too_and_others_are_not(monkeypatch):
    monkeypatch.setenv("PARTNER_ID", "partner-canary")
    monkeypatch.setenv("PLAIN_TOKEN", "plain-value-of-a-token")
    assert list_masked_variable_names({"PARTNER_ID": "partner-canary"}) == []
    options().mask, options().unmask = ["partner_id"], ["plain_token"]
    assert list_masked_variable_names(
        {"PARTNER_ID": "partner-canary", "PLAIN_TOKEN": "plain-value-of-a-token"}
    ) == ["PARTNER_ID"]
    assert is_secret_name("Partner_ID") and not is_secret_name("plain_token") and is_secret_name("api_key")
    assert is_secret_field("partner_id")
    run = lg_jupyter.stream(
        build("steps"), {"topic": "partner-canary plain-value-of-a-token"}, display=False
    ).wait()
    assert "[redacted PARTNER_ID]" in run.state()["topic"] and "plain-value" in run.state()["topic"]


def test_views_and_records_are_as_the_options_say(project):
    project("panels = ['state', 'tokens']\nrecord_size = 10_000")
    run = ran()
    assert run.panel("state").get_state()["_options"]["panels"] == ["state", "tokens"]
    big = lg_jupyter.stream(
        build("steps"), {"topic": "x " * 4_000, "log": ["y" * 50_000]}, display=False
    ).wait()
    from lg_jupyter.record.document import render_record_html
    from lg_jupyter.record.summary import summarize_run

    assert len(render_record_html(summarize_run(get_run_state(big)), big.trace)) < len(
        render_record_html(summarize_run(get_run_state(big)), big.trace, limit=300_000)
    )


def test_the_panels_are_those_that_there_are():
    assert set(PANELS) == {panel.id for panel in RECORDED}


def test_the_history_is_on_as_the_option_says(monkeypatch, tmp_path):
    monkeypatch.setenv("LG_JUPYTER_HISTORY", str(tmp_path))
    monkeypatch.setenv("LG_JUPYTER_HISTORY_SIZE", "2")
    run = ran()
    history = lg_jupyter.history(tmp_path, start=False)
    assert [each.id for each in history.runs()] == [run.id]
    assert RUNS.keeper._store.bounds.max_bytes == 2_000_000
    lg_jupyter.options.history = None
    ran()
    assert len(history.runs()) == 1
    lg_jupyter.options.history = "on"
    ran()
    assert (tmp_path / "notebooks" / ".lg_jupyter").is_dir()
    with pytest.warns(RuntimeWarning, match="no run is kept.*no folder"):
        lg_jupyter.options.history = str(tmp_path / "nowhere")
    assert ran().status == "success"


def test_a_script_has_them(tmp_path):
    code = """
import lg_jupyter
assert lg_jupyter.options.height == 600
"""
    (tmp_path / "pyproject.toml").write_text("[tool.lg_jupyter]\nheight = 600\n")
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_doctor_says_where_each_came_from(project, monkeypatch):
    monkeypatch.setenv("LG_JUPYTER_WATCH", "on")
    project("height = 600")
    said = make_doctor_report({})
    assert "Option height = 600 (" in said and "pyproject.toml)" in said
    assert "Option watch = True (LG_JUPYTER_WATCH)" in said and "Option modes = None (default)" in said
