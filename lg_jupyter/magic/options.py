"""What can be typed after ``%lgstream``: the options, their help, and the parsing of the line.

The line is ``TARGET [options]``. The target is everything before the first option; an option's value is
everything up to the next one. Brackets and quotes are respected, and nothing is evaluated here.
"""

from __future__ import annotations

import difflib
import keyword
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NoReturn

from lg_jupyter.errors import UsageError
from lg_jupyter.request.strategies import check_durability, check_multitask

Takes = Literal["nothing", "modes", "names", "text", "name", "thread", "path", "expression"]


@dataclass(frozen=True)
class Option:
    """One option: how it is spelled, what kind of value it takes, its line of help."""

    name: str
    takes: Takes
    help: str
    short: str | None = None
    metavar: str = ""

    @property
    def spellings(self) -> tuple[str, ...]:
        return (self.short, self.name) if self.short else (self.name,)

    @property
    def is_expression(self) -> bool:
        """Whether its value may be a Python expression."""
        return self.takes in ("expression", "thread", "path")

    @property
    def is_repeatable(self) -> bool:
        return self.takes in ("modes", "names")

    @property
    def usage(self) -> str:
        """As it stands in the help: ``-m, --mode MODES``."""
        return f"{', '.join(self.spellings)} {self.metavar}".rstrip()


OPTIONS: tuple[Option, ...] = (
    Option(
        "--mode",
        "modes",
        "Stream modes, separated by commas; may be given several times. "
        "Without it: the modes that fill every panel.",
        short="-m",
        metavar="MODES",
    ),
    Option(
        "--input",
        "expression",
        "The input, where there is no cell body to give it. A Python expression.",
        metavar="EXPR",
    ),
    Option(
        "--thread",
        "thread",
        "The thread to run on. A bare word (letters, digits, - and _) is the thread's id as it stands; "
        "anything else is a Python expression: run.thread_id, or (name) for a variable's value. "
        "None runs without a thread.",
        metavar="ID",
    ),
    Option(
        "--url",
        "text",
        "A LangGraph server's address; TARGET is then an assistant's name or id, as it stands. "
        "Where the server wants a key, use a target such as lg_jupyter.Server(url, assistant, api_key=...).",
        metavar="URL",
    ),
    Option("--config", "expression", "The run's config: a Python expression, a dict.", metavar="EXPR"),
    Option("--context", "expression", "The run's context: a Python expression.", metavar="EXPR"),
    Option(
        "--before",
        "names",
        "Stop before this node, each time; may be given several times. `RUN --resume` goes on.",
        metavar="NODE",
    ),
    Option(
        "--multitask",
        "text",
        "What a server does if the thread is busy: reject, interrupt, rollback or enqueue.",
        metavar="STRATEGY",
    ),
    Option(
        "--durability",
        "text",
        "When checkpoints are written: sync, async or exit.",
        metavar="WHEN",
    ),
    Option("--after", "names", "Stop after this node, in the same way.", metavar="NODE"),
    Option(
        "--resume",
        "nothing",
        "Answer what a run asked, and have it go on. TARGET is the run, or nothing for the one that was "
        "interrupted last; the answer is the cell's body or --input, at a breakpoint none.",
    ),
    Option(
        "--form",
        "nothing",
        "Start nothing, but show a form for the input, a chat where the state has messages, from which runs "
        "are started; the cell's body or --input stands in it at first. -o then names the form.",
    ),
    Option("--no-subgraphs", "nothing", "Do not stream what happens inside subgraphs."),
    Option(
        "--out",
        "name",
        "The variable that holds the run, assigned when it starts.",
        short="-o",
        metavar="NAME",
    ),
    Option(
        "--save",
        "path",
        "A file to write the run to while it goes on, for lg_jupyter.load: a kernel that dies loses a "
        "second. A path as it stands; in brackets or quotes, an expression. .gz and .zst are compressed.",
        metavar="PATH",
    ),
    Option(
        "--tag",
        "names",
        "Show at first only the tokens of model calls with this tag; may be given several times. "
        "The run keeps everything.",
        metavar="TAG",
    ),
    Option(
        "--node",
        "names",
        "Show at first only the tokens of this node, or of what runs inside it; may be given several times.",
        metavar="NODE",
    ),
    Option(
        "--background",
        "nothing",
        "Give the cell back at once and go on streaming. Running the cell again cancels the run first.",
    ),
    Option(
        "--detach",
        "nothing",
        "Start the run on its server and leave it there: it goes on without this kernel. The note tells its "
        "ids and how to follow it.",
    ),
    Option("--quiet", "nothing", "Run without showing anything."),
    Option("--doctor", "nothing", "Start nothing, but tell what is installed here and what to know of it."),
    Option("--help", "nothing", "Show this text."),
)


