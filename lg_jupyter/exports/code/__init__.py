"""A run as the code that requests the same again, as the SDK's user would write it: ``run.code("python")``.

Of secrets only the environment variables are named that hold them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from lg_jupyter.errors import UsageError
from lg_jupyter.exports.code import curl, javascript, python
from lg_jupyter.exports.code.collect import collect_code_request
from lg_jupyter.exports.code.request import CodeRequest
from lg_jupyter.runtime.state import RunState
from lg_jupyter.sources.local.source import LocalSource
from lg_jupyter.sources.server.source import ServerSource

CodeLanguage = Literal["python", "javascript", "curl"]

CODE_GENERATORS: Mapping[CodeLanguage, Callable[[CodeRequest], str]] = {
    "python": python.generate_python,
    "javascript": javascript.generate_javascript,
    "curl": curl.generate_curl,
}
"""What writes each language."""


class Code(str):
    """Text that a notebook shows as it is, and not as a string."""

    __slots__ = ()

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))


def list_code_languages(run: RunState) -> list[str]:
    """Those in which a run can be written; none where nobody knows what was requested."""
    source, saved = run.source, getattr(run.source, "code_request", None)
    if isinstance(source, ServerSource):
        return [] if run.request.join_run_id is not None else list(CODE_GENERATORS)
    if isinstance(source, LocalSource):
        return ["python"]
    if not isinstance(saved, dict):
        return []
    return list(CODE_GENERATORS) if "url" in saved else ["python"]


def generate_code(run: RunState, language: str = "python") -> Code:
    """The code of a run.

    Raises
    ------
    UsageError
        If there is no such language, or nobody knows what was requested: an old file does not tell.
    """
    writer = CODE_GENERATORS.get(language)  # type: ignore[call-overload]
    if writer is None:
        raise UsageError(f"there is no code in {language!r}; there is {', '.join(CODE_GENERATORS)}")
    request = collect_code_request(run)
    if request.url is None and language != "python":
        raise UsageError(
            f"{run.name} ran in this process, where {language} reaches nothing: there is run.code('python')"
        )
    return Code(writer(request))
