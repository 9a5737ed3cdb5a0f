"""The notebook on stream modes runs from top to bottom, with the server that it starts and stops itself."""

from __future__ import annotations

from typing import Any

from tests.patience import patience
from tools.notebooks import execute


def test_each_mode_shows_what_it_says(monkeypatch: Any) -> None:
    monkeypatch.setenv("LANGSMITH_TRACING", "false")
    notebook = execute("stream_modes.ipynb", int(patience(120)))
    text = "\n".join(
        "".join(output.get("text", "") or output.get("data", {}).get("text/plain", ""))
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    )
    assert "refine_topic: write /topic: ice cream and cats" in text
    assert "on_chat_model_stream" in text
    assert "('success', None)" in text  # stateless
    assert "('success', True)" in text  # joined
    assert "get_sync_client" in text
    assert "new Client(" in text
    assert "curl --silent" in text
