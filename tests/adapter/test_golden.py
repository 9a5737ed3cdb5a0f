"""What the adapter makes of whole recordings, line by line.

The files in ``golden/`` were read and found right by a person. After a change that is meant,
``LG_JUPYTER_WRITE_GOLDEN=1`` writes them anew, to be read again.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.adapter.brief import brief
from tests.recordings import events

GOLDEN = Path(__file__).parent / "golden"

RECORDINGS = [
    "local_v1/agent__ALL__sg",
    "local_v1/cached--hit__ALL__sg",
    "local_v1/callsub__ALL__sg",
    "local_v1/cmd__ALL__sg",
    "local_v1/err_par__ALL__sg",
    "local_v1/errhandler__ALL__sg",
    "local_v1/fansub__ALL__sg",
    "local_v1/func__ALL__sg",
    "local_v1/hitl_par--resumehalf__ALL__sg",
    "local_v1/hitl_par__ALL__sg",
    "local_v1/hitl_sub__ALL__sg",
    "local_v1/msgs__ALL__sg",
    "local_v1/nested__ALLD__sg",
    "local_v1/parllm__ALL__sg",
    "local_events_v2/nested--modes__values+updates__sg",
    "local_events_v2/react",
    "server_v1/react__messages__sg",
    "old_server_v1_api0.4.48/hitl_sub--single__values__sg",
]


@pytest.mark.parametrize("name", RECORDINGS)
def test_recording_gives_these_facts(name: str) -> None:
    file = GOLDEN / f"{name.replace('/', '-')}.txt"
    lines = brief(events(name))
    if os.environ.get("LG_JUPYTER_WRITE_GOLDEN"):
        file.write_text("\n".join(lines) + "\n")
    assert lines == file.read_text().splitlines()
