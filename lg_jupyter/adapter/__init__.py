"""What LangGraph streams, read: :class:`Adapter` turns its parts into our events."""

from .adapter import Adapter

__all__ = ["Adapter"]
