"""The oldest versions that are declared are the ones that `make test-oldest` installs."""

from __future__ import annotations

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
