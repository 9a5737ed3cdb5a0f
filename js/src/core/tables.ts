// Made by `python -m tools.schema` of lg_jupyter/tables/schema.py, which is what to change.
// Times are seconds since the epoch by the kernel's clock, durations seconds. Missing is null.

import type { Json, Row } from "./json";

/** One vocabulary for runs, tasks and namespaces; only tasks are `cached` or `unreported`. */
export type Status =
  | "pending"
  | "running"
  | "success"
  | "interrupted"
  | "error"
  | "cancelled"
  | "incomplete"
  | "cached"
  | "unreported";

/** One event of the stream. */
export interface EventRow extends Row {
  /** Its number, from 0: the order of what happened. */
  seq: number;
  /** When it arrived. */
  timestamp: number;
  /** The stream mode that it came in; `control` is what its source says. */
  mode: string;
  /** The graph that it is of. */
  namespace: string;
  /** The node that it is of. */
  node: string | null;
  /** The step of its graph. */
  step: number | null;
  /** The execution of the node, as in `tasks`. */
  task_id: string | null;
  /** The message that it is of, as in `messages`. */
  message_id: string | null;
  /** The run's id, as its source names it. */
  run_id: string | null;
  /** The run's thread. */
  thread_id: string | null;
  /** The checkpoint that it tells of, as in `checkpoints`. */
  checkpoint_id: string | null;
  /** What came, as it came. */
  data: Json;
}

/** One execution of a node. */
export interface TaskRow extends Row {
  /** LangGraph's id of the execution. */
  task_id: string;
  /** The task whose (sub)graph this one belongs to. */
  parent_task_id: string | null;
  /** The graph that it is of. */
  namespace: string;
  /** The node. */
  node: string;
  /** Of one tool call: the tool or subagent, and its arguments: `critic · "check the dates"`. */
  title: string | null;
  /** The step of its graph. */
  step: number | null;
  /** How it stands; `unreported` has started, and nothing more ever came of it. */
  status: Status;
  /** By the source's clock where it sends one, else by arrival. */
  start_time: number | null;
  /** The same of its end. */
  end_time: number | null;
  /** The time spent running, without that spent waiting for an answer. */
  latency: number | null;
  /**
   * Of `latency`, the time in which models were at work, also in graphs that it ran: several at once count
   * once. Missing where not all calls of the task are known, which is so where they are inferred.
   */
  model_time: number | null;
  /** Of `model_time`, that in which nothing had come yet of any answer. */
  model_wait_time: number | null;
  /** The same of tools, without models that were at work meanwhile. */
  tool_time: number | null;
  /** That between tries, of the task or of a call in it. */
  retry_time: number | null;
  /** What is left of `latency`: the node's own code, and what is called there without LangChain. */
  own_time: number | null;
  /** What it failed with: `error` and `message`. */
  error: Json;
  /**
   * Of a graph in this process, that exception and what caused it, nearest first: of each `error`, `message`,
   * `relation` to the one before (`cause`, `context`, `member` of a group), `notes` and `frames`. These have
   * `file`, `line`, `function`, `source`, `owner` (`user`, `library`, `lg_jupyter`) and whether a reader is
   * `shown` it at first. A server tells none.
   */
  traceback: Json;
  /** What it was given. */
  input: Json;
  /** What it gave. */
  result: Json;
  /** What made it run. */
  triggers: Json;
  /** The interrupts that it raised, as they were sent. */
  interrupts: Json;
  /**
   * Each time that it was tried again: `time`, and as `failed_time`, `error` and `message` when and with what
   * it had failed. A server tells of retries only in the mode `events`, and not with what they failed.
   */
  retries: Json;
}

