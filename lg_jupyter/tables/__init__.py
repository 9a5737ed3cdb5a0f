"""The tables: small reducers from facts to rows, one file each. No clock, no I/O."""

from lg_jupyter.tables.base import Row, Table
from lg_jupyter.tables.checkpoints import CheckpointTable
from lg_jupyter.tables.columns import TableSchema
from lg_jupyter.tables.custom import CustomDataTable
from lg_jupyter.tables.events import EventTable
from lg_jupyter.tables.interrupts import InterruptTable
from lg_jupyter.tables.messages import MessageTable, TextDelta
from lg_jupyter.tables.model_calls import ModelCallTable
from lg_jupyter.tables.namespaces import NamespaceTable
from lg_jupyter.tables.schema import SCHEMAS, get_table_schema
from lg_jupyter.tables.state_diffs import StateDiffTable
from lg_jupyter.tables.store_ops import StoreOpTable
from lg_jupyter.tables.tasks import TaskTable
from lg_jupyter.tables.tokens import TokenTable
from lg_jupyter.tables.tool_calls import ToolCallTable

__all__ = [
    "SCHEMAS",
    "CheckpointTable",
    "CustomDataTable",
    "EventTable",
    "InterruptTable",
    "MessageTable",
    "ModelCallTable",
    "NamespaceTable",
    "Row",
    "StateDiffTable",
    "StoreOpTable",
    "Table",
    "TableSchema",
    "TaskTable",
    "TextDelta",
    "TokenTable",
    "ToolCallTable",
    "get_table_schema",
]
