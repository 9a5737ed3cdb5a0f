"""A run as text in a terminal."""

from lg_jupyter.terminal.view import TerminalView

__all__ = ["TerminalView"]
