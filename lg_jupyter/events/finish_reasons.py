"""How a model's answer ended, by the provider's own word for it.

A word counts as cut short where the provider's reference says that the answer is not the whole one:

* OpenAI, and those who speak its format: ``finish_reason`` ``length``, ``content_filter``; in the Responses
  API ``status`` ``incomplete`` or ``failed``, and the reason beside it (``max_output_tokens``);
* Anthropic: ``stop_reason`` ``max_tokens``, ``model_context_window_exceeded``, ``refusal``;
* Bedrock: ``stopReason`` also ``guardrail_intervened``, ``content_filtered``;
* Gemini: ``finish_reason`` ``MAX_TOKENS``, ``SAFETY``, ``RECITATION``, ``LANGUAGE``, ``BLOCKLIST``,
  ``PROHIBITED_CONTENT``, ``SPII``, ``MALFORMED_FUNCTION_CALL``, ``OTHER`` and their like for images;
* Mistral: ``model_length``, ``error``; DeepSeek: ``insufficient_system_resource``;
* Ollama: ``done_reason`` ``length``;
* Cohere: ``MAX_TOKENS``, ``ERROR``, ``ERROR_TOXIC``, ``ERROR_LIMIT``.
"""

from __future__ import annotations

_LIMIT_REASONS = frozenset(
    {"length", "max_tokens", "max_output_tokens", "max_completion_tokens", "model_length", "max_length"}
    | {"model_context_window_exceeded", "context_length_exceeded", "error_limit", "token_limit"}
)
_FILTER_REASONS = frozenset(
    {"content_filter", "content_filtered", "guardrail_intervened", "refusal", "safety", "recitation"}
    | {"language", "blocklist", "prohibited_content", "spii", "image_safety", "image_prohibited_content"}
    | {"image_recitation", "image_other", "model_armor", "error_toxic", "sensitive"}
)
_FAILURE_REASONS = frozenset(
    {"incomplete", "failed", "cancelled", "error", "malformed_function_call", "unexpected_tool_call"}
    | {"too_many_tool_calls", "no_image", "insufficient_system_resource", "network_error", "other"}
)

CUT_SHORT_REASONS = _LIMIT_REASONS | _FILTER_REASONS | _FAILURE_REASONS
"""The words, in lower case, of answers that are not whole."""


def is_cut_short(finish_reason: str | None) -> bool:
    """Whether an answer that ended so was cut by a limit, filtered, refused or broken off.

    >>> is_cut_short("length"), is_cut_short("SAFETY"), is_cut_short("stop"), is_cut_short(None)
    (True, True, False, False)
    """
    return finish_reason is not None and finish_reason.lower() in CUT_SHORT_REASONS
