// What a list of messages says, where that is one message of the user. Pure.

import type { Message } from "../core/messages";
import type { Json } from "../core/schema";
import { type Draft, isRecord } from "./schema";

const USER: ReadonlySet<unknown> = new Set(["user", "human"]);

/** What messages say that are one of the user's and no more; null of others. */
export function soleUserContentOf(messages: Json | Draft): Json | null {
  const [only, ...more] = Array.isArray(messages) ? (messages as Json[]) : [messages as Json];
  if (more.length > 0 || typeof only !== "object" || only === null) return null;
  if (!Array.isArray(only) && !isRecord(only)) return null;
  const message = only as Message;
  const [role, content] = Array.isArray(only) ? only : [message.role ?? message.type, message.content];
  return USER.has(role) && content !== undefined ? (content as Json) : null;
}
