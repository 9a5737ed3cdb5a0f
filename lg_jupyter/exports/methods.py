"""The methods of a run that give its data: as DataFrames, states, files, Arrow tables, spans and code.

They import what they need when they are called: pandas, pyarrow and the SDKs take their time.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lg_jupyter.encode import plain
from lg_jupyter.events.events import JSON
from lg_jupyter.runtime.facade import Facade
from lg_jupyter.sources.structure import Structure

if TYPE_CHECKING:
    import pandas
    import pyarrow

    from lg_jupyter.exports.code import Code
    from lg_jupyter.exports.frames import Frames


class RunExports(Facade):
    """One half of :class:`lg_jupyter.Run`."""

    @property
    def frames(self) -> Frames:
        """The tables as DataFrames, by name: ``run.frames.tasks``."""
        from lg_jupyter.exports.frames import Frames

        return Frames(self._state.trace, self._state.lock)

    def to_pandas(self, table: str = "events") -> pandas.DataFrame:
        """One of the tables as a DataFrame.

        Raises
        ------
        UsageError
            If there is no such table.
        """
        return self.frames[table]

    def state(self, step: int | None = None, namespace: str = "") -> JSON:
        """The whole state of a graph at the end of a step, as JSON values; the newest without ``step``.

        Parameters
        ----------
        step
            The step; 0 is the state with the input.
        namespace
            A subgraph's: as in the tables, or its nodes' names alone (``"team|writer"``) for the newest such.

        Raises
        ------
        UsageError
            If that state was not streamed; the text says what was, or which mode would tell it.
        """
        with self._state.lock:
            return plain(self._state.trace.states.at(namespace, step=step).values)

    @property
    def initial_state(self) -> JSON:
        """The state that the thread had before this run, or a branch's checkpoint, as JSON values.

        ``{}`` of a thread that was new, ``None`` where nobody knows it. The rows of ``state_diffs``, applied
        to it in order, give the state at the end.
        """
        with self._state.lock:
            return plain(self._state.trace.initial_state)

    def diff(self, step_a: int, step_b: int, namespace: str = "") -> pandas.DataFrame:
        """What makes the state at the end of ``step_b`` of that of ``step_a``, a row for each change.

        The columns are ``key``, ``path``, ``op``, ``before`` and ``after``, as in the table ``state_diffs``.

        Raises
        ------
        UsageError
            As :meth:`state` does.
        """
        from lg_jupyter.exports.frames import state_changes

        with self._state.lock:
            return state_changes(self._state.trace, step_a, step_b, namespace)

    def structure(self) -> Structure:
        """What the graph looks like: its nodes, the subgraphs around them, its edges.

        A server is asked for it, which blocks; the answer is kept.

        Raises
        ------
        UsageError, ServerError
            If it cannot be drawn; the text says why.
        """
        return self._state.structure()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the run to a file that :func:`lg_jupyter.load` reads: JSON, a line for each part.

        A name that ends in ``.gz`` or ``.zst`` says how it is compressed. A run that is going on is saved as
        far as it has come; ``stream(..., save=path)`` writes it while it goes on.

        Raises
        ------
        SavedRunError
            If the file cannot be written.
        UsageError
            If there is no zstd here.
        """
        from lg_jupyter.exports import files

        files.save(self._state, path)

    def to_arrow(self, table: str = "events") -> pyarrow.Table:
        """A table as an Arrow table, which polars, DuckDB and others take without a copy.

        Times are UTC timestamps in microseconds, names that repeat dictionaries. Nested values are JSON text:
        the metadata of such a column's field are ``{"encoding": "json"}``.

        Parameters
        ----------
        table
            The table's name, as for :meth:`to_pandas`.

        Raises
        ------
        UsageError
            If there is no such table, or pyarrow is not installed.

        Examples
        --------
        >>> polars.from_arrow(run.to_arrow("tasks"))  # doctest: +SKIP
        """
        from lg_jupyter.exports import parquet

        return parquet.to_arrow(self._state, table)

    def to_parquet(self, folder: str | os.PathLike[str]) -> list[Path]:
        """Write every table to a Parquet file of its own; nested values are JSON text.

        Parameters
        ----------
        folder
            Where they go: ``events.parquet``, ``tasks.parquet`` and so on. It is made if it is not there.

        Returns
        -------
        list of Path
            The files.

        Raises
        ------
        UsageError
            If pyarrow is not installed.
        """
        from lg_jupyter.exports import parquet

        return parquet.write(self._state, folder)

    def to_otel(self, destination: Any = None, *, content: bool = False) -> list[Any]:
        """The run as OpenTelemetry spans under the GenAI conventions.

        Parameters
        ----------
        destination
            Where they go: a span exporter, or a tracer provider with its processors. By default nowhere.
        content
            Whether they carry content: messages, arguments and results of tools.

        Returns
        -------
        list of ReadableSpan
            The spans, parents first. Their ids are the same each time.

        Raises
        ------
        UsageError
            If opentelemetry-sdk is not installed, or ``destination`` takes no spans.
        """
        from lg_jupyter.exports import otel

        return otel.export(self._state, destination, content=content)

    def code(self, language: str = "python") -> Code:
        """The code that requests the same again: of a server by its SDK, of a graph by ``graph.astream``.

        No secret is in it, but the environment variables that hold them.

        Parameters
        ----------
        language
            ``python``, or for a server's run ``javascript`` or ``curl``.

        Raises
        ------
        UsageError
            If there is no code in that language, or it comes from a file that does not hold its request.
        """
        from lg_jupyter.exports import code

        return code.write(self._state, language)
