"""The methods of a run that show it: in a cell, as a widget, as a page."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lg_jupyter.request.arguments import checks_arguments
from lg_jupyter.request.height import validate_height
from lg_jupyter.runtime.run_properties import RunProperties

if TYPE_CHECKING:
    from lg_jupyter.widgets.run import RunWidget


class RunDisplayMixin(RunProperties):
    """A part of :class:`lg_jupyter.Run`."""

    @checks_arguments
    def show(self, panel: str | None = None) -> None:
        """Show the run in this cell: one that was loaded, or started without a display.

        As the last expression of a cell, a run shows itself.

        Parameters
        ----------
        panel
            The panel that is open at first, as ``"timeline"``; without it, as the page has it.

        Raises
        ------
        UsageError
            If there is no such panel.

        Examples
        --------
        >>> run.show("timeline")
        """
        from lg_jupyter.panels import validate_panel_name
        from lg_jupyter.widgets.display import show_run

        show_run(self._state, panel=None if panel is None else validate_panel_name(panel))

    def _ipython_display_(self) -> None:
        from lg_jupyter.widgets.display import show_run_as_cell_value

        show_run_as_cell_value(self._state)

    def _display_(self) -> Any:
        from lg_jupyter.widgets import marimo

        return marimo.make_cell_value(self._state)

    @checks_arguments
    def panel(
        self,
        name: str,
        *,
        height: int | None = None,
        header: bool = False,
        filter: Mapping[str, Any] | None = None,
    ) -> RunWidget:
        """One panel of the live view as a widget of its own, for another cell or a layout of ipywidgets.

        Its traits can be observed, and set: ``selection``, ``filter``, ``step``, and ``status`` to be read.

        Parameters
        ----------
        name
            The panel's: ``"timeline"``, for instance.
        height
            In pixels; without it, as the page has it.
        header
            Whether the run's header stands above it.
        filter
            A filter of its own to begin with, ``{}`` for one that does not narrow; without it, it shares that
            of the run's other views.

        Returns
        -------
        RunWidget
            The widget, which shows itself as a cell's last expression.

        Raises
        ------
        UsageError
            If there is no such panel, or the height or the filter is none.

        Examples
        --------
        >>> timeline = run.panel("timeline", height=300)
        >>> timeline.observe(lambda change: print(change["new"]), "selection")
        >>> timeline.step = 1
        Selection(kind='step', id=1)
        """
        from lg_jupyter.panels import validate_panel_name
        from lg_jupyter.widgets.run import RunWidget
        from lg_jupyter.widgets.view_filter import validate_filter

        return RunWidget(
            self._state,
            validate_panel_name(name),
            height=validate_height(height),
            header=header,
            own_filter=None if filter is None else validate_filter(filter),
        )

    @checks_arguments
    def to_html(self, path: str | os.PathLike[str], *, interactive: bool = False) -> None:
        """Write what is known of the run to an HTML page that stands alone.

        Parameters
        ----------
        path
            The file; its folder has to be there.
        interactive
            Whether the page has the panels, too: some 600 kB more, and nothing that it loads.

        Raises
        ------
        SavedRunError
            If it cannot be written there.

        Examples
        --------
        >>> run.to_html("run.html")
        >>> run.to_html("panels.html", interactive=True)
        """
        from lg_jupyter.widgets.offline.page import write_run_page

        write_run_page(self._state, path, interactive=interactive)