/** One message. */
export interface MessageRow extends Row {
  /** Its id. */
  message_id: string;
  /** The graph that it is of. */
  namespace: string;
  /** The node that made it. */
  node: string | null;
  /** The step of its graph. */
  step: number | null;
  /** The execution of the node, as in `tasks`. */
  task_id: string | null;
  /** `ai`, `human`, `system`, `tool`, or as a program calls it. */
  role: string;
  /**
   * Where it comes from: `input` is what the run (or the subgraph of its namespace) was given, `history` what
   * else was there before, of which the newest 50 have rows; `model`, `node` and `tool` made it.
   */
  source: "input" | "history" | "model" | "node" | "tool" | null;
  /** Its `name`. */
  name: string | null;
  /**
   * Who says it, for a reader: of people and tools the name, of a model its agent's, its own or its node's,
   * else the role.
   */
  speaker: string;
  /**
   * Content blocks that are neither, in LangChain's standard form: images, sound, refusals, what a provider's
   * own tools were given and returned.
   */
  blocks: Json;
  /** The places that an answer names: `url`, `title`, `cited_text`, `start_index`, …. */
  citations: Json;
  /**
   * `id`, `name` and `args` of each; `args` is text while it streams, and if it is no JSON. Of one whose tool
   * raised `status` is `error` and `error` what; of those that got no result because of that, `cancelled` and
   * why.
   */
  tool_calls: Json;
  /** The call that it answers. */
  tool_call_id: string | null;
  /** What a tool returned beside what the model gets of it. */
  artifact: Json;
  /**
   * `running` until it is complete, then `success`, of a tool's perhaps `error`; of a stream that broke off
   * `error`, `cancelled` or `incomplete`, as is an answer that was cut by a limit, filtered or refused.
   */
  status: Status;
  /** The provider's own word for why the model stopped. */
  finish_reason: string | null;
  /** In how many pieces it came; 0 if whole. */
  chunk_count: number | null;
  /**
   * When its model could first have been called: at the start of its task, or the end of the message before
   * in the same task; where the stream tells of no tasks, when it began to come.
   */
  start_time: number | null;
  /** When its first words came. */
  first_token_time: number | null;
  /** When it was complete. */
  end_time: number | null;
  /** From `start_time` to `end_time`; none of one that came whole. */
  latency: number | null;
  /** From `start_time`, so with what the node did before it called the model. */
  time_to_first_token: number | null;
  /** Tokens that the model read. */
  input_tokens: number | null;
  /** Tokens that it gave out. */
  output_tokens: number | null;
  /** Both. */
  total_tokens: number | null;
  /** Of these, read from the provider's cache: a part of `input_tokens`. */
  cache_read_tokens: number | null;
  /** Of these, written to it: a part of `input_tokens`. */
  cache_write_tokens: number | null;
  /** Of these, for reasoning: a part of `output_tokens`. */
  reasoning_tokens: number | null;
  /** The model's provider, as LangChain names it. */
  provider: string | null;
  /** The model. */
  model: string | null;
  /** The tags of the model's call. */
  tags: Json;
  /** The agent whose call it was. */
  agent_name: string | null;
  /** When it was removed from the state; its row stays. */
  removed_time: number | null;
}

/** One change to the state of a graph. */
export interface StateDiffRow extends Row {
  /** The number of its event in the run, from 0. */
  seq: number;
  /** When its event arrived. */
  timestamp: number;
  /** The graph that it is of. */
  namespace: string;
  /** The step of its graph. */
  step: number | null;
  /** Those which wrote it: `["__start__"]` for the input, `[]` if unknown. */
  nodes: Json;
  /** The channel; none if the state is no object. */
  key: string | null;
  /** A JSON Pointer to what changed. */
  path: string;
  /**
   * `add`: a key, or an item inside a list (the first state of a namespace adds each of its channels whole).
   * `remove`: a key, or an item. `append`: a list that grew at its end. `change`: another value. `write`:
   * what a node wrote to a key that no state shows, before any reducer.
   */
  op: "add" | "remove" | "append" | "change" | "write";
  /** What was there; of a `write` unknown. */
  before: Json;
  /** What is there; of an `append` the list of all new items. */
  after: Json;
}

/** One checkpoint. */
export interface CheckpointRow extends Row {
  /** Its id. */
  checkpoint_id: string;
  /** The one before it. */
  parent_checkpoint_id: string | null;
  /** The thread that it is on. */
  thread_id: string | null;
  /** The graph that it is of. */
  namespace: string;
  /** The step of its graph. */
  step: number | null;
  /** `input`, `loop`, `update` or `fork`, as LangGraph says. */
  source: string | null;
  /** When it was saved. */
  timestamp: number;
  /** The nodes that come next. */
  next: Json;
  /** The state. */
  values: Json;
}

/** One execution of a graph, the root's and each subgraph's. */
export interface NamespaceRow extends Row {
  /** Its name; `""` of the root. */
  namespace: string;
  /** The namespace of the task that runs it. */
  parent: string | null;
  /** The node of that task. */
  node: string | null;
  /** What the graph is called, by itself, its agent or the tool's call. */
  graph_name: string | null;
  /** Where a tool call ran it, also with what: `critic · "check the dates"`. */
  title: string | null;
  /** How deep it is; 0 is the root. */
  depth: number;
  /** How it stands. */
  status: Status;
  /** When it began. */
  start_time: number | null;
  /** When it was over. */
  end_time: number | null;
  /** The time spent running, without that in which the run waited. */
  latency: number | null;
  /** Its tasks. */
  task_count: number;
  /** Messages that were made in it. */
  message_count: number;
  /** Tokens that its models read. */
  input_tokens: number | null;
  /** Tokens that they gave out. */
  output_tokens: number | null;
  /** The call of a tool for which it ran. */
  tool_call_id: string | null;
  /** That call: `id`, `name`, `args`. */
  tool_call: Json;
}

