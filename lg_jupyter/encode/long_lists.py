"""Guards of long lists: a thousand messages are looked at in every step, and hardly one of them has changed.

So they are compared in one go, a block of them at a time, and with as few looks at memory as will do: what a
step costs is not so much to compare as to fetch what is compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from lg_jupyter.encode.guards import (
    CHANGED,
    CustomGuard,
    Guard,
    RecordGuard,
    TypedItemsGuard,
    is_unchanged,
)
from lg_jupyter.encode.models_guard import ModelsGuard

BLOCK_LENGTH = 128
"""How many items are looked at together."""


class LongListGuard(CustomGuard):
    """Of a long list: its items in blocks, of which all but the last guard the list that grew as well."""

    __slots__ = ("_blocks", "_length")

    def __init__(self, blocks: list[LongListBlock]) -> None:
        self._blocks = blocks
        self._length = sum(len(block.guards) for block in blocks)

    @classmethod
    def of(cls, live: list[Any], guards: list[Guard]) -> LongListGuard:
        """The guard of a list, from those of its items."""
        return cls(_split_into_blocks(live, guards))

    def make_next_version(self, live: list[Any], same: int, guards: list[Guard]) -> LongListGuard:
        """The guard of a list whose first ``same`` items are unchanged, from those of its others."""
        whole, begun = divmod(same, BLOCK_LENGTH)
        blocks, start = self._blocks[:whole], same
        if begun and same == self._length:  # more items only: the last block takes as many as it has room for
            room = BLOCK_LENGTH - begun
            more = LongListBlock.of(live[same : same + room], guards[:room])
            blocks.append(self._blocks[whole].extended_by(more))
            start, guards = same + room, guards[room:]
        elif begun:  # an item within a block is another: from its beginning on blocks are made anew
            start, guards = same - begun, self._blocks[whole].guards[:begun] + guards
        return LongListGuard([*blocks, *_split_into_blocks(live[start:], guards)])

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Guard]:
        return chain.from_iterable(block.guards for block in self._blocks)

    def __getitem__(self, index: int) -> Guard:
        return self._blocks[index // BLOCK_LENGTH].guards[index % BLOCK_LENGTH]

    def __eq__(self, live: Any) -> bool:
        return type(live) is list and len(live) == self._length == self.count_unchanged_items(live)

    def count_unchanged_items(self, live: list[Any]) -> int:
        """How many leading items are."""
        start = 0
        for block in self._blocks:
            size = len(block.guards)
            same = block.count_unchanged_items(live[start : start + size])
            start += same
            if same < size:
                break
        return start


class LongListBlock:
    """Up to :data:`BLOCK_LENGTH` items of a long list: their guards and types, and what models hold."""

    __slots__ = ("_models", "guards", "types")

    def __init__(self, guards: list[Guard], types: list[type], models: ModelsGuard | None) -> None:
        self.guards = guards
        self.types = types
        self._models = models

    @classmethod
    def of(cls, live: list[Any], guards: list[Guard]) -> LongListBlock:
        is_model = [type(guard) is RecordGuard and guard.extra_guard is not CHANGED for guard in guards]
        return cls(guards, [*map(type, live)], ModelsGuard.of(live, guards) if all(is_model) else None)

    def extended_by(self, more: LongListBlock) -> LongListBlock:
        models = self._models and more._models and self._models.extended_by(more._models)
        return LongListBlock(self.guards + more.guards, self.types + more.types, models)

    def count_unchanged_items(self, live: list[Any]) -> int:
        """How many of the items that these begin with are unchanged."""
        if len(live) == len(self.guards) and self._are_unchanged(live):
            return len(live)
        pairs = zip(self.types, self.guards, live, strict=False)
        same = (type(item) is kind and is_unchanged(guard, item) for kind, guard, item in pairs)
        return next((number for number, is_same in enumerate(same) if not is_same), len(live))

    def _are_unchanged(self, live: list[Any]) -> bool:
        if self._models is not None:
            return is_unchanged(self._models, live)
        return self.types == [*map(type, live)] and is_unchanged(self.guards, live)


def _split_into_blocks(live: list[Any], guards: list[Guard]) -> list[LongListBlock]:
    starts = range(0, len(live), BLOCK_LENGTH)
    return [
        LongListBlock.of(live[start : start + BLOCK_LENGTH], guards[start : start + BLOCK_LENGTH])
        for start in starts
    ]


def read_item_guards(guard: Guard) -> list[Guard] | tuple[Guard, ...] | LongListGuard:
    """The guards of the items of a list, none where it was none."""
    inner: Any = guard.plain_container if type(guard) is TypedItemsGuard else guard
    return inner if isinstance(inner, (list, tuple, LongListGuard)) else ()
