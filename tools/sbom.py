"""Prints what lg_jupyter is made of and needs as a CycloneDX document: packages of Python and of npm.

Of Python the versions that are installed here, of the front end those that its lock file names.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parents[1] / "js" / "package-lock.json"


def main() -> None:
    own = distribution("lg_jupyter")
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": _python(own)},
        "components": [*map(_python, _needed(own)), *_front_end()],
    }
    print(json.dumps(document, indent=2))


def _needed(own: Distribution) -> Iterator[Distribution]:
    """What it needs without its extras, and what that needs, each once."""
    seen, waiting = {"lg-jupyter"}, [own]
    while waiting:
        for requirement in waiting.pop().requires or ():
            name = re.split(r"[\s;<>=!~\[(]", requirement, maxsplit=1)[0]
            if "extra ==" in requirement or (key := name.lower().replace("_", "-")) in seen:
                continue
            seen.add(key)
            try:
                found = distribution(name)
            except PackageNotFoundError:  # for another Python or system
                continue
            waiting.append(found)
            yield found


def _python(found: Distribution) -> dict[str, Any]:
    name = found.metadata["Name"]
    return _component(name, found.version, "pypi", name.lower().replace("_", "-"))


def _front_end() -> Iterator[dict[str, Any]]:
    """What is bundled: not what builds and tests it."""
    for place, package in json.loads(LOCK.read_text(encoding="utf-8"))["packages"].items():
        if place and not package.get("dev"):
            name = place.rpartition("node_modules/")[2]
            component = _component(name, package["version"], "npm", name.replace("@", "%40"))
            algorithm, _, digest = package["integrity"].partition("-")
            content = base64.b64decode(digest).hex()
            yield {**component, "hashes": [{"alg": f"SHA-{algorithm[3:]}", "content": content}]}


def _component(name: str, version: str, kind: str, identifier: str) -> dict[str, Any]:
    purl = f"pkg:{kind}/{identifier}@{version}"
    return {"type": "library", "name": name, "version": version, "purl": purl, "bom-ref": purl}


if __name__ == "__main__":
    main()
