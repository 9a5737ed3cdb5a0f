from __future__ import annotations

import pytest
from langsmith.utils import get_env_var

from lg_jupyter.magic import doctor
from lg_jupyter.widgets import bundles as front_end


@pytest.fixture(autouse=True)
def fresh_environment():
    """LangSmith remembers what the environment said."""
    get_env_var.cache_clear()
    yield
    get_env_var.cache_clear()


def test_it_names_versions():
    first = doctor.make_doctor_report({}).splitlines()[0]
    assert first.startswith("Python 3.")
    assert "langgraph 1." in first
    assert "anywidget 0." in first


def test_it_says_that_langsmith_gets_what_runs_do(monkeypatch):
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    told = doctor.make_doctor_report({"LANGSMITH_ENDPOINT": "http://me:secret@127.0.0.1:1984"})
    assert "! LangSmith tracing is on" in told
    assert "sends what runs do to http://127.0.0.1:1984. " in told
    assert "LANGSMITH_TRACING=false" in told


def test_it_names_what_is_masked_and_tells_no_value():
    told = doctor.make_doctor_report(
        {"SOME_API_KEY": "hunter2-hunter2", "SHORT_TOKEN": "abc", "PATH": "/bin"}
    )
    assert "Masked wherever they would be shown or saved: SOME_API_KEY." in told
    assert "hunter2" not in told


def test_it_says_that_the_front_end_is_not_built(monkeypatch, tmp_path):
    monkeypatch.setattr(front_end, "ASSETS_FOLDER", tmp_path)
    assert "! The front end is not built (loader.js, modules.json)" in doctor.make_doctor_report({})
