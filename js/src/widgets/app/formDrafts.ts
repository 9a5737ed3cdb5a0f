// What a form holds before it is given to a run. What is typed is a draft of the assistant that it is for. Pure.

import { Observable } from "../../core/observable";
import { isObject, type Json, type JsonObject } from "../../core/schema";
import type { Attachment } from "../../form/attachment";
import { splitContent } from "../../form/attachments";
import { soleUserContentOf } from "../../form/messages";
import { type Draft, initialDraft, isRecord, type Schema, InvalidInput } from "../../form/schema";
import type { DraftStore } from "../../state/drafts";
import type { Description, FormInput } from "./protocol";

/** How the input is written. */
export type Mode = "chat" | "form" | "json";

export interface FormState {
  readonly description: Description | null;
  readonly problem: string | null;
  readonly mode: Mode;
  readonly assistant: string | null;
  readonly input: Draft;
  readonly config: Draft;
  readonly context: Draft;
  readonly message: string;
  /** Images and files with the message. */
  readonly attachments: readonly Attachment[];
}

/** What of it is typed, or chosen so that it can be. */
type Typed = Pick<FormState, "mode" | "input" | "config" | "context" | "message">;

const NOTHING = { message: "", attachments: [] } as const;

export class FormDrafts extends Observable {
  held: FormState = {
    description: null,
    problem: null,
    mode: "form",
    assistant: null,
    input: undefined,
    config: {},
    context: undefined,
    ...NOTHING,
  };

  constructor(private readonly drafts: DraftStore) {
    super();
  }

  /** Takes over what the reader typed or chose. */
  set(changes: Partial<FormState>): void {
    this.#change(changes);
    this.#keep();
    if (changes.attachments) this.drafts.set(this.#files, changes.attachments);
  }

  /** What is held was given to a run. */
  clearSent(): void {
    this.#change(NOTHING);
    this.drafts.removeDraft(this.#name);
    this.drafts.removeDraft(this.#files);
  }

  pick(assistant: string): void {
    this.#change({ assistant });
  }

  /** Begins with what a target takes, or goes on with what was typed for it. */
  describe(description: Description): void {
    const typed = this.drafts.get<Typed>(this.#name);
    this.#change({ description, problem: null, mode: description.chat ? "chat" : "form", ...NOTHING });
    this.#fill(description.given);
    if (typed) this.#change(typed);
    this.#change({
      attachments: this.drafts.get<FormState["attachments"]>(this.#files) ?? this.held.attachments,
    });
  }

  /** Takes over what was given before, in place of what is typed. */
  fill(given: FormInput): void {
    this.#fill(given);
    this.#keep();
    this.drafts.set(this.#files, this.held.attachments);
  }

  get #name(): string {
    return `input ${this.held.assistant ?? ""}`;
  }

  /** Apart from the text: what is large may be refused by the page's storage. */
  get #files(): string {
    return `${this.#name} files`;
  }

  #change(changes: Partial<FormState>): void {
    this.held = { ...this.held, ...changes };
    this.notify();
  }

  /** What is secret stays in memory, and so does the config, in which a secret may have any name. */
  #keep(): void {
    const { description, mode, input, config, context, message } = this.held;
    if (!description) return;
    const typed: Typed = { mode, input, config, context, message };
    const stored = (draft: Draft) => withoutSecrets(draft, description.secrets);
    this.drafts.set(this.#name, typed, { mode, input: stored(input), context: stored(context), message });
  }

  /** In a chat, one message of the user becomes the draft to send. */
  #fill({ input, config, context, message }: FormInput): void {
    const { description, mode } = this.held;
    if (!description) return;
    const { content, rest } =
      message === null && mode === "chat" ? userMessageIn(input) : { content: message, rest: input };
    const said = content === null ? null : splitContent(content);
    const next = said !== null ? "chat" : mode === "chat" && hasMessages(input) ? "form" : mode;
    const first = (schema: Schema, given: Json): Draft => given ?? initialDraft(schema, schema);
    this.#change({
      input: first(inputSchemaOf(description, next), rest),
      config: config ?? {},
      context: description.context ? first(description.context, context) : (context ?? undefined),
      message: said?.text ?? "",
      attachments: said?.attachments ?? [],
      mode: next,
    });
  }
}

/** A draft without what stands under such names; of a text that is no value yet nobody knows what is in it. */
function withoutSecrets(draft: Draft, names: readonly string[]): Draft {
  if (Array.isArray(draft)) return (draft as readonly Draft[]).map((each) => withoutSecrets(each, names));
  if (draft instanceof InvalidInput) return names.length > 0 ? undefined : draft;
  if (!isRecord(draft)) return draft;
  const open = Object.entries(draft).filter(([name]) => !names.includes(name));
  return Object.fromEntries(open.map(([name, each]) => [name, withoutSecrets(each, names)]));
}

function hasMessages(input: Json): input is JsonObject {
  return isObject(input) && "messages" in input;
}

/** What an input says whose one message is the user's, and what else is in it. */
function userMessageIn(input: Json): { content: Json; rest: Json } {
  const none = { content: null, rest: input };
  if (!hasMessages(input)) return none;
  const { messages, ...rest } = input;
  const content = soleUserContentOf(messages as Json);
  return content !== null && splitContent(content) !== null ? { content, rest } : none;
}

/** The schema of what a form asks for; beside a chat's message, all but the messages. */
export function inputSchemaOf({ input, chat }: Description, mode: Mode): Schema {
  if (!chat || mode !== "chat") return input;
  const { messages: _, ...properties } = (input.properties ?? {}) as Record<string, Schema>;
  const required = ((input.required ?? []) as string[]).filter((name) => name !== "messages");
  return { ...input, properties, required };
}
