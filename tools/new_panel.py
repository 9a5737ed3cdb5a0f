"""Begins a panel: copies one of ``tools/templates`` under a new name, and enters it in the lists.

``python -m tools.new_panel recipes`` makes a panel that works and whose tests pass, to be changed.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

from lg_jupyter.config import PANELS

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = ROOT / "tools" / "templates"
CONFIG = ROOT / "lg_jupyter" / "config.py"

EXAMPLE = "failures"
"""The id of the panel that is copied, which stands in its files in lower and in upper case."""


def main(arguments: list[str]) -> int:
    """Write the files and the lists; 1, and nothing is written, if there is such a panel."""
    parser = argparse.ArgumentParser(prog="python -m tools.new_panel", description=__doc__)
    parser.add_argument("id", type=_validate_id, help="what it is called in code: a word in lower case")
    parser.add_argument("--after", choices=PANELS, help="the panel after whose tab its tab stands")
    given = parser.parse_args(arguments)
    panel_id = given.id
    files = make_files(panel_id)
    if taken := [path for path in files if (ROOT / path).exists()]:
        print(f"there is a {taken[0]}: nothing was written", file=sys.stderr)
        return 1
    for path, text in files.items():
        (ROOT / path).parent.mkdir(exist_ok=True)
        (ROOT / path).write_text(text, "utf-8")
        print(f"wrote {path}")
    CONFIG.write_text(add_id(CONFIG.read_text("utf-8"), panel_id, given.after), "utf-8")
    print(f"wrote {CONFIG.relative_to(ROOT)}", flush=True)
    return subprocess.run([sys.executable, "-m", "tools.schema"], cwd=ROOT, check=False).returncode


def make_files(panel_id: str) -> dict[str, str]:
    """The text of each file of a panel of this name, by path."""
    return {
        _rename(path.relative_to(TEMPLATES).as_posix(), panel_id): _rename(path.read_text("utf-8"), panel_id)
        for path in sorted(TEMPLATES.rglob("*.*"))
        if path.is_file() and path.suffix != ".pyc"
    }


def add_id(config: str, panel_id: str, after: str | None = None) -> str:
    """The text of ``config.py`` with an id in ``PANELS``: after another, or at the end.

    >>> add_id('PANELS = (\\n    *("events", "state"),\\n)\\n', "recipes", after="events")
    'PANELS = (\\n    *("events", "recipes", "state"),\\n)\\n'
    """
    found = re.search(r"^PANELS = \(\n.*?^\)\n", config, re.MULTILINE | re.DOTALL)
    if found is None:
        raise ValueError("PANELS is not written as it was")
    before = after or re.findall(r"\w+", found[0])[-1]
    return config.replace(found[0], found[0].replace(f'"{before}"', f'"{before}", "{panel_id}"'))


def _rename(text: str, panel_id: str) -> str:
    for case in (str.lower, str.capitalize, str.upper):
        text = text.replace(case(EXAMPLE), case(panel_id))
    return text


def _validate_id(text: str) -> str:
    if not re.fullmatch("[a-z]+", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no word in lower case")
    return text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
