from types import MappingProxyType
from typing import get_args

import pytest
from langgraph.types import Durability

import lg_jupyter
from lg_jupyter import ModeError, UsageError
from lg_jupyter.request.config import validate_config
from lg_jupyter.request.strategies import DURABILITY_MODES
from tests.graphs import INPUTS, build


def test_how_checkpoints_are_written_is_one_of_langgraphs_words():
    with pytest.raises(UsageError, match="durability has no word 'exits': did you mean 'exit'"):
        lg_jupyter.stream(build("steps"), INPUTS["steps"], durability="exits", display=False)
    assert set(DURABILITY_MODES) == set(get_args(Durability))


@pytest.mark.parametrize(
    "config",
    [
        None,
        {},
        {"configurable": None, "tags": None},
        MappingProxyType({"configurable": {"user": "ada"}, "tags": ("a",), "recursion_limit": 1}),
        {"callbacks": [], "metadata": {"a": 1}, "of": "the user"},
    ],
)
def test_a_config_is_left_as_it_is(config):
    assert validate_config(config) is config


@pytest.mark.parametrize(
    ("config", "line"),
    [
        ("sk-secret", "config takes a dict, such as {'configurable'"),
        (5, "not an int"),
        ([("configurable", {})], "not a list"),
        ({"configurable": 5}, "config['configurable'] takes a dict, such as {'user': 'ada'}, not an int"),
        ({"configurable": ["sk-secret"]}, "not a list"),
        ({"metadata": "sk-secret"}, "config['metadata'] takes a dict"),
        ({"tags": "sk-secret"}, "config['tags'] takes a list of names, such as ['draft'], not a str"),
        ({"tags": [5]}, "config['tags'] takes a list of names"),
        ({"recursion_limit": 0}, "config['recursion_limit'] takes a number of steps, 1 or more, not 0"),
        ({"recursion_limit": "9"}, "not a str"),
        ({"recursion_limit": True}, "config['recursion_limit'] takes"),
    ],
)
def test_what_is_no_config_is_refused_in_a_line_that_shows_no_secret(config, line):
    for start in (
        lambda: validate_config(config),
        lambda: lg_jupyter.stream(build("steps"), INPUTS["steps"], config=config, display=False),
        lambda: lg_jupyter.map(build("steps"), [INPUTS["steps"]], config=config, display=False),
    ):
        with pytest.raises(UsageError) as raised:
            start()
        text = str(raised.value)
        assert line in text
        assert "\n" not in text
        assert "sk-secret" not in text


@pytest.mark.parametrize("modes", [5, "", " , ", [""]])
def test_what_are_no_modes_is_refused_before_anything_starts(modes):
    with pytest.raises(ModeError):
        lg_jupyter.stream(build("steps"), INPUTS["steps"], modes=modes, display=False)
