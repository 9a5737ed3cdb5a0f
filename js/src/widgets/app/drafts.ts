// What a form holds before it is given to a run, and what the kernel says of the form.

import { createContext } from "preact";
import { useContext, useEffect, useReducer } from "preact/hooks";
import { type Draft, type Schema, initial } from "../../form/schema";
import { useStore } from "../../hooks/store";
import type { Json, Status, Summary } from "../../core/schema";
import type { Model } from "../../core/connection/connection";

/** What the target takes, and what is to stand in the form at first. */
export interface Description {
  readonly kind: "local" | "server";
  readonly name: string;
  readonly assistant: string | null;
  readonly input: Schema;
  readonly context: Schema | null;
  readonly config: Schema;
  readonly notes: readonly string[];
  readonly chat: boolean;
  readonly remembers: boolean;
  readonly given: Given;
}

export interface Given {
  readonly input: Json;
  readonly config: Json;
  readonly context: Json;
  readonly said: string | null;
}

/** The newest run in a few fields; `model` is that of its live view. */
export interface RunFacts {
  readonly number: number;
  readonly model: string | null;
  readonly status: Status;
  readonly error: string | null;
  readonly note: string | null;
  readonly thread_id: string | null;
  readonly asks: number;
  /** Whether it is of the thread whose conversation is shown. */
  readonly here: boolean;
}

/** What the kernel says of the form beside what it says of any run. */
export interface FormSummary extends Summary {
  readonly thread: string | null;
  readonly turn: number;
  readonly panels: boolean;
  readonly earlier: readonly { readonly title: string; readonly said: string | null }[];
  readonly run: RunFacts | null;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly detail: string;
}

/** One message of a conversation, as the thread's state has it. */
export interface Said {
  readonly id: string | null;
  readonly role: string;
  readonly name: string | null;
  readonly text: string;
  readonly tool_calls: readonly { readonly name: string; readonly args: string }[];
}

/** What is given to a run. */
export interface Asked {
  readonly input: Json;
  readonly config: Json;
  readonly context: Json;
  readonly said: string | null;
  readonly assistant: string | null;
}

declare module "../../core/connection/connection" {
  interface Methods {
    describe: { params: { assistant: string | null }; result: Description };
    assistants: { params: Record<string, never>; result: readonly Choice[] };
    threads: { params: Record<string, never>; result: readonly Choice[] };
    thread: { params: { thread_id: string | null }; result: true };
    conversation: { params: Record<string, never>; result: { turn: number; messages: readonly Said[] } };
    start: { params: Asked; result: { number: number } };
    earlier: { params: { index: number }; result: Given };
    panels: { params: { shown: boolean }; result: true };
  }
}

/** How the input is written. */
export type Way = "chat" | "form" | "json";

interface Held {
  readonly description: Description | null;
  readonly problem: string | null;
  readonly way: Way;
  readonly assistant: string | null;
  readonly input: Draft;
  readonly config: Draft;
  readonly context: Draft;
  readonly said: string;
}

export class Drafts {
  held: Held = {
    description: null,
    problem: null,
    way: "form",
    assistant: null,
    input: undefined,
    config: {},
    context: undefined,
    said: "",
  };
  readonly #listeners = new Set<() => void>();

  set(news: Partial<Held>): void {
    this.held = { ...this.held, ...news };
    for (const listener of [...this.#listeners]) listener();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Begins with what a target takes. */
  describe(description: Description): void {
    this.set({ description, problem: null, way: description.chat ? "chat" : "form", said: "" });
    this.fill(description.given);
  }

  /** Takes over what was given before. In a chat, one message of the user's is what is to be said. */
  fill({ input, config, context, said }: Given): void {
    const { description, way } = this.held;
    if (!description) return;
    const { text, rest } = said === null && way === "chat" ? spokenIn(input) : { text: said, rest: input };
    const next = text !== null ? "chat" : way === "chat" && hasMessages(input) ? "form" : way;
    const first = (schema: Schema, given: Json): Draft => given ?? initial(schema, schema);
    this.set({
      input: first(inputOf(description, next), rest),
      config: config ?? {},
      context: description.context ? first(description.context, context) : (context ?? undefined),
      said: text ?? "",
      way: next,
    });
  }
}

function hasMessages(input: Json): input is { readonly [key: string]: Json } {
  return typeof input === "object" && input !== null && !Array.isArray(input) && "messages" in input;
}

const USER: ReadonlySet<unknown> = new Set(["user", "human"]);

/** The text of an input whose one message is the user's, and what else is in it. */
function spokenIn(input: Json): { text: string | null; rest: Json } {
  const none = { text: null, rest: input };
  if (!hasMessages(input)) return none;
  const { messages, ...rest } = input;
  const [only, ...more] = Array.isArray(messages) ? (messages as Json[]) : [messages as Json];
  if (more.length > 0 || typeof only !== "object" || only === null) return none;
  const message = only as Record<string, Json>;
  const [role, text] = Array.isArray(only) ? only : [message.role ?? message.type, message.content];
  return USER.has(role) && typeof text === "string" ? { text, rest } : none;
}

/** The schema of what a form asks for; beside a chat's message, all but the messages. */
export function inputOf({ input, chat }: Description, way: Way): Schema {
  if (!chat || way !== "chat") return input;
  const { messages: _, ...properties } = (input.properties ?? {}) as Record<string, Schema>;
  const required = ((input.required ?? []) as string[]).filter((name) => name !== "messages");
  return { ...input, properties, required };
}

interface FormView {
  readonly drafts: Drafts;
  readonly model: Model;
}

export const FormContext = createContext<FormView | null>(null);

export function useForm(): FormView & { readonly held: Held } {
  const form = useContext(FormContext);
  if (!form) throw new Error("a component outside of a form");
  const { drafts } = form;
  const [, redraw] = useReducer((count: number, _: undefined) => count + 1, 0);
  useEffect(() => drafts.subscribe(() => redraw(undefined)), [drafts]);
  return { ...form, held: drafts.held };
}

export function useFormSummary<T>(select: (summary: FormSummary) => T): T {
  return useStore(["summary"], ({ summary }) => select(summary as FormSummary));
}
