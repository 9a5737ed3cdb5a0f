// What two saved runs did, aligned: the tables that the view of a comparison draws. Pure;
// `lg_jupyter/comparison/rows.py` makes the same in a kernel, and `js/fixtures/compared.json` holds both to it.

import type { RunIdentity, ViewData } from "../../core/offline/data";
import { messageTexts, wholeRow } from "../../core/offline/rows";
import { PooledValues } from "../../core/offline/values";
import type { Json, MessageRow, Row, Summary, TaskRow } from "../../core/schema";
import type { CallPair, MessagePair, RunRow, Side, TaskPair } from "../../widgets/compare/data";
import { type AlignedRows, alignPaths, alignRows } from "./align";
import { diffFinalStates, finalStatesOf } from "./finalStates";
import { isSameJson } from "./jsonDiff";

/** A saved run, unpacked. */
export interface UnpackedRun {
  readonly about: RunIdentity;
  readonly data: ViewData;
}

export interface ComparedTables {
  readonly rows: Readonly<Record<string, readonly Row[]>>;
  /** How many end states of either run are not known. */
  readonly omittedStates: number;
}

type ToolCallRow = Row & {
  readonly name: string | null;
  readonly args: Json;
  readonly result: string | null;
};

/** What of a run is compared. */
interface RunRows {
  readonly summary: Summary & { readonly id?: string };
  readonly tasks: readonly TaskRow[];
  /** Those that the run made, with their texts. */
  readonly messages: readonly (MessageRow & { readonly text: string })[];
  readonly calls: readonly ToolCallRow[];
}

export function comparedTables(a: UnpackedRun, b: UnpackedRun): ComparedTables {
  const [one, other] = [rowsOf(a.data), rowsOf(b.data)];
  const [before, after] = [finalStatesOf(a.data), finalStatesOf(b.data)];
  const { changes, unchanged } = diffFinalStates(before.states, after.states);
  const rows = {
    runs: [runRow(one, "a", a.about), runRow(other, "b", b.about)],
    state_diffs: changes,
    unchanged,
    messages: alignRows(one.messages, other.messages, ["role"]).map(messagePair),
    tool_calls: alignRows(one.calls, other.calls, ["name"]).map(callPair),
    path: alignPaths(one.tasks, other.tasks),
    tasks: alignRows(one.tasks, other.tasks).map((pair) => taskPair(pair, one, other)),
  };
  return { rows, omittedStates: before.omitted + after.omitted };
}

function rowsOf(data: ViewData): RunRows {
  const { rows } = data.snapshot;
  const [values, texts] = [new PooledValues(data), messageTexts(data)];
  const messages = ((rows.messages ?? []) as readonly MessageRow[])
    .filter(({ source }) => source !== "history" && source !== "input") // what was there before
    .map((row) => {
      const whole = row.tool_calls ? wholeRow(data, values, "messages", row) : row;
      return { ...(whole as MessageRow), text: texts.get(row.message_id) ?? "" };
    });
  return {
    summary: data.traits._summary as unknown as RunRows["summary"],
    tasks: (rows.tasks ?? []) as readonly TaskRow[],
    messages,
    calls: toolCallsOf(messages),
  };
}

function toolCallsOf(messages: RunRows["messages"]): readonly ToolCallRow[] {
  const results = new Map(messages.map(({ tool_call_id: id, text }) => [id, text]));
  return messages.flatMap(({ namespace, node, tool_calls: calls }) =>
    ((calls ?? []) as unknown as readonly { id?: string; name?: string; args?: Json }[]).map((call) => ({
      namespace,
      node,
      name: call.name ?? null,
      args: call.args ?? null,
      result: (call.id && results.get(call.id)) ?? null,
    })),
  );
}

function runRow({ summary, tasks, calls }: RunRows, side: Side, { title }: RunIdentity): RunRow {
  const { failure, usage } = summary;
  return {
    run: side,
    run_id: summary.id ?? "",
    name: summary.target,
    title,
    status: summary.status,
    error: failure && [failure.where, failure.why].filter(Boolean).join(": "),
    latency: summary.elapsed,
    steps: summary.steps,
    tasks: tasks.length,
    messages: summary.counts.messages ?? 0,
    tool_calls: calls.length,
    input_tokens: usage?.input_tokens || null,
    output_tokens: usage?.output_tokens || null,
    cost: usage?.cost ?? null,
  };
}

function messagePair({ position, occurrence, a, b }: AlignedRows<RunRows["messages"][number]>): MessagePair {
  const [namespace, node, role] = position as [string, string | null, string];
  const texts = { text_a: a?.text ?? null, text_b: b?.text ?? null };
  return { namespace, node, role, occurrence, ...texts, same: texts.text_a === texts.text_b };
}

function callPair({ position, occurrence, a, b }: AlignedRows<ToolCallRow>): CallPair {
  const [namespace, node, name] = position as [string, string | null, string | null];
  const pair = {
    args_a: a?.args ?? null,
    args_b: b?.args ?? null,
    result_a: a?.result ?? null,
    result_b: b?.result ?? null,
  };
  const same = a !== null && b !== null && isSameJson(a.args, b.args) && a.result === b.result;
  return { namespace, node, name, occurrence, ...pair, same };
}

function taskPair(pair: AlignedRows<TaskRow>, one: RunRows, other: RunRows): TaskPair {
  const { position, occurrence, a, b } = pair;
  const [namespace, node] = position as [string, string | null];
  const [usageOfA, usageOfB] = [usageOf(a, one), usageOf(b, other)];
  return {
    namespace,
    node,
    occurrence,
    step_a: a?.step ?? null,
    step_b: b?.step ?? null,
    status_a: a?.status ?? null,
    status_b: b?.status ?? null,
    latency_a: a?.latency ?? null,
    latency_b: b?.latency ?? null,
    latency_change: a?.latency == null || b?.latency == null ? null : b.latency - a.latency,
    input_tokens_a: usageOfA("input_tokens"),
    input_tokens_b: usageOfB("input_tokens"),
    output_tokens_a: usageOfA("output_tokens"),
    output_tokens_b: usageOfB("output_tokens"),
  };
}

/** Tokens of the messages of a task; null where nobody counted any. */
function usageOf(task: TaskRow | null, { messages }: RunRows) {
  const own = task === null ? [] : messages.filter(({ task_id }) => task_id === task.task_id);
  return (name: "input_tokens" | "output_tokens"): number | null =>
    own.reduce((sum, row) => sum + (row[name] ?? 0), 0) || null;
}
