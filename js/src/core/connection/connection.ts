// The comm, and the only file that knows it.
//
// Kernel → here:  delta (what changed, numbered 1, 2, 3 …), snapshot (everything), reply (to a call).
// Here → kernel:  {"type": "snapshot"} when something was missed, {"type": "call", id, method, params}.
// Two small traits are synced, `_summary` and `_protocol`; everything else flows in messages.

import { type Json, type Row, type Summary, isDeaf, isFinal } from "../schema";
import type { SteeringMethods } from "../../steer/steer";
import type { Store } from "../store";

export const PROTOCOL = 1;

/** One piece of a message's text: message id, kind, offset in code points, text. */
export type TextPiece = readonly [messageId: string, kind: string, offset: number, text: string];

interface Update {
  readonly n: number;
  readonly summary: Partial<Summary> | null;
  readonly counts: Readonly<Record<string, number>> | null;
  readonly rows: Readonly<Record<string, readonly Row[]>>;
  readonly text: readonly TextPiece[];
  readonly elapsed: number | null;
}

export interface Delta extends Update {
  readonly type: "delta";
}

export interface Snapshot extends Update {
  readonly type: "snapshot";
}

export type Reply =
  | { readonly type: "reply"; readonly id: string; readonly result: Json }
  | { readonly type: "reply"; readonly id: string; readonly error: string };

export type FromKernel = Delta | Snapshot | Reply;

/** The part of anywidget's model that is used; a test's or a page's stand-in needs no more. */
export interface Model {
  get(name: string): unknown;
  send(content: unknown, callbacks?: unknown): void;
  on(name: string, callback: (...args: never[]) => void): void;
  off(name: string, callback: (...args: never[]) => void): void;
  readonly widget_manager?: unknown;
}

/** A state, or a part of it; of what is big only the children asked for, and `total` says how many there are. */
export interface StatePart {
  readonly namespace: string;
  readonly step: number | null;
  readonly seq: number;
  readonly timestamp: number;
  readonly source: string;
  readonly path: string;
  readonly value: Json;
  readonly total: number | null;
}

/** The languages in which a run can be written. */
export type Language = "python" | "javascript" | "curl";

/** What a call can ask, and what it gives back. */
export interface Methods extends SteeringMethods {
  events: {
    params: {
      offset: number;
      limit: number;
      modes?: readonly string[];
      namespaces?: readonly string[];
      nodes?: readonly string[];
      steps?: readonly [number | null, number | null];
      tasks?: readonly string[];
      messages?: readonly string[];
      tags?: readonly string[];
      text?: string;
    };
    result: { total: number; rows: readonly Row[] };
  };
  event: { params: { seq: number }; result: Row };
  /** Keys (of tables without, positions) of the rows that have a text in any cell, by table. */
  search: { params: { text: string }; result: Readonly<Record<string, readonly Json[]>> };
  value: { params: { table: string; key: Json; column: string }; result: Json };
  state: {
    params: {
      namespace?: string;
      step?: number;
      seq?: number;
      path?: string;
      offset?: number;
      limit?: number;
    };
    result: StatePart;
  };
  /** The graph's drawing; see `panels/graph/data.ts`. */
  graph: { params: Record<string, never>; result: Json };
  /** The text of a module of the front end; see `assets.ts`. */
  asset: { params: { name: string }; result: { text: string } };
  /** The code that asks for the same run. */
  code: { params: { language: Language }; result: { text: string } };
  cancel: { params: Record<string, never>; result: { message: string } };
  /** Any answer will do, also that there is no such method. */
  ping: { params: Record<string, never>; result: Json };
}

/** A call failed; the text is one clear sentence. */
export class CallError extends Error {
  constructor(
    message: string,
    readonly kind: "refused" | "timeout" | "closed",
  ) {
    super(message);
    this.name = "CallError";
  }
}

// ---------------------------------------------------------------------------------------------
// Decoding

export class DecodeError extends Error {}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function need<T>(ok: boolean, value: unknown, what: string): T {
  if (!ok) throw new DecodeError(`${what} expected, got ${JSON.stringify(value)?.slice(0, 80) ?? "nothing"}`);
  return value as T;
}

function decodeRows(value: unknown): Record<string, readonly Row[]> {
  const tables = need<Record<string, unknown>>(isObject(value), value, "rows by table");
  for (const rows of Object.values(tables)) {
    need(Array.isArray(rows) && rows.every(isObject), rows, "a list of rows");
  }
  return tables as Record<string, readonly Row[]>;
}

function isTextPiece(value: unknown): value is TextPiece {
  return (
    Array.isArray(value) &&
    typeof value[0] === "string" &&
    typeof value[1] === "string" &&
    Number.isInteger(value[2]) &&
    typeof value[3] === "string"
  );
}

