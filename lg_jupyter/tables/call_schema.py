"""The schema of the calls of models and tools."""

from __future__ import annotations

from typing import get_args

from lg_jupyter.events.calls import CallSource
from lg_jupyter.tables.columns import (
    NAMESPACE_COLUMN,
    NODE_COLUMN,
    STATUSES,
    STEP_COLUMN,
    TASK_ID_COLUMN,
    TOKEN_COUNT_COLUMNS,
    Column,
    make_table_schema,
)

_KNOWN_FROM_COLUMN = Column(
    "category",
    "How it is known: `callback`, from the mode `events`, or `inferred` from its message.",
    is_always_set=True,
    categories=get_args(CallSource),
)

MODEL_CALLS_SCHEMA = make_table_schema(
    "model_calls",
    "call_id",
    "one call of a model",
    """As LangChain's callbacks report it in this process, and as a stream of mode `events` does. Where
    neither does, it is inferred from the message that came of it: `input` is then what messages its
    task's input holds, if it is the first call of the task, and what nobody reports is missing. Tries
    of one thing are rows of their own.""",
    call_id=Column(
        "string", "LangChain's id of the call; of an inferred one its message's.", is_always_set=True
    ),
    parent_call_id=Column("string", "The call of a tool or a model that it was made in."),
    message_id=Column("string", "The message that came of it, as in `messages`."),
    task_id=TASK_ID_COLUMN,
    namespace=NAMESPACE_COLUMN,
    node=NODE_COLUMN,
    step=STEP_COLUMN,
    agent_name=Column("category", "The agent whose call it was."),
    provider=Column("category", "The model's provider, as LangChain names it."),
    model=Column("category", "The model that was requested."),
    response_model=Column("category", "The model that answered, by its own word."),
    status=Column("category", "How it stands.", is_always_set=True, categories=STATUSES),
    start_time=Column("time", "When it began."),
    first_token_time=Column("time", "When something came of it first, where it was streamed."),
    end_time=Column("time", "When it was over."),
    latency=Column("float", "From `start_time` to `end_time`."),
    time_to_first_token=Column("float", "From `start_time` to `first_token_time`."),
    streamed=Column("json", "Whether its answer came in pieces."),
    attempt=Column("int", "Which try it is of the same thing, from 1."),
    retry_of=Column("string", "The call before it, which failed with the same messages."),
    cached=Column("json", "Whether the answer is from LangChain's cache: nothing was sent."),
    system=Column("json", 'The system prompt, which `input` begins with; `""` if there was none.'),
    input=Column("json", "The messages that the model was given."),
    repeated_messages=Column("int", "How many messages `input` begins with as that of `previous_call` does."),
    previous_call=Column("string", "The call before it of the same agent: same node, same name."),
    changed=Column(
        "json", "What is other than in `previous_call`, of `model`, `system`, `tools` and `parameters`."
    ),
    tools=Column("json", "The tools that it could call, in the provider's form."),
    input_parts=Column(
        "json",
        "How many characters `input` and `tools` have, by part: `system`, `tools`, `history` (what people "
        "and models wrote, calls of tools too), `tool_results`; `media` counts what is no text. Nobody "
        "counts tokens by part.",
    ),
    context_window=Column(
        "int", "How many tokens the model reads at most, as its `profile` in LangChain says."
    ),
    parameters=Column("json", "Temperature, limits, the form of the response, and what else was set."),
    output=Column("json", "The message that it answered with."),
    finish_reason=Column("category", "The provider's own word for why the model stopped."),
    **TOKEN_COUNT_COLUMNS,
    audio_tokens=Column("int", "Tokens of sound, read and given out."),
    usage=Column("json", "All that the provider counted, in LangChain's form."),
    cost=Column("float", "What it cost in US dollars, by list price; what is missing, nobody knows."),
    price_source=Column(
        "category", "Whose price: `genai-prices` with its version, `price=` of the run, `cache` (no charge)."
    ),
    cost_note=Column("string", "Why its cost is not known, or what the list price leaves out."),
    tags=Column("json", "The tags of the call."),
    error=Column("json", "What it failed with: `error`, `message`, and of the response what is known."),
    known_from=_KNOWN_FROM_COLUMN,
)

TOOL_CALLS_SCHEMA = make_table_schema(
    "tool_calls",
    "call_id",
    "one call of a tool",
    """Known as calls of models are; an inferred one is a message with a tool's result. A tool that LangGraph
    refuses before it is called (an unknown name) is no call, but for one that is inferred.""",
    call_id=Column(
        "string", "LangChain's id of the call; of an inferred one its message's.", is_always_set=True
    ),
    tool_call_id=Column("string", "The id that the model gave to it."),
    parent_call_id=Column("string", "The call of a tool that it was made in."),
    requested_by=Column("string", "The call of the model that requested it, as in `model_calls`."),
    message_id=Column("string", "The message with its result, as in `messages`."),
    task_id=TASK_ID_COLUMN,
    namespace=NAMESPACE_COLUMN,
    node=NODE_COLUMN,
    step=STEP_COLUMN,
    agent_name=Column("category", "The agent whose call it was."),
    name=Column("category", "The tool."),
    description=Column("string", "What the tool says of itself."),
    status=Column("category", "How it stands.", is_always_set=True, categories=STATUSES),
    start_time=Column("time", "When it began."),
    end_time=Column("time", "When it was over."),
    latency=Column("float", "From `start_time` to `end_time`."),
    args=Column("json", "What it was given, without what LangGraph injects."),
    result=Column("json", "What it returned: of a message the content."),
    artifact=Column("json", "What it returned beside what the model gets of it."),
    attempt=Column("int", "Which call it is under the same `tool_call_id`, from 1."),
    tags=Column("json", "The tags of the call."),
    error=Column("json", "What it failed with: `error` and `message`."),
    known_from=_KNOWN_FROM_COLUMN,
)
