"""Sends the modules of the front end to pages: with a kernel's first view, and to each page that lacks some.

A page that was reloaded, or is the second one of a notebook, asks for what it lacks. While a cell keeps the
kernel from hearing, it cannot: so the first view in each such cell comes with all that pages wanted so far.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable

from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import JSON
from lg_jupyter.widgets import bundles
from lg_jupyter.widgets.endpoint import method
from lg_jupyter.widgets.protocol import Message, make_modules_message


class ModuleDelivery:
    """Remembers which files the pages of this kernel were sent."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sent_files: set[str] = set()
        self._requested_modules: dict[str, None] = {}  # modules that pages have called for, in order
        self._blocked_cell: str | None = None

    def take_modules_message_for_view(
        self, names: Iterable[str], blocked_cell: str | None = None
    ) -> Message | None:
        """The message to go with a new view; ``None`` where pages were sent everything.

        Parameters
        ----------
        names
            The modules that the view begins with; what has no module of its own comes with another.
        blocked_cell
            The cell in which no page can ask for what it lacks, if the view is in one.
        """
        built = bundles.get_manifest()
        if built is None:
            return None
        with self._lock:
            if blocked_cell is not None:
                names = [*names, *self._requested_modules]
                if blocked_cell != self._blocked_cell:
                    self._blocked_cell = blocked_cell
                    self._sent_files.clear()
            try:
                files = bundles.read_module_files(
                    [n for n in names if n in built.modules], without=self._sent_files
                )
            except UsageError:  # a page that calls for it gets the reason
                return None
            self._sent_files.update(files)
        return make_modules_message(built.release, files) if files else None

    @method("module")
    def get_module_files(self, name: str, have: list[str] | None = None) -> JSON:
        """The files of a module but for those that the page has, named with their release."""
        files = bundles.read_module_files(
            [name], without={bundles.parse_release_file_name(each) for each in have or ()}
        )
        with self._lock:
            self._sent_files.update(files)
            self._requested_modules.setdefault(name)
        return {"files": dict(files)}


MODULE_DELIVERY = ModuleDelivery()
"""This kernel's."""
