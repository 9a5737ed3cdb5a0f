"""The inputs of a form's earlier runs, without what is secret in them."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import Any

from lg_jupyter.apps.form_input import FormInput
from lg_jupyter.apps.message_content import extract_content_text
from lg_jupyter.text.preview import estimate_json_length

MAX_INPUTS = 30
"""Inputs that are kept."""

MAX_INPUT_CHARACTERS = 200_000
"""Characters of JSON of an input that is kept."""


class InputHistory:
    """The inputs given so far, the newest last; what was given before moves to the end."""

    def __init__(self) -> None:
        self._inputs: deque[FormInput] = deque(maxlen=MAX_INPUTS)

    def add_input(self, form_input: FormInput) -> None:
        """Keep what was given, without its secrets; too large, without attachments, or not at all."""
        if _is_input_too_large(form_input) and form_input.message is not None:
            form_input = replace(form_input, message=extract_content_text(form_input.message))
        if _is_input_too_large(form_input):
            return
        if form_input in self._inputs:
            self._inputs.remove(form_input)
        self._inputs.append(form_input)

    def summarize_inputs(self) -> list[dict[str, Any]]:
        """What to call each; in a chat, also the user's message."""
        return [
            {
                "title": each.title,
                "message": None if each.message is None else extract_content_text(each.message),
            }
            for each in self._inputs
        ]

    def __getitem__(self, index: int) -> FormInput:
        return self._inputs[index]

    def __len__(self) -> int:
        return len(self._inputs)


def _is_input_too_large(form_input: FormInput) -> bool:
    parts = [form_input.input, form_input.config, form_input.context, form_input.message]
    return estimate_json_length(parts, MAX_INPUT_CHARACTERS) > MAX_INPUT_CHARACTERS
