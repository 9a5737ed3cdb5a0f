"""What can be typed after ``%lgstream``: the options, and their help."""

from __future__ import annotations

import difflib
import textwrap
from dataclasses import dataclass
from typing import Literal, NoReturn

from lg_jupyter.errors import UsageError

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


RESUME_OPTIONS = {"--resume", "--input", "--out", "--background", "--quiet"}
"""The options that a run which goes on can take; all others were given when it was started."""


FORM_OPTIONS = {
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


def find_option(spelling: str) -> Option | None:
    """The option that is spelled so."""
    return next((option for option in OPTIONS if spelling in option.spellings), None)


def require_option(spelling: str, value: str) -> Option:
    """The same; refuses, with a :class:`UsageError`, one that is none. ``value`` is what follows it."""
    return find_option(spelling) or _refuse(spelling, value)


def _refuse(spelling: str, value: str) -> NoReturn:
    bare = spelling.lstrip("-")
    names = [option.name for option in OPTIONS]
    near = difflib.get_close_matches(f"--{bare}", names, n=1, cutoff=0.7)
    near = near or [name for name in names if name.startswith(f"--{bare}")]
    if not near and find_option(spelling[:2]):
        near = [f"{spelling[:2]} {spelling[2:]}"]
    if near:
        raise UsageError(f"unknown option {spelling}; did you mean `{near[0]}`?")
    minus = f"; a subtraction is written `a - {bare}`" if len(spelling) == 2 and not value else ""
    raise UsageError(f"unknown option {spelling}; the options are {', '.join(names)}{minus}")


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
