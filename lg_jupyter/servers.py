"""A server as users hold it: what runs are on it, to be joined and opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lg_jupyter import api, threads
from lg_jupyter.exports.frames import make_frame
from lg_jupyter.request.arguments import checks_arguments
from lg_jupyter.run import Run
from lg_jupyter.sources.server import run_list
from lg_jupyter.sources.server.server import Server as ServerOfRuns
from lg_jupyter.tables.columns import ColumnKind, TableSchema
from lg_jupyter.text.elements import (
    CELL_STYLE,
    ROOT_STYLE,
    make_root_class_names,
    render_muted_line,
    render_status_sign,
    render_table,
)
from lg_jupyter.text.markup import element
from lg_jupyter.text.words import STATUS_SIGNS, format_count, format_utc_time, join_with_dots

if TYPE_CHECKING:
    import pandas as pd

SERVER_RUN_COLUMNS: dict[str, ColumnKind] = {
    "run_id": "string",
    "thread_id": "string",
    "graph": "category",
    "assistant_id": "category",
    "status": "category",
    "created": "time",
    "updated": "time",
}


@dataclass(frozen=True)
class ServerRun:
    """A run on a server, one of :meth:`Server.runs`. Times are seconds since the epoch.

    Attributes
    ----------
    run_id, thread_id, assistant_id
        Its ids.
    graph
        The graph's name, as far as the server says it.
    status
        As the server has it: ``pending``, ``running``, ``success``, ``error``, ``interrupted``, ``timeout``.
    created, updated
        When it was requested, and when it last changed.
    """

    run_id: str
    thread_id: str
    assistant_id: str | None
    graph: str | None
    status: str
    created: float | None
    updated: float | None
    server: Server = field(repr=False)

    def join(self, *, display: bool = True, thread: bool = False) -> Run:
        """Follow it from its start, as far as the server has kept its stream: see :func:`lg_jupyter.join`."""
        server = self.server.by(self.assistant_id or self.server.assistant)
        return api.join(server, self.thread_id, self.run_id, display=display, thread=thread)

    def open(self, *, display: bool = True, thread: bool = False) -> Run:
        """What is stored of its thread: see :func:`lg_jupyter.thread`."""
        server = self.server.by(self.assistant_id or self.server.assistant)
        return threads.thread(server, self.thread_id, display=display, thread=thread)


class ServerRuns(list[ServerRun]):
    """The runs on a server, the newest first: ``runs[0].join()`` follows one, ``.open()`` its thread."""

    def to_pandas(self) -> pd.DataFrame:
        """The same as a DataFrame, a row each.

        Returns
        -------
        pandas.DataFrame
            The columns are the fields; times are UTC.

        Examples
        --------
        >>> lg_jupyter.Server("http://127.0.0.1:2024", "agent").runs().to_pandas()  # doctest: +SKIP
        """
        rows = {name: [getattr(each, name) for each in self] for name in SERVER_RUN_COLUMNS}
        return make_frame(TableSchema("runs", "run_id", SERVER_RUN_COLUMNS), rows)

    def __repr__(self) -> str:
        lines = [
            f"  {number:>3} {STATUS_SIGNS.get(each.status, '·')} {join_with_dots(*_list_run_facts(each))}"
            for number, each in enumerate(self)
        ]
        return "\n".join([format_count(len(self), "run"), *lines])

    def _repr_html_(self) -> str:
        heads = ("", "status", "graph", "created", "run", "thread")
        rows = [
            element(
                "tr",
                [
                    element("td", cell, style=CELL_STYLE)
                    for cell in (str(number), *_list_run_cell_contents(each))
                ],
            )
            for number, each in enumerate(self)
        ]
        hint = render_muted_line(
            "runs[0].join() follows one, runs[0].open() shows what is stored of its thread"
        )
        title = element("b", format_count(len(self), "run"))
        return element(
            "div",
            title,
            render_table(heads, rows) if rows else None,
            hint,
            class_=make_root_class_names(),
            style=ROOT_STYLE,
        )


def _list_run_facts(run: ServerRun) -> tuple[str | None, ...]:
    return format_utc_time(run.created), run.graph, run.status, f"run {run.run_id}", f"thread {run.thread_id}"


def _list_run_cell_contents(run: ServerRun) -> Sequence[Any]:
    status = [render_status_sign(run.status), " ", run.status]
    return status, run.graph or "–", format_utc_time(run.created) or "–", run.run_id, run.thread_id


class Server(ServerOfRuns):
    __doc__ = ServerOfRuns.__doc__

    @checks_arguments
    def runs(self, *, thread_id: str | None = None, status: str | None = None, limit: int = 50) -> ServerRuns:
        """The runs that are on the server, of all assistants; this blocks.

        Runs without a thread are in no list of a server.

        Parameters
        ----------
        thread_id
            The thread whose runs are listed; by default those of the threads that changed last.
        status
            One of the server's statuses: ``pending``, ``running``, ``success``, ``error``, ``interrupted``,
            ``timeout``.
        limit
            The most runs.

        Returns
        -------
        ServerRuns
            A list, the newest first: ``runs[0].join()`` follows one, ``runs[0].open()`` shows its thread.

        Raises
        ------
        ServerError
            If the server does not answer, or refuses.

        Examples
        --------
        >>> lg_jupyter.Server("http://127.0.0.1:2024", "agent").runs(status="running")  # doctest: +SKIP
        """
        found = run_list.fetch_runs(self, thread_id, status, limit)
        return ServerRuns(ServerRun(**row, server=self) for row in found)
