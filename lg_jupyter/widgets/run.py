"""The live view of a run, as an anywidget.

Synced with the front end are five small traits: ``_protocol``, ``_module``, ``_panel``, ``_branches``, and
``_summary``, which is set at the start and at the end. All else flows in messages
(:mod:`lg_jupyter.widgets.protocol`), which nobody keeps: a view that comes late asks for a snapshot.
"""

from __future__ import annotations

import contextvars
import difflib
from collections.abc import Callable

import traitlets

from lg_jupyter.errors import UsageError
from lg_jupyter.kernel import loops, notebook
from lg_jupyter.panels import PANELS
from lg_jupyter.record.summary import Summary, summarize
from lg_jupyter.runtime.facade import Facade, state_of
from lg_jupyter.runtime.state import RunState
from lg_jupyter.widgets.endpoint import methods_of
from lg_jupyter.widgets.feed import Feed
from lg_jupyter.widgets.live import LiveWidget
from lg_jupyter.widgets.outputs import Outputs
from lg_jupyter.widgets.queries import RunQueries
from lg_jupyter.widgets.steering import Steering

OPEN_AT_FIRST = ("markdown", "timeline")
"""The modules that a view of all panels begins with: the panel beside tokens, and what reads Markdown."""


def check_panel(name: str) -> str:
    """``name`` if a panel has it; :class:`UsageError` if none has."""
    names = [panel.id for panel in PANELS]
    if name in names:
        return name
    near = difflib.get_close_matches(str(name), names, n=1)
    hint = f": did you mean {near[0]!r}?" if near else "."
    raise UsageError(f"There is no panel {name!r}{hint} Panels: {', '.join(names)}.")


class RunWidget(LiveWidget):
    """A live view of a run, or of one of its panels.

    Parameters
    ----------
    run
        The run to show, at whatever point it is.
    panel
        The one panel to show; all of them if ``None``.
    stop_hint
        What to do instead, where Stop would not be heard; ``None`` where it would.
    record
        The class of the element with the run's static record, which is hidden while this view lives.
    home
        The view in whose place this one is shown, if it is a branch's: that holds the views of all branches.
    """

    module = "run"

    _panel = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    _branches = traitlets.List(traitlets.Dict()).tag(sync=True)

    def __init__(
        self,
        run: RunState | Facade,
        panel: str | None = None,
        *,
        stop_hint: str | None = None,
        record: str | None = None,
        home: RunWidget | None = None,
    ) -> None:
        self._run = run = state_of(run)
        self._stop_hint = stop_hint
        self._record = record
        self.keep: Callable[[RunState], None] | None = None  # what records a branch that is shown here
        self._home = home or self
        self._inner: list[RunWidget] = []
        self._context = contextvars.copy_context()  # by which outputs of what is started here find the cell
        steering = Steering(run, self._begin, self._show_branch, lambda: self._endpoint.loop)
        super().__init__(
            dict(self.summarize()),
            methods_of(RunQueries(run), steering),
            run.redactor.text,
            opens=OPEN_AT_FIRST if panel is None else ["markdown", panel],
            blocked=stop_hint is not None or _may_be_waited_for(run),
            _panel=panel,
        )
        self._feed = Feed.of(run)
        self._feed.add(self)

    def __repr__(self) -> str:
        return f"lg_jupyter: live view of {self._run.name}"

    def _ipython_display_(self) -> None:
        """Show this view, and beside it what is left of it in a notebook without its kernel."""
        if not notebook.in_kernel():
            raise NotImplementedError("IPython shows the repr then")
        Outputs(
            self._run, background=True, view=lambda record: self, panel=self.panel, record=self.record
        ).show()

    @property
    def panel(self) -> str | None:
        """The one panel that it shows; ``None`` for all."""
        return self._panel

    @property
    def record(self) -> str | None:
        """The class of the element with the run's static record, which is hidden while this view lives."""
        return self._record

    @record.setter
    def record(self, name: str) -> None:
        self._record = name
        self._summary = dict(self.summarize())

    def summarize(self) -> Summary:
        """The run's summary for this view."""
        return summarize(self._run, self._stop_hint, self._record)

    def finish(self) -> None:
        """Take over how the run ended into what is synced, and hence kept."""
        self._summary = dict(self.summarize())

    def close(self) -> None:
        """Take the view away; the run goes on."""
        if feed := getattr(self, "_feed", None):
            feed.remove(self)
        for widget in getattr(self, "_inner", ()):
            widget.close()
        super().close()

    def _tell_all(self) -> None:
        self._feed.send_snapshot(self)

    def _begin(self, start: Callable[[], RunState]) -> RunState:
        """Start what is started from here as the cell would have."""
        run = self._home.in_its_cell(start)
        self._stop_hint = None  # no cell waits for it: Stop is heard
        if run is self._run:
            self.finish()
        return run

    def _show_branch(self, branch: RunState) -> bool:
        """Have the front end show a branch where this view stands; whether there is one."""
        return self._home.hold(branch)

    def in_its_cell(self, start: Callable[[], RunState]) -> RunState:
        """Start something by the context by which its outputs find the cell of this view."""
        return self._context.copy().run(start)

    def hold(self, branch: RunState) -> bool:
        """Show a branch in this view's place; whether there is one."""
        self._inner.append(RunWidget(branch, home=self))
        if self.keep is not None:
            self.keep(branch)
        self._branches = [widget.place() for widget in self._inner]
        return self.comm is not None

    def place(self) -> dict[str, str | None]:
        """How the front end finds this view, and where in the tree of branches its run is."""
        parent = self._run.parent
        return {
            "run": self._run.key,
            "parent": None if parent is None else parent.key,
            "model": self.model_id,
        }


def _may_be_waited_for(run: RunState) -> bool:
    """Whether the cell at hand can block until the run is over: it goes on beside the kernel's own loop."""
    return not run.done and run.loop not in (None, loops.running_loop())
