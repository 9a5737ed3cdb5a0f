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

from lg_jupyter.kernel.user_code import place_of, raise_if_signalled

logger = logging.getLogger(__name__)

REPR_LENGTH = 500
"""Characters kept of the ``repr`` of an object that has no form."""

ARRAY_ITEMS = 100_000
"""Items up to which an array is kept whole."""

FRAME_ROWS, FRAME_COLUMNS = 20, 50
"""What is kept of a DataFrame, and of a Series (rows)."""


Fields: TypeAlias = "dict[str, None]"
"""Names of fields, in order."""


class Form(NamedTuple):
    """How the objects of one class are encoded.

    ``simplify`` gives a simpler value to encode in its place. ``immutable``: the same object always has
    the same encoding. ``record``: no ``simplify`` is needed, the ``__dict__`` holds the fields (all of
    these names, in this order, and perhaps others that are not shown).
    """

    simplify: Callable[[Any], Any]
    immutable: bool = False
    record: Fields | None = None
    extra: bool = False  # a pydantic model: has __pydantic_extra__


def tagged(cls: type, text: str) -> dict[str, str]:
    """The form of an object that has none: its class and a text about it."""
    return {"$type": class_name(cls), "repr": text}


def class_name(cls: type) -> str:
    """``module.Class``, without the module for built-in ones."""
    module = _text_attribute(cls, "__module__")
    name = _text_attribute(cls, "__qualname__") or "object"
    return name if module in ("builtins", "") else f"{module}.{name}"


def shown(value: Any, clean: Callable[[str], str] = str) -> dict[str, str]:
    """Any object by its ``repr``, bounded, whatever ``__repr__`` does. ``clean`` comes before the cut."""
    try:
        text = clean(str.__str__(repr(value)))
    except BaseException as error:
        raise_if_signalled(error)
        text = f"<repr failed: {type(error).__name__}>"
    if len(text) > REPR_LENGTH:
        text = f"{text[:REPR_LENGTH]}… [{len(text):,} characters]"
    return tagged(type(value), text)


def exception_data(exc: BaseException) -> dict[str, str]:
    """An exception as ``{"error": class name, "message": text}``, as a server sends it."""
    try:
        message = str.__str__(str(exc))
    except BaseException as error:
        raise_if_signalled(error)
        message = f"<str failed: {type(error).__name__}>"
    return {"error": _text_attribute(type(exc), "__name__") or "Exception", "message": message}


def key_text(key: Any) -> str:
    """A dict's key as text, as a server writes it: ``1``, ``true``, ``null``, else a bounded ``repr``."""
    try:
        text = _known_key_text(key)
    except BaseException as error:  # its class says that it is something else
        raise_if_signalled(error)
        text = None
    return shown(key)["repr"] if text is None else text


def with_text_keys(live: dict[Any, Any]) -> dict[str, Any]:
    """Every key as text; where a text key is in the way, with the type of the other."""
    texts = {key for key in live if type(key) is str}
    named: dict[str, Any] = {}
    for key, item in live.items():
        name = key_text(key)
        while name in named or (type(key) is not str and name in texts):
            name = f"{name} ({type(key).__name__})"
        named[name] = item
    return named


def _known_key_text(key: Any) -> str | None:
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


def form_of(cls: type) -> Form:
    """The form of a class that JSON does not have."""
    mro: tuple[type, ...] = type.__getattribute__(cls, "__mro__")
    names = {_full_name(base) for base in mro}
    for known, form in _BY_NAME.items():
        if known in names:
            return form
    for base, form in _BY_CLASS:
        if issubclass(cls, base):
            return form
    if _MODEL in names:
        return _model_form(cls)
    if dataclasses.is_dataclass(cls):
        return _dataclass_form(cls)
    for method in ("model_dump", "dict", "_asdict"):  # the order in which a server tries them
        if callable(getattr(cls, method, None)):
            return Form(methodcaller(method))
    return Form(shown)


# ---------------------------------------------------------------------------------------------
# records


def _model_form(cls: Any) -> Form:
    """A model with serializers of its own, or a root, knows best; of any other we read the fields."""
    base = next(base for base in cls.__mro__ if _full_name(base) == _MODEL)
    own = cls.__pydantic_decorators__
    serializers = own.model_serializers or own.field_serializers or own.computed_fields
    if cls.model_dump is not base.model_dump:
        return Form(methodcaller("model_dump"))
    if serializers or cls.__pydantic_root_model__:
        return Form(methodcaller("model_dump", warnings=False))
    fields = [name for name, field in cls.model_fields.items() if not field.exclude]
    return Form(vars, record=dict.fromkeys(fields), extra=True)


def _dataclass_form(cls: Any) -> Form:
    fields = tuple(field.name for field in dataclasses.fields(cls))
    if cls.__dictoffset__ == 0 or any(vars(base).get("__slots__") for base in cls.__mro__):
        return Form(lambda value: {name: getattr(value, name) for name in fields if hasattr(value, name)})
    return Form(vars, record=dict.fromkeys(fields))


# ---------------------------------------------------------------------------------------------
# objects


def _send(send: Any) -> dict[str, Any]:
    return {"node": send.node, "args": send.arg}


