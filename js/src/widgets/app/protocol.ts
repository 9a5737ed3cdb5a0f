// What a form asks the kernel, and what it replies: `lg_jupyter/apps/` is its other side.

import type { Json, Status, Summary } from "../../core/schema";
import type { Schema } from "../../form/schema";

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
  /** Names of properties that hold secrets. */
  readonly secrets: readonly string[];
  readonly given: FormInput;
}

export interface FormInput {
  readonly input: Json;
  readonly config: Json;
  readonly context: Json;
  /** A text, or content blocks; null where nothing is said. */
  readonly message: Json;
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
  readonly earlier: readonly { readonly title: string; readonly message: string | null }[];
  readonly run: RunFacts | null;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly detail: string;
}

/** One message of a conversation, as the thread's state has it. */
export interface ChatMessage {
  readonly id: string | null;
  readonly role: string;
  readonly name: string | null;
  readonly text: string;
  /** Images and files. */
  readonly blocks: readonly Json[];
  readonly tool_calls: readonly { readonly name: string; readonly args: string }[];
}

/** What is given to a run. */
export interface StartRequest {
  readonly input: Json;
  readonly config: Json;
  readonly context: Json;
  readonly message: Json;
  readonly assistant: string | null;
}

declare module "../../core/connection/methods" {
  interface Methods {
    describe: { params: { assistant: string | null }; result: Description };
    assistants: { params: Record<string, never>; result: readonly Choice[] };
    threads: { params: Record<string, never>; result: readonly Choice[] };
    thread: { params: { thread_id: string | null }; result: true };
    conversation: {
      params: Record<string, never>;
      result: { turn: number; messages: readonly ChatMessage[] };
    };
    start: { params: StartRequest; result: { number: number } };
    earlier: { params: { index: number }; result: FormInput };
    panels: { params: { shown: boolean }; result: true };
  }
}
