"""Tab in the line of ``%lgstream``: targets, options, modes, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import MODES
from lg_jupyter.magic.line_splitting import is_unfinished_expression, iter_option_matches
from lg_jupyter.magic.options import OPTIONS, MagicOption, find_option

if TYPE_CHECKING:
    from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult
    from IPython.core.interactiveshell import InteractiveShell

_CELL_MAGIC_PATTERN = re.compile(r"\s*%%lgstream\s")
_LINE_MAGIC_PATTERN = re.compile(r"\s*(?:[\w.,\s\[\]'\"]+=\s*)?%lgstream\s")
_NAME_BEFORE_CURSOR_PATTERN = re.compile(r"(?<![\w.'\"])(?:[^\W\d]\w*)?$")


class MagicMatcher:
    """An entry of IPython's ``custom_matchers`` (version 2 of its protocol)."""

    matcher_api_version: Literal[2] = 2
    matcher_identifier = "lg_jupyter.magic"
    matcher_priority = 100  # ours is tried first and, where it answers, alone

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell
        self.__qualname__ = self.matcher_identifier

    def __call__(self, context: CompletionContext) -> SimpleMatcherResult:
        text = _get_magic_line_before_cursor(context)
        if text is None:
            return {"completions": [], "suppress": False}
        fragment, names = complete_line(text, self.shell.user_ns, self.shell.user_ns_hidden)
        return {
            "completions": [_make_completion(name, kind) for name, kind in names],
            "matched_fragment": fragment,
            "suppress": True,
            "ordered": True,
        }


def _make_completion(name: str, kind: str) -> SimpleCompletion:
    from IPython.core.completer import SimpleCompletion

    return SimpleCompletion(name, type=kind)


def _get_magic_line_before_cursor(context: CompletionContext) -> str | None:
    """What stands between the magic's name and the cursor; ``None`` where the cursor is elsewhere."""
    line = context.text_until_cursor
    first = not "".join(context.full_text.split("\n")[: context.cursor_line]).strip()
    match = (_CELL_MAGIC_PATTERN.match(line) if first else None) or _LINE_MAGIC_PATTERN.match(line)
    return line[match.end() :] if match else None


NamesWithKinds = list[tuple[str, str]]
"""What may stand there, each with its kind, in the order in which to offer it."""


def complete_line(
    text_before_cursor: str, variables: dict[str, Any], hidden_names: Iterable[str] = ()
) -> tuple[str, NamesWithKinds]:
    """The fragment being typed at the end of ``text_before_cursor``, and what may stand in its place."""
    matches, nested = _find_options_and_nesting(text_before_cursor)
    word = re.search(r"\S*$", text_before_cursor)
    assert word is not None
    if not nested and word[0].startswith("-") and "=" not in word[0]:
        return _filter_by_prefix(word[0], _complete_options(text_before_cursor[: word.start()]))
    option = find_option(matches[-1][1]) if matches else None
    value = text_before_cursor[matches[-1].end() :] if matches else text_before_cursor
    if not nested and _is_value_complete(option, value):
        return "", _complete_options(text_before_cursor)
    if option is not None and option.value_kind == "modes":
        return _complete_modes(value)
    if option is not None and option.name in ("--node", "--before", "--after"):
        return _complete_nodes(value, variables.get(text_before_cursor[: matches[0].start()].strip()))
    name = _NAME_BEFORE_CURSOR_PATTERN.search(value)
    if name is None or (nested and _ends_in_string(value)) or not (option is None or option.is_expression):
        return "", []
    found = _complete_variables(variables, set(hidden_names), name[0])
    switches = [(word, "keyword") for word in ("on", "off") if word not in variables]
    return _filter_by_prefix(
        name[0], [*found, *switches] if not matches and name[0] == text_before_cursor else found
    )


def _find_options_and_nesting(text: str) -> tuple[list[re.Match[str]], bool]:
    """The options in ``text``, and whether it ends inside brackets or quotes."""
    matches: list[re.Match[str]] = []
    try:
        for match in iter_option_matches(text):
            matches.append(match)
    except UsageError:
        return matches, True
    return matches, False


def _is_value_complete(option: MagicOption | None, value: str) -> bool:
    """Whether the target or the option's value has been typed, so that an option comes next."""
    if option is not None and option.value_kind == "nothing":
        return True
    return bool(value.strip()) and value[-1].isspace() and not is_unfinished_expression(value)


def _ends_in_string(value: str) -> bool:
    return (value.count("'") - value.count("\\'")) % 2 == 1 or (
        value.count('"') - value.count('\\"')
    ) % 2 == 1


def _filter_by_prefix(fragment: str, names: NamesWithKinds) -> tuple[str, NamesWithKinds]:
    return fragment, [(name, kind) for name, kind in names if name.startswith(fragment)]


def _complete_options(text_before_cursor: str) -> NamesWithKinds:
    """The options not in ``text_before_cursor`` yet, by their long names; short ones where one was begun."""
    given = {
        option.name
        for match in _find_options_and_nesting(text_before_cursor)[0]
        if (option := find_option(match[1]))
    }
    free = [option for option in OPTIONS if option.name not in given or option.is_repeatable]
    return [(spelling, "option") for option in free for spelling in reversed(option.spellings)]


def _complete_modes(value: str) -> tuple[str, NamesWithKinds]:
    *chosen, fragment = (mode.strip() for mode in value.split(","))
    return _filter_by_prefix(fragment, [(mode, "mode") for mode in MODES if mode not in chosen])


def _complete_nodes(value: str, target: Any) -> tuple[str, NamesWithKinds]:
    """The nodes of the target, if it is a graph in a variable."""
    nodes = getattr(target, "nodes", None) if _classify_variable(target) == "graph" else None
    *chosen, fragment = (node.strip() for node in value.split(","))
    names = [name for name in nodes if isinstance(name, str)] if isinstance(nodes, dict) else []
    free = [name for name in names if name not in chosen and not name.startswith("__")]
    return _filter_by_prefix(fragment, [(name, "node") for name in free])


def _complete_variables(variables: dict[str, Any], hidden_names: set[str], fragment: str) -> NamesWithKinds:
    """The notebook's names: graphs and servers first."""
    names = [
        name
        for name in variables
        if name not in hidden_names and (not name.startswith("_") or fragment.startswith("_"))
    ]
    kinds = {name: _classify_variable(variables[name]) for name in names}
    return sorted(kinds.items(), key=lambda item: (item[1] == "instance", item[0]))


def _classify_variable(value: object) -> str:
    """``graph``, ``server``, or ``instance`` of anything else; asks the type alone."""
    cls = type(value)
    if cls.__module__.partition(".")[0] == "lg_jupyter" and cls.__name__ == "Server":
        return "server"
    is_graph = all(hasattr(cls, method) for method in ("astream", "stream", "get_state"))
    return "graph" if is_graph else "instance"
