"""What can be typed after ``%lgstream``: the options, and their help."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from itertools import chain
from typing import Literal, NoReturn

from lg_jupyter.errors import UsageError
from lg_jupyter.spelling import find_nearest_name

OptionValueKind = Literal[
    "nothing", "modes", "names", "stops", "text", "name", "thread", "path", "expression"
]


@dataclass(frozen=True)
class MagicOption:
    """One option: how it is spelled, what kind of value it takes, its line of help."""

    name: str
    value_kind: OptionValueKind
    help: str
    short_spelling: str | None = None
    metavar: str = ""

    @property
    def spellings(self) -> tuple[str, ...]:
        return (self.short_spelling, self.name) if self.short_spelling else (self.name,)

    @property
    def is_expression(self) -> bool:
        """Whether its value may be a Python expression."""
        return self.value_kind in ("expression", "thread", "path")

    @property
    def is_repeatable(self) -> bool:
        return self.value_kind in ("modes", "names", "stops")

    @property
    def usage_text(self) -> str:
        """As it stands in the help: ``-m, --mode MODES``."""
        return f"{', '.join(self.spellings)} {self.metavar}".rstrip()


OPTION_GROUPS: dict[str, tuple[MagicOption, ...]] = {
    "what it runs on": (
        MagicOption(
            "--input",
            "expression",
            "The input, where there is no cell body to give it. A Python expression.",
            metavar="EXPR",
        ),
        MagicOption(
            "--thread",
            "thread",
            "The thread to run on. A bare word (letters, digits, - and _) is the thread's id as it stands; "
            "anything else is a Python expression: run.thread_id, or (name) for a variable's value. "
            "None runs without a thread.",
            metavar="ID",
        ),
        MagicOption(
            "--config", "expression", "The run's config: a Python expression, a dict.", metavar="EXPR"
        ),
        MagicOption("--context", "expression", "The run's context: a Python expression.", metavar="EXPR"),
    ),
    "on a server": (
        MagicOption(
            "--url",
            "text",
            "A LangGraph server's address; TARGET is then an assistant's name or id, as it stands. "
            "Where the server wants a key, use a target such as "
            "lg_jupyter.Server(url, assistant, api_key=...).",
            metavar="URL",
        ),
        MagicOption(
            "--multitask",
            "text",
            "What a server does if the thread is busy: reject, interrupt, rollback or enqueue.",
            metavar="STRATEGY",
        ),
        MagicOption(
            "--detach",
            "nothing",
            "Start the run on its server and leave it there: it goes on without this kernel. The note tells "
            "its ids and how to follow it.",
        ),
    ),
    "what is streamed and kept": (
        MagicOption(
            "--mode",
            "modes",
            "Stream modes, separated by commas; may be given several times. "
            "Without it: the modes that fill every panel.",
            short_spelling="-m",
            metavar="MODES",
        ),
        MagicOption(
            "--calls",
            "nothing",
            "Have a server report what each model was given: it streams the mode events too, about twice the "
            "bytes. Calls in this process are always reported.",
        ),
        MagicOption("--no-subgraphs", "nothing", "Do not stream what happens inside subgraphs."),
        MagicOption(
            "--no-think-tags",
            "nothing",
            "Leave what stands between <think> and </think> at the beginning of a model's text in the text.",
        ),
        MagicOption(
            "--no-mask-secrets",
            "nothing",
            "Show and save secrets as they are. The run's note says so.",
        ),
        MagicOption(
            "--durability",
            "text",
            "When checkpoints are written: sync, async or exit.",
            metavar="WHEN",
        ),
        MagicOption(
            "--out",
            "name",
            "The variable that holds the run, assigned when it starts.",
            short_spelling="-o",
            metavar="NAME",
        ),
        MagicOption(
            "--save",
            "path",
            "A file to write the run to while it goes on, for lg_jupyter.load: a kernel that dies loses a "
            "second. A path as it stands; in brackets or quotes, an expression. .gz and .zst are compressed.",
            metavar="PATH",
        ),
    ),
    "where it stops, and going on": (
        MagicOption(
            "--before",
            "stops",
            "Stop before this node, each time, or `NODE if EXPRESSION`: when that holds of its `state`. "
            "`research/tools` is a node of a subgraph. May be given several times. `RUN --resume` goes on.",
            metavar="NODE",
        ),
        MagicOption("--after", "names", "Stop after this node, in the same way.", metavar="NODE"),
        MagicOption(
            "--until", "names", "With --resume: stop before it, this time; * is any.", metavar="NODE"
        ),
        MagicOption(
            "--resume",
            "nothing",
            "Answer what a run asked, and have it go on. TARGET is the run, or nothing for the one that was "
            "interrupted last; the answer is the cell's body or --input, at a breakpoint none.",
        ),
    ),
    "what it may cost": (
        MagicOption(
            "--price",
            "expression",
            "What calls of models cost, before list prices: a table of models, in US dollars per million "
            "tokens, or a function of a call.",
            metavar="EXPR",
        ),
        MagicOption(
            "--max-cost",
            "expression",
            "Stop before the next step when calls of models have cost so many US dollars by list price.",
            metavar="DOLLARS",
        ),
        MagicOption(
            "--max-tokens", "expression", "The same by tokens, read and given out.", metavar="TOKENS"
        ),
        MagicOption("--max-seconds", "expression", "The same by time.", metavar="SECONDS"),
        MagicOption(
            "--stop-at-once", "nothing", "Stop at such a limit at once, and not before the next step."
        ),
    ),
    "what is shown": (
        MagicOption(
            "--tag",
            "names",
            "Show at first only the tokens of model calls with this tag; may be given several times. "
            "The run keeps everything.",
            metavar="TAG",
        ),
        MagicOption(
            "--node",
            "names",
            "Show at first only the tokens of this node, or of what runs inside it; may be given several "
            "times.",
            metavar="NODE",
        ),
        MagicOption(
            "--form",
            "nothing",
            "Start nothing, but show a form for the input, a chat where the state has messages, from which "
            "runs are started; the cell's body or --input stands in it at first. -o then names the form.",
        ),
        MagicOption(
            "--background",
            "nothing",
            "Give the cell back at once and go on streaming. Running the cell again cancels the run first.",
        ),
        MagicOption("--quiet", "nothing", "Run without showing anything."),
    ),
    "runs that other code starts": (
        MagicOption(
            "--watch",
            "nothing",
            "Start nothing, but show every run of a graph that is started from now on, however it is called; "
            "of TARGET alone, where it is given. -o names the watch, whose `runs` are all; without it "
            "the newest 200 are kept. --save takes a folder. "
            "`%lgstream on` is short for it.",
        ),
        MagicOption("--unwatch", "nothing", "Show them no more; `%lgstream off` is short for it."),
        MagicOption(
            "--tokens",
            "nothing",
            "With --watch: have models stream, which changes the runs: usage may not be known then.",
        ),
    ),
    "about it": (
        MagicOption(
            "--doctor", "nothing", "Start nothing, but tell what is installed here and what to know of it."
        ),
        MagicOption("--help", "nothing", "Show this text."),
        MagicOption(
            "--history",
            "text",
            "Start nothing, but keep each run from now on in DIR/.lg_jupyter; `on` stands for the project's "
            "folder, `off` ends it. lg_jupyter.history(DIR) shows what is kept.",
            metavar="DIR|off",
        ),
    ),
}
"""The options, in the groups in which the help has them."""

OPTIONS: tuple[MagicOption, ...] = tuple(chain.from_iterable(OPTION_GROUPS.values()))


OPTIONS_ALLOWED_WITH_RESUME = {"--resume", "--input", "--until", "--out", "--background", "--quiet"}
"""The options that a run which goes on can take; all others were given when it was started."""


OPTIONS_ALLOWED_WITH_WATCH = {"--watch", "--tokens", "--save", "--out", "--quiet"}
"""The options that a watch can take."""


OPTIONS_ALLOWED_WITH_FORM = {
    "--form",
    "--mode",
    "--input",
    "--thread",
    "--url",
    "--config",
    "--context",
    "--multitask",
    "--durability",
    "--price",
    "--max-cost",
    "--max-tokens",
    "--max-seconds",
    "--stop-at-once",
    "--no-subgraphs",
    "--calls",
    "--out",
}
"""The options that a form can take: what its runs have in common, and what stands in it at first."""


def find_option(spelling: str) -> MagicOption | None:
    """The option that is spelled so."""
    return next((option for option in OPTIONS if spelling in option.spellings), None)


def find_option_or_raise(spelling: str, value: str) -> MagicOption:
    """The same; refuses, with a :class:`UsageError`, one that is none. ``value`` is what follows it."""
    return find_option(spelling) or _raise_unknown_option(spelling, value)


def _raise_unknown_option(spelling: str, value: str) -> NoReturn:
    bare = spelling.lstrip("-")
    names = [option.name for option in OPTIONS]
    near = find_nearest_name(f"--{bare}", names, cutoff=0.7)
    near = near or next((name for name in names if name.startswith(f"--{bare}")), None)
    if near is None and find_option(spelling[:2]):
        near = f"{spelling[:2]} {spelling[2:]}"
    if near is not None:
        raise UsageError(f"unknown option {spelling}; did you mean `{near}`?")
    minus = f"; a subtraction is written `a - {bare}`" if len(spelling) == 2 and not value else ""
    raise UsageError(f"unknown option {spelling}; the options are {', '.join(names)}{minus}")


_HELP_WIDTH = 96
_HELP_INTRODUCTION = """\
%%lgstream TARGET [options]                the cell's body is Python; its last expression is the input
%lgstream TARGET --input EXPR [options]    on one line; `run = %lgstream ...` keeps the run
%%lgstream RUN --resume                    the cell's body is the answer to what RUN asked
%lgstream on                               shows the runs that other code starts, until `%lgstream off`

