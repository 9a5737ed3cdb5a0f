"""The methods of a run that give its data: as DataFrames, states, files, Arrow tables, spans and code.

They import what they need when they are called: pandas, pyarrow and the SDKs take their time.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lg_jupyter.encode import to_plain_json
from lg_jupyter.events.events import JSON
from lg_jupyter.exports.calls import RunCallsMixin
from lg_jupyter.request.arguments import checks_arguments
from lg_jupyter.sources.structure import Structure

if TYPE_CHECKING:
    import pandas
    import pyarrow

    from lg_jupyter.exports.code import Code
    from lg_jupyter.exports.frames import Frames


class RunExportsMixin(RunCallsMixin):
    """One half of :class:`lg_jupyter.Run`."""

    @property
    def frames(self) -> Frames:
        """The tables as DataFrames, by name: ``run.frames.tasks``."""
        from lg_jupyter.exports.frames import Frames

        return Frames(self._state.trace, self._state.lock)

    @checks_arguments
    def to_pandas(self, table: str = "events") -> pandas.DataFrame:
        """One of the tables as a DataFrame.

        Parameters
        ----------
        table
            Its name: ``events``, ``tasks``, ``messages`` and what else ``run.frames`` lists.

        Returns
        -------
        pandas.DataFrame
            A new one each time.

        Raises
        ------
        UsageError
            If there is no such table.

        Examples
        --------
        >>> run.to_pandas("tasks")["node"].tolist()
        ['refine', 'write']
        """
        return self.frames[table]

    @checks_arguments
    def state(self, step: int | None = None, namespace: str = "") -> JSON:
        """The whole state of a graph at the end of a step, as JSON values; the newest without ``step``.

        Parameters
        ----------
        step
            The step; 0 is the state with the input.
        namespace
            A subgraph's: as in the tables, or its nodes' names alone (``"team|writer"``) for the newest such.

        Returns
        -------
        JSON
            The state: a dict for a graph whose state has keys.

        Raises
        ------
        UsageError
            If that state was not streamed; the text says what was, or which mode would tell it.

        Examples
        --------
        >>> run.state(1)
        {'topic': 'dogs and cats'}
        """
        with self._state.lock:
            return to_plain_json(self._state.trace.states.find_state(namespace, step=step).values)

    @property
    def initial_state(self) -> JSON:
        """The state that the thread had before this run, or a branch's checkpoint, as JSON values.

        ``{}`` of a thread that was new, ``None`` where nobody knows it. The rows of ``state_diffs``, applied
        to it in order, give the state at the end.
        """
        with self._state.lock:
            return to_plain_json(self._state.trace.initial_state)

    @checks_arguments
    def diff(self, step_a: int, step_b: int, namespace: str = "") -> pandas.DataFrame:
        """What makes the state at the end of ``step_b`` of that of ``step_a``, a row for each change.

        The columns are ``key``, ``path``, ``op``, ``before`` and ``after``, as in the table ``state_diffs``.

        Parameters
        ----------
        step_a, step_b
            The steps.
        namespace
            A subgraph's, as :meth:`state` takes it.

        Returns
        -------
        pandas.DataFrame
            A row for each change.

        Raises
        ------
        UsageError
            As :meth:`state` does.

        Examples
        --------
        >>> run.diff(1, 2)["path"].tolist()
        ['/joke']
        """
        from lg_jupyter.exports.frames import make_state_change_frame

        with self._state.lock:
            return make_state_change_frame(self._state.trace, step_a, step_b, namespace)

    def structure(self) -> Structure:
        """What the graph looks like: its nodes, the subgraphs around them, its edges.

        A server has to send it, which blocks; it is kept.

        Returns
        -------
        Structure
            A dict with ``nodes`` and ``edges``.

        Raises
        ------
        UsageError, ServerError
            If it cannot be drawn; the text says why.

        Examples
        --------
        >>> [node["id"] for node in run.structure()["nodes"]]
        ['__start__', 'refine', 'write', '__end__']
        """
        return self._state.structure()

    def graph_svg(self) -> str:
        """The graph as a picture: what ran how often and how long, and the path so far.

        It is laid out here, without a browser and apart from the panel Graph, which saves its own drawing.

        Returns
        -------
        str
            An SVG, which needs nothing besides.

        Raises
        ------
        UsageError, ServerError
            If the graph cannot be drawn, as by :meth:`structure`.

        Examples
        --------
        >>> pathlib.Path("graph.svg").write_text(run.graph_svg(), encoding="utf-8")  # doctest: +SKIP
        """
        from lg_jupyter.exports.drawing import render_graph_svg

        return render_graph_svg(self._state)

    @checks_arguments
    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the run to a file that :func:`lg_jupyter.load` reads: JSON, a line for each part.

        A name that ends in ``.gz`` or ``.zst`` says how it is compressed. A run that is going on is saved as
        far as it has come; ``stream(..., save=path)`` writes it while it goes on.

        Parameters
        ----------
        path
            The file; its folder has to be there.

        Raises
        ------
        SavedRunError
            If the file cannot be written.
        UsageError
            If there is no zstd here.

        Examples
        --------
        >>> run.save("run.jsonl")
        >>> lg_jupyter.load("run.jsonl").status
        'success'
        """
        from lg_jupyter.exports import files

        files.save_run(self._state, path)

    @checks_arguments
    def to_arrow(self, table: str = "events") -> pyarrow.Table:
        """A table as an Arrow table, which polars, DuckDB and others take without a copy.

        Times are UTC timestamps in microseconds, names that repeat dictionaries. Nested values are JSON text:
        the metadata of such a column's field are ``{"encoding": "json"}``.

        Parameters
        ----------
        table
            The table's name, as for :meth:`to_pandas`.

        Returns
        -------
        pyarrow.Table
            The table.

        Raises
        ------
        UsageError
            If there is no such table, or pyarrow is not installed.

        Examples
        --------
        >>> run.to_arrow("tasks").column("node").to_pylist()
        ['refine', 'write']
        """
        from lg_jupyter.exports import parquet

        return parquet.to_arrow(self._state, table)

    @checks_arguments
    def to_parquet(self, folder: str | os.PathLike[str]) -> list[Path]:
        """Write every table to a Parquet file of its own; nested values are JSON text.

        Parameters
        ----------
        folder
            Where they go: ``events.parquet``, ``tasks.parquet`` and so on. It is made if it is not there;
            the folder around it has to be.

        Returns
        -------
        list of Path
            The files.

        Raises
        ------
        UsageError
            If pyarrow is not installed.
        SavedRunError
            If they cannot be written there: the folder around is missing, for instance.

        Examples
        --------
        >>> run.to_parquet("tables")[1].name
        'tasks.parquet'
        """
        from lg_jupyter.exports import parquet

        return parquet.write_parquet_files(self._state, folder)

    @checks_arguments
    def to_otel(self, destination: Any = None, *, content: bool = False) -> list[Any]:
        """The run as OpenTelemetry spans under the GenAI conventions.

        See `the conventions <https://opentelemetry.io/docs/specs/semconv/gen-ai/>`_.

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

        Examples
        --------
        >>> len(run.to_otel()) > 2
        True
        """
        from lg_jupyter.exports import otel

        return otel.export_spans(self._state, destination, content=content)

    @checks_arguments
    def code(self, language: str = "python") -> Code:
        """The code that requests the same again: of a server by its SDK, of a graph by ``graph.astream``.

        No secret is in it, but the environment variables that hold them.

        Parameters
        ----------
        language
            ``python``, or for a server's run ``javascript`` or ``curl``.

        Returns
        -------
        Code
            The code, a text.

        Raises
        ------
        UsageError
            If there is no code in that language, or it comes from a file that does not hold its request.

        Examples
        --------
        >>> "graph.astream(" in run.code()
        True
        """
        from lg_jupyter.exports import code

        return code.generate_code(self._state, language)
