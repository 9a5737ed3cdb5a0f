"""Makes a run of a stream while somebody else reads it."""

from __future__ import annotations

from typing import Any

from lg_jupyter.watching.forwarding import IterationObserver
from lg_jupyter.watching.run_recorder import RunRecorder
from lg_jupyter.watching.stream_items import SplitItem

ITEMS_WITHOUT_MODE_NOTE = (
    "{count} items of this stream do not tell their mode, and are not shown: "
    "name it, as in show(items, mode='values')."
)


class StreamRecorder(IterationObserver):
    """Hands the items of a stream to who hears it, as far as they tell their mode."""

    def __init__(self, recorder: RunRecorder, split: SplitItem) -> None:
        self._recorder = recorder
        self._split = split
        self._count_without_mode = 0

    def on_start(self) -> None:
        try:
            self._recorder.start_run()
        except Exception as fault:
            self._recorder.stop_after_fault(fault)

    def on_item(self, item: Any) -> None:
        try:
            split = self._split(item)
        except Exception as fault:
            self._recorder.stop_after_fault(fault)
            return
        if split is None:
            self._count_without_mode += 1
        else:
            self._recorder.add_item(split)

    def on_end(self, error: BaseException | None = None) -> None:
        try:
            if self._count_without_mode:
                self._recorder.add_note(ITEMS_WITHOUT_MODE_NOTE.format(count=self._count_without_mode))
            self._recorder.end_run(error)
        except Exception as fault:
            self._recorder.stop_after_fault(fault)
