"""What docstrings list, and what the page on panels names, is there, also after a renaming."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lg_jupyter

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "add-a-panel.md").read_text("utf-8")
LISTED = re.compile(r"^(Parameters|Attributes)\n-+\n(.*?)(?=^\S[^\n]*\n-+\n|\Z)", re.MULTILINE | re.DOTALL)
NAMES = re.compile(r"^(\w[\w, ]*)$", re.MULTILINE)


def test_what_docstrings_list_is_there() -> None:
    left_behind = [
        f"{each.__module__}.{each.__qualname__}: {section} {name}"
        for each in documented()
        for section, name in listed(each)
        if not is_there(each, section, name)
    ]
    assert left_behind == []


def test_a_name_that_is_not_there_is_found() -> None:
    def shout(text: str) -> str:
        """Loud.

        Parameters
        ----------
        words
            What to shout.

        Returns
        -------
        str
            It.
        """
        return text.upper()

    assert [name for section, name in listed(shout) if not is_there(shout, section, name)] == ["words"]


def test_what_the_page_on_panels_names_of_the_front_end_is_there() -> None:
    sources = [path for folder in ("src", "tests") for path in (ROOT / "js" / folder).rglob("*.ts*")]
    text = "\n".join(path.read_text("utf-8") for path in sources)
    defined = set(re.findall(r"^(?:export )?(?:async )?(?:function\*?|const) (\w+)", text, re.MULTILINE))
    assert {"formatDollars", "CallSums", "useNarrowing"} <= front_end_names(PAGE)
    assert front_end_names(PAGE) - defined == set()


def test_what_the_page_on_panels_names_of_the_package_is_there() -> None:
    sources = (ROOT / "lg_jupyter").rglob("*.py")
    defined = set(re.findall(r"\bdef (\w+)", "\n".join(path.read_text("utf-8") for path in sources)))
    named = {name for code in codes(PAGE) for name in re.findall(r"\b([a-z]+(?:_[a-z]+)+)\(", code)}
    assert {"render_call_totals", "format_count"} <= named
    assert named - defined == set()


def test_a_function_of_the_front_end_is_found_however_it_is_named() -> None:
    page = "`useOne`, `aThing(n)`, `integer(n)` of `x/y.ts`, `<Box of={1} />` but `run.to_pandas(x)`"
    assert front_end_names(page) == {"useOne", "aThing", "integer", "Box"}


def front_end_names(page: str) -> set[str]:
    """The functions and components that a page names: ``useX``, ``aName``, ``name(…)``, ``<Name``."""
    found = (
        re.findall(r"^([a-z]+(?:[A-Z]\w*)+)\b(?![.=])|^([a-z]+)\(|<([A-Z]\w+)", code) for code in codes(page)
    )
    return {name for names in found for each in names for name in each if name}


def codes(page: str) -> list[str]:
    """What stands between backticks: in a line, or in lines of their own."""
    blocks = re.findall(r"^```\w+\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    text = re.sub(r"^```.*?^```$", "", page, flags=re.MULTILINE | re.DOTALL)
    return [*blocks, *re.findall(r"`([^`]+)`", text)]


def documented() -> Iterator[Any]:
    """The classes and functions of the package, and the methods of its classes."""
    for module in pkgutil.walk_packages(lg_jupyter.__path__, "lg_jupyter."):
        for each in vars(importlib.import_module(module.name)).values():
            if getattr(each, "__module__", None) != module.name:
                continue
            if inspect.isclass(each):
                yield each
                yield from (one for one in vars(each).values() if inspect.isfunction(one))
            elif inspect.isfunction(each):
                yield each


def listed(each: Any) -> Iterator[tuple[str, str]]:
    """The names in a docstring, each with its section."""
    for section, body in LISTED.findall(inspect.getdoc(each) or ""):
        for line in NAMES.findall(body):
            yield from ((section, name) for name in line.split(", "))


def is_there(each: Any, section: str, name: str) -> bool:
    if section == "Parameters":
        function = each.__init__ if inspect.isclass(each) else each
        return name in inspect.signature(function).parameters
    bases = [base for base in each.__mro__ if base.__module__.startswith("lg_jupyter")]
    return hasattr(each, name) or any(
        name in getattr(base, "__annotations__", {}) or f"self.{name}" in inspect.getsource(base)
        for base in bases
    )
