"""Makes a run of a stream while somebody else reads it."""

from __future__ import annotations

from typing import Any

from lg_jupyter.watching.heard import Heard
from lg_jupyter.watching.passing import Reader
from lg_jupyter.watching.shapes import Split

UNTOLD = (
    "{count} items of this stream do not tell their mode, and are not shown: "
    "name it, as in show(items, mode='values')."
)


class Reading(Reader):
    """Hands the items of a stream to who hears it, as far as they tell their mode."""

    def __init__(self, heard: Heard, split: Split) -> None:
        self._heard = heard
        self._split = split
        self._untold = 0

    def begin(self) -> None:
        try:
            self._heard.begin()
        except Exception as fault:
            self._heard.fail(fault)

    def take(self, item: Any) -> None:
        try:
            split = self._split(item)
        except Exception as fault:
            self._heard.fail(fault)
            return
        if split is None:
            self._untold += 1
        else:
            self._heard.put(split)

    def end(self, error: BaseException | None = None) -> None:
        try:
            if self._untold:
                self._heard.note(UNTOLD.format(count=self._untold))
            self._heard.end(error)
        except Exception as fault:
            self._heard.fail(fault)