/** One custom datum. */
export interface CustomRow extends Row {
  /** The number of its event in the run, from 0. */
  seq: number;
  /** When its event arrived. */
  timestamp: number;
  /** The graph that it is of. */
  namespace: string;
  /** The node that wrote it, where that is known. */
  node: string | null;
  /** What it wrote. */
  data: Json;
}

/** One call of a model. */
export interface ModelCallRow extends Row {
  /** LangChain's id of the call; of an inferred one its message's. */
  call_id: string;
  /** The call of a tool or a model that it was made in. */
  parent_call_id: string | null;
  /** The message that came of it, as in `messages`. */
  message_id: string | null;
  /** The execution of the node, as in `tasks`. */
  task_id: string | null;
  /** The graph that it is of. */
  namespace: string;
  /** The node that it is of. */
  node: string | null;
  /** The step of its graph. */
  step: number | null;
  /** The agent whose call it was. */
  agent_name: string | null;
  /** The model's provider, as LangChain names it. */
  provider: string | null;
  /** The model that was requested. */
  model: string | null;
  /** The model that answered, by its own word. */
  response_model: string | null;
  /** How it stands. */
  status: Status;
  /** When it began. */
  start_time: number | null;
  /** When something came of it first, where it was streamed. */
  first_token_time: number | null;
  /** When it was over. */
  end_time: number | null;
  /** From `start_time` to `end_time`. */
  latency: number | null;
  /** From `start_time` to `first_token_time`. */
  time_to_first_token: number | null;
  /** Whether its answer came in pieces. */
  streamed: Json;
  /** Which try it is of the same thing, from 1. */
  attempt: number | null;
  /** The call before it, which failed with the same messages. */
  retry_of: string | null;
  /** Whether the answer is from LangChain's cache: nothing was sent. */
  cached: Json;
  /** The system prompt, which `input` begins with; `""` if there was none. */
  system: Json;
  /** The messages that the model was given. */
  input: Json;
  /** How many messages `input` begins with as that of `previous_call` does. */
  repeated_messages: number | null;
  /** The call before it of the same agent: same node, same name. */
  previous_call: string | null;
  /** What is other than in `previous_call`, of `model`, `system`, `tools` and `parameters`. */
  changed: Json;
  /** The tools that it could call, in the provider's form. */
  tools: Json;
  /**
   * How many characters `input` and `tools` have, by part: `system`, `tools`, `history` (what people and
   * models wrote, calls of tools too), `tool_results`; `media` counts what is no text. Nobody counts tokens
   * by part.
   */
  input_parts: Json;
  /** How many tokens the model reads at most, as its `profile` in LangChain says. */
  context_window: number | null;
  /** Temperature, limits, the form of the response, and what else was set. */
  parameters: Json;
  /** The message that it answered with. */
  output: Json;
  /** The provider's own word for why the model stopped. */
  finish_reason: string | null;
  /** Tokens that the model read. */
  input_tokens: number | null;
  /** Tokens that it gave out. */
  output_tokens: number | null;
  /** Both. */
  total_tokens: number | null;
  /** Of these, read from the provider's cache: a part of `input_tokens`. */
  cache_read_tokens: number | null;
  /** Of these, written to it: a part of `input_tokens`. */
  cache_write_tokens: number | null;
  /** Of these, for reasoning: a part of `output_tokens`. */
  reasoning_tokens: number | null;
  /** Tokens of sound, read and given out. */
  audio_tokens: number | null;
  /** All that the provider counted, in LangChain's form. */
  usage: Json;
  /** What it cost in US dollars, by list price; what is missing, nobody knows. */
  cost: number | null;
  /** Whose price: `genai-prices` with its version, `price=` of the run, `cache` (no charge). */
  price_source: string | null;
  /** Why its cost is not known, or what the list price leaves out. */
  cost_note: string | null;
  /** The tags of the call. */
  tags: Json;
  /** What it failed with: `error`, `message`, and of the response what is known. */
  error: Json;
  /** How it is known: `callback`, from the mode `events`, or `inferred` from its message. */
  known_from: "callback" | "events" | "inferred";
}

