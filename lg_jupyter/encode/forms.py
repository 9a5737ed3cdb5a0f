"""What values of other classes become: the same as on a LangGraph server where it has a form for them.

Nothing is imported to find out what an object is: classes are recognised by the names in their MRO, once
per class. An object without a form is shown by a bounded ``repr``.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime
import decimal
import enum
import ipaddress
import logging
import math
import os
import re
import types
import uuid
import zoneinfo
from collections import deque
from collections.abc import Callable
from operator import methodcaller
from typing import Any, NamedTuple, TypeAlias

from lg_jupyter.kernel.user_code import format_raise_place, reraise_if_from_signal

logger = logging.getLogger(__name__)

MAX_REPR_CHARACTERS = 500
"""Characters kept of the ``repr`` of an object that has no form."""

MAX_ARRAY_ITEMS = 100_000
"""Items up to which an array is kept whole."""

FRAME_ROWS, FRAME_COLUMNS = 20, 50
"""What is kept of a DataFrame, and of a Series (rows)."""


FieldNames: TypeAlias = "dict[str, None]"
"""Names of fields, in order."""


class EncodingForm(NamedTuple):
    """How the objects of one class are encoded.

    ``simplify`` gives a simpler value to encode in its place. ``is_immutable``: the same object always has
    the same encoding. ``record_fields``: no ``simplify`` is needed, the ``__dict__`` holds the fields
    (all of these names, in this order, and perhaps others that are not shown).
    """

    simplify: Callable[[Any], Any]
    is_immutable: bool = False
    record_fields: FieldNames | None = None
    has_extra_fields: bool = False  # a pydantic model: has __pydantic_extra__


def make_tagged_text(cls: type, text: str) -> dict[str, str]:
    """The form of an object that has none: its class and a text about it."""
    return {"$type": qualified_class_name(cls), "repr": text}


def qualified_class_name(cls: type) -> str:
    """``module.Class``, without the module for built-in ones."""
    module = _read_text_attribute(cls, "__module__")
    name = _read_text_attribute(cls, "__qualname__") or "object"
    return name if module in ("builtins", "") else f"{module}.{name}"


def encode_by_repr(value: Any, clean: Callable[[str], str] = str) -> dict[str, str]:
    """Any object by its ``repr``, bounded, whatever ``__repr__`` does. ``clean`` comes before the cut."""
    try:
        text = clean(str.__str__(repr(value)))
    except BaseException as error:
        reraise_if_from_signal(error)
        text = f"<repr failed: {type(error).__name__}>"
    if len(text) > MAX_REPR_CHARACTERS:
        text = f"{text[:MAX_REPR_CHARACTERS]}… [{len(text):,} characters]"
    return make_tagged_text(type(value), text)


def encode_exception(exc: BaseException) -> dict[str, str]:
    """An exception as ``{"error": class name, "message": text}``, as a server sends it."""
    try:
        message = str.__str__(str(exc))
    except BaseException as error:
        reraise_if_from_signal(error)
        message = f"<str failed: {type(error).__name__}>"
    return {"error": _read_text_attribute(type(exc), "__name__") or "Exception", "message": message}


def format_key(key: Any) -> str:
    """A dict's key as text, as a server writes it: ``1``, ``true``, ``null``, else a bounded ``repr``."""
    try:
        text = _format_simple_key(key)
    except BaseException as error:  # its class says that it is something else
        reraise_if_from_signal(error)
        text = None
    return encode_by_repr(key)["repr"] if text is None else text


def convert_keys_to_text(live: dict[Any, Any]) -> dict[str, Any]:
    """Every key as text; where a text key is in the way, with the type of the other."""
    texts = {key for key in live if type(key) is str}
    named: dict[str, Any] = {}
    for key, item in live.items():
        name = format_key(key)
        while name in named or (type(key) is not str and name in texts):
            name = f"{name} ({type(key).__name__})"
        named[name] = item
    return named


def _format_simple_key(key: Any) -> str | None:
    if isinstance(key, enum.Enum):
        key = key.value
    if isinstance(key, str):
        return str.__str__(key)
    if key is None:
        return "null"
    if isinstance(key, bool):
        return "true" if key else "false"
    if isinstance(key, (datetime.datetime, datetime.date, datetime.time)):
        return str.__str__(key.isoformat())
    if isinstance(key, uuid.UUID):
        return str.__str__(str(key))
    return None


