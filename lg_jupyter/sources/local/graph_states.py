"""The states that a graph's checkpointer keeps, read as it can be: awaited, or in a thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lg_jupyter.sources import checkpoints
from lg_jupyter.sources.base import UNSET
from lg_jupyter.sources.local.request import remove_checkpoint_from_config
from lg_jupyter.sources.thread_state import ReadThreadState, ThreadState


class GraphStateReader:
    """Reads the states of a graph's threads.

    Parameters
    ----------
    graph
        The graph.
    reads_in_thread
        Whether they are to be read in a thread, which can change while the graph runs.
    """

    def __init__(self, graph: Any, reads_in_thread: Callable[[], bool]) -> None:
        self._graph = graph
        self._reads_state_in_thread = reads_in_thread

    async def read_snapshot(self, config: dict[str, Any], **options: Any) -> Any:
        """The snapshot at a config."""
        in_thread = self._reads_state_in_thread()
        return await checkpoints.call_graph_method(
            self._graph, "get_state", config, in_thread=in_thread, **options
        )

    async def try_read_values(self, config: dict[str, Any]) -> Any:
        """The state at a config; ``UNSET`` if it cannot be had, which must not stop a run."""
        try:
            return (await self.read_snapshot(config)).values
        except Exception:
            return UNSET

    async def try_read_newest_snapshot(self, config: dict[str, Any], *, subgraphs: bool) -> Any:
        """The newest snapshot of a thread, perhaps with its subgraphs'; ``None`` if it cannot be had."""
        options = {"subgraphs": True} if subgraphs else {}
        try:
            return await self.read_snapshot(remove_checkpoint_from_config(config), **options)
        except Exception:
            return None

    def make_thread_state_reader(self, config: dict[str, Any]) -> ReadThreadState:
        """Reads the state of a thread, by the id of a checkpoint or the newest."""

        async def read(checkpoint_id: str | None) -> ThreadState:
            at = (
                remove_checkpoint_from_config(config)
                if checkpoint_id is None
                else checkpoints.make_checkpoint_config(config, checkpoint_id)
            )
            return ThreadState.from_snapshot(await self.read_snapshot(at))

        return read

    async def list_checkpoints(self, config: dict[str, Any]) -> list[dict[str, Any]]:
        """The checkpoints of a thread."""
        return await checkpoints.alist_checkpoints(self._graph, config, self._reads_state_in_thread())

    async def get_latest_checkpoint(self, config: dict[str, Any]) -> dict[str, Any] | None:
        """The newest of them."""
        return await checkpoints.aget_latest_checkpoint(self._graph, config, self._reads_state_in_thread())
