"""Makes a run of a stream while somebody else reads it."""

from __future__ import annotations

from typing import Any

from lg_jupyter.watching.forwarding import Reader
from lg_jupyter.watching.run_recorder import RunRecorder
from lg_jupyter.watching.shapes import Split

WITHOUT_MODE = (
    "{count} items of this stream do not tell their mode, and are not shown: "
    "name it, as in show(items, mode='values')."
)


class StreamRecorder(Reader):
    """Hands the items of a stream to who hears it, as far as they tell their mode."""

    def __init__(self, recorder: RunRecorder, split: Split) -> None:
        self._recorder = recorder
        self._split = split
        self._without_mode = 0

    def begin(self) -> None:
        try:
            self._recorder.begin()
        except Exception as fault:
            self._recorder.fail(fault)

    def take(self, item: Any) -> None:
        try:
            split = self._split(item)
        except Exception as fault:
            self._recorder.fail(fault)
            return
        if split is None:
            self._without_mode += 1
        else:
            self._recorder.put(split)

    def end(self, error: BaseException | None = None) -> None:
        try:
            if self._without_mode:
                self._recorder.note(WITHOUT_MODE.format(count=self._without_mode))
            self._recorder.end(error)
        except Exception as fault:
            self._recorder.fail(fault)
