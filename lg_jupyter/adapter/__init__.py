"""What LangGraph streams, read: :class:`Adapter` turns its parts into our events."""

from lg_jupyter.adapter.adapter import Adapter

__all__ = ["Adapter"]
