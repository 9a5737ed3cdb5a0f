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
    paths = sorted((path for kind in ("js", "css") for path in ASSETS.glob(f"*.{kind}")), key=_name)
    if not paths:
        print("  nothing is built: run `make assets`")
    for path in paths:
        content = path.read_bytes()
        zipped = len(gzip.compress(content, 9))
        budget = f"   {len(content) / BUDGET:.2f} × the budget" if path.suffix == ".js" else ""
        print(f"  {path.name:16}{len(content) / 1000:8.1f} kB minified {zipped / 1000:8.1f} kB gzip{budget}")


def _name(path: Path) -> str:
    return path.name


if __name__ == "__main__":
    main()
