// The comm: this folder alone knows it.

import { isBlocked, isFinal, isObject, type Json, type Summary } from "../schema";
import type { Link, Store } from "../store";
import { CallError, PendingCalls } from "./pendingCalls";
import { Heartbeat, watchKernel } from "./heartbeat";
import type { Methods } from "./methods";
import type { Model } from "./model";
import { decodeMessage, type FromKernel, PROTOCOL } from "./protocol";
import { SnapshotParts } from "./snapshotParts";
import { FIRST_MESSAGE_TIMEOUT, REPLY_TIMEOUT, SILENCE_TIMEOUT, SNAPSHOT_TIMEOUT } from "./timeouts";

/** Listens to one model for as long as it lives and keeps its store true. */
export class Connection {
  readonly #calls: PendingCalls;
  readonly #heartbeat: Heartbeat;
  readonly #stop = new AbortController();
  readonly #parts = new SnapshotParts();
  /** When a snapshot was requested that has not come. */
  #requestedAt: number | null = null;
  #firstTimer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Takes the messages that came `early`, before anybody listened here. Of a run that is over everything is `pushed`
   * to a new view, or it is requested at once.
   */
  constructor(
    private readonly model: Model,
    private readonly store: Store,
    early: readonly unknown[] = [],
    private readonly pushed = false,
  ) {
    this.#calls = new PendingCalls(() => isBlocked(store.summary));
    const line = {
      isCatchingUp: () => this.#requestedAt !== null,
      requestSnapshot: () => this.#requestSnapshot(),
      ping: (callbacks: unknown) => this.call("ping", {}, SILENCE_TIMEOUT, callbacks),
    };
    this.#heartbeat = new Heartbeat(store, line, this.#stop.signal);
    const protocol = model.get("_protocol");
    if (protocol !== PROTOCOL) store.setLink({ state: "mismatch", kernel: (protocol ?? null) as Json });
    else this.#begin(early);
  }

  /** Asks the kernel. Rejects with a {@link CallError}. */
  call<M extends keyof Methods>(
    method: M,
    params: Methods[M]["params"],
    timeout = REPLY_TIMEOUT,
    callbacks?: unknown,
  ): Promise<Methods[M]["result"]> {
    const { link } = this.store;
    if (this.#stop.signal.aborted) return Promise.reject(new CallError("This view was closed.", "closed"));
    if (link.state === "gone" || link.state === "mismatch") {
      return Promise.reject(new CallError("There is no kernel to ask any more.", "closed"));
    }
    const { id, result } = this.#calls.open(timeout);
    this.#send({ type: "call", id, method, params }, callbacks);
    return result as Promise<Methods[M]["result"]>;
  }

  close(): void {
    this.#stop.abort();
    clearTimeout(this.#firstTimer);
    this.#calls.close();
  }

  #begin(early: readonly unknown[]): void {
    this.#readSummary();
    for (const raw of early) this.#receive(raw);
    this.#listen("msg:custom", (raw: unknown) => {
      this.#receive(raw);
      this.#heartbeat.watch();
    });
    this.#listen("change:_summary", () => this.#readSummary());
    this.#listen("comm:close", () => this.#heartbeat.markLost("its comm was closed"));
    this.#listen("comm_live_update", () => this.#heartbeat.ping());
    watchKernel(this.model, (reason) => this.#heartbeat.markLost(reason), this.#stop.signal);
    this.#catchUp();
  }

  #listen(name: string, callback: (...args: never[]) => void): void {
    this.model.on(name, callback);
    this.#stop.signal.addEventListener("abort", () => this.model.off(name, callback));
  }

  #readSummary(): void {
    const summary = this.model.get("_summary");
    if (isObject(summary)) this.store.mergeSummary(summary as Partial<Summary>);
    this.#heartbeat.watch();
  }

  /** A model made after a reload knows only its traits: it requests the rest. A new one waits a moment. */
  #catchUp(): void {
    if (this.store.hasRows) return;
    if (isFinal(this.store.summary.status) && !(this.pushed && !this.model.saved)) {
      this.#requestSnapshot();
      return;
    }
    this.#firstTimer = setTimeout(() => {
      if (this.store.last === 0) this.#requestSnapshot();
    }, FIRST_MESSAGE_TIMEOUT);
  }

  #requestSnapshot(): void {
    const now = Date.now();
    if (this.#requestedAt !== null && now - this.#requestedAt < SNAPSHOT_TIMEOUT) return;
    this.#requestedAt = now;
    this.#send({ type: "snapshot" });
    this.#heartbeat.watch();
  }

  #send(content: unknown, callbacks?: unknown): void {
    try {
      this.model.send(content, callbacks);
    } catch (error) {
      this.#heartbeat.markLost(error instanceof Error ? error.message : String(error));
    }
  }

  /** The state of the line when nothing is missing. */
  get #settled(): Link {
    return this.model.saved ? { state: "saved", ...this.model.saved } : { state: "live" };
  }

  #receive(raw: unknown): void {
    if (isObject(raw) && (raw.type === "modules" || raw.type === "hosted")) return; // others take them
    let message: FromKernel;
    try {
      message = decodeMessage(raw);
    } catch (error) {
      console.warn("lg_jupyter: not understood and left out:", error);
      return;
    }
    this.#heartbeat.noteMessage();
    if (message.type === "reply") {
      const outcome = "error" in message ? new CallError(message.error, "refused") : message.result;
      this.#calls.settle(message.id, outcome);
      return;
    }
    const update = message.type === "snapshot" ? this.#parts.addPart(message) : message;
    if (update === null) return; // the rest of it comes
    const applied = update === "gap" ? update : this.store.apply(update);
    if (applied === "gap") {
      this.store.setLink({ state: "catching-up" });
      this.#requestSnapshot();
      return;
    }
    if (applied === "applied" || message.type === "snapshot") this.#requestedAt = null;
    this.store.setLink(this.#requestedAt === null ? this.#settled : { state: "catching-up" });
  }
}
