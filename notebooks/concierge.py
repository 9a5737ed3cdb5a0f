"""Two agents that answer a traveller, offline: their models read from a script.

A **planner** looks up trains and weather until it knows enough; a **writer** answers in its own words. The
planner's provider is busy at the first try, as providers are. With real models, only ``planner`` and
``writer`` would be others.
"""

from typing import Any, ClassVar

from langchain_core.messages import SystemMessage
from langchain_core.tools import tool
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode, tools_condition
from pydantic import PrivateAttr
from scripted_model import Reply, ScriptedModel


class RateLimitError(Exception):
    """What a provider's client raises when it is sent too much."""

    status_code = 429
    request_id = "req_8f2c41"
    body: ClassVar = {
        "error": {"type": "rate_limit_exceeded", "message": "Too many requests: wait a second."}
    }


class BusyModel(ScriptedModel):
    """Refuses its first call."""

    failures: int = 1
    _refused: int = PrivateAttr(default=0)

    def _stream(self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> Any:
        if self._refused < self.failures:
            self._refused += 1
            raise RateLimitError("Too many requests: wait a second.")
        yield from super()._stream(messages, stop, run_manager, **kwargs)


@tool
def trains(origin: str, destination: str) -> str:
    """Trains between two cities today."""
    return f"{origin} → {destination}: 7:30, 9:30, 14:00; 2 h 50; from 21 €"


@tool
def weather(city: str) -> str:
    """The weather in a city today."""
    return f"{city}: 24 °C, sunny, wind from the sea after five"


ROUTE = '{"origin": "Porto", "destination": "Lisbon"}'
ANSWER = (
    "Take the **9:30** from Porto, about 21 €. Lisbon is sunny, and by the river the evening is windy: "
    "bring a jacket."
)


def make(failures: int = 1) -> Any:
    """The graph, and its planner; ``failures`` is how often the provider is busy."""
    planner = BusyModel(
        model_name="planner-mini",
        failures=failures,
        replies=[
            Reply(text="First, how to get there.", tool="trains", arguments=ROUTE),
            Reply(text="And is it worth going?", tool="weather", arguments='{"city": "Lisbon"}'),
            Reply(text="The train at 9:30, and stay for the evening: sunny, 24 °C."),
        ],
    )
    writer = ScriptedModel(
        model_name="writer-large",
        replies=[Reply()] * 3 + [Reply(text=ANSWER)],
    )

    def plan(state: MessagesState) -> dict[str, Any]:
        known = any(message.type == "tool" for message in state["messages"])
        system = SystemMessage("You plan day trips. Look things up; never guess a time.")
        model = planner.bind_tools([trains, weather], temperature=0.2 if known else 0)
        patient = model.with_retry(stop_after_attempt=2, wait_exponential_jitter=False)
        return {"messages": [patient.invoke([system, *state["messages"]])]}

    def write(state: MessagesState) -> dict[str, Any]:
        system = SystemMessage("Answer the traveller in two friendly sentences.")
        return {"messages": [writer.bind(max_tokens=200).invoke([system, *state["messages"]])]}

    builder = StateGraph(MessagesState).add_node("plan", plan).add_node("write", write)
    builder.add_node("tools", ToolNode([trains, weather])).add_edge(START, "plan").add_edge("tools", "plan")
    builder.add_conditional_edges("plan", tools_condition, {"tools": "tools", "__end__": "write"})
    return builder.compile(name="concierge"), planner


concierge, planner = make()
