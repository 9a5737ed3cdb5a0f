// What is being typed, apart from the components that show it: neither a filter nor a tab nor a reload of the page
// loses it. The browser's tab keeps it for the run; where the page may not store anything, it is in memory alone.

import { Observable } from "../core/observable";
import { InvalidInput } from "../core/invalidInput";

const PREFIX = "lg_jupyter:draft:";

/** The drafts of one run, each by what is edited. */
export class DraftStore extends Observable {
  readonly #held = new Map<string, unknown>();

  /** `run` is the key of the run. Without one, drafts last as long as this store. */
  constructor(private readonly run: string | null) {
    super();
  }

  /** The draft of `what`, the same object until it is changed. */
  get<T>(what: string): T | undefined {
    if (!this.#held.has(what)) this.#held.set(what, readDraft(this.#keyOf(what)));
    return this.#held.get(what) as T | undefined;
  }

  /** `stored` is what of it outlives the page, by default all; null keeps it in memory, as secrets are. */
  set(what: string, draft: unknown, stored: unknown = draft): void {
    this.#held.set(what, draft);
    writeDraft(this.#keyOf(what), stored ?? null);
    this.notify();
  }

  /** Lets go of it: it was sent, or taken back. */
  removeDraft(what: string): void {
    this.set(what, undefined, null);
  }

  #keyOf(what: string): string | null {
    return this.run === null ? null : `${PREFIX}${this.run}:${what}`;
  }
}

/** What storage refuses: the page is in a sandbox, or its storage is full. */
const UNSTORED = new Map<string, string>();

function readDraft(key: string | null): unknown {
  if (key === null) return undefined;
  try {
    const text = UNSTORED.get(key) ?? sessionStorage.getItem(key);
    return text === null ? undefined : JSON.parse(text, decodeUnparsed);
  } catch {
    return undefined;
  }
}

function writeDraft(key: string | null, draft: unknown): void {
  if (key === null) return;
  const text = draft === null ? null : JSON.stringify(draft, encodeUnparsed);
  UNSTORED.delete(key);
  try {
    if (text === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, text);
  } catch {
    if (text !== null) UNSTORED.set(key, text);
  }
}

const UNPARSED = "$unparsed";

function encodeUnparsed(_: string, value: unknown): unknown {
  return value instanceof InvalidInput ? { [UNPARSED]: [value.text, value.problem] } : value;
}

function decodeUnparsed(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !(UNPARSED in value)) return value;
  const [text, problem] = value[UNPARSED] as [string, string];
  return new InvalidInput(text, problem);
}
