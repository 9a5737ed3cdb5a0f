// Messages as LangChain and chat models take them. Pure; `lg_jupyter/exports/chat.py` is the same for the kernel.

import type { Json, Row } from "../schema";

const ROLES: Readonly<Record<string, string>> = { ai: "assistant", human: "user" };

type Fields = { readonly [key: string]: Json };

/** One message, of its row and its text. */
export function chatMessage(row: Row, text: string): Json {
  const role = row.role as string;
  const blocks = (row.blocks ?? []) as readonly Json[];
  const calls = (row.tool_calls ?? []) as readonly Fields[];
  const given = {
    role: ROLES[role] ?? role,
    content: blocks.length > 0 ? [...(text ? [{ type: "text", text }] : []), ...blocks] : text,
    name: row.name ?? null,
    tool_calls: calls.map(({ id, name, args }) => ({
      type: "tool_call",
      id: id ?? null,
      name: name ?? null,
      args: args ?? null,
    })),
    tool_call_id: row.tool_call_id ?? null,
    id: row.message_id ?? null,
  };
  const isGiven = (name: string, value: Json) =>
    name === "content" || (Array.isArray(value) ? value.length > 0 : Boolean(value));
  return Object.fromEntries(Object.entries(given).filter(([name, value]) => isGiven(name, value)));
}
