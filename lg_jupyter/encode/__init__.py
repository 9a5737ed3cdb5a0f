"""Live values to JSON-able ones: guarded, bounded, and sharing what did not change.

What a graph streams are references into its state, which a node may change later. Everything is
therefore encoded when it arrives; what is the same as the last time is found by comparison, and
its encoding is used again.
"""

from lg_jupyter.encode.encoder import Encoder
from lg_jupyter.encode.forms import exception_data
from lg_jupyter.encode.shared_list import SharedList, dumps, plain

__all__ = ["Encoder", "SharedList", "dumps", "exception_data", "plain"]
