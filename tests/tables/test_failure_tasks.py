"""Which task, and which call in it, a run failed with."""

from __future__ import annotations

from lg_jupyter.events.events import RunEnded, TaskEnded
from lg_jupyter.tables.costs import Costs
from lg_jupyter.tables.failures import diagnose_failure, find_failed_task
from lg_jupyter.tables.place_names import PlaceNames
from tests.tables.stream import START, Stream

ERROR = {"error": "ValueError", "message": "too hot"}
OTHER = {"error": "ValueError", "message": "too cold"}


def failed(*tasks: tuple[str, str, dict[str, str]]) -> Stream:
    """Tasks that failed: of each its id, namespace and error."""
    stream = Stream()
    for task_id, namespace, error in tasks:
        stream.task(task_id, "node", namespace=namespace, step=1)
        stream(TaskEnded(task_id, "node", "error", START, error=error), namespace=namespace, task_id=task_id)
    stream(RunEnded("error", ERROR))
    return stream


def test_it_is_the_task_that_failed_with_the_same_however_deep_another_lies() -> None:
    stream = failed(("1", "", ERROR), ("2", "team:9", OTHER))
    task = find_failed_task(ERROR, stream.rows("tasks"))
    assert task is not None and task["task_id"] == "1"
    assert stream.trace.failure is not None and stream.trace.failure.task_id == "1"


def test_of_those_that_failed_with_the_same_it_is_the_innermost() -> None:
    assert failed(("1", "", ERROR), ("2", "team:9", ERROR)).trace.failure.task_id == "2"


def test_where_none_did_it_is_one_that_failed_with_its_class() -> None:
    assert failed(("1", "", OTHER)).trace.failure.task_id == "1"


def test_a_call_that_raised_what_the_run_failed_with_is_known_without_a_traceback() -> None:
    tasks = failed(("1", "", ERROR)).rows("tasks")
    calls = [
        {"call_id": call, "task_id": "1", "status": "error", "error": error, "start_time": START}
        for call, error in (("a", OTHER), ("b", ERROR), ("c", OTHER))
    ]
    assert diagnose_failure(ERROR, None, tasks, PlaceNames(), calls).call_id == "b"


def test_costs_are_those_of_calls_that_are_over() -> None:
    rows = [{"cost": cost, "status": "success"} for cost in (0.5, None)] + [
        {"cost": 1.0, "status": "running"}
    ]
    assert Costs.sum_over_model_calls(rows) == Costs(0.5, 1)
