"""The tables: small reducers from facts to rows, one file each. No clock, no I/O."""

from .base import Row, Table
from .checkpoints import Checkpoints
from .custom import Custom
from .events import Events
from .interrupts import Interrupts
from .messages import Messages, TextDelta
from .namespaces import Namespaces
from .schema import SCHEMAS, TableSchema, schema
from .state_diffs import StateDiffs
from .tasks import Tasks
from .tokens import Tokens

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
