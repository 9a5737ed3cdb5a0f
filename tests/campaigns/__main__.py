"""Runs the campaigns, or those that are named, and prints the table of their figures."""

from __future__ import annotations

import sys
import time
from importlib import import_module
from pkgutil import iter_modules

from tests import campaigns


def main(names: list[str]) -> int:
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
