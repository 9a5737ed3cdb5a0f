"""Sums over calls: how many, how many failed, what they used, how long they took."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import ceil, fsum
from typing import Any, Literal

from lg_jupyter.events.events import JSON
from lg_jupyter.tables.base import Row
from lg_jupyter.tables.costs import Costs
from lg_jupyter.tables.speaker import format_caller
from lg_jupyter.tables.usage import Usage

GroupBy = Literal["name", "agent", "node"]
"""What calls are summed by: the model or tool, whose they are, or the node that made them."""


def compute_call_totals(rows: Iterable[Row], by: GroupBy = "name") -> list[Row]:
    """A row for each group of calls: models first, of each kind the group of most calls first.

    It has ``kind``, ``name`` (what the group is called), ``calls``, ``failures``, the counts of tokens as in
    ``model_calls``, ``cost``, ``latency_total`` (seconds, of calls at the same time too), ``latency_p50`` and
    ``latency_p95``; ``None`` is what nobody counted.

    Parameters
    ----------
    rows
        Of ``model_calls``, of ``tool_calls``, or of both.
    """
    groups: dict[tuple[str, JSON], list[Row]] = {}
    for row in rows:
        groups.setdefault((get_call_kind(row), _get_group_key(row, by)), []).append(row)
    totals = [
        {"kind": kind, "name": group, **compute_call_total(calls)} for (kind, group), calls in groups.items()
    ]
    return sorted(totals, key=lambda total: (total["kind"], -total["calls"]))


def compute_call_total(rows: Iterable[Row]) -> Row:
    """The sums over all of these calls: as :func:`compute_call_totals`, without ``kind`` and ``name``."""
    calls = list(rows)
    models = [row for row in calls if get_call_kind(row) == "model"]
    took = sorted(row["latency"] for row in calls if row["latency"] is not None)
    return {
        "calls": len(calls),
        "failures": sum(row["status"] == "error" for row in calls),
        **Usage.sum_over_rows(models)._asdict(),
        "cost": Costs.sum_over_model_calls(models).cost,
        "latency_total": round(fsum(took), 6) if took else None,  # as the front end rounds it
        "latency_p50": _compute_quantile(took, 0.5),
        "latency_p95": _compute_quantile(took, 0.95),
    }


def get_call_kind(row: Mapping[str, Any]) -> Literal["model", "tool"]:
    """Which of the two tables a call is of."""
    return "tool" if "requested_by" in row else "model"


def find_model_or_tool_name(row: Mapping[str, Any]) -> str | None:
    """The model or the tool that was called."""
    columns = ("name",) if get_call_kind(row) == "tool" else ("model", "response_model", "provider")
    return next((str(row[column]) for column in columns if row[column]), None)


def _get_group_key(row: Row, by: GroupBy) -> JSON:
    if by == "name":
        return find_model_or_tool_name(row)
    return format_caller(row) if by == "agent" else row["node"]


def _compute_quantile(ordered: Sequence[float], share: float) -> float | None:
    """The least of these numbers that a ``share`` of them does not exceed."""
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else None
