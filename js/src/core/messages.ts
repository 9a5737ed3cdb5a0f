// Which values are messages: LangChain's own, encoded, and what people write for them. Pure;
// `lg_jupyter/encode/messages.py` is the same for the kernel.

import { isObject, type Json } from "./schema";

export type Message = Readonly<Record<string, Json | undefined>>;

const ROLES = new Set(["ai", "human", "system", "tool", "function", "chat", "developer"]);
const REMOVE = "remove";

/** The role of a value that is a message (one that removes others included); null if it is none. */
export function roleOf(value: Json): string | null {
  const { type, id } = asMessage(value) ?? {};
  if (typeof type !== "string") return null;
  if (type === REMOVE) return id ? REMOVE : null;
  const role = type.replace(/MessageChunk$/, "");
  const plain = role === type ? type : role.toLowerCase();
  return ROLES.has(plain) ? plain : null;
}

/** Whether a value is what people write for a message, `{role, content}`, or an encoded one. */
export function isMessageLike(value: Json): value is { readonly [key: string]: Json } {
  return roleOf(value) !== null || typeof asMessage(value)?.role === "string";
}

function asMessage(value: Json): Message | null {
  return isObject(value) && "content" in value ? (value as Message) : null;
}

/** The role in a reader's words. */
export function roleWord(role: string): string {
  return ROLE_WORDS[role] ?? role;
}

const ROLE_WORDS: Readonly<Record<string, string>> = {
  ai: "AI",
  human: "Human",
  system: "System",
  tool: "Tool",
};
