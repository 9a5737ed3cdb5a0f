// The tables as the front end sees them: the same names and columns as `lg_jupyter/tables/schema.py`.
// Times are seconds since the epoch by the kernel's clock, durations are seconds, missing is null.

/** Any value that JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What stands in a row for a cell too big to push; `value` calls fetch the whole of it. */
export interface BigCell {
  readonly $big: number;
  readonly preview: string;
}

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

/** A row whose columns nobody here has read yet. */
export type Row = Readonly<Record<string, Json>>;

export interface EventRow extends Row {
  seq: number;
  timestamp: number;
  mode: string;
  namespace: string;
  node: string | null;
  step: number | null;
  task_id: string | null;
  message_id: string | null;
  run_id: string | null;
  thread_id: string | null;
  checkpoint_id: string | null;
  data: Json;
}

export interface TaskRow extends Row {
  task_id: string;
  parent_task_id: string | null;
  namespace: string;
  node: string | null;
  step: number | null;
  status: Status;
  start_time: number | null;
  end_time: number | null;
  latency: number | null;
  error: Json;
  input: Json;
  result: Json;
  triggers: Json;
  interrupts: Json;
  /** Each time it was tried again: `time`, and as `error` and `message` what it had failed with. */
  retries: Json;
}

/** A message without its text and reasoning, which travel apart, as deltas. */
export interface MessageRow extends Row {
  message_id: string;
  namespace: string;
  node: string | null;
  step: number | null;
  task_id: string | null;
  role: string;
  /** `input`, `history` (there before the run), `model`, `node` or `tool`. */
  source: string | null;
  name: string | null;
  /** Who says it, for a reader. */
  speaker: string;
  /** Content blocks that are no text, as images are. */
  blocks: Json;
  /** `url`, `title`, `cited_text`, `start_index`, `end_index`, … of each place that was cited. */
  citations: Json;
  tool_calls: Json;
  tool_call_id: string | null;
  /** What a tool gave beside what it said to the model. */
  artifact: Json;
  /** `running` until the message is complete. */
  status: Status;
  /** The provider's own word for why the model stopped. */
  finish_reason: string | null;
  chunk_count: number | null;
  start_time: number | null;
  first_token_time: number | null;
  end_time: number | null;
  latency: number | null;
  time_to_first_token: number | null;
  input_tokens: number | null;
  output_tokens: number | null;
  total_tokens: number | null;
  cache_read_tokens: number | null;
  cache_write_tokens: number | null;
  reasoning_tokens: number | null;
  provider: string | null;
  model: string | null;
  tags: Json;
  agent_name: string | null;
  removed_time: number | null;
}

export interface StateDiffRow extends Row {
  seq: number;
  timestamp: number;
  namespace: string;
  step: number | null;
  nodes: Json;
  key: string;
  path: string;
  op: string;
  before: Json;
  after: Json;
}

export interface CheckpointRow extends Row {
  checkpoint_id: string;
  parent_checkpoint_id: string | null;
  thread_id: string | null;
  namespace: string;
  step: number | null;
  source: string | null;
  timestamp: number;
  next: Json;
  values: Json;
}

export interface NamespaceRow extends Row {
  namespace: string;
  parent: string | null;
  node: string | null;
  graph_name: string | null;
  depth: number;
  status: Status;
  start_time: number | null;
  end_time: number | null;
  latency: number | null;
  task_count: number | null;
  message_count: number | null;
  input_tokens: number | null;
  output_tokens: number | null;
  tool_call_id: string | null;
  tool_call: Json;
}

export interface CustomRow extends Row {
  seq: number;
  timestamp: number;
  namespace: string;
  node: string | null;
  data: Json;
}

export interface InterruptRow extends Row {
  interrupt_id: string;
  namespace: string;
  node: string | null;
  task_id: string | null;
  value: Json;
  response_schema: Json;
  status: string | null;
  resumed_with: Json;
  /** What tells it from the others: ids of interrupts may come twice. */
  number: number;
}

/** The tables that are pushed whole, with the type of their rows. `events` and `tokens` are only counted. */
export interface PushedTables {
  tasks: TaskRow;
  messages: MessageRow;
  state_diffs: StateDiffRow;
  checkpoints: CheckpointRow;
  namespaces: NamespaceRow;
  custom: CustomRow;
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
  interrupts: "number",
};

export const TABLE_NAMES = Object.keys(TABLE_KEYS) as readonly TableName[];

/** Null is what nobody counted. */
export interface Usage {
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly total_tokens: number | null;
  readonly cache_read_tokens?: number | null;
  readonly cache_write_tokens?: number | null;
  readonly reasoning_tokens?: number | null;
}

export interface RunError {
  readonly error: string;
  readonly message: string;
}

/** Why a panel shows nothing, or less than it could, and what would help. */
export interface ExplanationRow {
  readonly panel: string;
  readonly text: string;
}

/** When the run waited and why, as in "waited 8:38 for an answer". */
export type Wait = readonly [start: number, end: number, why: string];

/** What the header says of the run. */
export interface Summary {
  /** The same for all views of a run. */
  readonly key: string | null;
  readonly status: Status;
  readonly target: string;
  readonly source: string;
  readonly run_id: string | null;
  readonly thread_id: string | null;
  readonly modes: readonly string[];
  readonly started: number | null;
  readonly ended: number | null;
  /** Seconds that it took, once it has ended; those in which it waited do not count. */
  readonly elapsed: number | null;
  readonly waits: readonly Wait[];
  readonly steps: number | null;
  readonly tokens: number;
  readonly usage: Usage | null;
  readonly error: RunError | null;
  readonly counts: Readonly<Record<string, number>>;
  /** How many messages more the thread held before the run than have a row. */
  readonly history_omitted: number;
  readonly stop: { readonly available: boolean; readonly hint: string | null };
  readonly note: string | null;
  /** Of a branch: of which run and checkpoint, and what was written there. */
  readonly branch: string | null;
  /** Where a run that waits stands, why, and the line that goes on. */
  readonly standing: string | null;
  /** How many of its questions can be answered, once it has stopped. */
  readonly waiting: number;
  /** The class of the element with the run's static record, hidden while a live view shows the run. */
  readonly record: string | null;
  /** What is shown at first; the reader may choose otherwise. */
  readonly filter: { readonly tags: readonly string[]; readonly nodes: readonly string[] };
  readonly explanations: readonly ExplanationRow[];
  /** In which there is code that asks for the same run. */
  readonly languages: readonly ("python" | "javascript" | "curl")[];
}

export const EMPTY_SUMMARY: Summary = {
  key: null,
  status: "pending",
  target: "",
  source: "",
  run_id: null,
  thread_id: null,
  modes: [],
  started: null,
  ended: null,
  elapsed: null,
  waits: [],
  steps: null,
  tokens: 0,
  usage: null,
  error: null,
  counts: {},
  history_omitted: 0,
  stop: { available: false, hint: null },
  note: null,
  branch: null,
  standing: null,
  waiting: 0,
  record: null,
  filter: { tags: [], nodes: [] },
  explanations: [],
  languages: [],
};

/** Whether nothing more will come of a run, a task or a namespace with this status. */
export function isFinal(status: Status): boolean {
  return status !== "pending" && status !== "running";
}

/** Whether the kernel hears nothing before its cell has ended; Stop says what to do instead. */
export function isBlocked({ status, stop }: Summary): boolean {
  return !isFinal(status) && !stop.available;
}

export function isBig(value: Json | undefined): value is { readonly [key: string]: Json } & BigCell {
  return typeof value === "object" && value !== null && !Array.isArray(value) && "$big" in value;
}