def find_form(cls: type) -> EncodingForm:
    """The form of a class that JSON does not have."""
    mro: tuple[type, ...] = type.__getattribute__(cls, "__mro__")
    names = {_full_class_name(base) for base in mro}
    for known, form in _FORMS_BY_CLASS_NAME.items():
        if known in names:
            return form
    for base, form in _FORMS_BY_BASE_CLASS:
        if issubclass(cls, base):
            return form
    if _PYDANTIC_MODEL_NAME in names:
        return _make_model_form(cls)
    if dataclasses.is_dataclass(cls):
        return _make_dataclass_form(cls)
    for method in ("model_dump", "dict", "_asdict"):  # the order in which a server tries them
        if callable(getattr(cls, method, None)):
            return EncodingForm(methodcaller(method))
    return EncodingForm(encode_by_repr)


# ---------------------------------------------------------------------------------------------
# records


def _make_model_form(cls: Any) -> EncodingForm:
    """A model with serializers of its own, or a root, knows best; of any other we read the fields."""
    base = next(base for base in cls.__mro__ if _full_class_name(base) == _PYDANTIC_MODEL_NAME)
    own = cls.__pydantic_decorators__
    serializers = own.model_serializers or own.field_serializers or own.computed_fields
    if cls.model_dump is not base.model_dump:
        return EncodingForm(methodcaller("model_dump"))
    if serializers or cls.__pydantic_root_model__:
        return EncodingForm(methodcaller("model_dump", warnings=False))
    fields = [name for name, field in cls.model_fields.items() if not field.exclude]
    return EncodingForm(vars, record_fields=dict.fromkeys(fields), has_extra_fields=True)


def _make_dataclass_form(cls: Any) -> EncodingForm:
    fields = tuple(field.name for field in dataclasses.fields(cls))
    if cls.__dictoffset__ == 0 or any(vars(base).get("__slots__") for base in cls.__mro__):
        return EncodingForm(
            lambda value: {name: getattr(value, name) for name in fields if hasattr(value, name)}
        )
    return EncodingForm(vars, record_fields=dict.fromkeys(fields))


# ---------------------------------------------------------------------------------------------
# objects


def _encode_send(send: Any) -> dict[str, Any]:
    return {"node": send.node, "args": send.arg}


def _encode_overwrite(overwrite: Any) -> dict[str, Any]:
    return {"value": overwrite.value, "type": "__overwrite__"}


def _encode_bytes(value: Any) -> str:
    return base64.b64encode(bytes(value)).decode()


def _encode_decimal(value: decimal.Decimal) -> int | float:
    exponent = value.as_tuple().exponent
    return float(value) if not isinstance(exponent, int) or exponent < 0 else int(value)


def _encode_set(value: Any) -> list[Any]:
    items = list(value)
    try:
        return sorted(items)
    except BaseException as error:  # of several types, or unordered
        reraise_if_from_signal(error)
        return sorted(items, key=lambda item: (type(item).__name__, encode_by_repr(item)["repr"]))


def _encode_named_tuple(value: Any) -> Any:
    names = getattr(type(value), "_fields", None)
    if isinstance(names, tuple):
        return dict(zip(names, tuple.__iter__(value), strict=True))
    return list(tuple.__iter__(value))


def _encode_timezone(zone: datetime.tzinfo) -> str | None:
    return zone.tzname(None)


def _encode_array(array: Any) -> Any:
    kind = array.dtype.kind
    if array.size > MAX_ARRAY_ITEMS:
        head = _encode_array(array.reshape(-1)[:FRAME_ROWS])
        return {
            "$type": "numpy.ndarray",
            "dtype": str(array.dtype),
            "shape": list(array.shape),
            "head": head,
        }
    if kind == "M":
        array = array.astype("datetime64[us]")
    elif kind == "m":
        array = array.astype("timedelta64[us]")
    return array.tolist()


def _encode_dataframe(frame: Any) -> dict[str, Any]:
    head = frame.iloc[:FRAME_ROWS, :FRAME_COLUMNS]
    return {
        "$type": "pandas.DataFrame",
        "shape": list(frame.shape),
        "columns": [format_key(column) for column in frame.columns[:FRAME_COLUMNS]],
        "head": head.astype(object).to_numpy().tolist(),
    }


