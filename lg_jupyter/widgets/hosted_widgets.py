"""Widgets that are drawn inside another: their messages travel over its comm.

So each of our widgets is one anywidget, whatever it shows, and needs nothing of a page but the line of its
own. What travels to the page is ``{"type": "hosted", "id", "data"}``, with what a comm would have carried
as ``data``, first of all ``{"method": "open", "state"}``; from it, ``{"type": "hosted", "id", "content"}``.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import anywidget

from lg_jupyter.events.events import JSON, JSONObject
from lg_jupyter.widgets.endpoint import method
from lg_jupyter.widgets.protocol import CallError, Message

_UNSENT_TRAITS = frozenset(
    {*anywidget.AnyWidget.class_trait_names(sync=True), "_esm", "_css", "_anywidget_id"}
)
"""Synced traits by which a page finds and dresses a widget of its own."""


class HostedWidget(Protocol):
    """A widget that is drawn inside another, as far as it matters here."""

    keys: list[str]

    def get_state(self, names: list[str]) -> JSONObject:
        """What is synced under these names."""

    def receive(self, content: JSON) -> None:
        """Take what a page sends."""


class HostedComm:
    """The comm of a widget that is drawn inside another, as far as ipywidgets use one."""

    kernel = True  # as ipywidgets 8.0 asks

    def __init__(self, hosts: HostedWidgets) -> None:
        self.comm_id = uuid.uuid4().hex
        self._hosts = hosts

    def send(self, data: Any = None, metadata: object = None, buffers: object = None) -> None:
        """Send what the widget has to say. Files of the front end are for the page, whoever wants them."""
        content = data.get("content")
        if isinstance(content, dict) and content.get("type") == "modules":
            self._hosts.send(content)
        else:
            self._hosts.send({"type": "hosted", "id": self.comm_id, "data": data})

    def close(self, *_: object, **__: object) -> None:
        """Take the widget away."""
        self._hosts.remove(self.comm_id)

    def on_msg(self, callback: object) -> None:
        """Nothing: what comes is handed to the widget."""

    def on_close(self, callback: object) -> None:
        """Nothing: a page closes none."""


class BroadcastComm:
    """Several comms of one widget: what it sends goes over all; each has its own way to be heard."""

    kernel = True

    def __init__(self, *comms: Any) -> None:
        self._comms = comms
        self.comm_id = comms[0].comm_id

    def send(self, *args: Any, **kwargs: Any) -> None:
        """Send what the widget has to say."""
        for each in self._comms:
            each.send(*args, **kwargs)

    def close(self, *args: Any, **kwargs: Any) -> None:
        """Take the widget away."""
        for each in self._comms:
            each.close(*args, **kwargs)

    def on_msg(self, callback: object) -> None:
        """Nothing: each has its own."""

    def on_close(self, callback: object) -> None:
        """Nothing: each has its own."""


class HostedWidgets:
    """The widgets that are drawn inside one.

    Parameters
    ----------
    send
        Sends a message to the pages of that one.
    """

    def __init__(self, send: Callable[[Message], None]) -> None:
        self.send = send
        self._widgets: dict[str, HostedWidget] = {}

    def add(self, comm_id: str, widget: HostedWidget) -> None:
        """Tell pages of a widget that has such a comm, before all else that it says."""
        self._widgets[comm_id] = widget
        self.send(
            {"type": "hosted", "id": comm_id, "data": {"method": "open", "state": _read_synced_state(widget)}}
        )

    def remove(self, comm_id: str) -> None:
        """Tell pages that it is gone."""
        if self._widgets.pop(comm_id, None) is not None:
            self.send({"type": "hosted", "id": comm_id, "data": {"method": "close"}})

    def deliver_message(self, message: Mapping[str, Any]) -> None:
        """Hand what a page sent to the widget that it is for, if there is such a one."""
        comm_id = message.get("id")
        widget = self._widgets.get(comm_id) if isinstance(comm_id, str) else None
        if widget is not None:
            widget.receive(message.get("content"))

    @method("hosted")
    def get_synced_state(self, id: str) -> JSON:
        """What is synced of a widget: what a page asks for that came late."""
        if id not in self._widgets:
            raise CallError("That view is closed.")
        return _read_synced_state(self._widgets[id])


def _read_synced_state(widget: HostedWidget) -> JSONObject:
    return dict(widget.get_state([name for name in widget.keys if name not in _UNSENT_TRAITS]))
