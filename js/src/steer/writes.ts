// What to write so that a state becomes the one that was edited: only the keys that changed. Pure.
//
// Writes go through a key's reducer, as a node's do. Messages are written one by one, by their ids; what else has
// a reducer is replaced as a whole, in the form that LangGraph has for that.

import { isMessageLike } from "../core/messages";
import { childPointer } from "../core/pointer";
import type { Json } from "../core/schema";

export type StateValues = Readonly<Record<string, Json>>;

/** LangGraph's word for a write that no reducer sees: the same as `Overwrite(value)`. */
const OVERWRITE = "__overwrite__";

/** What becomes of a write to a key. */
export interface WriteRules {
  /** The keys whose writes go through a reducer; null where nobody knows. */
  readonly reduced: readonly string[] | null;
  /** Those whose reducer takes messages by their ids. */
  readonly by_id: readonly string[] | null;
  /** Whether a write can pass by a reducer. */
  readonly supports_overwrite: boolean;
}

/** What to write of the edited keys. */
export function writesOf(before: StateValues, edited: StateValues, rules: WriteRules): StateValues {
  const writes: Record<string, Json> = {};
  for (const [key, value] of Object.entries(edited)) {
    const was = before[key] ?? null;
    if (!isSameJson(was, value)) writes[key] = writeOf(was, value, key, rules);
  }
  return writes;
}

function writeOf(before: Json, after: Json, key: string, rules: WriteRules): Json {
  if (rules.reduced?.includes(key) === false) return after;
  const messages = rules.by_id?.includes(key) === false ? null : messageWritesOf(before, after);
  if (messages !== null) return messages;
  return rules.reduced !== null && rules.supports_overwrite ? { [OVERWRITE]: after } : after;
}

/** Messages that are new or others, and removals of those that are gone; null where these are no messages. */
function messageWritesOf(before: Json, after: Json): Json | null {
  const [was, is] = [messagesById(before), messagesById(after)];
  if (was === null || is === null || was.size + is.size === 0) return null;
  const kept = [...was.keys()].filter((id) => is.has(id));
  if ([...is.keys()].slice(0, kept.length).some((id, nth) => id !== kept[nth])) return null; // their order is another
  const removed = [...was.keys()].filter((id) => !is.has(id)).map((id) => ({ type: "remove", id }));
  const written = [...is].filter(([id, message]) => !isSameJson(was.get(id) ?? null, message));
  return [...removed, ...written.map(([, message]) => message)];
}

function messagesById(value: Json): Map<string, Json> | null {
  if (!Array.isArray(value)) return null;
  const found = new Map<string, Json>();
  for (const [nth, each] of (value as readonly Json[]).entries()) {
    if (!isMessageLike(each)) return null;
    found.set(typeof each.id === "string" ? each.id : `new ${nth}`, each);
  }
  return found;
}

export function isSameJson(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a as { [key: string]: Json }, b as { [key: string]: Json }];
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => key in right && isSameJson(left[key] as Json, right[key] as Json))
  );
}

/** The first place in a value that stands for something JSON cannot say; null where there is none. */
export function findOpaquePath(value: Json, path = ""): string | null {
  if (typeof value !== "object" || value === null) return null;
  if (!Array.isArray(value) && "$type" in value && "repr" in value) return path || "/";
  for (const [key, item] of Object.entries(value)) {
    const found = findOpaquePath(item as Json, childPointer(path, key));
    if (found !== null) return found;
  }
  return null;
}
