"""What was sent to a model, and what a run knows of it: in one form for all wire formats."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.providers.server import Received
from tests.providers.wire import JSON

Piece = tuple[Any, ...]
"""A piece of a message: ``("user", "text", …)``, ``("assistant", "call", name, args)``, ….

Some formats put two messages into one, or the results of tools into the user's: pieces are the same in all.
"""


@dataclass
class Sent:
    """One request: the pieces of its messages, a system prompt first; tools by name; parameters."""

    pieces: list[Piece]
    tools: dict[str, JSON]
    parameters: dict[str, JSON] = field(default_factory=dict)

    def differences(self, known: Sent, unknown: set[str], unsent: set[str]) -> list[str]:
        """What is known otherwise than it was sent.

        Parameters in ``unknown`` were sent and LangChain reports nothing of them; ``unsent`` are those that
        it reports and its class does not send.
        """
        found = []
        if self.pieces != known.pieces:
            found.append(f"sent {self.pieces}, known {known.pieces}")
        if self.tools != known.tools:
            found.append(f"sent the tools {self.tools}, known {known.tools}")
        for name in sorted(self.parameters.keys() | known.parameters.keys()):
            sent, reported = self.parameters.get(name), known.parameters.get(name)
            if sent != reported:
                is_explained = (name in unknown and reported is None) or (name in unsent and sent is None)
                if not is_explained:
                    found.append(f"{name}: sent {sent!r}, known {reported!r}")
        return found


# -- as it was sent


def sent(request: Received) -> Sent:
    """A request that an endpoint received."""
    return _FORMATS[request.provider](request.body)


def _chat(body: JSON) -> Sent:
    """OpenAI's chat completions and its dialects."""
    pieces = [piece for message in body["messages"] for piece in _chat_message(message)]
    return Sent(pieces, _tools(body.get("tools")), _parameters(body))


def _chat_message(message: JSON) -> Iterator[Piece]:
    role = "system" if message["role"] == "developer" else message["role"]
    if role == "tool":
        yield ("tool", "result", _text(message["content"]))
        return
    yield from _content(role, message.get("content"))
    for call in message.get("tool_calls") or ():
        yield _call(call["function"]["name"], call["function"]["arguments"])


def _responses(body: JSON) -> Sent:
    pieces: list[Piece] = []
    for item in body["input"]:
        kind = item.get("type", "message")
        if kind == "function_call":
            pieces.append(_call(item["name"], item["arguments"]))
        elif kind == "function_call_output":
            pieces.append(("tool", "result", _text(item["output"])))
        elif kind == "message":
            pieces += _content(item["role"], item["content"])
    return Sent(pieces, _tools(body.get("tools")), _parameters(body))


def _anthropic(body: JSON) -> Sent:
    pieces = list(_content("system", body.get("system")))
    for message in body["messages"]:
        pieces += _content(message["role"], message["content"])
    return Sent(pieces, _tools(body.get("tools")), _parameters(body))


def _gemini(body: JSON) -> Sent:
    pieces: list[Piece] = [
        ("system", "text", part["text"]) for part in (body.get("systemInstruction") or {"parts": ()})["parts"]
    ]
    for content in body["contents"]:
        role = {"model": "assistant"}.get(content["role"], content["role"])
        for part in content["parts"]:
            if "functionCall" in part:
                pieces.append(_call(part["functionCall"]["name"], part["functionCall"]["args"]))
            elif "functionResponse" in part:
                pieces.append(("tool", "result", part["functionResponse"]["response"]["output"]))
            elif "inlineData" in part:
                pieces.append((role, "image", _base64(part["inlineData"]["data"])))
            else:
                pieces.append((role, "text", part["text"]))
    tools = [
        declared for tool in body.get("tools") or () for declared in tool.get("functionDeclarations") or ()
    ]
    allowed = ((body.get("toolConfig") or {}).get("functionCallingConfig") or {}).get("allowedFunctionNames")
    choice = {"tool_choice": allowed[0]} if allowed else {}
    return Sent(pieces, _tools(tools), _parameters({**body["generationConfig"], **choice}))


def _ollama(body: JSON) -> Sent:
    pieces: list[Piece] = []
    for message in body["messages"]:
        pieces += _chat_message(message)
        pieces += [(message["role"], "image", image) for image in message.get("images") or ()]
    parameters = {key: value for key, value in body.items() if key != "options"}
    return Sent(pieces, _tools(body.get("tools")), _parameters({**parameters, **(body.get("options") or {})}))


