// Which values of a state are the todos and files of deep agents: what is known before the panel opens. Pure.

import { isObject, type Json, type StateDiffRow } from "../../core/schema";

export interface Todo {
  readonly content: string;
  readonly status: string;
}

/** By the table's rows, which are only added to: how many were looked through, and whether one was of a plan. */
const SEARCHED = new WeakMap<readonly StateDiffRow[], { length: number; found: boolean }>();

/** Whether a state has or had todos or files. */
export function hasPlans(rows: readonly StateDiffRow[]): boolean {
  const looked = SEARCHED.get(rows) ?? { length: 0, found: false };
  if (rows.length < looked.length) looked.length = 0;
  for (let index = looked.length; index < rows.length && !looked.found; index += 1) {
    const { key, after } = rows[index] as StateDiffRow;
    if (key === "todos") looked.found = (todosOf(after)?.length ?? 0) > 0;
    else if (key === "files") looked.found = (filesOf(after)?.size ?? 0) > 0;
  }
  looked.length = rows.length;
  SEARCHED.set(rows, looked);
  return looked.found;
}

/** The todos that a value is; null if it is anything else. */
export function todosOf(value: Json): readonly Todo[] | null {
  if (!Array.isArray(value)) return null;
  const isTodo = (item: Json) =>
    isObject(item) && typeof item.content === "string" && typeof item.status === "string";
  return value.every(isTodo) ? (value as unknown as readonly Todo[]) : null;
}

/** The texts of files by path; null if it is anything else. */
export function filesOf(value: Json): ReadonlyMap<string, string> | null {
  if (!isObject(value)) return null;
  const files = new Map<string, string>();
  for (const [path, file] of Object.entries(value)) {
    const text = textOf(isObject(file) ? (file.content ?? null) : file);
    if (text === null) return null;
    files.set(path, text);
  }
  return files;
}

function textOf(content: Json): string | null {
  if (typeof content === "string") return content;
  const isText = (line: Json) => typeof line === "string";
  return Array.isArray(content) && content.every(isText) ? content.join("\n") : null;
}
