// How the run can be steered, asked of the kernel whenever the run stops or goes on; shared by all panels of a
// run's views. What the reader chose for its breakpoints is kept here until the run goes on with it.

import { createContext } from "preact";
import { useContext, useEffect, useReducer } from "preact/hooks";
import { useView, type View } from "../hooks/context";
import type { Given } from "./drafts";
import { type InterruptRow, isFinal, type Json } from "../core/schema";
import type { Store } from "../core/store";
import { type CallError, type Connection, PATIENCE } from "../core/connection/connection";
import type { Stops } from "./python";
import type { Values } from "./writes";

/** A run of the tree of branches. */
export interface Branch {
  readonly run: string;
  /** An expression for it in the notebook. */
  readonly name: string;
  readonly status: string;
  readonly parent: string | null;
  /** Where it was forked, whether it wrote something there first, and as which node. */
  readonly checkpoint_id: string | null;
  readonly writes: boolean;
  readonly as_node: string | null;
}

export interface Steering {
  readonly name: string;
  /** Whether it is: else no expression leads to the run. */
  readonly named: boolean;
  /** What has to stand before a line in which the name is. */
  readonly imports: string;
  /** The kernel holds the run for over, too: it says so a moment after the last of its parts. */
  readonly done: boolean;
  readonly why_not: string | null;
  /** The ids of the interrupts that can be answered. */
  readonly waiting: readonly string[];
  readonly next: readonly string[];
  /** Where it stands, why, and what goes on from there; null of a run that does not wait. */
  readonly standing: string | null;
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Why no run can begin at one of its checkpoints, nor stop at breakpoints and go on. */
  readonly why_no_branch: string | null;
  readonly drains: boolean;
  readonly run: string;
  readonly runs: readonly Branch[];
}

export interface CheckpointListed {
  readonly checkpoint_id: string;
  readonly parent_checkpoint_id: string | null;
  readonly step: number | null;
  readonly source: string | null;
  readonly next: readonly string[];
  readonly created_at: string | null;
  readonly changed: readonly string[];
  /** Who made it, where that is known. */
  readonly run: string | null;
}

export interface History {
  readonly total: number;
  readonly rows: readonly CheckpointListed[];
  readonly runs: readonly Branch[];
  readonly nodes: readonly string[];
  /** The keys of the state, and those whose writes go through a reducer; null where nobody knows. */
  readonly keys: readonly string[];
  readonly reduced: readonly string[] | null;
  /** Whether a write can pass by a reducer. */
  readonly replaces: boolean;
}

/** The methods of `lg_jupyter/widgets/steering.py`. */
export interface SteeringMethods {
  steering: { params: Record<string, never>; result: Steering };
  checkpoints: { params: Record<string, never>; result: History };
  checkpoint: {
    params: { checkpoint_id: string; path?: string; offset?: number; limit?: number };
    result: { readonly path: string; readonly value: Json; readonly total: number | null };
  };
  literal: { params: { text: string }; result: { readonly value: Json } };
  go_on: { params: { answers?: Values } & Partial<Stops>; result: { readonly note: string | null } };
  fork: {
    params: { checkpoint_id: string; values?: Values; as_node?: string } & Partial<Stops>;
    result: { readonly run: string; readonly name: string; readonly shown: boolean };
  };
  drain: { params: Record<string, never>; result: { readonly message: string } };
}

/** Of an interrupt that waits no more, though this run did not answer it. */
export const ELSEWHERE = "answered elsewhere";

const MOMENT = 150; // milliseconds until the kernel is asked again whether the run is over
const SLOW = 70_000; // milliseconds that checkpoints may take to come
const LONGEST = 600_000; // milliseconds to wait for a kernel that is busy, before it is asked once more

export class Steer {
  /** Null until it is known, and while the kernel cannot be asked. */
  known: Steering | null = null;
  /** The breakpoints that the reader chose in place of the run's. */
  chosen: Stops | null = null;
  /** What was listed last. */
  history: History | null = null;
  /** Answers that are being written, by interrupt id: they outlive the panel. */
  readonly drafts = new Map<string, Given>();
  #listeners = new Set<() => void>();
  #asking = false;
  #stale = false;
  #patience = PATIENCE.reply;

  constructor(
    private readonly store: Store,
    private readonly call: Connection["call"],
  ) {
    let known = stage(store);
    store.subscribe(["summary"], () => {
      const now = stage(store);
      if (now !== known) this.refresh();
      known = now;
    });
    this.refresh();
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  refresh(): void {
    if (this.#asking) {
      this.#stale = true;
      return;
    }
    this.#asking = true;
    this.call("steering", {}, this.#patience)
      .then(
        (known) => {
          this.#patience = PATIENCE.reply;
          this.#know(known);
        },
        ({ kind }: CallError) => {
          this.#stale ||= kind === "timeout"; // it may be busy: it is asked again, each time for longer
          this.#patience = Math.min(2 * this.#patience, LONGEST);
          this.#know(null);
        },
      )
      .finally(() => {
        this.#asking = false;
        if (this.#stale) {
          this.#stale = false;
          this.refresh();
        }
      });
  }

  /** What is known now, asked for anew. */
  async ask(): Promise<Steering> {
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
    this.#tell();
  }

  /** Leaves the breakpoints as the run has them. */
  forget(): void {
    this.chosen = null;
    this.#tell();
  }

  /** Whether an interrupt can be answered now. */
  awaits({ interrupt_id, status }: InterruptRow): boolean {
    return status !== ELSEWHERE && (this.known?.waiting.includes(interrupt_id) ?? false);
  }

  draft(id: string, given: Given): void {
    this.drafts.set(id, given);
    this.#tell();
  }

  async resume(answers: Values | null): Promise<void> {
    await this.call("go_on", { ...(answers ? { answers } : {}), ...this.chosen });
    this.chosen = null;
    for (const id of Object.keys(answers ?? {})) this.drafts.delete(id);
    this.refresh();
    this.#tell();
  }

  async fork(
    checkpoint: string,
    values: Values | null,
    asNode: string | null,
  ): Promise<SteeringMethods["fork"]["result"]> {
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
    this.#tell();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** Whether it goes on, and which end it came to: it may go on and end again between two looks. */
function stage({ summary }: Store): string {
  return `${summary.status} ${isFinal(summary.status) ? summary.ended : ""}`;
}

function same(a: readonly string[], b: readonly string[] | undefined): boolean {
  return b !== undefined && a.length === b.length && a.every((each) => b.includes(each));
}

const steers = new WeakMap<Store, Steer>();

function steerOf({ store, call }: View): Steer {
  const known = steers.get(store) ?? new Steer(store, call);
  steers.set(store, known);
  return known;
}

/** Where another module's components find the one that the frame has. */
export const SteerContext = createContext<Steer | null>(null);

/** How the run can be steered; draws anew when that changes. */
export function useSteer(): Steer {
  const view = useView();
  const used = useContext(SteerContext) ?? steerOf(view);
  const [, redraw] = useReducer((count: number, _: undefined) => count + 1, 0);
  useEffect(() => used.listen(() => redraw(undefined)), [used]);
  return used;
}
