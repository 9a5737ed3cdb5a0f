"""tools/programs.py: which Chromium counts, and how one is got, with stand-ins for the system's programs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools import patiently

ROOT = Path(__file__).resolve().parents[2]

CHROMIUM = "echo Chromium 131.0"
STUB = "echo 'requires the chromium snap to be installed' >&2; exit 1"  # what Ubuntu's packages bring


class Machine:
    """A machine on which there is nothing but what a test puts on its PATH."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        self.log = folder / "log"
        self.user = 1000
        self.bin.mkdir()
        self.log.touch()
        self.has("env", 'while [ "${1#*=}" != "$1" ]; do shift; done; exec "$@"')
        self.has("curl", "exit 0")

    def has(self, name: str, script: str) -> None:
        program = self.bin / name
        program.write_text(f'#!/bin/sh\necho "{name} $*" >> {self.log}\n{script}\n')
        program.chmod(0o755)

    def has_apt_get(self, chromium: str) -> None:
        """Its package ``chromium`` is this script."""
        made = self.bin / "chromium"
        put = f"printf '#!/bin/sh\\n%s' \"{chromium}\" > {made}; /bin/chmod 755 {made}"
        self.has("apt-get", f'case "$*" in *install*) {put} ;; esac')

    def has_playwright(self, script: str) -> None:
        """A Python whose ``playwright`` installs by this script; its Chromium is ``own``."""
        self.has("python", f'case "$*" in *install*) {script} ;; *) echo {self.bin}/own ;; esac')

    def get(self, **environment: str) -> str:
        """Get what is missing; what was said."""
        code = (
            "import os, sys; from tools import programs;"
            f"os.geteuid = lambda: {self.user}; sys.executable = {str(self.bin / 'python')!r};"
            "print('exit code', programs.main(), programs.chromium())"
        )
        environment = {"PATH": str(self.bin), "PYTHONPATH": str(ROOT), **environment}
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert "exit code 0" in done.stdout
        return done.stdout

    @property
    def ran(self) -> list[str]:
        """What was run, but for questions of the version."""
        return [line for line in self.log.read_text().splitlines() if not line.endswith("--version")]

    def ran_any(self, words: str) -> bool:
        return any(words in line for line in self.ran)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    machine = Machine(tmp_path)
    machine.has_playwright("exit 1")
    return machine


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"])
def test_a_browser_that_is_there_is_taken(machine: Machine, name: str) -> None:
    machine.has(name, CHROMIUM)
    assert machine.get().endswith(f"{machine.bin / name}\n")
    assert machine.ran == []


def test_a_stub_is_no_browser(machine: Machine) -> None:
    machine.has("chromium", STUB)
    machine.has("google-chrome", CHROMIUM)
    assert machine.get().endswith("/google-chrome\n")


def test_root_installs_the_systems(machine: Machine) -> None:
    machine.user = 0
    machine.has_apt_get(CHROMIUM)
    said = machine.get()
    update, install = (line for line in machine.ran if line.startswith("apt-get"))
    assert update.endswith("update")
    assert install.endswith("install --no-install-recommends chromium fonts-liberation")
    assert f"$ env DEBIAN_FRONTEND=noninteractive {update}" in said
    assert f"$ env DEBIAN_FRONTEND=noninteractive {install}" in said
    assert said.endswith("/chromium\n")
    assert not machine.ran_any("sudo")
    assert not machine.ran_any("playwright install")


def test_who_is_not_root_does_so_by_sudo_if_it_asks_nothing(machine: Machine) -> None:
    machine.has_apt_get(CHROMIUM)
    machine.has("sudo", 'shift; exec "$@"')
    machine.has("true", "exit 0")
    said = machine.get()
    assert "$ sudo -n env DEBIAN_FRONTEND=noninteractive apt-get --yes --quiet update\n" in said
    assert said.endswith("/chromium\n")


@pytest.mark.parametrize("sudo", ["it asks for a password", "there is none"])
def test_who_may_not_be_root_gets_playwrights_own(machine: Machine, sudo: str) -> None:
    machine.has_apt_get(CHROMIUM)
    if sudo == "it asks for a password":
        machine.has("sudo", "echo 'a password is required' >&2; exit 1")
    own = f"printf '#!/bin/sh\\n{CHROMIUM}' > {machine.bin}/own && /bin/chmod 755 {machine.bin}/own"
    machine.has_playwright(own)
    said = machine.get()
    assert "-m playwright install chromium\n" in said
    assert said.endswith("/own\n")
    assert not machine.ran_any("apt-get")


def test_the_systems_can_be_refused(machine: Machine) -> None:
    machine.user = 0
    machine.has_apt_get(CHROMIUM)
    said = machine.get(NO_SYSTEM="1")
    assert not machine.ran_any("apt-get")
    assert machine.ran_any("playwright install")
    assert "There is no Chromium here" in said


def test_a_package_that_is_a_stub_is_followed_by_playwrights_own(machine: Machine) -> None:
    machine.user = 0
    machine.has_apt_get("exit 1")
    machine.get()
    assert machine.ran_any("apt-get --yes --quiet install")
    assert machine.ran_any("playwright install")


def test_why_nothing_could_be_had_is_said_in_a_line_each(machine: Machine) -> None:
    machine.user = 0
    machine.has("apt-get", "echo reading; echo 'E: Unable to locate package chromium'; exit 100")
    machine.has_playwright(
        "echo 'Error: Download failed'; echo '    at a.js:1'; echo '    at b.js:2'; exit 1"
    )
    said = machine.get()
    assert "… it failed: E: Unable to locate package chromium\n" in said
    assert "… it failed: Error: Download failed\n" in said
    assert "a.js" not in said
    assert "There is no Chromium here: the tests that need it will be left out.\n" in said
    assert said.endswith("exit code 0 None\n")


def test_curl_is_installed_with_it(machine: Machine) -> None:
    machine.user = 0
    machine.has("chromium", CHROMIUM)
    machine.has_apt_get(CHROMIUM)
    (machine.bin / "curl").unlink()
    assert "There is no curl here" in machine.get()
    assert machine.ran_any("install --no-install-recommends curl")


def test_a_quiet_command_is_told_of(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert patiently.PAUSE < 15  # seconds, for people who wonder whether it hangs
    monkeypatch.setattr(patiently, "PAUSE", 0.1)
    assert patiently.run("thinking", [sys.executable, "-c", "import time; time.sleep(1); exit(3)"]) == 3
    assert "… thinking: " in capsys.readouterr().out


def test_a_command_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert patiently.main(["trying", os.devnull + "-none"]) == 127
    assert "No such file" in capsys.readouterr().err
