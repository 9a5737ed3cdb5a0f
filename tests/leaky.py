"""A graph that tells its secrets in every way there is. What it tells is in its input and its config."""

from __future__ import annotations

from typing import Annotated, Any

from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.runnables import RunnableConfig
from langgraph.graph import START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.types import StreamWriter, interrupt
from typing_extensions import TypedDict

from tests.graphs import ScriptedModel


class Leak(TypedDict, total=False):
    messages: Annotated[list, add_messages]
    secrets: list[str]
    told: dict[str, Any]
    ending: str  # success, error, interrupt


class Opaque:
    """What only its repr tells of, long enough to be cut in the middle of a secret."""

    def __init__(self, secret: str) -> None:
        self.secret = secret

    def __repr__(self) -> str:
        return "<" + "." * 490 + self.secret + ">"


class Unlucky(Exception):
    """An exception whose text is not its arguments."""

    def __init__(self, secret: str) -> None:
        super().__init__()
        self.secret = secret

    def __str__(self) -> str:
        return f"unlucky with {self.secret}"


def told(state: Leak, config: RunnableConfig) -> list[str]:
    """Every secret that the graph was given."""
    password = (config.get("configurable") or {}).get("db_password")
    return [*state["secrets"], *([password] if password else [])]


def speak(state: Leak, config: RunnableConfig, writer: StreamWriter) -> Leak:
    secrets = told(state, config)
    pieces = [piece for secret in secrets for piece in ("it is ", *_split(secret), ". ")]
    pieces += [{"content": [{"type": "text", "text": piece, "index": 0}]} for piece in _split(secrets[0])]
    pieces += [
        {"tool_call_chunks": [{"name": name, "args": args, "id": call, "index": 0}]}
        for name, args, call in [
            ("look_up", '{"key": "', "call-1"),
            *((None, piece, None) for piece in _split(secrets[0])),
            (None, '"}', None),
        ]
    ]
    said = ScriptedModel(lines=[pieces]).invoke([HumanMessage("say it", id="asked")])
    writer({"custom": secrets, secrets[0]: "as a key"})
    return {"messages": [said]}


def _split(secret: str) -> list[str]:
    return [secret[:3], secret[3:9], secret[9:-4], secret[-4:]]


def use(state: Leak, config: RunnableConfig) -> Leak:
    secrets = told(state, config)
    output = f"the environment: {' '.join(secrets)} " + repr(secrets)
    whole = AIMessage(
        content=[{"type": "text", "text": secrets[0]}], id="whole", additional_kwargs={"k": secrets[-1]}
    )
    live = {} if _on_server(config) else {"opaque": Opaque(secrets[0]), "error": ValueError(secrets[0])}
    return {
        "messages": [ToolMessage(output, tool_call_id="call-1", id="tool", name="look_up"), whole],
        "told": {
            "nested": [{"deep": {"deeper": secrets}}],
            "json": str({"key": secrets[0]}),
            **live,
        },
    }


def _on_server(config: RunnableConfig) -> bool:
    return bool((config.get("configurable") or {}).get("on_server"))


def end(state: Leak, config: RunnableConfig) -> Leak:
    secrets = told(state, config)
    if state["ending"] == "interrupt":
        interrupt({"which": secrets})
    if state["ending"] == "error":
        try:
            try:
                raise Unlucky(secrets[0])
            except Unlucky as error:
                raise KeyError(
                    f"refused {secrets[-1]}", {"headers": {"Authorization": f"Bearer {secrets[0]}"}}
                ) from error
        except KeyError as error:
            failure = RuntimeError(f"cannot connect with {secrets[0]} and {secrets[-1]}")
            if hasattr(failure, "add_note"):
                failure.add_note(f"tried {secrets[0]}")
            raise failure from error
    return {}


def build_leaky(checkpointer: Any = None) -> Any:
    graph = StateGraph(Leak).add_node("speak", speak).add_node("use", use).add_node("end", end)
    graph.add_edge(START, "speak").add_edge("speak", "use").add_edge("use", "end")
    return graph.compile(checkpointer=checkpointer)


leaky = build_leaky()
