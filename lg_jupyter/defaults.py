"""What options begin with where nobody set them: by the nearest ``pyproject.toml``, then by the environment.

Both are read once, when the first option is. A value that an option cannot have is one warning, and left out.
What a ``pyproject.toml`` says of an option goes through the option's rule: a project that was cloned tightens
what is masked, kept and spent, and never loosens it.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import traitlets

from lg_jupyter.spelling import format_suggestion_ending
from lg_jupyter.text.words import abbreviate_home_directory, clip_text

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ENVIRONMENT_PREFIX = "LG_JUPYTER_"
"""What the names of environment variables begin with."""

BUILT_IN_DEFAULT_ORIGIN = "default"

CombineWithProjectValue = Callable[[Any, Any], Any]
"""What holds, of what a project says and of what would hold without it."""


class ValueWithOrigin(NamedTuple):
    """A value, and where it came from."""

    value: Any
    origin: str
    is_from_project: bool = False


# What a project may say.


def prefer_project_value(project: Any, other: Any) -> Any:
    """Whatever it likes."""
    return project


def ignore_project_value(project: Any, other: Any) -> Any:
    """Nothing at all."""
    return other


def choose_smaller_limit(project: Any, other: Any) -> Any:
    """A lower bound; ``None`` is none."""
    return other if project is None or (other is not None and other <= project) else project


def choose_smaller_nonzero_limit(project: Any, other: Any) -> Any:
    """The same where 0 is no bound."""
    return choose_smaller_limit(project or None, other or None) or 0


def merge_unique_values(project: Iterable[Any], other: Iterable[Any]) -> Any:
    """More of it."""
    return [*dict.fromkeys((*other, *project))]


def allow_project_to_enable(project: Any, other: Any) -> Any:
    """That it is on."""
    return project or other


def allow_project_to_disable(project: Any, other: Any) -> Any:
    """That it is off."""
    return None if project in ("off", "") else other


class OptionDefaults:
    """The values of options by the environment and by a project.

    Parameters
    ----------
    traits
        The options, by name.
    environ
        The environment.
    folder
        Where the nearest ``pyproject.toml`` is looked for, upwards.
    """

    def __init__(
        self, traits: Mapping[str, traitlets.TraitType[Any, Any]], environ: Mapping[str, str], folder: Path
    ) -> None:
        self._traits = traits
        self._environ = environ
        self.project = _find_pyproject(folder)
        table = {} if self.project is None else _read_pyproject_table(self.project)
        self._table = {name.replace("-", "_"): value for name, value in table.items()}
        self._warn_of_unknown_names(f"[tool.lg_jupyter] in {self.project}", self._table)

    def resolve_default(self, name: str, holder: Any) -> ValueWithOrigin:
        """What an option begins with, and by whom."""
        trait = self._traits[name]
        found = ValueWithOrigin(getattr(holder, name), BUILT_IN_DEFAULT_ORIGIN)
        variable = f"{ENVIRONMENT_PREFIX}{name.upper()}"
        if variable in self._environ:
            found = _validate_or_fall_back(
                trait,
                holder,
                variable,
                found,
                lambda: _parse_environment_value(trait, self._environ[variable]),
            )
        if name in self._table and self.project is not None:
            place = abbreviate_home_directory(self.project)
            stated = _validate_or_fall_back(
                trait, holder, place, found, lambda: self._table[name], is_from_project=True
            )
            rule: CombineWithProjectValue = trait.metadata.get("project", ignore_project_value)
            value = found.value if stated is found else rule(stated.value, found.value)
            found = stated._replace(value=value) if value != found.value else found
        return found

    def _warn_of_unknown_names(self, where: str, given: Iterable[str]) -> None:
        for name in given:
            if name not in self._traits:
                meant = format_suggestion_ending(name, self._traits)
                _issue_runtime_warning(
                    f"{where} has no option {name!r}{meant} Options: {', '.join(self._traits)}."
                )


def _validate_or_fall_back(
    trait: Any,
    holder: Any,
    place: str,
    fallback: ValueWithOrigin,
    read: Callable[[], Any],
    is_from_project: bool = False,
) -> ValueWithOrigin:
    try:
        return ValueWithOrigin(trait._validate(holder, read()), place, is_from_project)  # noqa: SLF001 - traitlets has no other
    except (traitlets.TraitError, ValueError, TypeError) as error:
        _issue_runtime_warning(f"{place}, the option {trait.name}: {clip_text(str(error), 300)}")
        return fallback


def _parse_environment_value(trait: Any, text: str) -> Any:
    """What a text in the environment means for an option."""
    text = text.strip()
    if trait.allow_none and text.lower() in ("", "none", "off"):
        return None
    if isinstance(trait, traitlets.Bool):
        return _BOOLEAN_BY_TEXT.get(text.lower(), text)
    if isinstance(trait, traitlets.Int):
        return int(text)
    if isinstance(trait, traitlets.Float):
        return float(text)
    if isinstance(trait, traitlets.List):
        return [part.strip() for part in text.split(",") if part.strip()]
    return json.loads(text) if text.startswith("{") else text


_BOOLEAN_BY_TEXT = {
    **dict.fromkeys(("1", "true", "on", "yes"), True),
    **dict.fromkeys(("0", "false", "off", "no"), False),
}


def _find_pyproject(folder: Path) -> Path | None:
    places = (each / "pyproject.toml" for each in (folder, *folder.parents))
    return next((place for place in places if place.is_file()), None)


def _read_pyproject_table(path: Path) -> dict[str, Any]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8")).get("tool", {}).get("lg_jupyter", {})
    except (OSError, ValueError) as error:
        _issue_runtime_warning(
            f"{path} cannot be read, and no option taken from it: {clip_text(str(error), 300)}"
        )
        return {}
    return table if isinstance(table, dict) else {}


def _issue_runtime_warning(sentence: str) -> None:
    warnings.warn(sentence, RuntimeWarning, stacklevel=2)


def get_working_directory_or_root() -> Path:
    """The working directory; where it was removed, the root."""
    try:
        return Path.cwd()
    except OSError:
        return Path(os.sep)
