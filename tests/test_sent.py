"""What our widgets send, held against the written rules of front ends that cannot be tried here.

VS Code and Colab: JSON alone, with no buffers; no widget manager is needed to draw a widget inside another;
colours of both; what Colab reads in the metadata of an output.
"""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace
from typing import Any

import pytest

import lg_jupyter
from lg_jupyter.widgets import bundles
from lg_jupyter.widgets.run import RunWidget
from tests.graphs import INPUTS, build
from tests.test_live import ALL
from tests.test_widget import lines, use_comm  # noqa: F401

VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.mark.usefixtures("lines")
@pytest.mark.parametrize("kind", ALL)
def test_it_is_json_without_buffers(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    widget = ALL[kind]()
    sent: list[tuple[Any, Any]] = []
    monkeypatch.setattr(
        widget.comm, "send", lambda data, metadata=None, buffers=None: sent.append((data, buffers))
    )
    widget.receive({"type": "snapshot"})
    widget.receive({"type": "call", "id": "1", "method": "ping"})
    assert len(sent) >= 2
    assert not any(buffers for _, buffers in sent)
    for data, _ in sent:
        assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert json.dumps(widget.get_state(), allow_nan=False)


def test_nothing_of_the_front_end_asks_a_page_for_a_view() -> None:
    built = bundles.get_manifest()
    assert built is not None
    for name, text in bundles.read_module_files(built.modules).items():
        assert "create_view" not in text, name


def test_its_colours_are_those_of_jupyterlab_and_of_vs_code() -> None:
    frame = bundles.read_module_files(["run"])["frame.js"]
    for name in (
        "--jp-layout-color1",
        "--vscode-editor-background",
        "--jp-ui-font-color1",
        "--vscode-foreground",
    ):
        assert f"var({name}" in frame


@pytest.mark.usefixtures("lines")
async def test_colab_is_told_of_its_widget_manager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Colab draws a widget by the manager that stands in the metadata of its output."""
    colab = SimpleNamespace(
        enable_custom_widget_manager=lambda: None,
        _widgets=SimpleNamespace(_installed_url="https://manager.example"),
    )
    run = await lg_jupyter.stream(build("steps"), INPUTS["steps"], display=False)
    monkeypatch.setitem(sys.modules, "google.colab.output", colab)
    data, metadata = RunWidget(run)._repr_mimebundle_() or ({}, {})
    assert data[VIEW]["model_id"]
    assert metadata[VIEW] == {"colab": {"custom_widget_manager": {"url": "https://manager.example"}}}