def _overwrite(overwrite: Any) -> dict[str, Any]:
    return {"value": overwrite.value, "type": "__overwrite__"}


def _bytes(value: Any) -> str:
    return base64.b64encode(bytes(value)).decode()


def _decimal(value: decimal.Decimal) -> int | float:
    exponent = value.as_tuple().exponent
    return float(value) if not isinstance(exponent, int) or exponent < 0 else int(value)


def _set(value: Any) -> list[Any]:
    items = list(value)
    try:
        return sorted(items)
    except BaseException as error:  # of several types, or unordered
        raise_if_signalled(error)
        return sorted(items, key=lambda item: (type(item).__name__, shown(item)["repr"]))


def _named_tuple(value: Any) -> Any:
    names = getattr(type(value), "_fields", None)
    if isinstance(names, tuple):
        return dict(zip(names, tuple.__iter__(value), strict=True))
    return list(tuple.__iter__(value))


def _tzname(zone: datetime.tzinfo) -> str | None:
    return zone.tzname(None)


def _array(array: Any) -> Any:
    kind = array.dtype.kind
    if array.size > ARRAY_ITEMS:
        head = _array(array.reshape(-1)[:FRAME_ROWS])
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


def _frame(frame: Any) -> dict[str, Any]:
    head = frame.iloc[:FRAME_ROWS, :FRAME_COLUMNS]
    return {
        "$type": "pandas.DataFrame",
        "shape": list(frame.shape),
        "columns": [key_text(column) for column in frame.columns[:FRAME_COLUMNS]],
        "head": head.astype(object).to_numpy().tolist(),
    }


def _series(series: Any) -> dict[str, Any]:
    return {
        "$type": "pandas.Series",
        "shape": list(series.shape),
        "name": series.name,
        "head": series.iloc[:FRAME_ROWS].astype(object).to_numpy().tolist(),
    }


def _number_text(value: Any) -> dict[str, str]:
    return {"$type": type(value).__name__, "repr": repr(value)}


def big_number(value: int | float) -> dict[str, str]:
    """A number that JSON cannot carry everywhere: NaN, an infinity, an integer of more than 64 bits."""
    try:
        return _number_text(value)
    except ValueError:  # Python refuses to write thousands of digits
        bits = int(value).bit_length()
        return {"$type": "int", "repr": f"<an integer of about {math.ceil(bits * math.log10(2)):,} digits>"}


def _full_name(cls: type) -> str:
    return f"{_text_attribute(cls, '__module__')}.{_text_attribute(cls, '__name__')}"


def _text_attribute(cls: type, name: str) -> str:
    try:
        value = type.__getattribute__(cls, name)
    except BaseException as error:
        raise_if_signalled(error)
        return ""
    return value if isinstance(value, str) else ""


_MODEL = "pydantic.main.BaseModel"

_BY_NAME: dict[str, Form] = {
    "numpy.ndarray": Form(_array),
    "numpy.generic": Form(_array, immutable=True),
    "pandas.DataFrame": Form(_frame),
    "pandas.core.frame.DataFrame": Form(_frame),
    "pandas.Series": Form(_series),
    "pandas.core.series.Series": Form(_series),
    "langgraph.types.Send": Form(_send),
    "langgraph.types.Overwrite": Form(_overwrite),
}

# The first that fits: an Enum that is a str is an Enum, a Timestamp is a datetime.
_BY_CLASS: list[tuple[Any, Form]] = [
    (enum.Enum, Form(lambda member: member.value)),
    (type, Form(shown)),
    (str, Form(str.__str__, immutable=True)),
    (int, Form(int.__int__, immutable=True)),
    (float, Form(float.__float__, immutable=True)),
    (tuple, Form(_named_tuple)),
    (list, Form(lambda value: list(list.__iter__(value)))),
    (dict, Form(dict.copy)),
    (types.MappingProxyType, Form(dict)),
    (deque, Form(lambda value: list(deque.__iter__(value)))),
    ((set, frozenset), Form(_set)),
    ((bytes, bytearray, memoryview), Form(_bytes)),
    (datetime.timedelta, Form(datetime.timedelta.total_seconds, immutable=True)),
    (
        (datetime.datetime, datetime.date, datetime.time),
        Form(methodcaller("isoformat"), immutable=True),
    ),
    ((datetime.timezone, zoneinfo.ZoneInfo), Form(_tzname, immutable=True)),
    (decimal.Decimal, Form(_decimal, immutable=True)),
    (uuid.UUID, Form(str, immutable=True)),
    (os.PathLike, Form(os.fspath)),
    (
        (ipaddress.IPv4Address, ipaddress.IPv6Address, ipaddress.IPv4Network, ipaddress.IPv6Network),
        Form(str, immutable=True),
    ),
    (re.Pattern, Form(lambda pattern: pattern.pattern, immutable=True)),
    (BaseException, Form(exception_data)),
]


def log_failure(level: int, doing: str, cls: type, error: BaseException) -> None:
    """Log what a value raised: by its name and place, for its text may hold a secret."""
    if logger.isEnabledFor(level):
        name, place = type(error).__name__, place_of(error)
        logger.log(level, "%s a value of %s: %s at %s", doing, class_name(cls), name, place)
