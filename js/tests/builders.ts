// Short ways to say what a test is about.

import { type Delta, decode, type Snapshot } from "../src/core/connection/protocol";
import { EMPTY_SUMMARY, type MessageRow, type Summary, type TaskRow } from "../src/core/schema";
import type { Schedule } from "../src/core/store";

export function delta(n: number, fields: object = {}): Delta {
  return decode({ type: "delta", n, ...fields }) as Delta;
}

export function snapshot(n: number, fields: object = {}): Snapshot {
  return decode({ type: "snapshot", n, summary: {}, counts: {}, rows: {}, text: [], ...fields }) as Snapshot;
}

export function summary(fields: Partial<Summary> = {}): Summary {
  const stop = { available: true, hint: null };
  return { ...EMPTY_SUMMARY, status: "running", target: "agent", stop, ...fields };
}

export function message(message_id: string, fields: Partial<MessageRow> = {}): MessageRow {
  return {
    message_id,
    namespace: "",
    node: "model",
    step: 1,
    task_id: null,
    role: "ai",
    source: null,
    name: null,
    speaker: "AI",
    blocks: null,
    citations: null,
    tool_calls: null,
    tool_call_id: null,
    artifact: null,
    status: "running",
    finish_reason: null,
    chunk_count: 1,
    start_time: 0,
    first_token_time: null,
    end_time: null,
    latency: null,
    time_to_first_token: null,
    input_tokens: null,
    output_tokens: null,
    total_tokens: null,
    cache_read_tokens: null,
    cache_write_tokens: null,
    reasoning_tokens: null,
    provider: null,
    model: null,
    tags: null,
    agent_name: null,
    removed_time: null,
    ...fields,
  };
}

export function task(task_id: string, fields: Partial<TaskRow> = {}): TaskRow {
  return {
    task_id,
    parent_task_id: null,
    namespace: "",
    node: "model",
    step: 1,
    status: "running",
    start_time: 0,
    end_time: null,
    latency: null,
    error: null,
    input: null,
    result: null,
    triggers: null,
    interrupts: null,
    retries: [],
    ...fields,
  };
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
