// How the run can be steered, asked of the kernel whenever the run stops or goes on; shared by all panels of a
// run's views. What the reader chose for its breakpoints is kept here until the run goes on with it.

import type { CallError } from "../core/connection/calls";
import type { Call, Methods } from "../core/connection/methods";
import { REPLY } from "../core/connection/timeouts";
import { Observable } from "../core/observable";
import { type InterruptRow, isFinal } from "../core/schema";
import type { Store } from "../core/store";
import type { AnswerDraft } from "./drafts";
import type { History, Steering } from "./protocol";
import type { Stops } from "./python";
import type { Values } from "./writes";

/** Of an interrupt that waits no more, though this run did not answer it. */
export const ELSEWHERE = "answered elsewhere";

const MOMENT = 150; // milliseconds until the kernel is asked again whether the run is over
const SLOW = 70_000; // milliseconds that checkpoints may take to come
const LONGEST = 600_000; // milliseconds to wait for a kernel that is busy, before it is asked once more

export class Steer extends Observable {
  /** Null until it is known, and while the kernel cannot be asked. */
  known: Steering | null = null;
  /** The breakpoints that the reader chose in place of the run's. */
  chosen: Stops | null = null;
  /** What was listed last. */
  history: History | null = null;
  /** Answers that are being written, by interrupt id: they outlive the panel. */
  readonly drafts = new Map<string, AnswerDraft>();
  #loading = false;
  #stale = false;
  #patience = REPLY;

  constructor(
    private readonly store: Store,
    private readonly call: Call,
  ) {
    super();
    let known = stage(store);
    store.subscribe(["summary"], () => {
      const now = stage(store);
      if (now !== known) this.refresh();
      known = now;
    });
    this.refresh();
  }

  refresh(): void {
    if (this.#loading) {
      this.#stale = true;
      return;
    }
    this.#loading = true;
    this.call("steering", {}, this.#patience)
      .then(
        (known) => {
          this.#patience = REPLY;
          this.#know(known);
        },
        ({ kind }: CallError) => {
          this.#stale ||= kind === "timeout"; // it may be busy: it is asked again, each time for longer
          this.#patience = Math.min(2 * this.#patience, LONGEST);
          this.#know(null);
        },
      )
      .finally(() => {
        this.#loading = false;
        if (this.#stale) {
          this.#stale = false;
          this.refresh();
        }
      });
  }

  /** What is known now, asked for anew. */
  async fetch(): Promise<Steering> {
    const known = await this.call("steering", {});
    this.#know(known);
    return known;
  }

  /** The breakpoints as they will be. */
  get stops(): Stops {
    return this.chosen ?? { before: this.known?.before ?? [], after: this.known?.after ?? [] };
  }

  toggle(when: keyof Stops, node: string): void {
    const now = this.stops;
    const nodes = now[when].includes(node) ? now[when].filter((each) => each !== node) : [...now[when], node];
    const next = { ...now, [when]: nodes };
    const isRuns = same(next.before, this.known?.before) && same(next.after, this.known?.after);
    this.chosen = isRuns ? null : next;
    this.notify();
  }

  /** Leaves the breakpoints as the run has them. */
  resetStops(): void {
    this.chosen = null;
    this.notify();
  }

  /** Whether an interrupt can be answered now. */
  awaits({ interrupt_id, status }: InterruptRow): boolean {
    return status !== ELSEWHERE && (this.known?.waiting.includes(interrupt_id) ?? false);
  }

  draft(id: string, given: AnswerDraft): void {
    this.drafts.set(id, given);
    this.notify();
  }

  async resume(answers: Values | null): Promise<void> {
    await this.call("go_on", { ...(answers ? { answers } : {}), ...this.chosen });
    this.chosen = null;
    for (const id of Object.keys(answers ?? {})) this.drafts.delete(id);
    this.refresh();
    this.notify();
  }

  async fork(
    checkpoint: string,
    values: Values | null,
    asNode: string | null,
  ): Promise<Methods["fork"]["result"]> {
    const done = await this.call("fork", {
      checkpoint_id: checkpoint,
      ...(values ? { values } : {}),
      ...(asNode ? { as_node: asNode } : {}),
      ...this.chosen,
    });
    this.refresh();
    return done;
  }

  async checkpoints(): Promise<History> {
    this.history = await this.call("checkpoints", {}, SLOW);
    return this.history;
  }

  #know(known: Steering | null): void {
    this.known = known;
    if (known && !known.done && isFinal(this.store.summary.status)) setTimeout(() => this.refresh(), MOMENT);
    this.notify();
  }
}

/** Whether it goes on, and which end it came to: it may go on and end again between two looks. */
function stage({ summary }: Store): string {
  return `${summary.status} ${isFinal(summary.status) ? summary.ended : ""}`;
}

function same(a: readonly string[], b: readonly string[] | undefined): boolean {
  return b !== undefined && a.length === b.length && a.every((each) => b.includes(each));
}
