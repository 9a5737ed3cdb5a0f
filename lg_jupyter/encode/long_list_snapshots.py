"""Snapshots of long lists: a thousand messages are looked at in every step, and hardly one has changed.

So they are compared in one go, a block of them at a time, and with as few looks at memory as will do: what a
step costs is not so much to compare as to fetch what is compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from lg_jupyter.encode.pydantic_model_list_snapshots import PydanticModelListSnapshot
from lg_jupyter.encode.snapshots import (
    NEVER_EQUAL,
    CustomEqualitySnapshot,
    RecordSnapshot,
    Snapshot,
    TypedItemsSnapshot,
    is_unchanged,
)

BLOCK_LENGTH = 128
"""How many items are looked at together."""


class LongListSnapshot(CustomEqualitySnapshot):
    """Of a long list: its items in blocks, of which all but the last serve the list that grew as well."""

    __slots__ = ("_blocks", "_length")

    def __init__(self, blocks: list[LongListBlockSnapshot]) -> None:
        self._blocks = blocks
        self._length = sum(len(block.snapshots) for block in blocks)

    @classmethod
    def from_items(cls, live: list[Any], snapshots: list[Snapshot]) -> LongListSnapshot:
        """The snapshot of a list, from those of its items."""
        return cls(_split_into_blocks(live, snapshots))

    def make_next_version(self, live: list[Any], same: int, snapshots: list[Snapshot]) -> LongListSnapshot:
        """The snapshot of a list whose first ``same`` items are unchanged, from those of its others."""
        whole, begun = divmod(same, BLOCK_LENGTH)
        blocks, start = self._blocks[:whole], same
        if begun and same == self._length:  # more items only: the last block takes as many as it has room for
            room = BLOCK_LENGTH - begun
            more = LongListBlockSnapshot.from_items(live[same : same + room], snapshots[:room])
            blocks.append(self._blocks[whole].extended_by(more))
            start, snapshots = same + room, snapshots[room:]
        elif begun:  # an item within a block is another: from its beginning on blocks are made anew
            start, snapshots = same - begun, self._blocks[whole].snapshots[:begun] + snapshots
        return LongListSnapshot([*blocks, *_split_into_blocks(live[start:], snapshots)])

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Snapshot]:
        return chain.from_iterable(block.snapshots for block in self._blocks)

    def __getitem__(self, index: int) -> Snapshot:
        return self._blocks[index // BLOCK_LENGTH].snapshots[index % BLOCK_LENGTH]

    def __eq__(self, live: Any) -> bool:
        return type(live) is list and len(live) == self._length == self.count_unchanged_leading_items(live)

    def count_unchanged_leading_items(self, live: list[Any]) -> int:
        """How many leading items are."""
        start = 0
        for block in self._blocks:
            size = len(block.snapshots)
            same = block.count_unchanged_leading_items(live[start : start + size])
            start += same
            if same < size:
                break
        return start


class LongListBlockSnapshot:
    """Up to :data:`BLOCK_LENGTH` items of a long list: their snapshots and types, and what models hold."""

    __slots__ = ("_models", "snapshots", "types")

    def __init__(
        self, snapshots: list[Snapshot], types: list[type], models: PydanticModelListSnapshot | None
    ) -> None:
        self.snapshots = snapshots
        self.types = types
        self._models = models

    @classmethod
    def from_items(cls, live: list[Any], snapshots: list[Snapshot]) -> LongListBlockSnapshot:
        is_model = [
            type(each) is RecordSnapshot and each.extra_snapshot is not NEVER_EQUAL for each in snapshots
        ]
        return cls(
            snapshots,
            [*map(type, live)],
            PydanticModelListSnapshot.from_models(live, snapshots) if all(is_model) else None,
        )

    def extended_by(self, more: LongListBlockSnapshot) -> LongListBlockSnapshot:
        models = self._models and more._models and self._models.extended_by(more._models)
        return LongListBlockSnapshot(self.snapshots + more.snapshots, self.types + more.types, models)

    def count_unchanged_leading_items(self, live: list[Any]) -> int:
        """How many of the items that these begin with are unchanged."""
        if len(live) == len(self.snapshots) and self._are_all_unchanged(live):
            return len(live)
        pairs = zip(self.types, self.snapshots, live, strict=False)
        same = (type(item) is kind and is_unchanged(snapshot, item) for kind, snapshot, item in pairs)
        return next((number for number, is_same in enumerate(same) if not is_same), len(live))

    def _are_all_unchanged(self, live: list[Any]) -> bool:
        if self._models is not None:
            return is_unchanged(self._models, live)
        return self.types == [*map(type, live)] and is_unchanged(self.snapshots, live)


def _split_into_blocks(live: list[Any], snapshots: list[Snapshot]) -> list[LongListBlockSnapshot]:
    starts = range(0, len(live), BLOCK_LENGTH)
    return [
        LongListBlockSnapshot.from_items(
            live[start : start + BLOCK_LENGTH], snapshots[start : start + BLOCK_LENGTH]
        )
        for start in starts
    ]


def get_item_snapshots(snapshot: Snapshot) -> list[Snapshot] | tuple[Snapshot, ...] | LongListSnapshot:
    """The snapshots of the items of a list, none where it was none."""
    inner: Any = snapshot.plain_container if type(snapshot) is TypedItemsSnapshot else snapshot
    return inner if isinstance(inner, (list, tuple, LongListSnapshot)) else ()
