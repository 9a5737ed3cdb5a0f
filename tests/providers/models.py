"""The real classes of LangChain, pointed at a server of this package."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any
from urllib.parse import quote

from langchain_core.language_models import BaseChatModel

from tests.providers import scenarios as s

KEYS = (
    "ANTHROPIC_API_KEY",
    "DEEPSEEK_API_KEY",
    "GOOGLE_API_KEY",
    "GROQ_API_KEY",
    "MISTRAL_API_KEY",
    "OPENAI_API_KEY",
)
"""The environment's variables that these classes take their key from."""

WHOLE = {("openai", s.REFUSAL), ("openai", s.AUDIO), ("openai", s.CITATIONS)}
"""What LangChain hands on only of an answer that does not stream."""


def weather(city: str) -> str:
    """The weather of a city."""
    raise AssertionError("the graphs of these tests ask once")


TOOLS: dict[tuple[str, str], list[Any]] = {
    ("anthropic", s.CITATIONS): [{"type": "web_search_20250305", "name": "web_search"}],
    ("anthropic", s.SERVER_TOOLS): [{"type": "web_search_20250305", "name": "web_search"}],
}
"""What a class must be given to hand on what the provider's own tools say."""


def model(provider: str, scenario: str, root: str, **options: Any) -> Any:
    """A provider's class, whose every call is answered with ``scenario``."""
    url = f"{root}/{provider}/{quote(scenario)}"
    if (provider, scenario) in WHOLE:
        options["disable_streaming"] = True
    made = _MAKERS[provider](url, scenario, options)
    tools = [weather] if s.tool_calls(scenario) else TOOLS.get((provider, scenario))
    return made.bind_tools(tools) if tools else made


def _openai(url: str, scenario: str, options: Any) -> BaseChatModel:
    from langchain_openai import ChatOpenAI

    return ChatOpenAI(
        model="gpt-5", base_url=f"{url}/v1", api_key=s.KEY, max_retries=0, stream_usage=True, **options
    )


def _openai_responses(url: str, scenario: str, options: Any) -> BaseChatModel:
    return _openai(url, scenario, {**options, "use_responses_api": True})


def _anthropic(url: str, scenario: str, options: Any) -> BaseChatModel:
    from langchain_anthropic import ChatAnthropic

    if scenario == s.REASONING:
        options = {**options, "thinking": {"type": "enabled", "budget_tokens": 1024}}
    return ChatAnthropic(
        model="claude-opus-4-8", base_url=url, api_key=s.KEY, max_retries=0, max_tokens=2048, **options
    )


def _google_genai(url: str, scenario: str, options: Any) -> BaseChatModel:
    from langchain_google_genai import ChatGoogleGenerativeAI

    return ChatGoogleGenerativeAI(
        model="gemini-2.5-flash", base_url=url, api_key=s.KEY, max_retries=1, **options
    )


def _ollama(url: str, scenario: str, options: Any) -> BaseChatModel:
    from langchain_ollama import ChatOllama

    return ChatOllama(model="qwen3", base_url=url, reasoning=scenario == s.REASONING or None, **options)


def _mistralai(url: str, scenario: str, options: Any) -> BaseChatModel:
    from langchain_mistralai import ChatMistralAI

    return ChatMistralAI(
        model="mistral-medium", base_url=f"{url}/v1", api_key=s.KEY, max_retries=1, **options
    )


def _deepseek(url: str, scenario: str, options: Any) -> BaseChatModel:
    from langchain_deepseek import ChatDeepSeek

    return ChatDeepSeek(
        model="deepseek-reasoner", api_base=f"{url}/v1", api_key=s.KEY, max_retries=0, **options
    )


def _groq(url: str, scenario: str, options: Any) -> BaseChatModel:
    from langchain_groq import ChatGroq

    return ChatGroq(model="openai/gpt-oss-20b", base_url=url, api_key=s.KEY, max_retries=0, **options)


_MAKERS: dict[str, Callable[[str, str, Any], BaseChatModel]] = {
    "openai": _openai,
    "openai_responses": _openai_responses,
    "anthropic": _anthropic,
    "google_genai": _google_genai,
    "ollama": _ollama,
    "mistralai": _mistralai,
    "deepseek": _deepseek,
    "groq": _groq,
}
PROVIDERS = tuple(_MAKERS)


def why_not_here(provider: str) -> str | None:
    """Why the installed version of a provider's package cannot be asked; ``None`` if it can."""
    if provider == "google_genai" and version("langchain-google-genai").startswith("3."):
        return "langchain-google-genai before 4.0 speaks gRPC and not HTTP"
    if provider == "ollama" and find_spec("langchain_ollama") is None:
        return "langchain-ollama needs newer versions of httpx and pydantic, and is not installed"
    return None
