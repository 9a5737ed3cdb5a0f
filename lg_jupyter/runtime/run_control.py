"""The methods of a run that stop it, and that read what its thread kept."""

from __future__ import annotations

from typing import Any

from lg_jupyter.runtime import fork, lifecycle, store
from lg_jupyter.runtime.checkpoint_list import Checkpoints
from lg_jupyter.runtime.run_properties import RunProperties


class RunControlMixin(RunProperties):
    """A part of :class:`lg_jupyter.Run`."""

    def cancel(self) -> None:
        """Stop the run, from any thread: within a second it is ``cancelled``, and keeps what it has.

        Examples
        --------
        >>> run.cancel()  # nothing to do: it is over
        >>> run.status
        'success'
        """
        lifecycle.cancel_run(self._state)

    @property
    def drains(self) -> bool:
        """Whether :meth:`drain` can stop it: it goes on, in this process, with langgraph 1.2 or newer."""
        return lifecycle.is_run_drainable(self._state)

    def drain(self) -> None:
        """Stop the run before its next step, from any thread: what runs now ends first, and is kept.

        Then it is ``cancelled``, and ``run.resume()`` goes on from there. Until then :meth:`cancel` still
        stops it at once.

        Raises
        ------
        UsageError
            If it can only be stopped at once: on a server, or with langgraph before 1.2.

        Examples
        --------
        >>> run = lg_jupyter.stream(graph, {"topic": "dogs"})
        >>> if run.drains:
        ...     run.drain()
        >>> run.wait().status in ("cancelled", "success")  # which it is if it ended before
        True
        """
        lifecycle.drain_run(self._state)

    @property
    def checkpoints(self) -> Checkpoints:
        """The checkpoints on the run's thread, those of earlier runs too, the oldest first; none without one.

        Each has its ``checkpoint_id``, ``step``, ``source``, ``next``, ``created_at``, the keys that
        ``changed``, and the ``values``; ``run.checkpoints.to_pandas()`` is a DataFrame of them. Where the
        checkpointer can only be awaited, they are those in this run's stream, and all that
        ``await run.fetch_checkpoints()`` gave.

        Raises
        ------
        UsageError
            If it can only be awaited, and neither is there.
        """
        return fork.list_checkpoints(self._state)

    def store_items(self, *namespace: str) -> list[dict[str, Any]]:
        """What the store of the run's graph holds now, here or on its server; nothing in it changes.

        Parameters
        ----------
        namespace
            The labels of the namespace to read, with those below; all without any.

        Returns
        -------
        list of dict
            Items with ``namespace`` (its labels), ``key``, ``value``, ``created_at`` and ``updated_at`` (ISO
            8601), by namespace and key; at most 1,000.

        Raises
        ------
        UsageError
            If the graph has no store.
        ServerError
            If the server does not answer.

        Examples
        --------
        >>> run = lg_jupyter.stream(graph_with_store, {"topic": "dogs"}).wait()
        >>> [item["value"] for item in run.store_items("users", "ada")]
        [{'tea': True}]
        """
        return store.read_store_items(self._state, namespace)

    async def fetch_checkpoints(self) -> Checkpoints:
        """The same as ``run.checkpoints``, for a checkpointer or a server that is to be awaited.

        LangGraph's page: `Persistence <https://docs.langchain.com/oss/python/langgraph/persistence>`_.

        Returns
        -------
        Checkpoints
            All of them; ``run.checkpoints`` has them from then on.

        Examples
        --------
        >>> [one.step for one in asyncio.run(run.fetch_checkpoints())]
        [-1, 0, 1, 2]
        """
        return await fork.fetch_checkpoints(self._state)
