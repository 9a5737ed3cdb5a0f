// Calls to the kernel, each until its reply comes, its time is up or the view closes.

import type { Json } from "../schema";

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

interface Pending {
  readonly resolve: (result: Json) => void;
  readonly reject: (error: CallError) => void;
  timer: ReturnType<typeof setTimeout> | undefined;
}

export class PendingCalls {
  #pending = new Map<string, Pending>();
  #count = 0;
  // Several pages may listen to one comm: ids must not meet.
  readonly #client = Math.random().toString(36);

  /** While the kernel `isBlocked`, no call's time runs out. */
  constructor(private readonly isBlocked: () => boolean) {}

  /** A new call: the id that its reply will have, and what comes of it. */
  open(timeout: number): { readonly id: string; readonly result: Promise<Json> } {
    this.#count += 1;
    const id = `${this.#client}-${this.#count}`;
    const result = new Promise<Json>((resolve, reject) => {
      const pending: Pending = { resolve, reject, timer: undefined };
      this.#pending.set(id, pending);
      this.#wait(id, pending, timeout);
    });
    return { id, result };
  }

  settle(id: string, outcome: Json | CallError): void {
    const pending = this.#pending.get(id);
    if (!pending) return; // another page's call, or one that was given up
    this.#pending.delete(id);
    clearTimeout(pending.timer);
    if (outcome instanceof CallError) pending.reject(outcome);
    else pending.resolve(outcome);
  }

  close(): void {
    for (const id of [...this.#pending.keys()]) {
      this.settle(id, new CallError("This view was closed.", "closed"));
    }
  }

  #wait(id: string, pending: Pending, timeout: number): void {
    pending.timer = setTimeout(() => {
      if (this.isBlocked()) {
        this.#wait(id, pending, timeout);
        return;
      }
      const seconds = Math.round(timeout / 1000);
      this.settle(id, new CallError(`The kernel did not answer within ${seconds} s.`, "timeout"));
    }, timeout);
  }
}
