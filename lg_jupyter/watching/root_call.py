"""A call of a graph's ``stream`` or ``astream`` as its caller makes it, and the shape of its items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lg_jupyter.watching.run_recorder import StreamItem


@dataclass(frozen=True)
class RootCall:
    """A call that may begin a run: of which graph, how, with what."""

    graph: Any
    input: Any
    config: Any
    options: Mapping[str, Any]
    is_async: bool

    @property
    def stream_mode(self) -> Any:
        mode = self.options.get("stream_mode")
        return getattr(self.graph, "stream_mode", "updates") if mode is None else mode

    @property
    def stream_modes(self) -> set[str]:
        return {self.stream_mode} if isinstance(self.stream_mode, str) else set(self.stream_mode)

    @property
    def subgraphs(self) -> bool:
        return bool(self.options.get("subgraphs"))

    def split_item(self, item: Any) -> StreamItem | None:
        """The namespace, the mode and the payload of an item that the caller is given."""
        if self.options.get("version") == "v2":
            return tuple(item["ns"]), item["type"], item["data"]
        if isinstance(self.stream_mode, list):
            return (tuple(item[0]) if len(item) == 3 else ()), item[-2], item[-1]
        if not isinstance(self.stream_mode, str):
            return None
        return (tuple(item[0]), self.stream_mode, item[1]) if self.subgraphs else ((), self.stream_mode, item)


def make_root_call_from_arguments(args: tuple[Any, ...], options: dict[str, Any], is_async: bool) -> RootCall:
    """What is called with what; LangGraph itself refuses what it does not take."""
    named = dict(zip(("graph", "input", "config"), args, strict=False))
    rest = {name: value for name, value in options.items() if name not in ("input", "config")}
    return RootCall(
        named["graph"],
        named.get("input", options.get("input")),
        named.get("config", options.get("config")),
        rest,
        is_async,
    )
