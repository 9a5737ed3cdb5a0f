"""The tables: names, columns, kinds. What frames, the saved file, the widget and the documents share.

In every table ``namespace`` is the segments ``node:task_id`` joined by ``|``, ``""`` at the root; ids join
across tables; times are seconds since the epoch. A row stands where its first event stands in the stream.

``docs/tables.md`` and ``js/src/core/tables.ts`` are made of this: ``python -m tools.schema``.
"""

from __future__ import annotations

from lg_jupyter.errors import UsageError
from lg_jupyter.spelling import format_suggestion_ending
from lg_jupyter.tables.call_schema import MODEL_CALLS_SCHEMA, TOOL_CALLS_SCHEMA
from lg_jupyter.tables.columns import (
    NAMESPACE_COLUMN,
    NODE_COLUMN,
    SEQ_COLUMN,
    STATUSES,
    STEP_COLUMN,
    TASK_ID_COLUMN,
    TIMESTAMP_COLUMN,
    TOKEN_COUNT_COLUMNS,
    Column,
    TableSchema,
    make_table_schema,
)
from lg_jupyter.tables.store_schema import STORE_OPS_SCHEMA

SCHEMAS: dict[str, TableSchema] = {
    schema.name: schema
    for schema in (
        make_table_schema(
            "events",
            "seq",
            "one event of the stream",
            seq=Column("int", "Its number, from 0: the order of what happened.", is_always_set=True),
            timestamp=Column("time", "When it arrived.", is_always_set=True),
            mode=Column(
                "category",
                "The stream mode that it came in; `control` is what its source says.",
                is_always_set=True,
            ),
            namespace=NAMESPACE_COLUMN,
            node=NODE_COLUMN,
            step=STEP_COLUMN,
            task_id=TASK_ID_COLUMN,
            message_id=Column("string", "The message that it is of, as in `messages`."),
            run_id=Column("category", "The run's id, as its source names it."),
            thread_id=Column("category", "The run's thread."),
            checkpoint_id=Column("string", "The checkpoint that it tells of, as in `checkpoints`."),
            data=Column("json", "What came, as it came."),
        ),
        make_table_schema(
            "tasks",
            "task_id",
            "one execution of a node",
            "A task that waited for an answer and was resumed is one row.",
            task_id=Column("string", "LangGraph's id of the execution.", is_always_set=True),
            parent_task_id=Column("string", "The task whose (sub)graph this one belongs to."),
            namespace=NAMESPACE_COLUMN,
            node=Column("category", "The node.", is_always_set=True),
            title=Column(
                "string",
                'Of one tool call: the tool or subagent, and its arguments: `critic · "check the dates"`.',
            ),
            step=STEP_COLUMN,
            status=Column(
                "category",
                "How it stands; `unreported` has started, and nothing more ever came of it.",
                is_always_set=True,
                categories=STATUSES,
            ),
            start_time=Column("time", "By the source's clock where it sends one, else by arrival."),
            end_time=Column("time", "The same of its end."),
            latency=Column("float", "The time spent running, without that spent waiting for an answer."),
            model_time=Column(
                "float",
                "Of `latency`, the time in which models were at work, also in graphs that it ran: several at "
                "once count once. Missing where not all calls of the task are known, which is so where they "
                "are inferred.",
            ),
            model_wait_time=Column(
                "float", "Of `model_time`, that in which nothing had come yet of any answer."
            ),
            tool_time=Column("float", "The same of tools, without models that were at work meanwhile."),
            retry_time=Column("float", "That between tries, of the task or of a call in it."),
            own_time=Column(
                "float",
                "What is left of `latency`: the node's own code, and what is called there without LangChain.",
            ),
            error=Column("json", "What it failed with: `error` and `message`."),
            traceback=Column(
                "json",
                "Of a graph in this process, that exception and what caused it, nearest first: of each "
                "`error`, `message`, `relation` to the one before (`cause`, `context`, `member` of a group), "
                "`notes` and `frames`. These have `file`, `line`, `function`, `source`, `owner` (`user`, "
                "`library`, `lg_jupyter`) and whether a reader is `shown` it at first. A server tells none.",
            ),
            input=Column("json", "What it was given."),
            result=Column("json", "What it gave."),
            triggers=Column("json", "What made it run."),
            interrupts=Column("json", "The interrupts that it raised, as they were sent."),
            retries=Column(
                "json",
                "Each time that it was tried again: `time`, and as `failed_time`, `error` and `message` when "
                "and with what it had failed. A server tells of retries only in the mode `events`, and not "
                "with what they failed.",
            ),
        ),
        make_table_schema(
            "messages",
            "message_id",
            "one message",
            """Times are by the arrival of chunks; what was there before the run has no time, no task and no
            tokens, and is not counted. Tokens count once, whether chunks, the whole message or both carry
            them; what nobody counted is missing and not 0.""",
            message_id=Column("string", "Its id.", is_always_set=True),
            namespace=NAMESPACE_COLUMN,
            node=Column("category", "The node that made it."),
            step=STEP_COLUMN,
            task_id=TASK_ID_COLUMN,
            role=Column(
                "category", "`ai`, `human`, `system`, `tool`, or as a program calls it.", is_always_set=True
            ),
            source=Column(
                "category",
                "Where it comes from: `input` is what the run (or the subgraph of its namespace) was given, "
                "`history` what else was there before, of which the newest 50 have rows; `model`, `node` and "
                "`tool` made it.",
                categories=("input", "history", "model", "node", "tool"),
            ),
            name=Column("string", "Its `name`."),
            speaker=Column(
                "category",
                "Who says it, for a reader: of people and tools the name, of a model its agent's, its own or "
                "its node's, else the role.",
                is_always_set=True,
            ),
            text=Column("string", "Its text.", is_streamed=True),
            reasoning=Column("string", "The model's reasoning.", is_streamed=True),
            blocks=Column(
                "json",
                "Content blocks that are neither, in LangChain's standard form: images, sound, refusals, "
                "what a provider's own tools were given and returned.",
            ),
            citations=Column(
                "json",
                "The places that an answer names: `url`, `title`, `cited_text`, `start_index`, ….",
            ),
            tool_calls=Column(
                "json",
                "`id`, `name` and `args` of each; `args` is text while it streams, and if it is no JSON. Of "
                "one whose tool raised `status` is `error` and `error` what; of those that got no result "
                "because of that, `cancelled` and why.",
            ),
            tool_call_id=Column("string", "The call that it answers."),
            artifact=Column("json", "What a tool returned beside what the model gets of it."),
            status=Column(
                "category",
                "`running` until it is complete, then `success`, of a tool's perhaps `error`; of a stream "
                "that broke off `error`, `cancelled` or `incomplete`, as is an answer that was cut by a "
                "limit, filtered or refused.",
                is_always_set=True,
                categories=STATUSES,
            ),
            finish_reason=Column("category", "The provider's own word for why the model stopped."),
            chunk_count=Column("int", "In how many pieces it came; 0 if whole."),
            start_time=Column(
                "time",
                "When its model could first have been called: at the start of its task, or the end of the "
                "message before in the same task; where the stream tells of no tasks, when it began to come.",
            ),
            first_token_time=Column("time", "When its first words came."),
            end_time=Column("time", "When it was complete."),
            latency=Column("float", "From `start_time` to `end_time`; none of one that came whole."),
            time_to_first_token=Column(
                "float", "From `start_time`, so with what the node did before it called the model."
            ),
            **TOKEN_COUNT_COLUMNS,
            provider=Column("category", "The model's provider, as LangChain names it."),
            model=Column("category", "The model."),
            tags=Column("json", "The tags of the model's call."),
            agent_name=Column("category", "The agent whose call it was."),
            removed_time=Column("time", "When it was removed from the state; its row stays."),
        ),
        make_table_schema(
            "tokens",
            None,
            "one piece of a message, as it came",
            seq=SEQ_COLUMN,
            timestamp=TIMESTAMP_COLUMN,
            message_id=Column("string", "Its message, as in `messages`.", is_always_set=True),
            namespace=NAMESPACE_COLUMN,
            node=NODE_COLUMN,
            kind=Column(
                "category",
                "What it is a piece of.",
                is_always_set=True,
                categories=("text", "reasoning", "tool_call"),
            ),
            text=Column("string", "The piece.", is_always_set=True),
        ),
        make_table_schema(
            "state_diffs",
            None,
            "one change to the state of a graph",
            """From one state of a namespace to its next, as differences of JSON values; `1`, `1.0` and `true`
            differ. Objects are compared key by key, lists item by item (items with an `id` by that), strings
            whole; a list or object which has hardly anything in common with what it was is one change.
            Positions in `path` are those of the new list; only the last one of a `remove` is that of the old
            list. To apply the rows of one state: from outer to inner lists remove, add in order, append,
            change.""",
            seq=SEQ_COLUMN,
            timestamp=TIMESTAMP_COLUMN,
            namespace=NAMESPACE_COLUMN,
            step=STEP_COLUMN,
            nodes=Column(
                "json",
                'Those which wrote it: `["__start__"]` for the input, `[]` if unknown.',
                is_always_set=True,
            ),
            key=Column("category", "The channel; none if the state is no object."),
            path=Column("string", "A JSON Pointer to what changed.", is_always_set=True),
            op=Column(
                "category",
                "`add`: a key, or an item inside a list (the first state of a namespace adds each of its "
                "channels whole). `remove`: a key, or an item. `append`: a list that grew at its end. "
                "`change`: another value. `write`: what a node wrote to a key that no state shows, before "
                "any reducer.",
                is_always_set=True,
                categories=("add", "remove", "append", "change", "write"),
            ),
            before=Column("json", "What was there; of a `write` unknown."),
            after=Column("json", "What is there; of an `append` the list of all new items."),
        ),
        make_table_schema(
            "checkpoints",
            "checkpoint_id",
            "one checkpoint",
            checkpoint_id=Column("string", "Its id.", is_always_set=True),
            parent_checkpoint_id=Column("string", "The one before it."),
            thread_id=Column("category", "The thread that it is on."),
            namespace=NAMESPACE_COLUMN,
            step=STEP_COLUMN,
            source=Column("category", "`input`, `loop`, `update` or `fork`, as LangGraph says."),
            timestamp=Column("time", "When it was saved.", is_always_set=True),
            next=Column("json", "The nodes that come next."),
            values=Column("json", "The state."),
        ),
        make_table_schema(
            "namespaces",
            "namespace",
            "one execution of a graph, the root's and each subgraph's",
            """Counts and tokens are the namespace's own, without those of namespaces inside it. A namespace
            starts with its first event and ends with its last, both by the clock of the task that runs it; if
            that does not succeed, it ends with it.""",
            namespace=Column("string", 'Its name; `""` of the root.', is_always_set=True),
            parent=Column("string", "The namespace of the task that runs it."),
            node=Column("category", "The node of that task."),
            graph_name=Column(
                "category", "What the graph is called, by itself, its agent or the tool's call."
            ),
            title=Column("string", 'Where a tool call ran it, also with what: `critic · "check the dates"`.'),
            depth=Column("int", "How deep it is; 0 is the root.", is_always_set=True),
            status=Column("category", "How it stands.", is_always_set=True, categories=STATUSES),
            start_time=Column("time", "When it began."),
            end_time=Column("time", "When it was over."),
            latency=Column("float", "The time spent running, without that in which the run waited."),
            task_count=Column("int", "Its tasks.", is_always_set=True),
            message_count=Column("int", "Messages that were made in it.", is_always_set=True),
            input_tokens=Column("int", "Tokens that its models read."),
            output_tokens=Column("int", "Tokens that they gave out."),
            tool_call_id=Column("string", "The call of a tool for which it ran."),
            tool_call=Column("json", "That call: `id`, `name`, `args`."),
        ),
        make_table_schema(
            "custom",
            None,
            "one custom datum",
            seq=SEQ_COLUMN,
            timestamp=TIMESTAMP_COLUMN,
            namespace=NAMESPACE_COLUMN,
            node=Column("category", "The node that wrote it, where that is known."),
            data=Column("json", "What it wrote."),
        ),
        MODEL_CALLS_SCHEMA,
        TOOL_CALLS_SCHEMA,
        STORE_OPS_SCHEMA,
        make_table_schema(
            "interrupts",
            "number",
            "one interrupt",
            interrupt_id=Column(
                "string",
                "LangGraph's id. It may come twice: two nodes raise a `NodeInterrupt`, or one asks twice "
                "(before langgraph 1.2.13).",
                is_always_set=True,
            ),
            namespace=NAMESPACE_COLUMN,
            node=Column("category", "The node that asks."),
            task_id=TASK_ID_COLUMN,
            value=Column("json", "What it asks."),
            response_schema=Column("json", "The JSON schema of an answer, where it names one."),
            status=Column(
                "category",
                "`answered elsewhere`: its thread asks it no more, and it was not this run that answered.",
                is_always_set=True,
                categories=("pending", "resumed", "answered elsewhere"),
            ),
            resumed_with=Column("json", "The answer."),
            number=Column("int", "Counts them, from 0.", is_always_set=True),
        ),
    )
}
"""Every table by name, in the order in which documents list them."""

TABLES_SENT_AS_COUNTS = frozenset({"events", "tokens"})
"""Those of which a display gets only the number of rows: it fetches what it shows."""


def get_table_schema(name: str) -> TableSchema:
    """The schema of the table ``name``; :class:`UsageError` if there is no such table."""
    found = SCHEMAS.get(name)
    if found is None:
        meant = format_suggestion_ending(name, SCHEMAS)
        raise UsageError(f"There is no table {name!r}{meant} Tables: {', '.join(SCHEMAS)}.")
    return found
