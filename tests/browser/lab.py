"""A real JupyterLab on loopback, with directories of its own, and one of its notebooks in a real Chromium."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import nbformat
from playwright.sync_api import Browser, Locator, Page, Playwright, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.patience import patience
from tools import programs

CHROMIUM_ARGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]

ROOT = Path(__file__).parents[2]

STARTED_IN = patience(90)
"""The most seconds that a server or a kernel takes to be there; nothing is asserted about it."""


def launch(playwright: Playwright, *arguments: str) -> Browser:
    """A headless Chromium: the system's, or else Playwright's own; RuntimeError where there is neither."""
    path = programs.chromium()
    if path is None:
        raise RuntimeError("There is no Chromium: install one, or type `playwright install chromium`.")
    return playwright.chromium.launch(executable_path=path, args=[*CHROMIUM_ARGS, *arguments])


class Lab:
    """``with Lab(directory) as lab: lab.write("a.ipynb", "1 + 1"); lab.url("a.ipynb")``.

    Without its ``labextension``, saved runs show their record.
    """

    def __init__(self, directory: Path, *, labextension: bool = False) -> None:
        self._labextension = labextension
        self.root = directory / "root"
        self._home = directory / "home"
        self._token = secrets.token_hex(16)

    def __enter__(self) -> Lab:
        self.root.mkdir(parents=True, exist_ok=True)
        self._home.mkdir(parents=True, exist_ok=True)
        self._put_labextension()
        self.port = _free_port()
        self._write_settings()
        self._log = (self._home / "lab.log").open("ab")
        self._process = subprocess.Popen(
            [
                *(
                    sys.executable,
                    "-m",
                    "jupyterlab",
                    "--no-browser",
                    "--allow-root",
                    "--expose-app-in-browser",
                ),
                f"--ServerApp.port={self.port}",
                "--ServerApp.port_retries=0",
                "--ServerApp.ip=127.0.0.1",
                f"--IdentityProvider.token={self._token}",
                f"--ServerApp.root_dir={self.root}",
            ],
            env=self._environment(),
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._wait_until_there()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with suppress(OSError):  # where it never started
            self.end_sessions()
        end(self._process)
        self._log.close()

    def write(self, name: str, *cells: str) -> Path:
        """Makes a notebook with these code cells."""
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        notebook.metadata["kernelspec"] = {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        }
        path = self.root / name
        nbformat.write(notebook, path)
        return path

    def read(self, name: str) -> nbformat.NotebookNode:
        return nbformat.read(self.root / name, as_version=4)

    def url(self, name: str = "") -> str:
        """The address of a notebook, alone on the page."""
        return f"http://127.0.0.1:{self.port}/doc/tree/{name}?token={self._token}"

    def request(self, path: str, method: str = "GET") -> bytes:
        """Asks the server's REST API."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/{path}", method=method)
        request.add_header("Authorization", f"token {self._token}")
        with urllib.request.urlopen(request, timeout=patience(10)) as response:
            return bytes(response.read())

    def sessions(self) -> list[str]:
        """The ids of the sessions whose kernels run."""
        return [session["id"] for session in json.loads(self.request("sessions"))]

    def end_sessions(self) -> None:
        """Ends all kernels, but for one that ended by itself meanwhile."""
        for session in self.sessions():
            with suppress(urllib.error.HTTPError):
                self.request(f"sessions/{session}", method="DELETE")

    def _environment(self) -> dict[str, str]:
        own = {name: str(self._home / name.lower()) for name in _DIRECTORIES}
        quiet = {"HOME": str(self._home), "LANGSMITH_TRACING": "false", "PYTHONPATH": str(ROOT)}
        quiet["JUPYTER_PREFER_ENV_PATH"] = "0"  # its own labextension, not one that the environment links
        return {**os.environ, **own, **quiet}

    def _put_labextension(self) -> None:
        """With what draws saved runs, as this checkout builds it, or without; nothing of other front ends."""
        disabled = dict.fromkeys(_OTHERS_EXTENSIONS, True)
        if self._labextension:
            built = ROOT / "labextension"
            assert (built / "package.json").is_file(), "run `make assets` first"
            places = self._home / "jupyter_data_dir" / "labextensions"
            places.mkdir(parents=True, exist_ok=True)
            (places / "lg-jupyter").symlink_to(built, target_is_directory=True)
        else:
            disabled["lg-jupyter"] = True
        config = self._home / "jupyter_config_dir" / "labconfig"
        config.mkdir(parents=True, exist_ok=True)
        settings = {"disabledExtensions": disabled, "buildAvailable": False, "buildCheck": False}
        (config / "page_config.json").write_text(json.dumps(settings))

    def _write_settings(self) -> None:
        """No news are fetched, and no question about them stands on the screenshots."""
        folder = self._home / "jupyterlab_settings_dir" / "@jupyterlab" / "apputils-extension"
        folder.mkdir(parents=True, exist_ok=True)
        settings = {"fetchNews": "false", "checkForUpdates": False}
        (folder / "notification.jupyterlab-settings").write_text(json.dumps(settings))

    def _wait_until_there(self) -> None:
        deadline = time.monotonic() + STARTED_IN
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            try:
                self.request("status")
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.2)
            else:
                return
        self.__exit__(None, None, None)
        raise RuntimeError("JupyterLab did not start:\n" + (self._home / "lab.log").read_text()[-3_000:])


