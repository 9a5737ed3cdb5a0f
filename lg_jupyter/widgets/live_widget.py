"""What all our widgets are: a small summary is synced, all else is messages, and a page sets nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, ClassVar

import anywidget
import traitlets

from lg_jupyter.config import options
from lg_jupyter.events.events import JSON
from lg_jupyter.kernel import notebook
from lg_jupyter.widgets import bundles
from lg_jupyter.widgets.delivery import MODULE_DELIVERY
from lg_jupyter.widgets.endpoint import Endpoint, Method, collect_methods
from lg_jupyter.widgets.hosted_widgets import BroadcastComm, HostedComm, HostedWidgets
from lg_jupyter.widgets.protocol import PROTOCOL_VERSION, Message


class ReadOnlyStateMixin:
    """To be put before a class of widgets: whatever comes from a page, no synced trait is set by it.

    A page that has set one gets the kernel's value again; other pages never get the page's.
    """

    def set_state(self: Any, sync_data: Mapping[str, Any]) -> None:
        """Send a page that set synced traits the kernel's values."""
        state = self.get_state([name for name in sync_data if name in self.keys])
        known = json.loads(json.dumps(state))  # as a page has it: without tuples
        other = [name for name, value in known.items() if value != sync_data[name]]
        if other:
            self.send_state(other)

    def _handle_msg(self: Any, message: dict[str, Any]) -> None:
        """Take what comes over the comm, of whatever shape. What cannot be addressed gets no reply."""
        data = message["content"].get("data")
        kind = data.get("method") if isinstance(data, dict) else None
        with suppress(Exception):
            if kind == "update" and isinstance(data["state"], dict):
                self.set_state(data["state"])
            elif kind == "request_state":
                self.send_state()
            elif kind == "custom":
                self._handle_custom_msg(data["content"], message["buffers"])


class LiveWidget(ReadOnlyStateMixin, anywidget.AnyWidget):
    """A widget that speaks the language of :mod:`lg_jupyter.widgets.protocol`.

    Its class names its module of the front end.

    Parameters
    ----------
    summary
        What is synced at first.
    methods
        What answers the calls of its pages, by name.
    masked
        Masks the secrets in the text of an error.
    opens
        The modules that it begins with beside its own.
    options
        How it begins; what is ``None`` is left to the page.
    blocked
        Whether the cell at hand may keep the kernel from hearing its pages.
    host
        The widget that it is drawn inside, if it has no comm of its own.

    Attributes
    ----------
    hosted
        The widgets that are drawn inside it.
    view_in_cell
        What has it count among the live views of cells.
    """

    view_in_cell: object = None
    _created_layout: Any = None

    _esm = bundles.make_loader_script()

    module: ClassVar[str]
    """The module that draws it."""

    comm = traitlets.Any(None, allow_none=True)  # ipywidgets 8.0 would have none but a kernel's

    _module = traitlets.Unicode().tag(sync=True)

    _protocol = traitlets.Int(PROTOCOL_VERSION).tag(sync=True)
    _summary = traitlets.Dict().tag(sync=True)
    _options = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        summary: Message,
        methods: Mapping[str, Method],
        masked: Callable[[str], str],
        *,
        opens: Iterable[str] = (),
        options: Mapping[str, Any] | None = None,
        blocked: bool = False,
        host: LiveWidget | None = None,
        **traits: Any,
    ) -> None:
        self.hosted = HostedWidgets(lambda message: self.send(message))
        offered = {**methods, **collect_methods(MODULE_DELIVERY, self.hosted)}
        self._host = host
        self._endpoint = Endpoint(lambda message: self.send(message), offered, self._send_snapshot, masked)
        super().__init__(
            _summary=summary,
            _module=bundles.format_module_address(self.module),
            _options=_make_page_options(options or {}),
            **traits,
        )
        self._created_layout = None if "layout" in traits else self.layout
        self.on_msg(lambda widget, content, buffers: self.receive(content))
        cell = notebook.get_current_cell_execution() if blocked else None
        if message := MODULE_DELIVERY.take_modules_message_for_view(
            [self.module, *opens], cell and cell.parent_msg_id
        ):
            self.send(message)

    def open(self) -> None:
        """Open its comm; if it is drawn inside another, it has a part of the other's."""
        if self._host is None:
            super().open()
        else:
            self.comm = HostedComm(self._host.hosted)  # in place of what some front ends give every widget
            self._host.hosted.add(self.comm.comm_id, self)

    def close(self) -> None:
        """Take it away, and what ipywidgets made for it alone."""
        super().close()
        if self._created_layout is not None:
            with suppress(Exception):  # its comm is gone already
                self._created_layout.close()

    def get_state(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """What is synced; of what is drawn inside another without the script, which would draw it apart."""
        state: dict[str, Any] = super().get_state(*args, **kwargs)
        return state if self._host is None else {k: v for k, v in state.items() if k not in ("_esm", "_css")}

    def attach_to_host(self, host: LiveWidget) -> str:
        """Have it drawn inside another as well; gives back the id by which pages know it there."""
        comm = HostedComm(host.hosted)
        self.comm = BroadcastComm(self.comm, comm)
        host.hosted.add(comm.comm_id, self)
        return comm.comm_id

    def receive(self, content: JSON) -> None:
        """Take what a page sends, of whatever shape."""
        if isinstance(content, Mapping) and content.get("type") == "hosted":
            self.hosted.deliver_message(content)
        else:
            self._endpoint.receive(content)

    def _send_snapshot(self) -> None:
        """Send a snapshot."""
        raise NotImplementedError


def _make_page_options(chosen: Mapping[str, Any]) -> Message:
    """How a view begins, as far as the page is not left to choose: as it was chosen, or by the options."""
    given = {name: value for name, value in chosen.items() if value is not None}
    held = {"height": options().height, "panels": options().panels}
    return {**{name: value for name, value in held.items() if value is not None}, **given}