function decodeUpdate(raw: Record<string, unknown>): Update {
  return {
    n: need(Number.isInteger(raw.n), raw.n, "a message number"),
    summary: need(raw.summary == null || isObject(raw.summary), raw.summary, "a summary") ?? null,
    counts: need(raw.counts == null || isObject(raw.counts), raw.counts, "counts") ?? null,
    rows: decodeRows(raw.rows ?? {}),
    text:
      need(
        raw.text == null || (Array.isArray(raw.text) && raw.text.every(isTextPiece)),
        raw.text,
        "pieces of text",
      ) ?? [],
    elapsed: need(raw.elapsed == null || typeof raw.elapsed === "number", raw.elapsed, "seconds") ?? null,
  };
}

/** Reads a message from the kernel. Throws {@link DecodeError} if it is none of those agreed upon. */
export function decode(raw: unknown): FromKernel {
  const message = need<Record<string, unknown>>(isObject(raw), raw, "a message");
  switch (message.type) {
    case "delta":
      return { type: "delta", ...decodeUpdate(message) };
    case "snapshot":
      return { type: "snapshot", ...decodeUpdate(message) };
    case "reply": {
      const id = need<string>(typeof message.id === "string", message.id, "the id of a call");
      return typeof message.error === "string"
        ? { type: "reply", id, error: message.error }
        : { type: "reply", id, result: (message.result ?? null) as Json };
    }
    default:
      throw new DecodeError(`a message of an unknown type: ${JSON.stringify(message.type)}`);
  }
}

// ---------------------------------------------------------------------------------------------
// The connection

/** How long to wait, in milliseconds. */
export interface Patience {
  /** for the first message, before a snapshot is asked for */
  readonly first: number;
  /** for a snapshot, before it is asked for again */
  readonly snapshot: number;
  /** for a reply */
  readonly reply: number;
  /** for any word of a running run, before the kernel is asked whether it lives */
  readonly word: number;
  /** for an answer, after the kernel has dealt with the question */
  readonly grace: number;
}

export const PATIENCE: Patience = {
  first: 400,
  snapshot: 5_000,
  reply: 20_000,
  word: 8_000,
  grace: 2_000,
};

interface Pending {
  readonly resolve: (result: Json) => void;
  readonly reject: (error: CallError) => void;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Listens to one model for as long as it lives and keeps its store true. */
export class Connection {
  #pending = new Map<string, Pending>();
  #calls = 0;
  // Several pages may listen to one comm: ids must not meet.
  readonly #client = Math.random().toString(36).slice(2, 10);
  readonly #stop = new AbortController();
  #askedAt: number | null = null;
  #firstTimer: ReturnType<typeof setTimeout> | undefined;
  #graceTimer: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setTimeout> | undefined;
  #heardAt = 0;
  #words = 0;
  #pinging = false;

