"""The frames of live runs on a server."""

from __future__ import annotations

from contextlib import suppress

import pytest

import lg_jupyter
from lg_jupyter import Server
from lg_jupyter.tables import SCHEMAS
from tests.graphs import INPUTS
from tests.test_frames_of_recordings import hold_together


@pytest.mark.parametrize("name", ["react", "nested", "fan", "ask", "broken"])
@pytest.mark.parametrize("modes", [None, ["values", "messages", "custom", "tasks", "checkpoints"]])
async def test_the_frames_of_a_live_run(dev_server, name, modes):
    run = lg_jupyter.stream(Server(dev_server.url, name), INPUTS[name], modes=modes, display=False)
    with suppress(lg_jupyter.RunError):
        await run
    hold_together(run.trace, {table: run.to_pandas(table) for table in SCHEMAS})
    assert set(run.to_pandas()["run_id"].dropna()) == {run.run_id}
