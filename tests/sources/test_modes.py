import pytest

from lg_jupyter import ModeError
from lg_jupyter.events import DEFAULT_MODES, MODES
from lg_jupyter.modes import check_modes, local_modes, server_modes


def test_without_a_word_the_default_set():
    assert check_modes(None) == DEFAULT_MODES


@pytest.mark.parametrize(
    "modes", ["values,messages", ["values", "messages", "values"], ("values", " messages")]
)
def test_modes_come_as_text_or_as_a_list_and_count_once(modes):
    assert check_modes(modes) == ("values", "messages")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("mesages", "messages"),
        ("Values", "values"),
        ("messages-tuple", "messages"),
        ("tokens", "messages"),
        ("state", "values"),
        ("update", "updates"),
    ],
)
def test_an_unknown_mode_is_refused_with_what_was_meant(name, meant):
    with pytest.raises(ModeError, match=f"unknown stream mode '{name}': did you mean '{meant}'") as raised:
        check_modes(["values", name])
    assert all(mode in str(raised.value) for mode in MODES)


@pytest.mark.parametrize("modes", ["qqq", 5, [5], [], [None], "", " , "])
def test_what_means_nothing_is_refused_with_the_list(modes):
    with pytest.raises(ModeError, match="values, updates, messages") as raised:
        check_modes(modes)
    assert "did you mean" not in str(raised.value)


def test_nothing_is_asked_for_twice():
    assert local_modes(MODES) == ["values", "updates", "messages", "custom", "debug"]
    assert local_modes(["tasks", "checkpoints"]) == ["tasks", "checkpoints"]


def test_a_server_is_asked_for_messages_with_a_namespace():
    assert server_modes(["messages", "events", "debug", "tasks"]) == ["messages-tuple", "events", "debug"]