GO_WITH_RESUME = {"--resume", "--input", "--out", "--background", "--quiet"}
"""The options that a run which goes on can take; all others were said when it was started."""


GO_WITH_FORM = {
    "--form",
    "--mode",
    "--input",
    "--thread",
    "--url",
    "--config",
    "--context",
    "--multitask",
    "--durability",
    "--no-subgraphs",
    "--out",
}
"""The options that a form can take: what its runs have in common, and what stands in it at first."""


_FIELDS = {"--tag": "tags", "--node": "nodes"}


@dataclass(frozen=True)
class Expression:
    """Python source, and where it was given (``the target``, ``--config``)."""

    source: str
    where: str


@dataclass
class Invocation:
    """One line, parsed. ``None`` is an option that was not given."""

    target: Expression
    modes: tuple[str, ...] | None = None
    input: Expression | None = None
    thread: str | Expression | None = None
    url: str | None = None
    config: Expression | None = None
    context: Expression | None = None
    out: str | None = None
    save: str | Expression | None = None
    tags: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    multitask: str | None = None
    durability: str | None = None
    resume: bool = False
    form: bool = False
    subgraphs: bool = True
    background: bool = False
    detach: bool = False
    quiet: bool = False
    doctor: bool = False
    help: bool = False


def parse(line: str) -> Invocation:
    """Parse what stands after ``%lgstream``.

    Raises
    ------
    UsageError
        If the line cannot be understood; the text says what to type.
    """
    target, given = split(line)
    invocation = Invocation(Expression(target, "the target"))
    spellings = {spelling for spelling, _ in given}
    invocation.help = "--help" in spellings
    invocation.doctor = "--doctor" in spellings
    if invocation.help or invocation.doctor:
        return invocation
    resumes, shows_form = "--resume" in spellings, "--form" in spellings
    for spelling, value in given:
        _find(spelling, value)
    if not target and not resumes:
        raise UsageError(
            "nothing to run: the target comes first, as in `%%lgstream graph -m messages`; "
            "see `%lgstream --help`"
        )
    seen: set[str] = set()
    for spelling, value in given:
        option = _find(spelling, value)
        if option.name in seen and not option.is_repeatable:
            raise UsageError(f"{option.name} is given twice")
        if resumes and option.name not in GO_WITH_RESUME:
            raise UsageError(f"--resume goes on with the run as it was started: leave out {option.name}")
        if shows_form and option.name not in GO_WITH_FORM:
            raise UsageError(f"--form starts no run, and has no use for {option.name}: leave it out")
        seen.add(option.name)
        _set(invocation, option, spelling, value)
    if invocation.url is not None:
        invocation.target = Expression(_unquoted(target), "the assistant")
    return invocation


