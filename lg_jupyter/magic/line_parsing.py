"""Parses what stands after ``%lgstream``: ``TARGET [options]``.

The target is everything before the first option; an option's value is everything up to the next one. Brackets
and quotes are respected, and nothing is evaluated here.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field

from lg_jupyter.errors import UsageError
from lg_jupyter.magic.line_splitting import split_target_and_options
from lg_jupyter.magic.options import (
    OPTIONS_ALLOWED_WITH_FORM,
    OPTIONS_ALLOWED_WITH_RESUME,
    OPTIONS_ALLOWED_WITH_WATCH,
    MagicOption,
    OptionValueKind,
    find_option_or_raise,
)
from lg_jupyter.request.strategies import validate_durability, validate_multitask


@dataclass(frozen=True)
class PythonExpression:
    """Python source, and where it was given (``the target``, ``--config``)."""

    source: str
    where_given: str


@dataclass
class Invocation:
    """One line, parsed. ``None`` is an option that was not given."""

    target: PythonExpression
    modes: tuple[str, ...] | None = None
    input: PythonExpression | None = None
    thread: str | PythonExpression | None = None
    url: str | None = None
    config: PythonExpression | None = None
    context: PythonExpression | None = None
    out: str | None = None
    save: str | PythonExpression | None = None
    tags: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    breakpoint_conditions: dict[str, PythonExpression] = field(default_factory=dict)
    after: tuple[str, ...] = ()
    until: tuple[str, ...] = ()
    multitask: str | None = None
    durability: str | None = None
    price: PythonExpression | None = None
    max_cost: PythonExpression | None = None
    max_tokens: PythonExpression | None = None
    max_seconds: PythonExpression | None = None
    stop_at_once: bool = False
    resume: bool = False
    form: bool = False
    subgraphs: bool = True
    think_tags: bool = True
    mask_secrets: bool | None = None
    calls: bool = False
    background: bool = False
    detach: bool = False
    quiet: bool = False
    history: str | None = None
    watch: bool = False
    unwatch: bool = False
    tokens: bool = False
    doctor: bool = False
    help: bool = False


def parse_line(line: str, variables: Container[str] = ()) -> Invocation:
    """Parse what stands after ``%lgstream``; ``on`` and ``off`` are words where no variable has that name.

    Raises
    ------
    UsageError
        If the line cannot be understood; the text says what to type.
    """
    target, given = split_target_and_options(line)
    if target in _WATCH_OPTION_BY_WORD and target not in variables:
        target, given = "", [(_WATCH_OPTION_BY_WORD[target], ""), *given]
    invocation = Invocation(PythonExpression(target, "the target"))
    spellings = {spelling for spelling, _ in given}
    invocation.help = "--help" in spellings
    invocation.doctor = "--doctor" in spellings
    if invocation.help or invocation.doctor:
        return invocation
    options = [(find_option_or_raise(spelling, value), spelling, value) for spelling, value in given]
    if "--history" in spellings:
        return _parse_history_switch(invocation, options)
    if not target and spellings.isdisjoint({"--resume", "--watch", "--unwatch"}):
        raise UsageError(
            "nothing to run: the target comes first, as in `%%lgstream graph -m messages`; "
            "see `%lgstream --help`"
        )
    seen: set[str] = set()
    for option, spelling, value in options:
        _validate_option_combination(option, seen, spellings)
        seen.add(option.name)
        _set_option(invocation, option, spelling, value)
    if invocation.url is not None:
        invocation.target = PythonExpression(_strip_quotes(target), "the assistant")
    return invocation


def _parse_history_switch(invocation: Invocation, options: list[tuple[MagicOption, str, str]]) -> Invocation:
    if invocation.target.source or len(options) > 1:
        raise UsageError("--history starts nothing: it stands alone, as in `%lgstream --history .`")
    _set_option(invocation, *options[0])
    return invocation


_WATCH_OPTION_BY_WORD = {"on": "--watch", "off": "--unwatch"}


def _validate_option_combination(
    option: MagicOption, seen_spellings: set[str], allowed_spellings: set[str]
) -> None:
    if option.name in seen_spellings and not option.is_repeatable:
        raise UsageError(f"{option.name} is given twice")
    if "--resume" in allowed_spellings and option.name not in OPTIONS_ALLOWED_WITH_RESUME:
        raise UsageError(f"--resume goes on with the run as it was started: leave out {option.name}")
    if option.name == "--until" and "--resume" not in allowed_spellings:
        raise UsageError("--until is for a run that goes on, with --resume; a run that begins takes --before")
    if "--watch" in allowed_spellings and option.name not in OPTIONS_ALLOWED_WITH_WATCH:
        raise UsageError(f"--watch starts no run, and has no use for {option.name}: leave it out")
    if "--unwatch" in allowed_spellings and option.name != "--unwatch":
        raise UsageError(f"--unwatch takes nothing more: leave out {option.name}")
    if option.name == "--tokens" and "--watch" not in allowed_spellings:
        raise UsageError("--tokens is for runs that other code starts, with --watch; those of here stream")
    if "--form" in allowed_spellings and option.name not in OPTIONS_ALLOWED_WITH_FORM:
        raise UsageError(f"--form starts no run, and has no use for {option.name}: leave it out")


def _set_option(invocation: Invocation, option: MagicOption, spelling: str, value: str) -> None:
    if not value and option.value_kind != "nothing":
        escape = f" (a value that begins with - is written {option.name}=-x)" if option.is_expression else ""
        raise UsageError(f"{spelling} needs a value: `{spelling} {option.metavar}`{escape}")
    _SETTERS_BY_VALUE_KIND[option.value_kind](invocation, option, spelling, value)


def _get_field_name(option: MagicOption) -> str:
    name = option.name.removeprefix("--no-").lstrip("-")
    return _FIELD_NAME_EXCEPTIONS.get(option.name, name.replace("-", "_"))


_FIELD_NAME_EXCEPTIONS = {"--tag": "tags", "--node": "nodes"}


def _set_flag(invocation: Invocation, option: MagicOption, spelling: str, value: str) -> None:
    if value:
        raise UsageError(
            f"{spelling} takes no value, but `{value}` follows it; the target comes before the options, "
            "the input in the cell's body or after --input"
        )
    negated = option.name.startswith("--no-")
    setattr(invocation, _get_field_name(option), not negated)


def _add_modes(invocation: Invocation, option: MagicOption, spelling: str, value: str) -> None:
    invocation.modes = (*(invocation.modes or ()), *_parse_modes(spelling, value))


def _add_names(invocation: Invocation, option: MagicOption, spelling: str, value: str) -> None:
    field = _get_field_name(option)
    setattr(invocation, field, (*getattr(invocation, field), *_parse_names(spelling, value)))


def _add_breakpoints(invocation: Invocation, option: MagicOption, spelling: str, value: str) -> None:
    """``NODE``, or ``NODE if EXPRESSION``, an expression in the ``state`` of the node's graph."""
    names, *condition = re.split(r"\s+if\s+", value, maxsplit=1)
    _add_names(invocation, option, spelling, names)
    if condition:
        function = PythonExpression(f"lambda state: ({condition[0]})", option.name)
        invocation.breakpoint_conditions |= dict.fromkeys(_parse_names(spelling, names), function)


