"""What calls of models cost: equal to what one computes by hand from the providers' lists of prices."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import Any

import pytest
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, ChatResult

import lg_jupyter
from lg_jupyter.errors import UsageError
from lg_jupyter.record.summary import format_headline, summarize_run
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.tables.costs import NO_PRICES_NOTE, TOKENS_NOT_COUNTED_NOTE, make_cost_columns_before_pricing
from lg_jupyter.text.words import format_cost, format_dollars
from tests.test_calls import finished, one_node

needs_prices = pytest.mark.skipif(find_spec("genai_prices") is None, reason="not with the oldest versions")
hears_models = pytest.mark.skipif(sys.version_info < (3, 11), reason="no callbacks in an async stream")


class Counting(BaseChatModel):
    """Answers with the given usage, as a class of this provider does; an exception is raised."""

    provider: str | None = "openai"
    name_: str | None = "gpt-4o"
    response_model: str | None = None
    usage: Any = None
    tier: str | None = None
    fails: bool = False

    @property
    def _llm_type(self) -> str:
        return "counting"

    def _get_ls_params(self, stop: Any = None, **_: Any) -> Any:
        return {"ls_provider": self.provider, "ls_model_name": self.name_, "ls_model_type": "chat"}

    def _generate(self, messages: Any, stop: Any = None, run_manager: Any = None, **_: Any) -> ChatResult:
        if self.fails:
            raise ConnectionError("no line")
        told = {"model_name": self.response_model, "service_tier": self.tier}
        metadata = {name: value for name, value in told.items() if value}
        answer = AIMessage("yes", usage_metadata=self.usage, response_metadata=metadata)
        return ChatResult(generations=[ChatGeneration(message=answer)])


def used(given: int, out: int, *, given_of: Any = None, out_of: Any = None) -> dict[str, Any]:
    usage: dict[str, Any] = {"input_tokens": given, "output_tokens": out, "total_tokens": given + out}
    details = {"input_token_details": given_of, "output_token_details": out_of}
    return usage | {name: value for name, value in details.items() if value}


def calling(*models: BaseChatModel) -> Any:
    """A graph whose node calls these models one after the other; what one raises is caught."""

    def node(state: Any) -> dict[str, Any]:
        for model in models:
            try:
                model.invoke("Is it so?")
            except ConnectionError:
                continue
        return {}

    return one_node(node)


LIST: list[tuple[str, str, dict[str, Any], float]] = [
    # provider, model, what was used, and US dollars by the prices of a million tokens that stand behind it
    ("openai", "gpt-4o", used(1_000, 100), (1_000 * 2.5 + 100 * 10) / 1e6),
    (
        "openai",
        "gpt-4o-mini-2024-07-18",
        used(1_000, 100, given_of={"cache_read": 400}),
        (600 * 0.15 + 400 * 0.075 + 100 * 0.6) / 1e6,
    ),
    (
        "openai",
        "gpt-5",
        used(2_000, 900, given_of={"cache_read": 1_024}, out_of={"reasoning": 768}),
        (976 * 1.25 + 1_024 * 0.125 + 900 * 10) / 1e6,  # reasoning is output
    ),
    ("openai", "gpt-4.1-mini", used(50_000, 12), (50_000 * 0.4 + 12 * 1.6) / 1e6),
    (
        "anthropic",
        "claude-sonnet-4-5",
        used(
            1_000,
            100,
            given_of={"cache_read": 400, "ephemeral_5m_input_tokens": 300, "ephemeral_1h_input_tokens": 100},
        ),
        (200 * 3 + 400 * 0.3 + 300 * 3.75 + 100 * 6 + 100 * 15) / 1e6,
    ),
    (
        "anthropic",
        "claude-haiku-4-5",
        used(1_000, 100, given_of={"cache_creation": 800}),
        (200 * 1 + 800 * 1.25 + 100 * 5) / 1e6,
    ),
    ("anthropic", "claude-opus-4-1", used(1_000, 100), (1_000 * 15 + 100 * 75) / 1e6),
    ("google_genai", "models/gemini-2.5-pro", used(1_000, 100), (1_000 * 1.25 + 100 * 10) / 1e6),
    ("google_genai", "gemini-2.5-pro", used(300_000, 100), (300_000 * 2.5 + 100 * 15) / 1e6),  # long prompts
    (
        "google_genai",
        "gemini-2.5-flash",
        used(1_000, 100, given_of={"audio": 250}),
        (750 * 0.3 + 250 * 1.0 + 100 * 2.5) / 1e6,
    ),
    ("groq", "llama-3.3-70b-versatile", used(1_000, 100), (1_000 * 0.59 + 100 * 0.79) / 1e6),
]


@needs_prices
@hears_models
def test_costs_are_those_of_the_providers_lists() -> None:
    models = [Counting(provider=provider, name_=name, usage=usage) for provider, name, usage, _ in LIST]
    run = finished(calling(*models))
    assert [call.cost for call in run.calls] == pytest.approx([cost for *_, cost in LIST], rel=1e-9)
    assert {call.price_source.split()[0] for call in run.calls} == {"genai-prices"}
    assert {call.cost_note for call in run.calls} == {None}
    assert run.usage["cost"] == pytest.approx(sum(cost for *_, cost in LIST))
    assert "unpriced_calls" not in run.usage


@needs_prices
@hears_models
def test_a_deployments_name_is_priced_by_the_model_that_answered() -> None:
    nameless = Counting(provider="azure", name_="our-own", usage=used(1_000, 0))
    azure = nameless.model_copy(update={"response_model": "gpt-4o-2024-08-06"})
    run = finished(calling(azure, nameless))
    known, unknown = run.calls
    assert known.cost == pytest.approx(0.0025)
    assert (unknown.cost, unknown.cost_note) == (None, "genai-prices has no price of our-own (azure)")
    assert (run.usage["cost"], run.usage["unpriced_calls"]) == (pytest.approx(0.0025), 1)
    frame = run.to_pandas("model_calls")
    assert frame["cost"].isna().tolist() == [False, True]


@needs_prices
@hears_models
@pytest.mark.parametrize(
    ("options", "note"),
    [
        ({"provider": None}, "its provider is not known"),
        ({"provider": "ollama", "name_": "qwen3"}, "genai-prices has no price of qwen3 (ollama)"),
        ({"usage": None}, "no tokens were counted"),
        ({"fails": True}, "no tokens were counted"),
        ({"usage": used(10, 1, given_of={"cache_read": 20})}, "cannot exceed input_tokens"),
    ],
)
def test_what_nobody_knows_is_missing_with_the_reason(options: dict[str, Any], note: str) -> None:
    run = finished(calling(Counting(**{"usage": used(10, 1), **options})))
    (call,) = run.calls
    assert (call.cost, call.price_source) == (None, None)
    assert note in call.cost_note
    assert "cost" not in run.usage


@needs_prices
@hears_models
def test_what_the_list_leaves_out_is_told() -> None:
    sound = used(1_000, 100, given_of={"audio": 400})
    run = finished(
        calling(Counting(name_="gpt-4o-audio-preview", usage=sound), Counting(usage=used(10, 1), tier="flex"))
    )
    assert [call.cost_note for call in run.calls] == [
        "sound at the price of text: the list has no other",
        "service tier flex: its prices are not those of the list",
    ]
    assert all(call.cost for call in run.calls)


@hears_models
def test_a_table_of_prices_goes_before_the_list() -> None:
    own = {"input": 2, "output": 8, "cache_read": 0.5, "cache_write": 3}
    prices = {"own": {**own, "input_audio": 5, "output_audio": 20}}
    given_of = {"cache_read": 100, "cache_creation": 50, "audio": 10}
    usage = used(1_000, 100, given_of=given_of, out_of={"audio": 30, "reasoning": 5})
    run = finished(calling(Counting(provider=None, name_="own", usage=usage)), price=prices)
    (call,) = run.calls
    by_hand = (840 * 2 + 100 * 0.5 + 50 * 3 + 10 * 5 + 70 * 8 + 30 * 20) / 1e6
    assert call.cost == pytest.approx(by_hand)
    assert (call.price_source, call.cost_note) == ("price=", None)
    run = finished(
        calling(Counting(provider=None, name_="own", usage=usage)), price={"own": {"input": 2, "output": 8}}
    )
    assert run.calls[0].cost == pytest.approx((1_000 * 2 + 100 * 8) / 1e6)
    assert "cached tokens at the price of input" in run.calls[0].cost_note


@hears_models
def test_a_function_of_a_call_gives_its_cost() -> None:
    run = finished(calling(Counting(usage=used(10, 1))), price=lambda call: call.input_tokens / 100)
    assert (run.calls[0].cost, run.calls[0].price_source) == (0.1, "price=")
    run = finished(calling(Counting(usage=used(10, 1))), price=lambda call: 1 / 0)
    assert run.status == "success"
    assert run.calls[0].cost_note == "price= raised ZeroDivisionError: division by zero"
    run = finished(calling(Counting(usage=used(10, 1))), price=lambda call: "much")
    assert run.calls[0].cost_note == "price= gave 'much', and not an amount of US dollars"
    assert run.calls[0].cost is None


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        (3, "a table of models or a function of a call, not 3"),
        ({"m": 3}, "has for 'm' no table of prices, but 3"),
        ({"m": {"inpt": 3}}, "no 'inpt': did you mean 'input'?"),
        ({"m": {"input": 3}}, "has for 'm' no output"),
        ({"m": {"input": "3", "output": 1}}, "for input is a number, not '3'"),
        ({1: {"input": 3, "output": 1}}, "by their names, not by 1"),
    ],
)
def test_a_price_that_is_none_is_refused(price: Any, expected: str) -> None:
    with pytest.raises(UsageError, match="price") as caught:
        lg_jupyter.stream(calling(), {}, price=price, display=False)
    assert expected in str(caught.value)


@hears_models
def test_a_secret_in_what_a_price_raises_is_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRICES_API_KEY", "sk-very-secret-1")

    def price(call: Any) -> float:
        raise ValueError("no such account: sk-very-secret-1")

    run = finished(calling(Counting(usage=used(10, 1))), price=price)
    assert "no such account" in run.calls[0].cost_note
    assert "sk-very-secret-1" not in repr(run.trace.rows("model_calls"))


@hears_models
def test_an_answer_from_the_cache_costs_nothing() -> None:
    from langchain_core.caches import InMemoryCache

    model = Counting(usage=used(10, 1), cache=InMemoryCache())
    first, second = finished(calling(model, model), price={"gpt-4o": {"input": 1e6, "output": 0}}).calls
    assert (first.cost, second.cost) == (10.0, 0.0)
    assert (second.cached, second.price_source, second.cost_note) == (True, "cache", None)


@hears_models
def test_a_saved_run_keeps_what_its_calls_cost_then(tmp_path: Any) -> None:
    run = finished(calling(Counting(usage=used(10, 1))), price=lambda call: 0.5)
    run.save(tmp_path / "run.jsonl")
    loaded = lg_jupyter.load(tmp_path / "run.jsonl")
    assert (loaded.calls[0].cost, loaded.calls[0].price_source) == (0.5, "price=")
    assert loaded.usage == run.usage
    replayed = run.replay(speed=None, display=False)
    replayed.wait()
    assert replayed.calls[0].cost == 0.5


@hears_models
def test_the_record_the_batch_and_the_comparison_tell_it() -> None:
    graph = calling(Counting(usage=used(10, 1)), Counting(fails=True))
    run = finished(graph, price=lambda call: 0.5)
    assert format_headline(summarize_run(get_run_state(run))).endswith("$0.5000 list price, without 1 call")
    batch = lg_jupyter.map(graph, [{}, {}], price=lambda call: 0.5, display=False).wait()
    assert batch.summary["cost"].tolist() == [0.5, 0.5]
    assert batch.summary["unpriced_calls"].tolist() == [1, 1]
    assert "$1.00 list price, without 2 calls" in repr(batch)
    comparison = lg_jupyter.compare(run, batch.runs[0])
    assert comparison.summary["cost"].tolist() == [0.5, 0.5]


def test_amounts_in_words() -> None:
    assert [format_dollars(amount) for amount in (0, 0.00001, 0.0031, 0.25, 12.4, 1234.5)] == [
        "$0.0000",
        "<$0.0001",
        "$0.0031",
        "$0.2500",
        "$12.40",
        "$1,234.50",
    ]
    assert format_cost({}) is None


@pytest.mark.parametrize(("given", "written"), [(1, None), (None, 1), (0, 0)])
def test_what_was_counted_has_no_price_yet(given: Any, written: Any) -> None:
    assert make_cost_columns_before_pricing(False, given, written) == {"cost_note": NO_PRICES_NOTE}


def test_what_nobody_counted_and_what_came_from_a_cache() -> None:
    assert make_cost_columns_before_pricing(False, None, None) == {"cost_note": TOKENS_NOT_COUNTED_NOTE}
    assert make_cost_columns_before_pricing(True, 5, 5) == {
        "cost": 0.0,
        "price_source": "cache",
        "cost_note": None,
    }
