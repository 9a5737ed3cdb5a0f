"""Secrets: canaries of every kind in every artefact, and what of ordinary traffic is masked by mistake."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from langchain_core.messages import HumanMessage, ToolMessage
from langgraph.graph import START, StateGraph
from langgraph.types import StreamWriter

import lg_jupyter
from lg_jupyter.encode import Encoder, to_plain_json
from lg_jupyter.secrets.rules import SECRET_TOKEN_SHAPES
from tests.campaigns import Figure
from tests.graphs import ScriptedModel
from tests.leaky import Leak, build_leaky
from tests.recordings import FOLDER
from tests.secret_samples import NAMES, TOKENS
from tests.sinks import leaks, sinks

MODES = ["values", "updates", "messages", "custom", "debug"]


def figures() -> Iterator[Figure]:
    found = sum(bool(escaped(told, secret)) for told, secret in TOKENS.values())
    yield Figure("canaries planted, known by shape", len(TOKENS), "seen in an artefact", found)
    found = sum(bool(escaped_by_name(name)) for name in NAMES)
    yield Figure("canaries planted, known by name", len(NAMES), "seen in an artefact", found)
    texts = [told for told, _ in TOKENS.values()]
    without = sum(
        not any(begin in told for begin in shape.prefixes for told in texts) for shape in SECRET_TOKEN_SHAPES
    )
    yield Figure("shapes of tokens", len(SECRET_TOKEN_SHAPES), "without a canary", without)
    for what, values in (("recorded", recorded()), ("made up", made_up())):
        total, wrong = masked_by_mistake(values)
        yield Figure(f"ordinary values, {what}", total, "masked by mistake", wrong, total // 10_000)


def escaped(told: str, secret: str) -> dict[str, str]:
    """Where a canary that a graph tells in every way is seen."""
    return _seen(build_leaky(), {"secrets": [told], "ending": "error", "messages": []}, secret)


def escaped_by_name(name: str) -> dict[str, str]:
    """The same of one that nothing but its name gives away."""
    secret = f"tell-nobody-of-{uuid.uuid4().hex}"
    return _seen(build_named(name), {"told": {name: secret}, "messages": []}, secret)


def _seen(graph: Any, given: dict[str, Any], secret: str) -> dict[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        run = lg_jupyter.stream(graph, given, modes=MODES, display=False, thread=True)
        with suppress(Exception):
            run.wait()
        return leaks(secret, sinks(run, Path(folder)), least=min(14, len(secret)))


class Named:
    """An object whose ``repr`` tells a secret by its name."""

    def __init__(self, name: str, secret: str) -> None:
        self.text = f"<Named {name}={secret!r} ok=1>"

    def __repr__(self) -> str:
        return self.text


def build_named(name: str) -> Any:
    """A graph that holds a secret under a name: in state, call, result, stream and object."""

    def tell(state: Leak, writer: StreamWriter) -> Leak:
        told = state["told"]
        text = json.dumps(told)
        pieces = [{"tool_call_chunks": [{"name": "look_up", "args": "", "id": "call-1", "index": 0}]}]
        pieces += [
            {"tool_call_chunks": [{"name": None, "args": text[at : at + 5], "id": None, "index": 0}]}
            for at in range(0, len(text), 5)
        ]
        asked = ScriptedModel(lines=[pieces]).invoke([HumanMessage("look", id="asked")])
        answer = ToolMessage(text, tool_call_id="call-1", id="tool", name="look_up")
        writer({"headers": told})
        return {"messages": [asked, answer], "told": {**told, "as": Named(name, told[name]), "in": [told]}}

    return StateGraph(Leak).add_node("tell", tell).add_edge(START, "tell").compile()


# ---------------------------------------------------------------------------------------------
# what is masked by mistake


def masked_by_mistake(values: Iterator[Any]) -> tuple[int, int]:
    """How many values there are, and how many of them are masked."""
    total = wrong = 0
    for value in values:
        kept = to_plain_json(Encoder().encode(value))
        total += sum(1 for _ in _leaves(value))
        wrong += json.dumps(kept).count("[redacted ") - json.dumps(value).count("[redacted ")
    return total, wrong


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _leaves(item)
    else:
        yield value


def recorded() -> Iterator[Any]:
    """What graphs, servers and providers sent when the recordings were made."""
    for path in sorted(FOLDER.rglob("*.jsonl")):
        for line in path.read_text().splitlines():
            yield json.loads(line)


def made_up(values: int = 120_000) -> Iterator[Any]:
    """What tools, documents and programs hold beside that."""
    drawn = random.Random(15)
    makers = [_identifiers, _code, _schema, _tool_result, _prose, _page]
    made = 0
    while made < values:
        value = makers[made % len(makers)](drawn) if made % 7 else _identifiers(drawn)
        made += sum(1 for _ in _leaves(value))
        yield value


def _identifiers(drawn: random.Random) -> Any:
    data = drawn.randbytes(60)
    return {
        "id": str(uuid.UUID(bytes=data[:16])),
        "run_id": f"run-{uuid.UUID(bytes=data[16:32])}",
        "sha": hashlib.sha256(data).hexdigest(),
        "commit": hashlib.sha1(data).hexdigest()[: drawn.choice((7, 12, 40))],
        "image": base64.b64encode(data * drawn.randint(1, 30)).decode(),
        "url_safe": base64.urlsafe_b64encode(data).decode(),
        "tool_call_id": f"call_{base64.b32encode(data[:15]).decode()}",
        "message_id": f"msg_{data.hex()[:24]}",
        "system_fingerprint": f"fp_{data.hex()[:10]}",
        "checkpoint_ns": f"task-force:{uuid.UUID(bytes=data[32:48])}",
        "etag": f'W/"{data.hex()[:20]}"',
        "token": drawn.choice(WORDS),
        "next_page_token": base64.urlsafe_b64encode(data[:24]).decode(),
        "max_tokens": drawn.randint(1, 9999),
        "key": drawn.choice(WORDS),
        "primary_key": drawn.randint(1, 99),
        "embedding": [drawn.random() for _ in range(8)],
    }


def _code(drawn: random.Random) -> Any:
    one, two = drawn.choice(WORDS), drawn.choice(WORDS)
    return {
        "content": f"import os\n\ndef {one}({two}: str) -> None:\n    key = os.environ['OPENAI_API_KEY']\n"
        f"    client = Client(api_key=key)  # {two}-{one}-of-the-{two}\n    return client.{one}({two!r})\n",
        "shell": f"git clone git@github.com:{one}/{two}.git && cd disk-{two} && pip install scikit-{one}",
        "sql": f"SELECT password_hash, token FROM {one} WHERE id = {drawn.randint(1, 99)};",
        "diff": f"--- a/{one}.py\n+++ b/{one}.py\n@@ -1 +1 @@\n-risk-{two}\n+task-{two}-{one}-1",
        "yaml": f"{one}:\n  - {two}\n----------\nbearer: {two}",
    }


def _schema(drawn: random.Random) -> Any:
    name = drawn.choice(WORDS)
    return {
        "name": f"log_in_{name}",
        "description": f"Logs in with a password and an API key; the {name} token lasts an hour.",
        "parameters": {
            "type": "object",
            "properties": {
                each: {"type": "string", "description": f"The {each} of the {name}."}
                for each in ("password", "api_key", "access_token", name)
            },
            "required": ["password", "api_key"],
        },
    }


def _tool_result(drawn: random.Random) -> Any:
    one, two = drawn.sample(WORDS, 2)
    rows = [
        {"title": f"{one} {n}", "url": f"https://{two}.example.com:8443/{one}?page={n}"} for n in range(3)
    ]
    return {"role": "tool", "content": json.dumps({"results": rows, "took": drawn.random(), "auth": None})}


def _prose(drawn: random.Random) -> Any:
    words = [drawn.choice(WORDS) for _ in range(drawn.randint(5, 200))]
    return {"type": "AIMessageChunk", "content": " ".join(words), "chunks": words}


def _page(drawn: random.Random) -> Any:
    one, two = drawn.sample(WORDS, 2)
    return {
        "html": f'<a href="//cdn.example.com/{one}.js">{two}</a><input type="password" name="password">',
        "mail": f"mailto:{one}@{two}.example.org",
        "links": [
            f"ssh://git@{one}.example.com:22/{two}",
            f"http://{one}:8080/@{two}",
            f"redis://{one}:6379/0",
        ],
        "time": f"2026-11-{drawn.randint(10, 29)}T12:30:00+00:00",
        "text": f"The secret of {one} is {two}. Password: see the {one}. Bearer of {two}.",
    }


WORDS = [
    "answer",
    "agent",
    "basket",
    "bearer",
    "cat",
    "change",
    "city",
    "country",
    "data",
    "disk",
    "document",
    "dog",
    "early",
    "engine",
    "example",
    "fish",
    "force",
    "garden",
    "graph",
    "house",
    "image",
    "infrastructure",
    "joke",
    "key",
    "language",
    "long-term",
    "market",
    "message",
    "model",
    "note",
    "number",
    "order",
    "page",
    "paper",
    "people",
    "plan",
    "query",
    "question",
    "report",
    "research",
    "result",
    "risk-averse",
    "rock-bottom",
    "sea",
    "search",
    "secret",
    "sentence",
    "simple",
    "sketch",
    "state",
    "step",
    "story",
    "summary",
    "task-oriented",
    "team-based",
    "thing",
    "token",
    "tool",
    "topic",
    "tree",
    "weather",
    "well-being",
    "word",
    "work-in-progress",
    "world",
    "year",
]
