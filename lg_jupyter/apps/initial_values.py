"""What stands in a form at first, and how the user's own objects in it find their way back into a run.

The page gets JSON without secrets. What comes back as it was sent stands for the object that was given; what
was not sent is added again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lg_jupyter.apps.form_input import FormInput
from lg_jupyter.apps.secret_detector import SecretDetector
from lg_jupyter.encode import to_plain_json
from lg_jupyter.events.events import JSON

VISIBLE_CONFIG_KEYS = frozenset({"recursion_limit", "tags", "configurable", "metadata"})
"""What a form shows of a config; callbacks and the like have no JSON."""


class InitialFormValues:
    """The input, config and context that a form was made with; ``visible_input`` is what the page gets."""

    def __init__(self, form_input: FormInput, encode: Callable[[Any], JSON], secrets: SecretDetector) -> None:
        self._initial = form_input
        config = {
            name: value for name, value in (form_input.config or {}).items() if name in VISIBLE_CONFIG_KEYS
        }
        visible = FormInput(form_input.input, config or None, form_input.context)
        self.visible_input = encode_form_input(visible, encode).remove_secrets(secrets)

    def restore_user_objects(self, form_input: FormInput) -> FormInput:
        """What the page gave, with the user's own objects, and with what it was not shown."""
        own, shown = self._initial, self.visible_input
        return FormInput(
            _restore_objects_in_value(own.input, shown.input, form_input.input),
            _restore_objects_in_value(own.config, shown.config, form_input.config),
            _restore_objects_in_value(own.context, shown.context, form_input.context),
            form_input.message,
        )


def encode_form_input(form_input: FormInput, encode: Callable[[Any], JSON]) -> FormInput:
    """What was given, as JSON."""
    made: list[Any] = [
        None if part is None else to_plain_json(encode(part))
        for part in (form_input.input, form_input.config, form_input.context)
    ]
    return FormInput(made[0], made[1], made[2], form_input.message)


def _restore_objects_in_value(own: Any, shown: JSON, value: JSON) -> Any:
    if own is None or value == shown:
        return value if own is None else own
    if not isinstance(own, Mapping) or not isinstance(value, dict | None):
        return value
    shown = shown if isinstance(shown, dict) else {}
    value = value or {}
    hidden = {key: item for key, item in own.items() if key not in shown and key not in value}
    return {
        **hidden,
        **{
            key: _restore_objects_in_value(own[key], shown[key], item)
            if key in own and key in shown
            else item
            for key, item in value.items()
        },
    }
