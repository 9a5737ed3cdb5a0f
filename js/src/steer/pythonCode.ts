// The line of Python that does what a button does. Pure.

import type { Json } from "../core/schema";
import { type Attachment, attachmentName, isAttachment } from "../form/attachment";

const WORDS = new Map<Json, string>([
  [null, "None"],
  [true, "True"],
  [false, "False"],
]);

/** A value as a Python literal, on one line. */
export function pythonLiteral(value: Json): string {
  if (typeof value === "string") return JSON.stringify(value); // whose escapes are Python's, too
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const name = isAttachment(value) ? attachmentName(value as Attachment) : null;
    if (name !== null) return `lg_jupyter.attachment(${JSON.stringify(name)})`;
    const items = Object.entries(value).map(
      ([key, item]) => `${JSON.stringify(key)}: ${pythonLiteral(item)}`,
    );
    return `{${items.join(", ")}}`;
  }
  return WORDS.get(value) as string;
}

/** Breakpoints that are to be others than the run has. */
export interface Breakpoints {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

function breakpointArguments(stops: Breakpoints | null): string[] {
  return stops === null
    ? []
    : [`before=${pythonLiteral(stops.before)}`, `after=${pythonLiteral(stops.after)}`];
}

/** Answers by interrupt id; the one that is waited for needs no id. `waiting` is how many are waited for. */
export function resumeCode(
  run: string,
  answers: Readonly<Record<string, Json>>,
  waiting: number,
  stops: Breakpoints | null,
  until: readonly string[] = [],
): string {
  const values = Object.values(answers);
  const given = values.length === 0 ? [] : [pythonLiteral(waiting === 1 ? (values[0] as Json) : answers)];
  const to =
    until.length === 0 ? [] : [`until=${pythonLiteral(until.length === 1 ? (until[0] as Json) : until)}`];
  return `${run}.resume(${[...given, ...to, ...breakpointArguments(stops)].join(", ")})`;
}

export function forkCode(
  run: string,
  checkpoint: string,
  values: Readonly<Record<string, Json>> | null,
  asNode: string | null,
  stops: Breakpoints | null,
): string {
  const parts = [pythonLiteral(checkpoint)];
  if (values !== null) parts.push(`values=${pythonLiteral(values)}`);
  if (asNode !== null) parts.push(`as_node=${pythonLiteral(asNode)}`);
  return `${run}.fork(${[...parts, ...breakpointArguments(stops)].join(", ")})`;
}
