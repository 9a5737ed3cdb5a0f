"""The line of ``%lgstream``: the target first, then options, brackets and quotes respected."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lg_jupyter.errors import UsageError
from lg_jupyter.magic.line_parsing import Invocation, PythonExpression, parse_line
from lg_jupyter.magic.line_splitting import split_target_and_options
from lg_jupyter.magic.options import OPTION_GROUPS, OPTIONS, make_help_text


def given(line: str) -> dict[str, object]:
    """What a line sets, by field."""
    plain = vars(Invocation(PythonExpression("", "")))
    return {name: value for name, value in vars(parse_line(line)).items() if value != plain[name]}


def target(source: str) -> dict[str, object]:
    return {"target": PythonExpression(source, "the target")}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("graph", "graph"),
        ("make(a, b) -m values", "make(a, b)"),
        ('graphs["a b"] -o run', 'graphs["a b"]'),
        ('graphs["x -m y"] --quiet', 'graphs["x -m y"]'),
        ("make(a, *b, -m) --quiet", "make(a, *b, -m)"),
        ("make('''it's -m ''', \"\\\" -o x\") --quiet", "make('''it's -m ''', \"\\\" -o x\")"),
        ("a - -m", "a - -m"),
        ("a -1 --quiet", "a -1"),
        ("x if y else -m --quiet", "x if y else -m"),
        ("lambda: -m", "lambda: -m"),
        ("graph  # don't -m x", "graph"),
        ("await make() --quiet", "await make()"),
        ("$graph {x}", "$graph {x}"),
    ],
)
def test_the_target_is_everything_before_the_first_option(line: str, expected: str) -> None:
    assert split_target_and_options(line)[0] == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("-m values", {"modes": ("values",)}),
        ("-m values --mode messages", {"modes": ("values", "messages")}),
        ("-m values,messages,updates", {"modes": ("values", "messages", "updates")}),
        ("-m values, 'messages' -o run", {"modes": ("values", "messages"), "out": "run"}),
        ("--mode=values", {"modes": ("values",)}),
        ("--input {'a': '--mode x', 'b': [-1, -2]}", {"input": "{'a': '--mode x', 'b': [-1, -2]}"}),
        ("--input=-x --quiet", {"input": "-x", "quiet": True}),
        ("--input x - y --quiet", {"input": "x - y", "quiet": True}),
        ("--input not -x", {"input": "not -x"}),
        ("--input (x, # y\n)", {"input": "(x, # y\n)"}),
        ("--config cfg(1) --context Context(a='b c')", {"config": "cfg(1)", "context": "Context(a='b c')"}),
        ("--save runs/today.jsonl.gz", {"save": "runs/today.jsonl.gz"}),
        ("--save ~/a b.jsonl --quiet", {"save": "~/a b.jsonl", "quiet": True}),
        ("--save (path)", {"save": "(path)"}),
        ("--save f'{name}.jsonl' -o run", {"save": "f'{name}.jsonl'", "out": "run"}),
        ("--before research/tools", {"before": ("research/tools",)}),
        (
            "--before plan,tools if state['n'] > 3 --before 'write'",
            {
                "before": ("plan", "tools", "write"),
                "breakpoint_conditions": dict.fromkeys(
                    ("plan", "tools"), PythonExpression("lambda state: (state['n'] > 3)", "--before")
                ),
            },
        ),
        ("--thread demo", {"thread": "demo"}),
        ("--thread 1ef4f797-8335-6428", {"thread": "1ef4f797-8335-6428"}),
        ("--thread 'a b'", {"thread": PythonExpression("'a b'", "--thread")}),
        ("--thread run.thread_id", {"thread": PythonExpression("run.thread_id", "--thread")}),
        ("--thread (name)", {"thread": PythonExpression("(name)", "--thread")}),
        ("--thread None", {"thread": PythonExpression("None", "--thread")}),
        ("--no-subgraphs --background --quiet", {"subgraphs": False, "background": True, "quiet": True}),
        ("--no-think-tags", {"think_tags": False}),
        ("--calls", {"calls": True}),
        ("--tag joke --node write", {"tags": ("joke",), "nodes": ("write",)}),
        ("--tag joke --tag 'a tag', pun --quiet", {"tags": ("joke", "a tag", "pun"), "quiet": True}),
        ("-o run", {"out": "run"}),
        ("--out run", {"out": "run"}),
    ],
)
def test_options(line: str, expected: dict[str, object]) -> None:
    for name in ("input", "config", "context", "save"):
        if name in expected and not str(expected[name]).endswith((".gz", "b.jsonl")):
            expected[name] = PythonExpression(str(expected[name]), f"--{name}")
    assert given(f"graph {line}") == target("graph") | expected


@pytest.mark.parametrize("assistant", ["agent", "'my agent'", '"my agent"', "my agent"])
def test_with_a_url_the_target_is_text(assistant: str) -> None:
    invocation = parse_line(f"{assistant} --url 'http://127.0.0.1:2024' --input x")
    assert invocation.url == "http://127.0.0.1:2024"
    assert invocation.target.source == assistant.strip("'\"")


def test_help_wins() -> None:
    assert parse_line("--help").help
    assert parse_line("graph --nonsense 1 --help").help


def test_the_doctor_needs_no_target() -> None:
    assert parse_line("--doctor").doctor


def test_switches_are_words_where_no_variable_has_their_name() -> None:
    assert parse_line("on").watch
    assert parse_line("off").unwatch
    assert not parse_line("on --input 1", {"on"}).watch
    assert parse_line("on --input 1", {"on"}).target.source == "on"
    invocation = parse_line("on --tokens --save runs --quiet -o w")
    assert invocation.watch
    assert (invocation.tokens, invocation.save, invocation.quiet, invocation.out) == (True, "runs", True, "w")
    assert parse_line("[a, b] --watch").target.source == "[a, b]"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("on --thread t", "--watch starts no run, and has no use for --thread"),
        ("off --quiet", "--unwatch takes nothing more: leave out --quiet"),
        ("graph --tokens --input 1", "--tokens is for runs that other code starts"),
        ("", "nothing to run: the target comes first, as in `%%lgstream graph -m messages`"),
        ("-m messages graph", "nothing to run: the target comes first"),
        ("--hlep", "unknown option --hlep; did you mean `--help`?"),
        ("graph --mod values", "unknown option --mod; did you mean `--mode`?"),
        ("graph --modes values", "did you mean `--mode`?"),
        ("graph -mode values", "did you mean `--mode`?"),
        ("graph -mvalues", "did you mean `-m values`?"),
        ("graph --nosubgraphs", "did you mean `--no-subgraphs`?"),
        ("graph -q", "did you mean `--quiet`?"),
        ("graph -h", "did you mean `--help`?"),
        ("x -y", "unknown option -y; the options are --input, --thread, "),
        ("x -y", "--history; a subtraction is written `a - y`"),
        ("graph --zzz", "unknown option --zzz; the options are --input, --thread, "),
        ("graph -m", "-m needs a value: `-m MODES`"),
        (
            "graph --input --quiet",
            "--input needs a value: `--input EXPR` (a value that begins with - is written --input=-x)",
        ),
        ("graph -m a b", "separated by commas, as in `-m values,messages`, not `a b`"),
        ("graph --tag", "--tag needs a value: `--tag TAG`"),
        ("graph --node a,,b", "--node takes a name, or several with commas between, not `a,,b`"),
        ("graph -o 1x", "takes the name of a variable, as in `-o run`, not `1x`"),
        ("graph -o class", "takes the name of a variable"),
        ("graph -o run more", "takes the name of a variable"),
        ("graph --quiet other", "--quiet takes no value, but `other` follows it"),
        ("graph --quiet=1", "--quiet takes no value"),
        ("graph --input a --input b", "--input is given twice"),
        ("graph --form --save x", "--form starts no run, and has no use for --save: leave it out"),
        ("graph --form --background", "--form starts no run, and has no use for --background"),
        ("graph --url URL", "--url takes an address such as http://127.0.0.1:2024 as it stands, not `URL`"),
        ("make(a, [b) --quiet", "`)` closes nothing in `make(a, [b)`"),
        ("make(a --quiet", "`(` is never closed in `(a --quiet`"),
        ("graphs['a --quiet", "a quote is never closed in `'a --quiet`"),
    ],
)
def test_errors_say_what_to_type(line: str, message: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse_line(line)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_condition_takes_the_state() -> None:
    parsed = parse_line("graph --before tools if len(state['messages']) > 3 and not state.get('done') -o run")
    function = eval(parsed.breakpoint_conditions["tools"].source)
    assert function({"messages": [1] * 4}) is True
    assert function({"messages": [1] * 4, "done": True}) is False
    assert parsed.out == "run"


def test_help_is_made_from_the_options() -> None:
    text = make_help_text()
    assert text == (Path(__file__).parent / "help.txt").read_text()
    for option in OPTIONS:
        assert option.usage_text in text
        assert option.help.split()[0] in text


def test_help_has_groups_and_three_examples_that_can_be_typed() -> None:
    text = make_help_text()
    for group in OPTION_GROUPS:
        assert f"\n\n{group.capitalize()}\n\n" in text
    examples = re.findall(r"^  %+lgstream (.*)$", text.partition("Examples")[2], flags=re.M)
    assert len(examples) == 3
    for line in examples:
        parse_line(line)


def test_every_option_has_a_place_in_the_invocation() -> None:
    fields = vars(Invocation(PythonExpression("", ""))).keys()
    names = {"mode": "modes", "tag": "tags", "node": "nodes"}
    bare = [option.name.removeprefix("--").removeprefix("no-").replace("-", "_") for option in OPTIONS]
    assert {names.get(name, name) for name in bare} == fields - {"target", "breakpoint_conditions"}
