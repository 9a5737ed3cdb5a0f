"""``%load_ext``, ``%reload_ext`` and ``%unload_ext``."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

TRACES = """
def traces():
    import signal, sys, threading
    ip = get_ipython()
    return {
        "transformers": list(map(repr, [*ip.input_transformers_post, *ip.input_transformers_cleanup])),
        "token transformers": list(map(repr, ip.input_transformer_manager.token_transformers)),
        "ast transformers": list(map(repr, ip.ast_transformers)),
        "matchers": list(map(repr, ip.Completer.custom_matchers)),
        "completers": sorted(map(str, ip.strdispatchers["complete_command"].s_matches("%%lgstream"))),
        "line magics": sorted(ip.magics_manager.magics["line"]),
        "cell magics": sorted(ip.magics_manager.magics["cell"]),
        "magics": sorted(ip.magics_manager.registry),
        "user magics": sorted(vars(ip.magics_manager.user_magics)),
        "configurables": sorted(map(repr, ip.configurables)),
        "callbacks": {name: list(map(repr, functions)) for name, functions in ip.events.callbacks.items()},
        "hooks": sorted(ip.hooks),
        "exceptions": repr(ip.custom_exceptions),
        "excepthook": repr(sys.excepthook),
        "sigint": repr(signal.getsignal(signal.SIGINT)),
        "threads": sorted(thread.name for thread in threading.enumerate() if "lg_jupyter" in thread.name),
        "names": sorted(name for name in ip.user_ns if not name.startswith("_")),
    }
"""


def test_unloading_leaves_no_trace(fresh_kernel) -> None:
    fresh_kernel.run(TRACES)
    fresh_kernel.run("%unload_ext json")  # has IPython import what it needs to load extensions
    before = fresh_kernel.value_of("traces()")
    fresh_kernel.run("%load_ext lg_jupyter")
    loaded = fresh_kernel.value_of("traces()")
    assert loaded != before
    fresh_kernel.run("%reload_ext lg_jupyter")
    reloaded = fresh_kernel.value_of("traces()")
    matchers = reloaded.count("<lg_jupyter.magic.completion.MagicMatcher")
    assert reloaded.count("AwaitTransformer") == matchers == 1
    assert fresh_kernel.fail("%lgstream 42 --input 1").error["ename"] == "TargetError"
    fresh_kernel.run("%unload_ext lg_jupyter")
    assert fresh_kernel.value_of("traces()") == before
    missing = fresh_kernel.fail("%lgstream graph --input 1")
    assert "`%lgstream` not found" in missing.complained


def test_loading_imports_nothing_heavy(fresh_kernel) -> None:
    fresh_kernel.run("import sys\n%load_ext lg_jupyter")
    heavy = [
        "langgraph",
        "langgraph_sdk",
        "langchain_core",
        "pandas",
        "rich",
        "anywidget",
        "ipywidgets",
        "httpx",
    ]
    assert fresh_kernel.value_of(f"[name for name in {heavy} if name in sys.modules]") == "[]"


@pytest.mark.parametrize("again", ["%load_ext lg_jupyter", "%reload_ext lg_jupyter"])
def test_a_second_time(fresh_kernel, again) -> None:
    fresh_kernel.run("%load_ext lg_jupyter")
    fresh_kernel.run(again)
    assert "%%lgstream TARGET" in fresh_kernel.run("%lgstream --help").printed


def test_without_ipython_everything_but_the_magic_works() -> None:
    code = """
import json, sys

class NotInstalled:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("IPython", "ipywidgets", "ipykernel"):
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, NotInstalled())
import lg_jupyter
from langgraph.graph import START, StateGraph
builder = StateGraph(dict)
builder.add_node("add", lambda state: {"x": state["x"] + 1})
builder.add_edge(START, "add")
run = lg_jupyter.stream(builder.compile(), {"x": 1}).wait()
print(json.dumps([run.status, run.output, len(run.to_pandas("tasks"))]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    *account, result = done.stdout.splitlines()
    assert json.loads(result) == ["success", {"x": 2}, 1]
    assert any("success" in line for line in account)
