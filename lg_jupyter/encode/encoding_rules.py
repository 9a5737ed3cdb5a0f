"""What values of other classes become: the same as on a LangGraph server where it has a form for them.

Nothing is imported to find out what an object is: classes are recognised by the names in their MRO, once
per class. An object that no rule is for is shown by a bounded ``repr``.
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
"""Characters kept of the ``repr`` of an object that no rule is for."""

MAX_ARRAY_ITEMS = 100_000
"""Items up to which an array is kept whole."""

MAX_DATAFRAME_ROWS, MAX_DATAFRAME_COLUMNS = 20, 50
"""What is kept of a DataFrame, and of a Series (rows)."""


OrderedFieldNames: TypeAlias = "dict[str, None]"
"""Names of fields, in order."""


class EncodingRule(NamedTuple):
    """How the objects of one class are encoded.

    ``simplify`` gives a simpler value to encode in its place. ``is_immutable``: the same object always has
    the same encoding. ``record_fields``: no ``simplify`` is needed, the ``__dict__`` holds the fields
    (all of these names, in this order, and perhaps others that are not shown).
    """

    simplify: Callable[[Any], Any]
    is_immutable: bool = False
    record_fields: OrderedFieldNames | None = None
    has_extra_fields: bool = False  # a pydantic model: has __pydantic_extra__


def make_typed_repr_dict(cls: type, text: str) -> dict[str, str]:
    """What stands for an object that no rule is for: its class and a text about it."""
    return {"$type": get_qualified_class_name(cls), "repr": text}


def get_qualified_class_name(cls: type) -> str:
    """``module.Class``, without the module for built-in ones."""
    module = _get_str_class_attribute(cls, "__module__")
    name = _get_str_class_attribute(cls, "__qualname__") or "object"
    return name if module in ("builtins", "") else f"{module}.{name}"


def encode_by_repr(value: Any, mask: Callable[[str], str] = str) -> dict[str, str]:
    """Any object by its ``repr``, bounded, whatever ``__repr__`` does. ``mask`` comes before the cut."""
    try:
        text = mask(str.__str__(repr(value)))
    except BaseException as error:
        reraise_if_from_signal(error)
        text = f"<repr failed: {type(error).__name__}>"
    if len(text) > MAX_REPR_CHARACTERS:
        text = f"{text[:MAX_REPR_CHARACTERS]}… [{len(text):,} characters]"
    return make_typed_repr_dict(type(value), text)


def encode_exception(exc: BaseException) -> dict[str, str]:
    """An exception as ``{"error": class name, "message": text}``, as a server sends it."""
    try:
        message = str.__str__(str(exc))
    except BaseException as error:
        reraise_if_from_signal(error)
        message = f"<str failed: {type(error).__name__}>"
    return {"error": _get_str_class_attribute(type(exc), "__name__") or "Exception", "message": message}


def format_dict_key(key: Any) -> str:
    """A dict's key as text, as a server writes it: ``1``, ``true``, ``null``, else a bounded ``repr``."""
    try:
        text = _format_json_like_key(key)
    except BaseException as error:  # its class says that it is something else
        reraise_if_from_signal(error)
        text = None
    return encode_by_repr(key)["repr"] if text is None else text


def convert_keys_to_text(live: dict[Any, Any]) -> dict[str, Any]:
    """Every key as text; where a text key is in the way, with the type of the other."""
    texts = {key for key in live if type(key) is str}
    named: dict[str, Any] = {}
    for key, item in live.items():
        name = format_dict_key(key)
        while name in named or (type(key) is not str and name in texts):
            name = f"{name} ({type(key).__name__})"
        named[name] = item
    return named


def _format_json_like_key(key: Any) -> str | None:
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