Runs TARGET and shows the run live in this cell. TARGET is everything before the first option: a Python
expression that gives a LangGraph graph or a lg_jupyter.Server. Values of options are read up to the next
option, brackets and quotes respected; nothing in them is expanded."""


_HELP_EXAMPLES = """\
Examples

  %%lgstream graph -o run
  {"messages": [("user", "Two days in Lisbon: what should I see?")]}

  %lgstream graph --input question --thread lisbon --before tools -o run

  %%lgstream agent --url http://127.0.0.1:2024 -m messages -m values --save run.jsonl.gz
  {"messages": [("user", "Hello")]}"""


def make_help_text() -> str:
    """What ``%lgstream --help`` shows."""
    groups = (
        "\n".join([name.capitalize(), "", *map(_format_help_row, options)])
        for name, options in OPTION_GROUPS.items()
    )
    return "\n\n".join([_HELP_INTRODUCTION, _HELP_EXAMPLES, *groups]) + "\n"


def _format_help_row(option: MagicOption) -> str:
    indent = " " * 22
    text = textwrap.fill(option.help, _HELP_WIDTH, initial_indent=indent, subsequent_indent=indent)
    return (
        f"  {option.usage_text:<20}{text[22:]}"
        if len(option.usage_text) < 20
        else f"  {option.usage_text}\n{text}"
    )
