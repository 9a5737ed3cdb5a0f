"""Arrivals as times of the clock by which tasks start and end: a server's may differ from ours."""

from __future__ import annotations


class TaskClock:
    """Remembers when tasks started, by their own clock and by arrival."""

    def __init__(self) -> None:
        self._start_times: dict[str | None, tuple[float, float]] = {}

    def __contains__(self, task_id: str | None) -> bool:
        return task_id in self._start_times

    def record_task_start(self, task_id: str, time: float, arrival: float) -> None:
        self._start_times[task_id] = time, arrival

    def convert_arrival_to_task_time(self, task_id: str | None, arrival: float) -> float:
        """An arrival by the clock of this task; the arrival itself if the task is unknown."""
        time, first = self._start_times.get(task_id, (arrival, arrival))
        return time + (arrival - first)

    def resolve_task_end_time(self, task_id: str, time: float, arrival: float) -> float:
        """When a task ended: at ``time``, unless that is only the arrival of the part that ended it."""
        return self.convert_arrival_to_task_time(task_id, arrival) if time == arrival else time