def _find_encoding_rule(cls: type) -> EncodingRule:
    """How objects of a class are encoded that JSON does not have."""
    mro: tuple[type, ...] = type.__getattribute__(cls, "__mro__")
    names = {_make_class_lookup_name(base) for base in mro}
    for known, rule in _RULES_BY_CLASS_NAME.items():
        if known in names:
            return rule
    for base, rule in _RULES_BY_BASE_CLASS:
        if issubclass(cls, base):
            return rule
    if _PYDANTIC_MODEL_NAME in names:
        return _make_pydantic_model_rule(cls)
    if dataclasses.is_dataclass(cls):
        return _make_dataclass_rule(cls)
    for method in ("model_dump", "dict", "_asdict"):  # the order in which a server tries them
        if callable(getattr(cls, method, None)):
            return EncodingRule(methodcaller(method))
    return EncodingRule(encode_by_repr)


# ---------------------------------------------------------------------------------------------
# records


def _make_pydantic_model_rule(cls: Any) -> EncodingRule:
    """A model with serializers of its own, or a root, knows best; of any other we read the fields."""
    base = next(base for base in cls.__mro__ if _make_class_lookup_name(base) == _PYDANTIC_MODEL_NAME)
    own = cls.__pydantic_decorators__
    serializers = own.model_serializers or own.field_serializers or own.computed_fields
    if cls.model_dump is not base.model_dump:
        return EncodingRule(methodcaller("model_dump"))
    if serializers or cls.__pydantic_root_model__:
        return EncodingRule(methodcaller("model_dump", warnings=False))
    fields = [name for name, field in cls.model_fields.items() if not field.exclude]
    return EncodingRule(vars, record_fields=dict.fromkeys(fields), has_extra_fields=True)


def _make_dataclass_rule(cls: Any) -> EncodingRule:
    fields = tuple(field.name for field in dataclasses.fields(cls))
    if cls.__dictoffset__ == 0 or any(vars(base).get("__slots__") for base in cls.__mro__):
        return EncodingRule(
            lambda value: {name: getattr(value, name) for name in fields if hasattr(value, name)}
        )
    return EncodingRule(vars, record_fields=dict.fromkeys(fields))


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


def _encode_numpy_array(array: Any) -> Any:
    kind = array.dtype.kind
    if array.size > MAX_ARRAY_ITEMS:
        head = _encode_numpy_array(array.reshape(-1)[:MAX_DATAFRAME_ROWS])
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
    head = frame.iloc[:MAX_DATAFRAME_ROWS, :MAX_DATAFRAME_COLUMNS]
    return {
        "$type": "pandas.DataFrame",
        "shape": list(frame.shape),
        "columns": [format_dict_key(column) for column in frame.columns[:MAX_DATAFRAME_COLUMNS]],
        "head": head.astype(object).to_numpy().tolist(),
    }


def _encode_series(series: Any) -> dict[str, Any]:
    return {
        "$type": "pandas.Series",
        "shape": list(series.shape),
        "name": series.name,
        "head": series.iloc[:MAX_DATAFRAME_ROWS].astype(object).to_numpy().tolist(),
    }


def encode_non_json_number(value: int | float) -> dict[str, str]:
    """A number that JSON cannot carry everywhere: NaN, an infinity, an integer of more than 64 bits."""
    try:
        return {"$type": type(value).__name__, "repr": repr(value)}
    except ValueError:  # Python refuses to write thousands of digits
        bits = int(value).bit_length()
        return {"$type": "int", "repr": f"<an integer of about {math.ceil(bits * math.log10(2)):,} digits>"}


def _make_class_lookup_name(cls: type) -> str:
    return f"{_get_str_class_attribute(cls, '__module__')}.{_get_str_class_attribute(cls, '__name__')}"


def _get_str_class_attribute(cls: type, name: str) -> str:
    try:
        value = type.__getattribute__(cls, name)
    except BaseException as error:
        reraise_if_from_signal(error)
        return ""
    return value if isinstance(value, str) else ""


_PYDANTIC_MODEL_NAME = "pydantic.main.BaseModel"

_RULES_BY_CLASS_NAME: dict[str, EncodingRule] = {
    "numpy.ndarray": EncodingRule(_encode_numpy_array),
    "numpy.generic": EncodingRule(_encode_numpy_array, is_immutable=True),
    "pandas.DataFrame": EncodingRule(_encode_dataframe),
    "pandas.core.frame.DataFrame": EncodingRule(_encode_dataframe),
    "pandas.Series": EncodingRule(_encode_series),
    "pandas.core.series.Series": EncodingRule(_encode_series),
    "langgraph.types.Send": EncodingRule(_encode_send),
    "langgraph.types.Overwrite": EncodingRule(_encode_overwrite),
}

