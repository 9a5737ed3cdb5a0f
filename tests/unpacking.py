"""What a notebook or a page keeps of runs beside the record, unpacked."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Mapping
from typing import Any

from lg_jupyter.widgets.offline.data import OFFLINE_MIME_TYPE


def unpacked(view: Mapping[str, str]) -> dict[str, Any]:
    """The data of a view."""
    data: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(view["data"])))
    return data


def _with_opened(view: Mapping[str, str]) -> list[dict[str, Any]]:
    """The data of a view, and of those that it opens."""
    data = unpacked(view)
    return [data, *(each for opened in data.get("views", {}).values() for each in _with_opened(opened))]


def kept_in(outputs: Any) -> list[dict[str, Any]]:
    """The data of all views that stand in a cell's outputs."""
    bundles = [
        output["data"][OFFLINE_MIME_TYPE] for output in outputs if OFFLINE_MIME_TYPE in output.get("data", {})
    ]
    return [data for bundle in bundles for view in bundle["views"] for data in _with_opened(view)]


def kept_on(page: str) -> list[dict[str, Any]]:
    """The data of all views of a page."""
    found = re.search(r'<script type="application/json" id="lgj-data">(.*?)</script>', page, re.DOTALL)
    views = json.loads(found[1])["views"] if found else []
    return [data for view in views for data in _with_opened(view)]


def whole(data: Mapping[str, Any], number: int) -> Any:
    """The value of a number."""

    def resolved(value: Any) -> Any:
        if isinstance(value, list):
            return [resolved(item) for item in value]
        if isinstance(value, dict) and data["list_key"] in value:
            at, length = value[data["list_key"]]
            return resolved(data["lists"][at][:length])
        if isinstance(value, dict):
            return {key: resolved(item) for key, item in value.items()}
        return value

    kind, value = data["values"][number]
    return resolved(value) if kind == 0 else {key: whole(data, each) for key, each in value.items()}
