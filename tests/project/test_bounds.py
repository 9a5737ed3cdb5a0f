"""The oldest versions that are declared are the ones that `make test-oldest` installs."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # pytest brings it

from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PINNED = dict(re.findall(r"^([\w.-]+)==(\S+)$", (ROOT / "constraints/oldest.txt").read_text(), re.MULTILINE))
EXTRAS = PROJECT["optional-dependencies"]
OPTIONAL = ("parquet", "otel", "zstd", "providers")
DECLARED = [*PROJECT["dependencies"], *(declared for extra in OPTIONAL for declared in EXTRAS[extra])]
NEWER = EXTRAS["prices"]
"""What does not go with the oldest versions of what it needs itself."""


@pytest.mark.parametrize("declared", DECLARED)
def test_the_lower_bound_is_the_version_that_is_tried(declared):
    requirement = Requirement(declared)
    lowest = next(bound.version for bound in requirement.specifier if bound.operator == ">=")
    assert Version(PINNED[requirement.name]) == Version(lowest)


def test_the_oldest_versions_of_the_test_tools_fit_too():
    for declared in EXTRAS["test"]:
        requirement = Requirement(declared)
        if requirement.name in PINNED and requirement.specifier:
            assert PINNED[requirement.name] in requirement.specifier, declared


BROUGHT = {"markdown_it": "markdown-it-py", "opentelemetry": "opentelemetry-sdk", "tomllib": "tomli"}
"""Modules whose package has another name."""

THEIRS = {"jupyter-core", "langsmith", "numpy"}
"""What Jupyter, langchain-core and pandas are made of and give to whoever uses them."""


def imported() -> set[str]:
    """The top modules that the package imports, wherever in a file."""
    found: set[str] = set()
    for file in (ROOT / "lg_jupyter").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    others = {"compression", "pytest"}  # Python 3.14's; what imports its own plugin
    return found - {"lg_jupyter", *others, *sys.stdlib_module_names}


def test_what_is_imported_is_declared():
    declared = {Requirement(each).name.lower().replace("_", "-") for each in [*DECLARED, *NEWER]}
    names = {BROUGHT.get(module, module.lower().replace("_", "-")) for module in imported()}
    assert names - declared == THEIRS
