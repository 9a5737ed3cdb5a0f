"""Live values to JSON-able ones: guarded, bounded, and sharing what did not change.

What a graph streams are references into its state, which a node may change later. Everything is
therefore encoded when it arrives; what is the same as the last time is found by comparison, and
its encoding is used again.
"""

from lg_jupyter.encode.encoder import Encoder
from lg_jupyter.encode.encoding_rules import encode_exception
from lg_jupyter.encode.shared_list import SharedList, dump_json, to_plain_json

__all__ = ["Encoder", "SharedList", "dump_json", "encode_exception", "to_plain_json"]
