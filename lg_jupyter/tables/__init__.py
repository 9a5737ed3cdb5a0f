"""The tables: small reducers from facts to rows, one file each. No clock, no I/O."""

from lg_jupyter.tables.base import Row, Table
from lg_jupyter.tables.checkpoints import Checkpoints
from lg_jupyter.tables.custom import Custom
from lg_jupyter.tables.events import Events
from lg_jupyter.tables.interrupts import Interrupts
from lg_jupyter.tables.messages import Messages, TextDelta
from lg_jupyter.tables.namespaces import Namespaces
from lg_jupyter.tables.schema import SCHEMAS, TableSchema, schema
from lg_jupyter.tables.state_diffs import StateDiffs
from lg_jupyter.tables.tasks import Tasks
from lg_jupyter.tables.tokens import Tokens

__all__ = [
    "SCHEMAS",
    "Checkpoints",
    "Custom",
    "Events",
    "Interrupts",
    "Messages",
    "Namespaces",
    "Row",
    "StateDiffs",
    "Table",
    "TableSchema",
    "Tasks",
    "TextDelta",
    "Tokens",
    "schema",
]
