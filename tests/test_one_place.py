"""Facts that were once derived in several places are derived in one: no second definition comes back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import lg_jupyter

PACKAGE = Path(lg_jupyter.__file__).parent

DEFINITIONS: dict[str, tuple[str, set[str], tuple[str, ...]]] = {
    "what a namespace's segments are": (
        r"""\.(split|partition|rpartition|join|startswith|endswith)\(\s*["']\|["']|["']\|["']\.join|\b_SEGMENT_SEPARATOR""",
        {
            "events/namespace.py",
            "adapter/namespace.py",  # which knows what servers send in place of one
            "secrets/redact.py",  # these join patterns
            "secrets/rules.py",
        },
        ("exports/code/",),  # what is written there is other people's code
    ),
    "how JSON Pointers are written": (r"""["']~[01]["']""", {"encode/json_pointer.py"}, ()),
    "who speaks": (
        r"""agent_name(["']\])? or (row\[["'])?(name|role|node)""",
        {"tables/speaker.py"},
        (),
    ),
    "which questions wait": (
        r"""["']status["']\] == ["']pending["']""",
        {"tables/interrupts.py", "runtime/resume.py"},  # whose answer needs no id
        (),
    ),
    "what a misspelt name means": (r"get_close_matches", {"spelling.py"}, ()),
    "a missing moment without its unit, which numpy 2.5 warns of": (r"""64\(["']NaT["']\)""", set(), ()),
    "sums of usage": (r"""_tokens["']\] or None|sum\([^)]*_tokens|\+= row\[name\]""", set(), ()),
    "what is a message": (
        r"""["']content["'] (not )?in (value|item|message|result|update)\b|["']BaseMessage["']""",
        {"encode/messages.py", "adapter/message_coercion.py"},  # what can be made one
        (),
    ),
    "which chunk is a message's last": (r"chunk_position", {"encode/messages.py"}, ()),
}
"""By fact: what its definition looks like, the files where that may stand, and folders that have leave."""


@pytest.mark.parametrize("fact", DEFINITIONS)
def test_it_is_said_once(fact: str) -> None:
    pattern, files, folders = DEFINITIONS[fact]
    found = {
        name
        for path in PACKAGE.rglob("*.py")
        for name in [path.relative_to(PACKAGE).as_posix()]
        if not name.startswith(folders) and re.search(pattern, path.read_text())
    }
    assert found == files
