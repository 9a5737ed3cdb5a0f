// Whether anyone is there: silence while something is to come, a ping, and what JupyterLab says of its kernel.

import { isBlocked, isFinal } from "../schema";
import type { Store } from "../store";
import type { CallError } from "./pendingCalls";
import type { Model } from "./model";
import { REPLY_AFTER_IDLE_TIMEOUT, SILENCE_TIMEOUT } from "./timeouts";

/** What the heartbeat needs of the connection that it belongs to. */
export interface HeartbeatPeer {
  /** Whether a snapshot was requested and has not come. */
  readonly isCatchingUp: () => boolean;
  readonly requestSnapshot: () => void;
  /** Sends a ping, with the callbacks of a Jupyter message. */
  readonly ping: (callbacks: unknown) => Promise<unknown>;
}

export class Heartbeat {
  #heardAt = Date.now();
  #messages = 0;
  #unanswered = 0; // pings that the kernel has dealt with, in a row
  #pinging = false;
  #watch: ReturnType<typeof setTimeout> | undefined;
  #grace: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly store: Store,
    private readonly line: HeartbeatPeer,
    private readonly closed: AbortSignal,
  ) {
    closed.addEventListener("abort", () => {
      clearTimeout(this.#watch);
      clearTimeout(this.#grace);
    });
  }

  /** A message came. */
  noteMessage(): void {
    this.#messages += 1;
    this.#unanswered = 0;
    this.#heardAt = Date.now();
    this.store.lastSeen = this.#heardAt;
    if (this.store.link.state === "silent" || this.store.link.state === "gone") {
      this.store.setLink({ state: "live" });
    }
  }

  /** The kernel is gone. */
  markLost(reason: string): void {
    if (this.store.link.state !== "gone") {
      this.store.setLink({ state: "gone", since: this.#heardAt, reason });
    }
  }

  /** Watches for silence while something is to come. A run that is over costs nothing. */
  watch(): void {
    const { summary, link } = this.store;
    const over = isFinal(summary.status) && !this.line.isCatchingUp();
    if (over || link.state === "gone" || this.#watch !== undefined || this.closed.aborted) return;
    this.#watch = setTimeout(() => {
      this.#watch = undefined;
      const silent = Date.now() - this.#heardAt >= SILENCE_TIMEOUT;
      if (silent && !isBlocked(this.store.summary)) this.ping();
      this.watch();
    }, SILENCE_TIMEOUT / 4);
  }

  ping(): void {
    if (this.#pinging || this.closed.aborted) return;
    this.#pinging = true;
    const before = this.#messages;
    this.line
      .ping(this.#whenHandled(before))
      .catch((error: CallError) => {
        if (error.kind === "timeout" && this.store.link.state !== "gone") {
          this.store.setLink({ state: "silent", since: this.#heardAt });
        }
      })
      .finally(() => {
        this.#pinging = false;
        if (this.#messages > before && this.line.isCatchingUp()) this.line.requestSnapshot();
      });
  }

  /** A kernel that deals with pings and sends no reply knows no such comm, unless its replies get lost: it gets two. */
  #whenHandled(before: number): unknown {
    const status = (message: { content?: { execution_state?: string } }) => {
      if (message.content?.execution_state !== "idle" || this.closed.aborted) return;
      clearTimeout(this.#grace);
      this.#grace = setTimeout(() => {
        if (this.#messages !== before) return;
        this.#unanswered += 1;
        if (this.#unanswered >= 2)
          this.markLost("it was started anew, or its replies do not reach this view");
        else {
          this.#pinging = false;
          this.ping();
        }
      }, REPLY_AFTER_IDLE_TIMEOUT);
    };
    return { iopub: { status } };
  }
}

/** JupyterLab's manager lets one see its kernel, and so hear at once of a restart or a death. */
export function watchKernel(model: Model, onEnd: (reason: string) => void, closed: AbortSignal): void {
  const kernel = (model.widget_manager as { kernel?: KernelLike } | undefined)?.kernel;
  const changed = kernel?.statusChanged;
  if (typeof changed?.connect !== "function") return;
  const slot = (_: unknown, status: string) => {
    const reason = KERNEL_ENDS.get(status);
    if (reason !== undefined) onEnd(reason);
  };
  changed.connect(slot);
  closed.addEventListener("abort", () => changed.disconnect?.(slot));
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
