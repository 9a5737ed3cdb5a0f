"""What to know of the place where runs are shown: ``%lgstream --doctor``."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from lg_jupyter.config import options
from lg_jupyter.secrets.environment import list_masked_variable_names
from lg_jupyter.text.words import clip_text
from lg_jupyter.widgets import bundles as front_end

REPORTED_PACKAGES = (
    "lg_jupyter",
    "langgraph",
    "langgraph-sdk",
    "langchain-core",
    "ipython",
    "ipykernel",
    "ipywidgets",
    "anywidget",
    "jupyterlab",
    "pandas",
)
"""Those on whose versions it depends what a run holds and how it is shown."""


LABEXTENSION_MANIFEST_PATH = "lg-jupyter/package.json"
"""Below one of Jupyter's folders of extensions."""


class DoctorFinding(NamedTuple):
    """One thing that was looked at: whether all is well with it, and what to know."""

    is_ok: bool
    text: str


def make_doctor_report(environ: Mapping[str, str] = os.environ) -> str:
    """The versions and the findings, as lines of text. Nothing is changed, and nothing sent."""
    lines = [
        f"Python {platform.python_version()}, {', '.join(map(_format_package_version, REPORTED_PACKAGES))}"
    ]
    lines += [f"{'✓' if finding.is_ok else '!'} {finding.text}" for finding in iter_findings(environ)]
    return "\n".join(lines)


def iter_findings(environ: Mapping[str, str]) -> Iterator[DoctorFinding]:
    """What was looked at, one after the other."""
    yield _check_front_end()
    yield _check_labextension()
    yield _check_kernel()
    if sys.version_info < (3, 11):
        yield DoctorFinding(
            False, "On Python 3.10 LangGraph streams no tokens from async nodes: use a newer one."
        )
    yield _check_tracing(environ)
    yield _report_masked_variables(environ)
    yield from _iter_option_findings()


def _format_package_version(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"no {package}"


def _check_front_end() -> DoctorFinding:
    if missing := front_end.find_missing_files():
        return DoctorFinding(
            False, f"The front end is not built ({', '.join(missing)}): run `make assets` in its checkout."
        )
    return DoctorFinding(True, "The front end is built.")


def _check_labextension() -> DoctorFinding:
    """What opens saved runs without their kernel; where a server runs elsewhere, nobody can tell here."""
    place = "the environment of the Jupyter server: docs/saved.md"
    try:
        from jupyter_core.paths import jupyter_path
    except ImportError:
        return DoctorFinding(True, f"Saved runs open without a kernel where lg_jupyter is in {place}.")
    found = [
        path for path in jupyter_path("labextensions") if Path(path, LABEXTENSION_MANIFEST_PATH).is_file()
    ]
    if found:
        return DoctorFinding(
            True, f"Saved runs open without a kernel: JupyterLab's extension is in {found[0]}."
        )
    return DoctorFinding(
        False,
        "JupyterLab's extension is not in this environment, so saved runs show their record. "
        f"It belongs into {place}.",
    )


def _check_kernel() -> DoctorFinding:
    ipykernel = sys.modules.get("ipykernel")
    if ipykernel is None:
        return DoctorFinding(True, "There is no notebook here: runs are shown as text.")
    if ipykernel.version_info[0] < 7:
        return DoctorFinding(
            False, "ipykernel 6 hears what is pressed in a view only after the cell: install ipykernel 7."
        )
    return DoctorFinding(
        True, "A notebook's kernel, which hears what is pressed in a view while a cell awaits."
    )


def _check_tracing(environ: Mapping[str, str]) -> DoctorFinding:
    from langsmith.utils import tracing_is_enabled

    from lg_jupyter.sources.server.errors import strip_url_login

    if not tracing_is_enabled():
        return DoctorFinding(True, "LangSmith tracing is off.")
    where = environ.get("LANGSMITH_ENDPOINT") or environ.get("LANGCHAIN_ENDPOINT") or "LangSmith"
    return DoctorFinding(
        False,
        f"LangSmith tracing is on: LangChain, not lg_jupyter, sends what runs do to "
        f"{strip_url_login(where)}. "
        "LANGSMITH_TRACING=false, set before the kernel starts, turns it off.",
    )


def _iter_option_findings() -> Iterator[DoctorFinding]:
    """Each option with its value, and where that came from."""
    held = options()
    for name in held.traits(config=True):
        origin = held.get_value_with_origin(name)
        yield DoctorFinding(True, f"Option {name} = {clip_text(repr(origin.value), 80)} ({origin.origin})")


def _report_masked_variables(environ: Mapping[str, str]) -> DoctorFinding:
    names = ", ".join(sorted(list_masked_variable_names(environ)))
    return DoctorFinding(True, f"Masked wherever they would be shown or saved: {names or 'nothing is set'}.")
