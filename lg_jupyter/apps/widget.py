"""The form's widget: its comm, and the calls that come over it.

It speaks the language of :mod:`lg_jupyter.widgets.protocol`, with calls of its own. What is synced is a small
summary; what was typed stays in the page until it is given.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import anywidget
import traitlets

from lg_jupyter.events.events import JSON
from lg_jupyter.kernel import loops
from lg_jupyter.widgets import bundles as front_end
from lg_jupyter.widgets.protocol import PROTOCOL, Message
from lg_jupyter.widgets.queries import failure

Answer = Callable[..., Coroutine[Any, Any, JSON]]


class FormWidget(anywidget.AnyWidget):
    """A form that asks its owner.

    Parameters
    ----------
    title
        What the form is of.
    summary
        What is synced at first; :meth:`tell` says what it becomes.
    answers
        What answers each method that the page may call. Each is awaited by itself: none has to be quick.
    masked
        Masks the secrets in what is said of an unforeseen error.
    """

    _esm = front_end.script("form")
    _css = front_end.style("form")

    _protocol = traitlets.Int(PROTOCOL).tag(sync=True)
    _summary = traitlets.Dict().tag(sync=True)

    def __init__(
        self, title: str, summary: Message, answers: Mapping[str, Answer], masked: Callable[[str], str]
    ) -> None:
        self._title = title
        self._answers = answers
        self._masked = masked
        self._tasks: set[asyncio.Task[None]] = set()
        self.has_loop = True  # messages come on one that goes on
        super().__init__(_summary=summary)
        self.on_msg(self._receive)

    def __repr__(self) -> str:
        return f"lg_jupyter: form of {self._title}"

    def tell(self, summary: Message) -> None:
        """Say how things are now."""
        self._summary = summary

    def _receive(self, widget: object, content: Message, buffers: object) -> None:
        if content.get("type") == "snapshot":
            self.send(
                {
                    "type": "snapshot",
                    "n": 1,
                    "elapsed": None,
                    "summary": self._summary,
                    "counts": {},
                    "rows": {},
                    "text": [],
                }
            )
        elif content.get("type") == "call":
            self._take_call(content)

    def _take_call(self, call: Message) -> None:
        loop = loops.running_loop()
        self.has_loop = loop is not None
        if loop is None:  # whoever delivers messages without a loop must not wait either
            threading.Thread(target=asyncio.run, args=(self._reply(call),), daemon=True).start()
            return
        task = loop.create_task(self._reply(call))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _reply(self, call: Message) -> None:
        self.send({"type": "reply", "id": call.get("id"), **await self._answer(call)})

    async def _answer(self, call: Message) -> Message:
        method, params = call.get("method"), call.get("params") or {}
        answer = self._answers.get(str(method))
        if answer is None:
            return {"error": f"A form has no method {method!r}; there are {', '.join(self._answers)}."}
        try:
            return {"result": await answer(**params)}
        except Exception as error:
            return {"error": failure(error, self._masked)}
