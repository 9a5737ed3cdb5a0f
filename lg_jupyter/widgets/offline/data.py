"""The data of a view as they are kept: compressed JSON, and what says how to read it.

In a notebook they stand beside the record, as the MIME type :data:`OFFLINE_MIME_TYPE`::

    {"format": 1, "version": "0.1.0", "record": "lgj-record-…",
     "views": [{"module": "run", "data": "H4sI…", "about": {"key": "…", "name": "trip", …}}]}

``data`` is JSON in UTF-8, gzipped, in base64: the traits of the view's model (``traits``), the snapshot that
its page would be sent (``snapshot``), the answers to calls that are always the same (``replies``, by the
method and its parameters), and what other calls are answered from. ``about`` is by what a run is found
among the others of a page, without unpacking it.
"""

from __future__ import annotations

import base64
import gzip
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from typing_extensions import NotRequired

from lg_jupyter.encode import dump_json
from lg_jupyter.events.events import JSONObject
from lg_jupyter.widgets.offline.budget import COMPRESSION_LEVEL
from lg_jupyter.widgets.protocol import PROTOCOL_VERSION

OFFLINE_MIME_TYPE = "application/vnd.lg-jupyter.run+json"

FORMAT_VERSION = 1
"""Raised when a page of before could not read the data any more."""


class RunDescription(TypedDict):
    """What tells a run from others; ``started`` is in seconds since the epoch."""

    key: str
    name: str
    title: str
    started: float | None


class OfflineView(TypedDict):
    """The module that draws a view, and its data; of a run also what it is."""

    module: str
    data: str
    about: NotRequired[RunDescription]


def make_reply_key(method: str, params: Mapping[str, Any]) -> str:
    """By what an answer is found: the call as the front end writes it."""
    return f"{method} {dump_json(dict(params)).decode()}"


def make_widget_model_traits(
    summary: Mapping[str, Any], panel: str | None = None, options: Mapping[str, Any] | None = None
) -> JSONObject:
    """What the page reads of the view's model."""
    known = {"_protocol": PROTOCOL_VERSION, "_summary": dict(summary), "_panel": panel}
    return {**known, "_options": dict(options or {}), "_branches": []}


def make_offline_view(module: str, fields: Mapping[str, Any], raw: Mapping[str, bytes] = {}) -> OfflineView:
    """A view's data; ``raw`` are fields that are JSON already."""
    texts = {**{name: dump_json(value) for name, value in fields.items()}, **raw}
    whole = b"{%b}" % b",".join(b'"%b":%b' % (name.encode(), text) for name, text in texts.items())
    packed = gzip.compress(whole, compresslevel=COMPRESSION_LEVEL, mtime=0)
    return {"module": module, "data": base64.b64encode(packed).decode()}


def make_offline_bundle(record: str, views: Sequence[OfflineView]) -> JSONObject:
    """What stands in the output, by its MIME type; nothing where there are no views.

    ``record`` is the class of the record beside it.
    """
    if not views:
        return {}
    from lg_jupyter import __version__

    return {
        OFFLINE_MIME_TYPE: {
            "format": FORMAT_VERSION,
            "version": __version__,
            "record": record,
            "views": list(views),
        }
    }
