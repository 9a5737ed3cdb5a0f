// What a run is in a few fields, and the tables that go with it.

import type { Failure } from "./failure";
import type { Status } from "./tables";

export * from "./json";
export * from "./tables";

/** Null is what nobody counted. */
export interface Usage {
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly total_tokens: number | null;
  readonly cache_read_tokens?: number | null;
  readonly cache_write_tokens?: number | null;
  readonly reasoning_tokens?: number | null;
  /** US dollars, by list price; not there where no call's is known. */
  readonly cost?: number | null;
  /** How many calls' cost is not known, beside others' that is. */
  readonly unpriced_calls?: number | null;
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
  /** Where and why it failed. */
  readonly failure: Failure | null;
  readonly counts: Readonly<Record<string, number>>;
  /** How many messages more the thread held before the run than have a row. */
  readonly history_omitted: number;
  readonly stop: { readonly available: boolean; readonly hint: string | null };
  readonly note: string | null;
  /** Of a branch: of which run and checkpoint, and what was written there. */
  readonly branch: string | null;
  /** Where a run that waits stands, why, and the line that goes on. */
  readonly resume_hint: string | null;
  /** How many of its questions can be answered, once it has stopped. */
  readonly waiting: number;
  /** The class of the element with the run's static record, hidden while a live view shows the run. */
  readonly record: string | null;
  /** The folder of the history that keeps it. */
  readonly history?: string | null;
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
  failure: null,
  counts: {},
  history_omitted: 0,
  stop: { available: false, hint: null },
  note: null,
  branch: null,
  resume_hint: null,
  waiting: 0,
  record: null,
  filter: { tags: [], nodes: [] },
  explanations: [],
  languages: [],
};

/** The statuses of runs in the order in which they are offered and sorted. */
export const RUN_STATUSES: readonly Status[] = [
  "running",
  "success",
  "interrupted",
  "error",
  "incomplete",
  "cancelled",
  "pending",
];

/** Whether nothing more will come of a run, a task or a namespace with this status. */
export function isFinal(status: Status): boolean {
  return status !== "pending" && status !== "running";
}

/** Whether the kernel hears nothing before its cell has ended; Stop says what to do instead. */
export function isBlocked({ status, stop }: Summary): boolean {
  return !isFinal(status) && !stop.available;
}
