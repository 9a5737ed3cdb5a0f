"""The models that calls were made of: in this process alone, and only as long as somebody else keeps them."""

from __future__ import annotations

import sys
import weakref
from types import FrameType
from typing import Any, NamedTuple

from langchain_core.language_models import BaseLanguageModel

_MAX_FRAMES_TO_MODEL = 8
"""Frames between a callback and the model's own method; langchain-core 1.0 to 1.8 have three or four."""


class CalledModel(NamedTuple):
    """A model, and what one call of it was given beside the messages, as it was bound to it."""

    model: Any
    bound_arguments: dict[str, Any]


class CalledModels:
    """Which model each call was made of.

    LangChain hands callbacks no model. They are called by the model's own method, so it is found as ``self``
    of a frame around; where it is not, nothing is known, and nothing else depends on it.
    """

    def __init__(self) -> None:
        self._models_by_call_id: dict[str, tuple[weakref.ref[Any], dict[str, Any]]] = {}

    def record_model_of_callback(self, call_id: str) -> None:
        """Look for the model whose method called the caller's callback."""
        found = _find_calling_model_and_locals(sys._getframe(1))
        if found is None:
            return
        model, local = found
        arguments = {**(local.get("kwargs") or {})}
        if local.get("stop") is not None:
            arguments["stop"] = local["stop"]
        known = self._models_by_call_id
        self._models_by_call_id[call_id] = weakref.ref(model, lambda _: known.pop(call_id, None)), arguments

    def find_model(self, call_id: str) -> CalledModel | None:
        """The model of a call; ``None`` where it is not known, or is gone."""
        reference, arguments = self._models_by_call_id.get(call_id, (None, {}))
        model = None if reference is None else reference()
        return None if model is None else CalledModel(model, arguments)


def _find_calling_model_and_locals(frame: FrameType | None) -> tuple[Any, dict[str, Any]] | None:
    for _ in range(_MAX_FRAMES_TO_MODEL):
        if frame is None:
            return None
        if frame.f_code.co_varnames[:1] == ("self",):
            local = frame.f_locals
            if isinstance(local.get("self"), BaseLanguageModel):
                return local["self"], local
        frame = frame.f_back
    return None
