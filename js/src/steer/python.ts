// The line of Python that does what a button does. Pure.

import type { Json } from "../core/schema";
import { type Attachment, attachedName, isAttachment } from "../form/attachment";

const WORDS = new Map<Json, string>([
  [null, "None"],
  [true, "True"],
  [false, "False"],
]);

/** A value as a Python literal, on one line. */
export function literal(value: Json): string {
  if (typeof value === "string") return JSON.stringify(value); // whose escapes are Python's, too
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const name = isAttachment(value) ? attachedName(value as Attachment) : null;
    if (name !== null) return `lg_jupyter.attachment(${JSON.stringify(name)})`;
    const items = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${literal(item)}`);
    return `{${items.join(", ")}}`;
  }
  return WORDS.get(value) as string;
}

/** Breakpoints that are to be others than the run has. */
export interface Stops {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

function stopsOf(stops: Stops | null): string[] {
  return stops === null ? [] : [`before=${literal(stops.before)}`, `after=${literal(stops.after)}`];
}

/** Answers by interrupt id; the one that is waited for needs no id. `waiting` is how many are waited for. */
export function resumeLine(
  run: string,
  answers: Readonly<Record<string, Json>>,
  waiting: number,
  stops: Stops | null,
  until: readonly string[] = [],
): string {
  const values = Object.values(answers);
  const given = values.length === 0 ? [] : [literal(waiting === 1 ? (values[0] as Json) : answers)];
  const to = until.length === 0 ? [] : [`until=${literal(until.length === 1 ? (until[0] as Json) : until)}`];
  return `${run}.resume(${[...given, ...to, ...stopsOf(stops)].join(", ")})`;
}

export function forkLine(
  run: string,
  checkpoint: string,
  values: Readonly<Record<string, Json>> | null,
  asNode: string | null,
  stops: Stops | null,
): string {
  const parts = [literal(checkpoint)];
  if (values !== null) parts.push(`values=${literal(values)}`);
  if (asNode !== null) parts.push(`as_node=${literal(asNode)}`);
  return `${run}.fork(${[...parts, ...stopsOf(stops)].join(", ")})`;
}