_DIRECTORIES = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR",
                "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR")  # fmt: skip

_OTHERS_EXTENSIONS = ("@jupyter-notebook/lab-extension", "@voila-dashboards/jupyterlab-preview")
"""They put buttons into the toolbar of each notebook."""


def end(server: subprocess.Popen[bytes]) -> None:
    """Ends a Jupyter server. Told so, it shuts its kernels down, and then stays for minutes now and then."""
    server.terminate()
    try:
        server.wait(timeout=patience(5))
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class NotebookPage:
    """A notebook open on a page."""

    def __init__(self, page: Page, lab: Lab, name: str) -> None:
        self.page = page
        self.lab = lab
        self.name = name

    def open(self, kernel: bool = True) -> NotebookPage:
        """Opens the notebook, and waits until it is drawn and, unless told not to, its kernel is idle."""
        self.page.goto(self.lab.url(self.name))
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=STARTED_IN * 1000)
        if kernel:
            self.wait_idle()
        return self

    def reload(self) -> NotebookPage:
        self.page.reload()
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=STARTED_IN * 1000)
        return self

    def reload_running(self, number: int, times: int = 6) -> NotebookPage:
        """Loads the page anew while this cell runs, and again where its view does not come.

        ipywidgets gives a kernel four seconds to list its widgets, and JupyterLab lets three of them pass
        before it sends anything to one that is busy. A loaded kernel misses that, and then only another
        reload or the end of the cell brings the view.
        """
        for _ in range(times):
            self.reload()
            with suppress(PlaywrightTimeout):
                self.output(number).locator(".lgj-root").wait_for(timeout=patience(5) * 1000)
                return self
        raise RuntimeError(f"No view came after {times} reloads.")

    def cell(self, number: int) -> Locator:
        """The cell of this number, from 0."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(number)

    def output(self, number: int) -> Locator:
        return self.cell(number).locator(".jp-Cell-outputArea")

    def output_types(self, number: int) -> list[str]:
        """What the cell put out, such as ``display_data`` and ``error``."""
        types: list[str] = self.page.evaluate(
            """number => {
                const { outputs } = window.jupyterapp.shell.currentWidget.content.widgets[number].model;
                return Array.from({ length: outputs.length }, (_, index) => outputs.get(index).type);
            }""",
            number,
        )
        return types

    def run(self, number: int) -> None:
        """Runs a cell as a person does, and does not wait for it."""
        self.cell(number).locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")

    def finish(self, number: int, timeout: float = 60) -> None:
        """Waits until the cell has a number in its prompt, which means that it ended."""
        prompt = self.cell(number).locator(".jp-InputPrompt")
        self.page.wait_for_function(
            r"element => /\[\d+\]/.test(element.textContent)",
            arg=prompt.element_handle(),
            timeout=patience(timeout) * 1000,
        )

    def running(self, number: int) -> bool:
        return "*" in (self.cell(number).locator(".jp-InputPrompt").text_content() or "")

    def save(self) -> None:
        self.command("docmanager:save")
        self.page.wait_for_selector(".jp-Document:not(.jp-mod-dirty)", state="attached")

    def command(self, name: str, **arguments: object) -> None:
        """Runs a command of JupyterLab."""
        self.page.evaluate(
            "([name, args]) => window.jupyterapp.commands.execute(name, args)", [name, arguments]
        )

    def theme(self, name: str) -> None:
        """Changes JupyterLab's theme."""
        self.command("apputils:change-theme", theme=name)
        self.page.wait_for_selector(f"body[data-jp-theme-name='{name}']", state="attached")

    def wait_idle(self) -> None:
        kernel = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel"
        self.page.wait_for_function(f"() => {kernel}?.status === 'idle'", timeout=STARTED_IN * 1000)


def open_panel(view: Locator, name: str) -> Locator:
    """Opens a panel, by its tab or from the menu of the tabs that have no room.

    Which tabs have room may change meanwhile, as counts come.
    """
    tab = view.get_by_role("tab", name=name)
    more = view.get_by_role("button", name="more panels")
    in_menu = view.get_by_role("group", name="More panels").get_by_role("button", name=name)
    expect(tab.or_(more).first).to_be_attached()
    deadline = time.monotonic() + patience(30)
    while True:
        shown = next((each for each in (tab, in_menu) if each.is_visible()), None)
        if shown is not None:
            with suppress(PlaywrightTimeout):  # it lost its room: the other has it
                shown.click(timeout=patience(1) * 1000)
                return view.get_by_role("tabpanel", name=name)
        assert time.monotonic() < deadline, f"no tab {name}"
        if more.is_visible() and more.get_attribute("aria-expanded") != "true":
            more.click()
        time.sleep(0.1)
