// How the run can be steered, fetched from the kernel whenever the run stops or goes on; shared by all panels of a
// run's views. What the reader chose for its breakpoints is kept here until the run goes on with it.

import type { CallError } from "../core/connection/calls";
import type { Call, Methods } from "../core/connection/methods";
import { REPLY } from "../core/connection/timeouts";
import { Observable } from "../core/observable";
import { type InterruptRow, isFinal } from "../core/schema";
import type { Store } from "../core/store";
import type { Schema } from "../form/schema";
import { asksForSecret } from "../form/secret";
import type { DraftStore } from "../state/drafts";
import type { AnswerDraft } from "./drafts";
import type { History, Steering } from "./protocol";
import type { Stops } from "./python";
import { Sending } from "./sending";
import type { Values } from "./writes";

/** Of an interrupt that waits no more, though this run did not answer it. */
export const ANSWERED_ELSEWHERE = "answered elsewhere";

const MOMENT = 150; // milliseconds until the kernel is called again about whether the run is over
const SLOW = 70_000; // milliseconds that checkpoints may take to come
const LONGEST = 600_000; // milliseconds to wait for a kernel that is busy, before it is called once more

export class Steer extends Observable {
  /** Null until it is known, and while the kernel cannot be called. */
  known: Steering | null = null;
  /** The breakpoints that the reader chose in place of the run's. */
  chosen: Stops | null = null;
  /** The schemas of tools' arguments, by the tools' names; null until they are asked for. */
  tools: Readonly<Record<string, Schema>> | null = null;
  /** What was listed last. */
  history: History | null = null;
  /** The answers that are on their way. */
  readonly sending = new Sending((answers) => this.resume(answers));
  #loading = false;
  #stale = false;
  #patience = REPLY;

  constructor(
    private readonly store: Store,
    private readonly call: Call,
    private readonly drafts: DraftStore,
  ) {
    super();
    drafts.subscribe(() => this.notify());
    this.sending.subscribe(() => this.notify());
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
          this.#stale ||= kind === "timeout"; // it may be busy: it is called again, each time for longer
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

  /** What is known now, fetched anew. */
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
    return status !== ANSWERED_ELSEWHERE && (this.known?.waiting.includes(interrupt_id) ?? false);
  }

  /** The answer to an interrupt that is being written. */
  draftOf(id: string): AnswerDraft | undefined {
    return this.drafts.get(answerTo(id));
  }

  /** Keeps what was written; what was to be sent is another now, and waits for the reader. */
  draft(id: string, given: AnswerDraft): void {
    const secret = "schema" in given && given.schema !== null && asksForSecret(given.schema);
    this.sending.undo();
    this.drafts.set(answerTo(id), given, given.touched && !secret ? given : null);
  }

  /** Has the run go on, to one of the nodes `until` if there are any. */
  async resume(answers: Values | null, until: readonly string[] = []): Promise<void> {
    const given = { ...(answers ? { answers } : {}), ...(until.length > 0 ? { until } : {}) };
    await this.call("resume_run", { ...given, ...this.chosen });
    this.chosen = null;
    for (const id of Object.keys(answers ?? {})) this.drafts.drop(answerTo(id));
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

  /** Has the tools' schemas come, if the kernel knows any: without them, fields are by the values. */
  askForTools(): void {
    if (this.tools !== null) return;
    this.tools = {};
    this.call("tool_arguments", {}).then(
      (tools) => {
        this.tools = tools;
        this.notify();
      },
      () => {
        this.tools = null;
      },
    );
  }

  async checkpoints(): Promise<History> {
    this.history = await this.call("checkpoints", {}, SLOW);
    return this.history;
  }

  #know(known: Steering | null): void {
    this.known = known;
    const { stage } = this.sending;
    if (
      known &&
      stage.at === "grace" &&
      !Object.keys(stage.answers).every((id) => known.waiting.includes(id))
    )
      this.sending.undo(); // it was answered elsewhere meanwhile
    if (known && !known.done && isFinal(this.store.summary.status)) setTimeout(() => this.refresh(), MOMENT);
    this.notify();
  }
}

function answerTo(id: string): string {
  return `answer ${id}`;
}

/** Whether it goes on, and which end it came to: it may go on and end again between two looks. */
function stage({ summary }: Store): string {
  return `${summary.status} ${isFinal(summary.status) ? summary.ended : ""}`;
}

function same(a: readonly string[], b: readonly string[] | undefined): boolean {
  return b !== undefined && a.length === b.length && a.every((each) => b.includes(each));
}