def _set_text(invocation: Invocation, option: MagicOption, spelling: str, value: str) -> None:
    setattr(invocation, _get_field_name(option), _TEXT_PARSERS[option.name](value))


def _set_out_variable(invocation: Invocation, option: MagicOption, spelling: str, value: str) -> None:
    invocation.out = _parse_variable_name(spelling, value)


def _set_save_path(invocation: Invocation, option: MagicOption, spelling: str, value: str) -> None:
    is_expression = re.match(r"[rRfFbB]{0,2}['\"]|\(", value)
    invocation.save = PythonExpression(value, option.name) if is_expression else value


def _set_thread(invocation: Invocation, option: MagicOption, spelling: str, value: str) -> None:
    is_word = re.fullmatch(r"[\w-]+", value) and value != "None"
    invocation.thread = value if is_word else PythonExpression(value, option.name)


def _set_expression(invocation: Invocation, option: MagicOption, spelling: str, value: str) -> None:
    setattr(invocation, _get_field_name(option), PythonExpression(value, option.name))


_SETTERS_BY_VALUE_KIND: Mapping[OptionValueKind, Callable[[Invocation, MagicOption, str, str], None]] = {
    "nothing": _set_flag,
    "modes": _add_modes,
    "names": _add_names,
    "stops": _add_breakpoints,
    "text": _set_text,
    "name": _set_out_variable,
    "path": _set_save_path,
    "thread": _set_thread,
    "expression": _set_expression,
}
"""How the value of an option is taken, by what it takes."""


def _parse_modes(spelling: str, value: str) -> tuple[str, ...]:
    modes = tuple(_strip_quotes(mode) for mode in value.split(","))
    if not all(re.fullmatch(r"[\w/-]+", mode) for mode in modes):
        raise UsageError(
            f"{spelling} takes names separated by commas, as in `{spelling} values,messages`, not `{value}`"
        )
    return modes


def _parse_names(spelling: str, value: str) -> tuple[str, ...]:
    names = tuple(_strip_quotes(name) for name in value.split(","))
    if not all(names):
        raise UsageError(f"{spelling} takes a name, or several with commas between, not `{value}`")
    return names


def _parse_url(value: str) -> str:
    url = _strip_quotes(value)
    if not re.fullmatch(r"https?://\S+", url):
        raise UsageError(
            f"--url takes an address such as http://127.0.0.1:2024 as it stands, not `{value}`; "
            "for an address in a variable use the target `lg_jupyter.Server(url, assistant)`"
        )
    return url


def _parse_variable_name(spelling: str, value: str) -> str:
    if not value.isidentifier() or keyword.iskeyword(value):
        raise UsageError(f"{spelling} takes the name of a variable, as in `{spelling} run`, not `{value}`")
    return value


def _strip_quotes(text: str) -> str:
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    return text


_TEXT_PARSERS: Mapping[str, Callable[[str], str | None]] = {
    "--history": _strip_quotes,
    "--url": _parse_url,
    "--multitask": lambda value: validate_multitask(_strip_quotes(value)),
    "--durability": lambda value: validate_durability(_strip_quotes(value)),
}
"""How an option that takes a text checks it."""
