"""Runs the campaigns, or those that are named, and prints the table of their figures."""

from __future__ import annotations

import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from tests import campaigns

FRONT_END = Path(__file__).parents[2] / "js" / "build.py"


def main(names: list[str]) -> int:
    """Whether a campaign failed, or the front end could not be built anew: an old one would be attacked."""
    if subprocess.run([sys.executable, str(FRONT_END)], check=False).returncode:
        print("the front end could not be built")
        return 1
    every = sorted(module.name for module in iter_modules(campaigns.__path__) if module.name != "__main__")
    failed = []
    for name in names or every:
        began = time.monotonic()
        print(f"== {name}", flush=True)
        if not campaigns.report(import_module(f"tests.campaigns.{name}").figures()):
            failed.append(name)
        print(f"   {time.monotonic() - began:.0f} s", flush=True)
    print(f"\nfailed: {', '.join(failed)}" if failed else "\nall of it holds")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
