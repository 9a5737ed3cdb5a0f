// Short ways to say what a test is about.

import { blank } from "../fixtures/rows";
import { type Delta, decodeMessage, type Snapshot } from "../src/core/connection/protocol";
import {
  EMPTY_SUMMARY,
  type MessageRow,
  type ModelCallRow,
  type StoreOpRow,
  type Summary,
  type TaskRow,
  type ToolCallRow,
} from "../src/core/schema";
import type { Schedule } from "../src/core/store";

export function delta(n: number, fields: object = {}): Delta {
  return decodeMessage({ type: "delta", n, ...fields }) as Delta;
}

export function snapshot(n: number, fields: object = {}): Snapshot {
  return decodeMessage({
    type: "snapshot",
    n,
    summary: {},
    counts: {},
    rows: {},
    text: [],
    ...fields,
  }) as Snapshot;
}

export function summary(fields: Partial<Summary> = {}): Summary {
  const stop = { available: true, hint: null };
  return { ...EMPTY_SUMMARY, status: "running", target: "agent", stop, ...fields };
}

export function message(message_id: string, fields: Partial<MessageRow> = {}): MessageRow {
  const own = { node: "model", step: 1, role: "ai", speaker: "AI", status: "running", chunk_count: 1 };
  return { ...blank("messages"), ...own, message_id, namespace: "", start_time: 0, ...fields } as MessageRow;
}

export function task(task_id: string, fields: Partial<TaskRow> = {}): TaskRow {
  const own = { node: "model", step: 1, status: "running", retries: [] };
  return { ...blank("tasks"), ...own, task_id, namespace: "", start_time: 0, ...fields } as TaskRow;
}

export function modelCall(call_id: string, fields: Partial<ModelCallRow> = {}): ModelCallRow {
  const own = { namespace: "", status: "success", model: "gpt", known_from: "callback" };
  return { ...blank("model_calls"), ...own, call_id, ...fields } as ModelCallRow;
}

export function toolCall(call_id: string, fields: Partial<ToolCallRow> = {}): ToolCallRow {
  const own = { namespace: "", status: "success", name: "weather", known_from: "callback" };
  return { ...blank("tool_calls"), ...own, call_id, ...fields } as ToolCallRow;
}

export function storeOp(op: StoreOpRow["op"], fields: Partial<StoreOpRow> = {}): StoreOpRow {
  const own = { namespace: "", node: "remember", timestamp: 0, seq: 0 };
  return { ...blank("store_ops"), ...own, op, ...fields } as StoreOpRow;
}

/** A schedule in a test's hand: nothing is told before `tick`. */
export function byHand(): Schedule & { tick: () => void; waiting: () => number } {
  let waiting: (() => void)[] = [];
  const schedule = (flush: () => void) => {
    waiting.push(flush);
    return () => {
      waiting = waiting.filter((each) => each !== flush);
    };
  };
  return Object.assign(schedule, {
    tick: () => {
      const due = waiting;
      waiting = [];
      for (const flush of due) flush();
    },
    waiting: () => waiting.length,
  });
}
