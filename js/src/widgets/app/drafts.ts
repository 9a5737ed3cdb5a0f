// What a form holds before it is given to a run. Pure.

import type { Message } from "../../core/messages";
import { Observable } from "../../core/observable";
import type { Json } from "../../core/schema";
import { type Draft, initial, type Schema } from "../../form/schema";
import type { Description, Given } from "./protocol";

/** How the input is written. */
export type Mode = "chat" | "form" | "json";

export interface Held {
  readonly description: Description | null;
  readonly problem: string | null;
  readonly mode: Mode;
  readonly assistant: string | null;
  readonly input: Draft;
  readonly config: Draft;
  readonly context: Draft;
  readonly message: string;
}

export class Drafts extends Observable {
  held: Held = {
    description: null,
    problem: null,
    mode: "form",
    assistant: null,
    input: undefined,
    config: {},
    context: undefined,
    message: "",
  };

  set(news: Partial<Held>): void {
    this.held = { ...this.held, ...news };
    this.notify();
  }

  /** Begins with what a target takes. */
  describe(description: Description): void {
    this.set({ description, problem: null, mode: description.chat ? "chat" : "form", message: "" });
    this.fill(description.given);
  }

  /** Takes over what was given before. In a chat, one message of the user's is what is to be said. */
  fill({ input, config, context, said }: Given): void {
    const { description, mode } = this.held;
    if (!description) return;
    const { text, rest } =
      said === null && mode === "chat" ? userMessageIn(input) : { text: said, rest: input };
    const next = text !== null ? "chat" : mode === "chat" && hasMessages(input) ? "form" : mode;
    const first = (schema: Schema, given: Json): Draft => given ?? initial(schema, schema);
    this.set({
      input: first(inputOf(description, next), rest),
      config: config ?? {},
      context: description.context ? first(description.context, context) : (context ?? undefined),
      message: text ?? "",
      mode: next,
    });
  }
}

function hasMessages(input: Json): input is { readonly [key: string]: Json } {
  return typeof input === "object" && input !== null && !Array.isArray(input) && "messages" in input;
}

const USER: ReadonlySet<unknown> = new Set(["user", "human"]);

/** The text of an input whose one message is the user's, and what else is in it. */
function userMessageIn(input: Json): { text: string | null; rest: Json } {
  const none = { text: null, rest: input };
  if (!hasMessages(input)) return none;
  const { messages, ...rest } = input;
  const [only, ...more] = Array.isArray(messages) ? (messages as Json[]) : [messages as Json];
  if (more.length > 0 || typeof only !== "object" || only === null) return none;
  const message = only as Message;
  const [role, text] = Array.isArray(only) ? only : [message.role ?? message.type, message.content];
  return USER.has(role) && typeof text === "string" ? { text, rest } : none;
}

/** The schema of what a form asks for; beside a chat's message, all but the messages. */
export function inputOf({ input, chat }: Description, mode: Mode): Schema {
  if (!chat || mode !== "chat") return input;
  const { messages: _, ...properties } = (input.properties ?? {}) as Record<string, Schema>;
  const required = ((input.required ?? []) as string[]).filter((name) => name !== "messages");
  return { ...input, properties, required };
}