/** One call of a tool. */
export interface ToolCallRow extends Row {
  /** LangChain's id of the call; of an inferred one its message's. */
  call_id: string;
  /** The id that the model gave to it. */
  tool_call_id: string | null;
  /** The call of a tool that it was made in. */
  parent_call_id: string | null;
  /** The call of the model that requested it, as in `model_calls`. */
  requested_by: string | null;
  /** The message with its result, as in `messages`. */
  message_id: string | null;
  /** The execution of the node, as in `tasks`. */
  task_id: string | null;
  /** The graph that it is of. */
  namespace: string;
  /** The node that it is of. */
  node: string | null;
  /** The step of its graph. */
  step: number | null;
  /** The agent whose call it was. */
  agent_name: string | null;
  /** The tool. */
  name: string | null;
  /** What the tool says of itself. */
  description: string | null;
  /** How it stands. */
  status: Status;
  /** When it began. */
  start_time: number | null;
  /** When it was over. */
  end_time: number | null;
  /** From `start_time` to `end_time`. */
  latency: number | null;
  /** What it was given, without what LangGraph injects. */
  args: Json;
  /** What it returned: of a message the content. */
  result: Json;
  /** What it returned beside what the model gets of it. */
  artifact: Json;
  /** Which call it is under the same `tool_call_id`, from 1. */
  attempt: number | null;
  /** The tags of the call. */
  tags: Json;
  /** What it failed with: `error` and `message`. */
  error: Json;
  /** How it is known: `callback`, from the mode `events`, or `inferred` from its message. */
  known_from: "callback" | "events" | "inferred";
}

/** One operation on the graph's store. */
export interface StoreOpRow extends Row {
  /** The number of its event in the run, from 0. */
  seq: number;
  /** When its event arrived. */
  timestamp: number;
  /** The graph that it is of. */
  namespace: string;
  /** The node that it is of. */
  node: string | null;
  /** The step of its graph. */
  step: number | null;
  /** The execution of the node, as in `tasks`. */
  task_id: string | null;
  /** What was done. */
  op: "get" | "search" | "put" | "delete" | "list_namespaces";
  /** The namespace in the store, joined by `.`; of a search its prefix. */
  store_namespace: string | null;
  /** The item's key. */
  key: string | null;
  /** What was written or read: of `search` the items, of `list_namespaces` those. */
  value: Json;
  /** What a `put` or `delete` replaced, as heard in this run before. */
  before: Json;
  /** Of a `put` or `delete`: what it did. `unknown`: nothing was heard of the item in this run before. */
  effect: "created" | "changed" | "same" | "deleted" | "unknown" | null;
  /** How many items or namespaces a reader got. */
  count: number | null;
  /** What else was given: `query`, `filter`, `limit`, `index`, `ttl`, and others. */
  args: Json;
  /** What it failed with: `error` and `message`. */
  error: Json;
}

/** One interrupt. */
export interface InterruptRow extends Row {
  /**
   * LangGraph's id. It may come twice: two nodes raise a `NodeInterrupt`, or one asks twice (before langgraph
   * 1.2.13).
   */
  interrupt_id: string;
  /** The graph that it is of. */
  namespace: string;
  /** The node that asks. */
  node: string | null;
  /** The execution of the node, as in `tasks`. */
  task_id: string | null;
  /** What it asks. */
  value: Json;
  /** The JSON schema of an answer, where it names one. */
  response_schema: Json;
  /** `answered elsewhere`: its thread asks it no more, and it was not this run that answered. */
  status: "pending" | "resumed" | "answered elsewhere";
  /** The answer. */
  resumed_with: Json;
  /** Counts them, from 0. */
  number: number;
}

/** The tables that are pushed whole, with the type of their rows. The others are only counted. */
export interface PushedTables {
  tasks: TaskRow;
  messages: MessageRow;
  state_diffs: StateDiffRow;
  checkpoints: CheckpointRow;
  namespaces: NamespaceRow;
  custom: CustomRow;
  model_calls: ModelCallRow;
  tool_calls: ToolCallRow;
  store_ops: StoreOpRow;
  interrupts: InterruptRow;
}

export type TableName = keyof PushedTables;

/** The key column of each pushed table; null where rows are only appended. */
export const TABLE_KEYS: Readonly<Record<TableName, string | null>> = {
  tasks: "task_id",
  messages: "message_id",
  state_diffs: null,
  checkpoints: "checkpoint_id",
  namespaces: "namespace",
  custom: null,
  model_calls: "call_id",
  tool_calls: "call_id",
  store_ops: null,
  interrupts: "number",
};

export const TABLE_NAMES = Object.keys(TABLE_KEYS) as readonly TableName[];
