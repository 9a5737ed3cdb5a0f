"""What a provider may answer, and the words that all of them say it in."""

from __future__ import annotations

TEXT = "text"
REASONING = "reasoning"
TOOL_CALL = "tool call"
PARALLEL_TOOL_CALLS = "parallel tool calls"
INVALID_TOOL_CALL = "invalid tool call"
IMAGE = "image"
IMAGE_INPUT = "image input"
AUDIO = "audio"
CITATIONS = "citations"
SERVER_TOOLS = "server tools"
REFUSAL = "refusal"
LENGTH = "cut by length"
FILTERED = "filtered"
USAGE = "usage in detail"

UNAUTHORIZED = "401"
RATE_LIMITED = "429"
SERVER_ERROR = "500"
ERROR_EVENT = "error while streaming"
CUT = "cut connection"

ANSWERS = (
    TEXT,
    REASONING,
    TOOL_CALL,
    PARALLEL_TOOL_CALLS,
    INVALID_TOOL_CALL,
    IMAGE,
    IMAGE_INPUT,
    AUDIO,
    CITATIONS,
    SERVER_TOOLS,
    REFUSAL,
    LENGTH,
    FILTERED,
    USAGE,
)
"""The scenarios that end in a message."""

STATUSES = {UNAUTHORIZED: 401, RATE_LIMITED: 429, SERVER_ERROR: 500}
"""The scenarios that are refused before anything is said, with HTTP's number."""

BROKEN = (ERROR_EVENT, CUT)
"""The scenarios that end after some words."""

FAILURES = (*STATUSES, *BROKEN)
SCENARIOS = (*ANSWERS, *FAILURES)

WORDS = ("Lisbon ", "is ", "built ", "on ", "seven ", "hills.")
SAID = "".join(WORDS)
WORDS_BEFORE_THE_BREAK = WORDS[:3]

THOUGHTS = ("Count ", "the ", "hills ", "first.")
THOUGHT = "".join(THOUGHTS)

REFUSED_WORDS = ("I ", "cannot ", "help ", "with ", "that.")
REFUSED = "".join(REFUSED_WORDS)

TOOL = "weather"
CITIES = ("Lisbon", "Porto")

SOURCE_URL = "https://example.org/lisbon"
SOURCE_TITLE = "The hills of Lisbon"
CITED = "seven hills"
QUERY = "hills of lisbon"

PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNk+M9QzwAFYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC"
)
"""A small image, as base64."""

SOUND = "AAD//wEAAgADAAQABQAGAAcACAAJAAoACwAMAA0ADgA="
"""A little audio: a few samples of 16 bits, as base64."""

INPUT_TOKENS, OUTPUT_TOKENS, TOTAL_TOKENS = 120, 30, 150
CACHED_TOKENS, CACHE_WRITTEN_TOKENS, REASONING_TOKENS = 95, 5, 20

KEY = "sk-providers-0123456789abcdef"
"""The key that clients send; a 401 quotes it whole, as some gateways do."""

FAILED = {
    UNAUTHORIZED: f"Incorrect API key provided: {KEY}.",
    RATE_LIMITED: "Rate limit reached for requests.",
    SERVER_ERROR: "The server had an error while processing your request.",
    ERROR_EVENT: "The model is overloaded.",
}
"""What a provider says of a failure."""


def words(scenario: str) -> tuple[str, ...]:
    """The pieces of an answer's text, up to where it breaks if it does."""
    return WORDS_BEFORE_THE_BREAK if scenario in BROKEN else WORDS


def tool_calls(scenario: str) -> list[tuple[str, list[str]]]:
    """The calls of a scenario: an id, and the arguments as pieces of JSON."""
    if scenario == INVALID_TOOL_CALL:
        return [("call_0", ['{"city": Lis', "bon}"])]
    calls = {TOOL_CALL: 1, PARALLEL_TOOL_CALLS: 2}.get(scenario, 0)
    return [(f"call_{i}", ['{"ci', 'ty": "', CITIES[i], '"}']) for i in range(calls)]
