"""What all our widgets are: a small summary is synced, all else is messages, and a page sets nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, ClassVar

import anywidget
import traitlets

from lg_jupyter.events.events import JSON
from lg_jupyter.kernel import notebook
from lg_jupyter.widgets import bundles
from lg_jupyter.widgets.delivery import DELIVERY
from lg_jupyter.widgets.endpoint import Endpoint, Method, methods_of
from lg_jupyter.widgets.protocol import PROTOCOL, Message


class Sealed:
    """To be put before a class of widgets: whatever comes from a page, no synced trait is set by it.

    A page that has set one is told what it is, and nobody else of what the page had in its place.
    """

    def set_state(self: Any, sync_data: Mapping[str, JSON]) -> None:
        """Tell a page that set synced traits what they are."""
        state = self.get_state([name for name in sync_data if name in self.keys])
        known = json.loads(json.dumps(state))  # as a page has it: without tuples
        other = [name for name, value in known.items() if value != sync_data[name]]
        if other:
            self.send_state(other)

    def _handle_msg(self: Any, message: dict[str, Any]) -> None:
        """Take what comes over the comm, of whatever shape. Where nobody can be answered, nothing is said."""
        data = message["content"].get("data")
        kind = data.get("method") if isinstance(data, dict) else None
        with suppress(Exception):
            if kind == "update" and isinstance(data["state"], dict):
                self.set_state(data["state"])
            elif kind == "request_state":
                self.send_state()
            elif kind == "custom":
                self._handle_custom_msg(data["content"], message["buffers"])


class LiveWidget(Sealed, anywidget.AnyWidget):
    """A widget that speaks the language of :mod:`lg_jupyter.widgets.protocol`.

    Its class names its module of the front end.

    Parameters
    ----------
    summary
        What is synced at first.
    methods
        What answers the calls of its pages, by name.
    masked
        Masks the secrets in what is said of a failure.
    opens
        The modules that it begins with beside its own.
    blocked
        Whether the cell at hand may keep the kernel from hearing its pages.
    """

    _esm = bundles.loader()

    module: ClassVar[str]
    """The module that draws it."""

    _module = traitlets.Unicode().tag(sync=True)

    _protocol = traitlets.Int(PROTOCOL).tag(sync=True)
    _summary = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        summary: Message,
        methods: Mapping[str, Method],
        masked: Callable[[str], str],
        *,
        opens: Iterable[str] = (),
        blocked: bool = False,
        **traits: Any,
    ) -> None:
        offered = {**methods, **methods_of(DELIVERY)}
        self._endpoint = Endpoint(lambda message: self.send(message), offered, self._tell_all, masked)
        super().__init__(_summary=summary, _module=bundles.address(self.module), **traits)
        self.on_msg(self._receive)
        cell = notebook.cell() if blocked else None
        if message := DELIVERY.due([self.module, *opens], cell and cell.id):
            self.send(message)

    def _receive(self, widget: object, content: JSON, buffers: object) -> None:
        self._endpoint.receive(content)

    def _tell_all(self) -> None:
        """Send a snapshot."""
        raise NotImplementedError