def _encode_series(series: Any) -> dict[str, Any]:
    return {
        "$type": "pandas.Series",
        "shape": list(series.shape),
        "name": series.name,
        "head": series.iloc[:FRAME_ROWS].astype(object).to_numpy().tolist(),
    }


def _encode_number_text(value: Any) -> dict[str, str]:
    return {"$type": type(value).__name__, "repr": repr(value)}


def encode_big_number(value: int | float) -> dict[str, str]:
    """A number that JSON cannot carry everywhere: NaN, an infinity, an integer of more than 64 bits."""
    try:
        return _encode_number_text(value)
    except ValueError:  # Python refuses to write thousands of digits
        bits = int(value).bit_length()
        return {"$type": "int", "repr": f"<an integer of about {math.ceil(bits * math.log10(2)):,} digits>"}


def _full_class_name(cls: type) -> str:
    return f"{_read_text_attribute(cls, '__module__')}.{_read_text_attribute(cls, '__name__')}"


def _read_text_attribute(cls: type, name: str) -> str:
    try:
        value = type.__getattribute__(cls, name)
    except BaseException as error:
        reraise_if_from_signal(error)
        return ""
    return value if isinstance(value, str) else ""


_PYDANTIC_MODEL_NAME = "pydantic.main.BaseModel"

_FORMS_BY_CLASS_NAME: dict[str, EncodingForm] = {
    "numpy.ndarray": EncodingForm(_encode_array),
    "numpy.generic": EncodingForm(_encode_array, is_immutable=True),
    "pandas.DataFrame": EncodingForm(_encode_dataframe),
    "pandas.core.frame.DataFrame": EncodingForm(_encode_dataframe),
    "pandas.Series": EncodingForm(_encode_series),
    "pandas.core.series.Series": EncodingForm(_encode_series),
    "langgraph.types.Send": EncodingForm(_encode_send),
    "langgraph.types.Overwrite": EncodingForm(_encode_overwrite),
}

# The first that fits: an Enum that is a str is an Enum, a Timestamp is a datetime.
_FORMS_BY_BASE_CLASS: list[tuple[Any, EncodingForm]] = [
    (enum.Enum, EncodingForm(lambda member: member.value)),
    (type, EncodingForm(encode_by_repr)),
    (str, EncodingForm(str.__str__, is_immutable=True)),
    (int, EncodingForm(int.__int__, is_immutable=True)),
    (float, EncodingForm(float.__float__, is_immutable=True)),
    (tuple, EncodingForm(_encode_named_tuple)),
    (list, EncodingForm(lambda value: list(list.__iter__(value)))),
    (dict, EncodingForm(dict.copy)),
    (types.MappingProxyType, EncodingForm(dict)),
    (deque, EncodingForm(lambda value: list(deque.__iter__(value)))),
    ((set, frozenset), EncodingForm(_encode_set)),
    ((bytes, bytearray, memoryview), EncodingForm(_encode_bytes)),
    (datetime.timedelta, EncodingForm(datetime.timedelta.total_seconds, is_immutable=True)),
    (
        (datetime.datetime, datetime.date, datetime.time),
        EncodingForm(methodcaller("isoformat"), is_immutable=True),
    ),
    ((datetime.timezone, zoneinfo.ZoneInfo), EncodingForm(_encode_timezone, is_immutable=True)),
    (decimal.Decimal, EncodingForm(_encode_decimal, is_immutable=True)),
    (uuid.UUID, EncodingForm(str, is_immutable=True)),
    (os.PathLike, EncodingForm(os.fspath)),
    (
        (ipaddress.IPv4Address, ipaddress.IPv6Address, ipaddress.IPv4Network, ipaddress.IPv6Network),
        EncodingForm(str, is_immutable=True),
    ),
    (re.Pattern, EncodingForm(lambda pattern: pattern.pattern, is_immutable=True)),
    (BaseException, EncodingForm(encode_exception)),
]


def log_encoding_failure(level: int, doing: str, cls: type, error: BaseException) -> None:
    """Log what a value raised: by its name and place, for its text may hold a secret."""
    if logger.isEnabledFor(level):
        name, place = type(error).__name__, format_raise_place(error)
        logger.log(level, "%s a value of %s: %s at %s", doing, qualified_class_name(cls), name, place)