# The first that fits: an Enum that is a str is an Enum, a Timestamp is a datetime.
_RULES_BY_BASE_CLASS: list[tuple[Any, EncodingRule]] = [
    (enum.Enum, EncodingRule(lambda member: member.value)),
    (type, EncodingRule(encode_by_repr)),
    (str, EncodingRule(str.__str__, is_immutable=True)),
    (int, EncodingRule(int.__int__, is_immutable=True)),
    (float, EncodingRule(float.__float__, is_immutable=True)),
    (tuple, EncodingRule(_encode_named_tuple)),
    (list, EncodingRule(lambda value: list(list.__iter__(value)))),
    (dict, EncodingRule(dict.copy)),
    (types.MappingProxyType, EncodingRule(dict)),
    (deque, EncodingRule(lambda value: list(deque.__iter__(value)))),
    ((set, frozenset), EncodingRule(_encode_set)),
    ((bytes, bytearray, memoryview), EncodingRule(_encode_bytes)),
    (datetime.timedelta, EncodingRule(datetime.timedelta.total_seconds, is_immutable=True)),
    (
        (datetime.datetime, datetime.date, datetime.time),
        EncodingRule(methodcaller("isoformat"), is_immutable=True),
    ),
    ((datetime.timezone, zoneinfo.ZoneInfo), EncodingRule(_encode_timezone, is_immutable=True)),
    (decimal.Decimal, EncodingRule(_encode_decimal, is_immutable=True)),
    (uuid.UUID, EncodingRule(str, is_immutable=True)),
    (os.PathLike, EncodingRule(os.fspath)),
    (
        (ipaddress.IPv4Address, ipaddress.IPv6Address, ipaddress.IPv4Network, ipaddress.IPv6Network),
        EncodingRule(str, is_immutable=True),
    ),
    (re.Pattern, EncodingRule(lambda pattern: pattern.pattern, is_immutable=True)),
    (BaseException, EncodingRule(encode_exception)),
]


class EncodingRules:
    """The rules for the classes met so far, each looked for once."""

    def __init__(self) -> None:
        self._rules: dict[type, EncodingRule] = {}

    def find_rule(self, cls: type) -> EncodingRule:
        try:
            rule = self._rules.get(cls)
            if rule is None:
                rule = self._rules[cls] = _find_encoding_rule(cls)
            return rule
        except BaseException as error:  # a metaclass in the way
            reraise_if_from_signal(error)
            log_encoding_failure(logging.DEBUG, "finding a rule for", cls, error)
            return EncodingRule(encode_by_repr)


def simplify_object(value: Any, rule: EncodingRule, mask: Callable[[str], str]) -> Any:
    """The simpler value that is encoded in place of ``value``; ``mask`` is for a ``repr``."""
    if rule.simplify is not encode_by_repr and rule.record_fields is None:
        try:
            return rule.simplify(value)
        except BaseException as error:
            reraise_if_from_signal(error)
            log_encoding_failure(logging.DEBUG, "simplifying", type(value), error)
    return encode_by_repr(value, mask)


def copy_record_fields(value: Any, rule: EncodingRule) -> tuple[dict[str, Any], dict[str, Any] | None] | None:
    """Copies of a record's ``__dict__`` and ``__pydantic_extra__``; ``None`` if it refuses."""
    try:
        extra = value.__pydantic_extra__ if rule.has_extra_fields else None
        return value.__dict__.copy(), extra.copy() if extra is not None else None
    except BaseException as error:
        reraise_if_from_signal(error)
        log_encoding_failure(logging.DEBUG, "reading", type(value), error)
        return None


def log_encoding_failure(level: int, doing: str, cls: type, error: BaseException) -> None:
    """Log what a value raised: by its name and place, for its text may hold a secret."""
    if logger.isEnabledFor(level):
        name, place = type(error).__name__, format_raise_place(error)
        logger.log(level, "%s a value of %s: %s at %s", doing, get_qualified_class_name(cls), name, place)