  constructor(
    private readonly model: Model,
    private readonly store: Store,
    private readonly patience: Patience = PATIENCE,
    private readonly now: () => number = () => Date.now(),
  ) {
    const protocol = model.get("_protocol");
    if (protocol !== PROTOCOL) {
      store.setLink({ state: "mismatch", kernel: (protocol ?? null) as Json });
      return;
    }
    this.#heardAt = now();
    this.#readSummary();
    this.#listen("msg:custom", (raw: unknown) => {
      this.#receive(raw);
      this.#keepWatch();
    });
    this.#listen("change:_summary", () => this.#readSummary());
    this.#listen("comm:close", () => this.#lose("its comm was closed"));
    this.#listen("comm_live_update", () => this.#ping());
    this.#listenToKernel();
    this.#hello();
  }

  /** Asks the kernel. Rejects with {@link CallError}. */
  call<M extends keyof Methods>(
    method: M,
    params: Methods[M]["params"],
    timeout = this.patience.reply,
    callbacks?: unknown,
  ): Promise<Methods[M]["result"]> {
    return new Promise((resolve, reject) => {
      if (this.#stop.signal.aborted) {
        reject(new CallError("This view was closed.", "closed"));
        return;
      }
      const { link } = this.store;
      if (link.state === "gone" || link.state === "mismatch") {
        reject(new CallError("There is no kernel to ask any more.", "closed"));
        return;
      }
      this.#calls += 1;
      const id = `${this.#client}-${this.#calls}`;
      this.#pending.set(id, { resolve: resolve as (result: Json) => void, reject, timer: undefined });
      this.#wait(id, timeout);
      this.#send({ type: "call", id, method, params }, callbacks);
    });
  }

  #wait(id: string, timeout: number): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    pending.timer = setTimeout(() => {
      if (isDeaf(this.store.summary)) {
        this.#wait(id, timeout);
        return;
      }
      const seconds = Math.round(timeout / 1000);
      this.#settle(id, new CallError(`The kernel did not answer within ${seconds} s.`, "timeout"));
    }, timeout);
  }

  close(): void {
    this.#stop.abort();
    clearTimeout(this.#firstTimer);
    clearTimeout(this.#graceTimer);
    clearTimeout(this.#watch);
    for (const id of [...this.#pending.keys()]) {
      this.#settle(id, new CallError("This view was closed.", "closed"));
    }
  }

  #listen(name: string, callback: (...args: never[]) => void): void {
    this.model.on(name, callback);
    this.#stop.signal.addEventListener("abort", () => this.model.off(name, callback));
  }

  #readSummary(): void {
    const summary = this.model.get("_summary");
    if (isObject(summary)) this.store.mergeSummary(summary as Partial<Summary>);
    this.#keepWatch();
  }

  /** A model made after a reload knows only its traits: it asks for the rest. A new one waits a moment. */
  #hello(): void {
    if (isFinal(this.store.summary.status)) {
      this.#askSnapshot();
      return;
    }
    this.#firstTimer = setTimeout(() => {
      if (this.store.last === 0) this.#askSnapshot();
    }, this.patience.first);
  }

  #askSnapshot(): void {
    const now = this.now();
    if (this.#askedAt !== null && now - this.#askedAt < this.patience.snapshot) return;
    this.#askedAt = now;
    this.#send({ type: "snapshot" });
    this.#keepWatch();
  }

  #send(content: unknown, callbacks?: unknown): void {
    try {
      this.model.send(content, callbacks);
    } catch (error) {
      this.#lose(error instanceof Error ? error.message : String(error));
    }
  }

  #receive(raw: unknown): void {
    let message: FromKernel;
    try {
      message = decode(raw);
    } catch (error) {
      console.warn("lg_jupyter: not understood and left out:", error);
      return;
    }
    this.#hear();
    if (message.type === "reply") {
      this.#settle(message.id, "error" in message ? new CallError(message.error, "refused") : message.result);
      return;
    }
    const applied = this.store.apply(message);
    if (applied === "gap") {
      this.store.setLink({ state: "catching-up" });
      this.#askSnapshot();
      return;
    }
    if (applied === "applied" || message.type === "snapshot") this.#askedAt = null;
    this.store.setLink({ state: this.#askedAt === null ? "live" : "catching-up" });
  }

  #settle(id: string, outcome: Json | CallError): void {
    const pending = this.#pending.get(id);
    if (!pending) return; // another page's call, or one that was given up
    this.#pending.delete(id);
    clearTimeout(pending.timer);
    if (outcome instanceof CallError) pending.reject(outcome);
    else pending.resolve(outcome);
  }

  // -- is anyone there?

  #hear(): void {
    this.#words += 1;
    this.#heardAt = this.now();
    this.store.lastSeen = this.#heardAt;
    if (this.store.link.state === "silent" || this.store.link.state === "gone") {
      this.store.setLink({ state: "live" });
    }
  }

  #lose(reason: string): void {
    if (this.store.link.state !== "gone") {
      this.store.setLink({ state: "gone", since: this.#heardAt, reason });
    }
  }

  /** Watches for silence while something is to come. A run that is over costs nothing. */
  #keepWatch(): void {
    const { summary, link } = this.store;
    const over = isFinal(summary.status) && this.#askedAt === null;
    if (over || link.state === "gone" || this.#watch !== undefined || this.#stop.signal.aborted) return;
    this.#watch = setTimeout(() => {
      this.#watch = undefined;
      const silent = this.now() - this.#heardAt >= this.patience.word;
      if (silent && !isDeaf(this.store.summary)) this.#ping();
      this.#keepWatch();
    }, this.patience.word / 4);
  }

  #ping(): void {
    if (this.#pinging || this.#stop.signal.aborted) return;
    this.#pinging = true;
    const before = this.#words;
    this.call("ping", {}, this.patience.word, this.#whenHandled(before))
      .catch((error: CallError) => {
        if (error.kind === "timeout" && this.store.link.state !== "gone") {
          this.store.setLink({ state: "silent", since: this.#heardAt });
        }
      })
      .finally(() => {
        this.#pinging = false;
        if (this.#words > before && this.#askedAt !== null) this.#askSnapshot();
      });
  }

  /** A kernel that has dealt with a ping and sent no answer has never heard of this run: it is another one. */
  #whenHandled(before: number): unknown {
    const status = (message: { content?: { execution_state?: string } }) => {
      if (message.content?.execution_state !== "idle" || this.#stop.signal.aborted) return;
      clearTimeout(this.#graceTimer);
      this.#graceTimer = setTimeout(() => {
        if (this.#words === before) this.#lose("it was started anew and does not know this run");
      }, this.patience.grace);
    };
    return { iopub: { status } };
  }

  /** JupyterLab's manager lets one see its kernel, and so hear at once of a restart or a death. */
  #listenToKernel(): void {
    const kernel = (this.model.widget_manager as { kernel?: KernelLike } | undefined)?.kernel;
    const changed = kernel?.statusChanged;
    if (typeof changed?.connect !== "function") return;
    const slot = (_: unknown, status: string) => {
      if (KERNEL_ENDS.has(status)) this.#lose(KERNEL_ENDS.get(status) as string);
    };
    changed.connect(slot);
    this.#stop.signal.addEventListener("abort", () => changed.disconnect?.(slot));
  }
}

interface KernelLike {
  statusChanged?: {
    connect?: (slot: (sender: unknown, status: string) => void) => void;
    disconnect?: (slot: (sender: unknown, status: string) => void) => void;
  };
}

const KERNEL_ENDS: ReadonlyMap<string, string> = new Map([
  ["restarting", "it died or was restarted"],
  ["autorestarting", "it died and was started anew"],
  ["dead", "it died"],
  ["terminating", "it was shut down"],
]);