def _set(invocation: Invocation, option: Option, spelling: str, value: str) -> None:
    if option.takes == "nothing":
        _set_flag(invocation, option, spelling, value)
    elif not value:
        escape = f" (a value that begins with - is written {option.name}=-x)" if option.is_expression else ""
        raise UsageError(f"{spelling} needs a value: `{spelling} {option.metavar}`{escape}")
    elif option.takes == "modes":
        invocation.modes = (*(invocation.modes or ()), *_modes(spelling, value))
    elif option.takes == "names":
        field = _FIELDS.get(option.name, option.name.lstrip("-"))
        setattr(invocation, field, (*getattr(invocation, field), *_names(spelling, value)))
    elif option.takes == "text":
        setattr(invocation, option.name.lstrip("-"), _TEXTS[option.name](value))
    elif option.takes == "name":
        invocation.out = _variable(spelling, value)
    elif option.takes == "path" and not re.match(r"[rRfFbB]{0,2}['\"]|\(", value):
        invocation.save = value
    elif option.takes == "thread" and re.fullmatch(r"[\w-]+", value) and value != "None":
        invocation.thread = value
    else:
        setattr(invocation, option.name.lstrip("-"), Expression(value, option.name))


def _set_flag(invocation: Invocation, option: Option, spelling: str, value: str) -> None:
    if value:
        raise UsageError(
            f"{spelling} takes no value, but `{value}` follows it; the target comes before the options, "
            "the input in the cell's body or after --input"
        )
    if option.name == "--no-subgraphs":
        invocation.subgraphs = False
    else:
        setattr(invocation, option.name.lstrip("-"), True)


def _modes(spelling: str, value: str) -> tuple[str, ...]:
    modes = tuple(_unquoted(mode) for mode in value.split(","))
    if not all(re.fullmatch(r"[\w/-]+", mode) for mode in modes):
        raise UsageError(
            f"{spelling} takes names separated by commas, as in `{spelling} values,messages`, not `{value}`"
        )
    return modes


def _names(spelling: str, value: str) -> tuple[str, ...]:
    names = tuple(_unquoted(name) for name in value.split(","))
    if not all(names):
        raise UsageError(f"{spelling} takes a name, or several with commas between, not `{value}`")
    return names


def _url(value: str) -> str:
    url = _unquoted(value)
    if not re.fullmatch(r"https?://\S+", url):
        raise UsageError(
            f"--url takes an address such as http://127.0.0.1:2024 as it stands, not `{value}`; "
            "for an address in a variable use the target `lg_jupyter.Server(url, assistant)`"
        )
    return url


def _variable(spelling: str, value: str) -> str:
    if not value.isidentifier() or keyword.iskeyword(value):
        raise UsageError(f"{spelling} takes the name of a variable, as in `{spelling} run`, not `{value}`")
    return value


def _unquoted(text: str) -> str:
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    return text


_TEXTS: Mapping[str, Callable[[str], str | None]] = {
    "--url": _url,
    "--multitask": lambda value: check_multitask(_unquoted(value)),
    "--durability": lambda value: check_durability(_unquoted(value)),
}
"""How an option that takes a text checks it."""


# ---------------------------------------------------------------------------------------------
# Which option is meant


def find(spelling: str) -> Option | None:
    """The option that is spelled so."""
    return next((option for option in OPTIONS if spelling in option.spellings), None)


def _find(spelling: str, value: str) -> Option:
    return find(spelling) or _refuse(spelling, value)


def _refuse(spelling: str, value: str) -> NoReturn:
    bare = spelling.lstrip("-")
    names = [option.name for option in OPTIONS]
    near = difflib.get_close_matches(f"--{bare}", names, n=1, cutoff=0.7)
    near = near or [name for name in names if name.startswith(f"--{bare}")]
    if not near and find(spelling[:2]):
        near = [f"{spelling[:2]} {spelling[2:]}"]
    if near:
        raise UsageError(f"unknown option {spelling}; did you mean `{near[0]}`?")
    minus = f"; a subtraction is written `a - {bare}`" if len(spelling) == 2 and not value else ""
    raise UsageError(f"unknown option {spelling}; the options are {', '.join(names)}{minus}")


# ---------------------------------------------------------------------------------------------
# Splitting

