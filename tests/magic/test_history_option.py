"""``%lgstream --history``: runs are kept from now on, or no longer."""

from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell

import lg_jupyter
from lg_jupyter.errors import UsageError
from lg_jupyter.magic.line_parsing import parse_line
from tests.graphs import INPUTS, build


def test_it_turns_the_history_on_and_off(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.chdir(tmp_path)
    shell = InteractiveShell()
    shell.run_line_magic("load_ext", "lg_jupyter")
    shell.run_line_magic("lgstream", "--history .")
    assert f"Runs are kept in {tmp_path / '.lg_jupyter'}" in capsys.readouterr().out
    run = lg_jupyter.stream(build("steps"), INPUTS["steps"], display=False).wait()
    shell.run_line_magic("lgstream", "--history off")
    shell.run_line_magic("lgstream", "--history off")
    assert "is off: what is kept stays" in (told := capsys.readouterr().out) and "as it was" in told
    lg_jupyter.stream(build("steps"), INPUTS["steps"], display=False).wait()
    assert [each.id for each in lg_jupyter.history(start=False).runs()] == [run.id]


@pytest.mark.parametrize("line", ["graph --history .", "--history . --quiet", "--history"])
def test_it_stands_alone(line):
    with pytest.raises(UsageError, match=r"stands alone|needs a value"):
        parse_line(line)