_FORMATS: dict[str, Callable[[JSON], Sent]] = {
    "openai": _chat,
    "openai_responses": _responses,
    "anthropic": _anthropic,
    "google_genai": _gemini,
    "ollama": _ollama,
    "mistralai": _chat,
    "deepseek": _chat,
    "groq": _chat,
}


# -- as it is known


def known(call: Any) -> Sent:
    """A call of ``run.calls``."""
    pieces: list[Piece] = []
    for message in call.input:
        if message["type"] == "tool":
            pieces.append(("tool", "result", _text(message["content"])))
            continue
        role = {"human": "user", "ai": "assistant"}.get(message["type"], message["type"])
        pieces += _content(role, message["content"])
        made = [piece for piece in pieces if piece[1] == "call"]
        calls = [_call(each["name"], each["args"]) for each in message.get("tool_calls") or ()]
        pieces += [each for each in calls if each not in made]
    return Sent(pieces, _tools(call.tools), _parameters(call.parameters or {}))


# -- in one form


def _content(role: str, content: JSON) -> Iterator[Piece]:
    role = "system" if role == "developer" else role
    if isinstance(content, str):
        content = [{"type": "text", "text": content}]
    for part in content or ():
        kind = part["type"]
        if kind in ("text", "input_text", "output_text") and part["text"].strip():
            yield (role, "text", part["text"].strip())
        elif kind == "tool_use":
            yield _call(part["name"], part["input"])
        elif kind == "tool_result":
            yield ("tool", "result", _text(part["content"]))
        elif kind in ("image", "image_url", "input_image"):
            yield (role, "image", _image(part))


def _call(name: str, arguments: JSON) -> Piece:
    args = json.loads(arguments) if isinstance(arguments, str) else arguments
    return ("assistant", "call", name, json.dumps(args, sort_keys=True))


def _text(content: JSON) -> str:
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


def _image(part: JSON) -> str:
    source = part.get("source") or part
    found = source.get("data") or source.get("base64")
    address = part.get("image_url")
    address = address["url"] if isinstance(address, dict) else address
    return _base64(found or address.partition("base64,")[2])


def _base64(data: str) -> str:
    return data.replace("-", "+").replace("_", "/")


def _tools(tools: JSON) -> dict[str, JSON]:
    functions = [tool.get("function") or tool for tool in tools or ()]
    return {
        function["name"]: (
            function.get("description"),
            schema(function.get("parameters") or function.get("input_schema")),
        )
        for function in functions
    }


def schema(given: JSON) -> JSON:
    """What a JSON schema says of types and what is required; the classes of providers word the rest anew."""
    if not isinstance(given, dict):
        return None
    return {
        "type": str(given.get("type")).lower(),
        "properties": {name: schema(each) for name, each in (given.get("properties") or {}).items()},
        "required": sorted(given.get("required") or ()),
    }


_SPELLINGS = {
    "max_tokens": (
        "max_tokens",
        "max_completion_tokens",
        "max_output_tokens",
        "maxOutputTokens",
        "num_predict",
    ),
    "temperature": ("temperature",),
    "top_p": ("top_p", "topP"),
    "top_k": ("top_k", "topK"),
    "seed": ("seed", "random_seed"),
    "stop": ("stop", "stop_sequences", "stopSequences"),
    "n": ("n", "candidateCount"),
    "effort": ("reasoning_effort",),
    "parallel_tool_calls": ("parallel_tool_calls",),
}


def _parameters(given: Mapping[str, JSON]) -> dict[str, JSON]:
    found: dict[str, JSON] = {
        name: next((given[each] for each in spellings if given.get(each) is not None), None)
        for name, spellings in _SPELLINGS.items()
    }
    found["tool_choice"] = _chosen(given.get("tool_choice"))
    found["response"] = schema(_response(given))
    return {name: value for name, value in found.items() if value is not None}


def _chosen(choice: JSON) -> JSON:
    if isinstance(choice, dict):
        return (choice.get("function") or choice).get("name") or choice.get("type")
    return choice


def _response(given: Mapping[str, JSON]) -> JSON:
    """The schema that an answer is to have."""
    wrapped = given.get("response_format") or (given.get("text") or {}).get("format")
    wrapped = wrapped or (given.get("output_config") or {}).get("format")
    if isinstance(wrapped, dict):
        return (wrapped.get("json_schema") or wrapped)["schema"]
    bare = given.get("responseJsonSchema") or given.get("response_json_schema") or given.get("format")
    return bare or wrapped