_OPTION = re.compile(r"(--[A-Za-z][\w-]*|-[A-Za-z]\w*)(?:=|(?=\s|$))")
_UNFINISHED = re.compile(r"(?:[-+*/%@&|^~<>=,.:!]|(?<!\w)(?:and|or|not|in|is|if|else|lambda|await))\s*$")
_CLOSING = {"(": ")", "[": "]", "{": "}"}


def split(line: str) -> tuple[str, list[tuple[str, str]]]:
    """The target, and each option with the text that follows it.

    Raises
    ------
    UsageError
        If a bracket or a quote is not closed.
    """
    line = line[: _start_of_comment(line)]
    cuts = list(cut(line))
    ends = [match.start() for match in cuts[1:]] + [len(line)]
    options = [(match[1], line[match.end() : end].strip()) for match, end in zip(cuts, ends, strict=False)]
    target = line[: cuts[0].start()] if cuts else line
    return target.strip(), options


def cut(line: str) -> Iterator[re.Match[str]]:
    """Where options begin: words like ``-m`` and ``--mode`` outside brackets and quotes.

    A word that the expression before it waits for (``a - -m``) is part of the expression.
    """
    start, in_expression = 0, True
    for at in _words(line):
        match = _OPTION.match(line, at)
        if match and not (in_expression and _UNFINISHED.search(line, start, at)):
            yield match
            option = find(match[1])
            start, in_expression = match.end(), option is not None and option.is_expression


def is_unfinished(text: str) -> bool:
    """Whether an expression waits for more: it ends in an operator or a comma."""
    return bool(_UNFINISHED.search(text))


def _start_of_comment(line: str) -> int:
    return next((at for at in _words(line) if line[at] == "#"), len(line))


def _words(line: str) -> Iterator[int]:
    """Where words begin outside brackets and quotes."""
    open_: list[int] = []
    at = 0
    while at < len(line):
        char = line[at]
        if not open_ and not char.isspace() and (at == 0 or line[at - 1].isspace()):
            yield at
        if char in "'\"":
            at = _end_of_string(line, at)
            continue
        if char in _CLOSING:
            open_.append(at)
        elif open_ and char == _CLOSING[line[open_[-1]]]:
            open_.pop()
        elif char in _CLOSING.values():
            raise UsageError(f"`{char}` closes nothing in `{line[: at + 1].strip()}`")
        at += 1
    if open_:
        raise UsageError(f"`{line[open_[-1]]}` is never closed in `{line[open_[-1] :].strip()}`")


def _end_of_string(line: str, start: int) -> int:
    quote = line[start] * 3 if line.startswith(line[start] * 3, start) else line[start]
    at = start + len(quote)
    while at < len(line):
        if line.startswith(quote, at):
            return at + len(quote)
        at += 2 if line[at] == "\\" else 1
    raise UsageError(f"a quote is never closed in `{line[start:].strip()}`")


# ---------------------------------------------------------------------------------------------
# Help

_WIDTH = 96
_INTRODUCTION = """\
%%lgstream TARGET [options]                the cell's body is Python; its last expression is the input
%lgstream TARGET --input EXPR [options]    on one line; `run = %lgstream ...` keeps the run
%%lgstream RUN --resume                    the cell's body is the answer to what RUN asked

Runs TARGET and shows the run live in this cell. TARGET is everything before the first option: a Python
expression that gives a LangGraph graph or a lg_jupyter.Server. Values of options are read up to the next
option, brackets and quotes respected; nothing in them is expanded."""


def help_text() -> str:
    """What ``%lgstream --help`` shows."""
    rows = [_row(option) for option in OPTIONS]
    return "\n".join([_INTRODUCTION, "", *rows]) + "\n"


def _row(option: Option) -> str:
    indent = " " * 22
    text = textwrap.fill(option.help, _WIDTH, initial_indent=indent, subsequent_indent=indent)
    return f"  {option.usage:<20}{text[22:]}" if len(option.usage) < 20 else f"  {option.usage}\n{text}"
