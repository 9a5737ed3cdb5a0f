"""The tables: small reducers from facts to rows, one file each. No clock, no I/O."""

from lg_jupyter.tables.base import Row, Table
from lg_jupyter.tables.checkpoints import Checkpoints
from lg_jupyter.tables.columns import TableSchema
from lg_jupyter.tables.custom import Custom
from lg_jupyter.tables.events import Events
from lg_jupyter.tables.interrupts import Interrupts
from lg_jupyter.tables.messages import Messages, TextDelta
from lg_jupyter.tables.model_calls import ModelCalls
from lg_jupyter.tables.namespaces import Namespaces
from lg_jupyter.tables.schema import SCHEMAS, get_table_schema
from lg_jupyter.tables.state_diffs import StateDiffs
from lg_jupyter.tables.store_ops import StoreOps
from lg_jupyter.tables.tasks import Tasks
from lg_jupyter.tables.tokens import Tokens
from lg_jupyter.tables.tool_calls import ToolCalls

__all__ = [
    "SCHEMAS",
    "Checkpoints",
    "Custom",
    "Events",
    "Interrupts",
    "Messages",
    "ModelCalls",
    "Namespaces",
    "Row",
    "StateDiffs",
    "StoreOps",
    "Table",
    "TableSchema",
    "Tasks",
    "TextDelta",
    "Tokens",
    "ToolCalls",
    "get_table_schema",
]
