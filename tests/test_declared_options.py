"""The options: declared once, set in Python, by ``%config`` and in IPython's own configuration."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
import traitlets
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import lg_jupyter
from lg_jupyter.config import LGStream, options
from tests.graphs import INPUTS, build


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """The options as they are in a process that has just begun."""
    LGStream.clear_instance()
    yield
    LGStream.clear_instance()


@pytest.fixture
def shell(tmp_path, monkeypatch) -> Iterator[InteractiveShell]:
    """An IPython whose configuration file says ``c.LGStream.height = 600``."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    config = Config()
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "nocolor"
    config.LGStream.height = 600
    InteractiveShell.clear_instance()
    yield InteractiveShell.instance(config=config)
    InteractiveShell.clear_instance()


def test_a_plain_script_has_them_without_ipython():
    code = """
import sys
import lg_jupyter
lg_jupyter.options.height = 600
assert lg_jupyter.options.height == 600 and lg_jupyter.options.traceback == "user"
assert "IPython" not in sys.modules and "ipywidgets" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_option_says_what_it_is():
    for name, trait in LGStream.class_traits(config=True).items():
        assert trait.help and trait.help[0].isupper() and trait.help.endswith("."), name


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [("height", "tall", "an int"), ("height", 20, "less than 200"), ("traceback", "short", "full")],
)
def test_a_value_that_is_none_is_refused(name, value, said):
    with pytest.raises(traitlets.TraitError, match=said):
        setattr(lg_jupyter.options, name, value)


def test_a_name_that_is_none_is_refused_with_what_was_meant():
    with pytest.raises(AttributeError, match="no option 'hieght': did you mean 'height'\\?"):
        lg_jupyter.options.hieght = 600
    with pytest.raises(AttributeError, match=r"no option 'x'\. Options: height, "):
        lg_jupyter.options.x = 600


def test_ipythons_configuration_holds_without_the_extension(shell):
    assert shell.run_cell("import lg_jupyter; lg_jupyter.options.height").result == 600


def test_config_shows_and_sets_them(shell, capsys):
    shell.run_line_magic("load_ext", "lg_jupyter")
    shell.run_line_magic("config", "LGStream")
    assert "LGStream.traceback=<Enum>" in (told := capsys.readouterr().out)
    assert "Current: 600" in told
    shell.run_line_magic("config", "LGStream.height = 700")
    shell.run_line_magic("config", "LGStream.traceback = 'full'")
    assert (lg_jupyter.options.height, lg_jupyter.options.traceback) == (700, "full")


def test_unloading_takes_them_from_config_and_keeps_what_they_are(shell):
    shell.run_line_magic("load_ext", "lg_jupyter")
    lg_jupyter.options.traceback = "full"
    shell.run_line_magic("unload_ext", "lg_jupyter")
    assert not any(isinstance(each, LGStream) for each in shell.configurables)
    assert options().traceback == "full"


async def test_a_view_begins_at_the_height_that_was_set():
    run = await lg_jupyter.stream(build("steps"), INPUTS["steps"], display=False)
    assert run.panel("state", header=True).get_state()["_options"] == {}
    lg_jupyter.options.height = 600
    assert run.panel("state", header=True).get_state()["_options"] == {"height": 600}
