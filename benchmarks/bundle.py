"""How big the front end is: a widget's bundle travels whole to the page with each of its kind.

python -m benchmarks.bundle
"""

from __future__ import annotations

import gzip
from pathlib import Path

import lg_jupyter

ASSETS = Path(lg_jupyter.__file__).parent / "assets"
BUDGET = 250_000
"""Bytes of minified JavaScript."""


def main() -> None:
    for name in ("widget.js", "widget.css", "graph_layout.js", "steering.js"):
        path = ASSETS / name
        if not path.exists():
            print(f"  {name:16} is not built: run `make assets`")
            continue
        content = path.read_bytes()
        zipped = len(gzip.compress(content, 9))
        budget = f"   {len(content) / BUDGET:.2f} × the budget" if name == "widget.js" else ""
        print(f"  {name:16}{len(content) / 1000:8.1f} kB minified {zipped / 1000:8.1f} kB gzip{budget}")


if __name__ == "__main__":
    main()
