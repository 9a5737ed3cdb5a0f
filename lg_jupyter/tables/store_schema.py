"""The schema of what was read of a graph's store and written to it."""

from __future__ import annotations

from typing import get_args

from lg_jupyter.events.store import StoreOperation
from lg_jupyter.tables.columns import (
    NAMESPACE_COLUMN,
    NODE_COLUMN,
    SEQ_COLUMN,
    STEP_COLUMN,
    TASK_ID_COLUMN,
    TIMESTAMP_COLUMN,
    Column,
    make_table_schema,
)

STORE_OPS_SCHEMA = make_table_schema(
    "store_ops",
    None,
    "one operation on the graph's store",
    """Of the store that a graph in this process was compiled with, as its nodes and tools get it
    (`runtime.store`, `get_store()`). One that a node holds by itself is not heard, nor that of a server.""",
    seq=SEQ_COLUMN,
    timestamp=TIMESTAMP_COLUMN,
    namespace=NAMESPACE_COLUMN,
    node=NODE_COLUMN,
    step=STEP_COLUMN,
    task_id=TASK_ID_COLUMN,
    op=Column("category", "What was done.", is_always_set=True, categories=get_args(StoreOperation)),
    store_namespace=Column("string", "The namespace in the store, joined by `.`; of a search its prefix."),
    key=Column("string", "The item's key."),
    value=Column("json", "What was written or read: of `search` the items, of `list_namespaces` those."),
    before=Column("json", "What a `put` or `delete` replaced, as heard in this run before."),
    effect=Column(
        "category",
        "Of a `put` or `delete`: what it did. `unknown`: nothing was heard of the item in this run before.",
        categories=("created", "changed", "same", "deleted", "unknown"),
    ),
    count=Column("int", "How many items or namespaces a reader got."),
    args=Column("json", "What else was given: `query`, `filter`, `limit`, `index`, `ttl`, and others."),
    error=Column("json", "What it failed with: `error` and `message`."),
)
