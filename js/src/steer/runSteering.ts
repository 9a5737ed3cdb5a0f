// How the run can be steered, fetched from the kernel whenever the run stops or goes on; shared by all panels of a
// run's views. What the reader chose for its breakpoints is kept here until the run goes on with it.

import type { CallError } from "../core/connection/pendingCalls";
import type { Call, Methods } from "../core/connection/methods";
import { REPLY_TIMEOUT } from "../core/connection/timeouts";
import { Observable } from "../core/observable";
import { type InterruptRow, isFinal } from "../core/schema";
import type { Store } from "../core/store";
import type { Schema } from "../form/schema";
import { hasSecretField } from "../form/secret";
import type { DraftStore } from "../state/drafts";
import type { AnswerDraft } from "./answerDrafts";
import type { CheckpointHistory, SteeringInfo } from "./protocol";
import type { Breakpoints } from "./pythonCode";
import { AnswerSending } from "./answerSending";
import type { StateValues } from "./writes";

/** Of an interrupt that waits no more, though this run did not answer it. */
export const ANSWERED_ELSEWHERE = "answered elsewhere";

const MOMENT = 150; // milliseconds until the kernel is called again about whether the run is over
const SLOW = 70_000; // milliseconds that checkpoints may take to come
const LONGEST = 600_000; // milliseconds to wait for a kernel that is busy, before it is called once more

export class RunSteering extends Observable {
  /** Null until it is known, and while the kernel cannot be called. */
  known: SteeringInfo | null = null;
  /** The breakpoints that the reader chose in place of the run's. */
  chosen: Breakpoints | null = null;
  /** The schemas of tools' arguments, by the tools' names; null until they are asked for. */
  tools: Readonly<Record<string, Schema>> | null = null;
  /** What was listed last. */
  history: CheckpointHistory | null = null;
  /** The answers that are on their way. */
  readonly sending = new AnswerSending((answers) => this.resume(answers));
  #loading = false;
  #stale = false;
  #patience = REPLY_TIMEOUT;

  constructor(
    private readonly store: Store,
    private readonly call: Call,
    private readonly drafts: DraftStore,
  ) {
    super();
    drafts.subscribe(() => this.notify());
    this.sending.subscribe(() => this.notify());
    let known = runStage(store);
    store.subscribe(["summary"], () => {
      const now = runStage(store);
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
          this.#patience = REPLY_TIMEOUT;
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
  async fetch(): Promise<SteeringInfo> {
    const known = await this.call("steering", {});
    this.#know(known);
    return known;
  }

  /** The breakpoints as they will be. */
  get stops(): Breakpoints {
    return this.chosen ?? { before: this.known?.before ?? [], after: this.known?.after ?? [] };
  }

  toggle(when: keyof Breakpoints, node: string): void {
    const now = this.stops;
    const nodes = now[when].includes(node) ? now[when].filter((each) => each !== node) : [...now[when], node];
    const next = { ...now, [when]: nodes };
    const isRuns = isSameSet(next.before, this.known?.before) && isSameSet(next.after, this.known?.after);
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
    return this.drafts.get(answerDraftName(id));
  }

  /** Keeps what was written; what was to be sent is another now, and waits for the reader. */
  setDraft(id: string, given: AnswerDraft): void {
    const secret = "schema" in given && given.schema !== null && hasSecretField(given.schema);
    this.sending.undo();
    this.drafts.set(answerDraftName(id), given, given.touched && !secret ? given : null);
  }

  /** Has the run go on, to one of the nodes `until` if there are any. */
  async resume(answers: StateValues | null, until: readonly string[] = []): Promise<void> {
    const given = { ...(answers ? { answers } : {}), ...(until.length > 0 ? { until } : {}) };
    await this.call("resume_run", { ...given, ...this.chosen });
    this.chosen = null;
    for (const id of Object.keys(answers ?? {})) this.drafts.removeDraft(answerDraftName(id));
    this.refresh();
    this.notify();
  }

  async fork(
    checkpoint: string,
    values: StateValues | null,
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
  loadTools(): void {
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

  async loadHistory(): Promise<CheckpointHistory> {
    this.history = await this.call("checkpoints", {}, SLOW);
    return this.history;
  }

  #know(known: SteeringInfo | null): void {
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

function answerDraftName(id: string): string {
  return `answer ${id}`;
}

/** Whether it goes on, and which end it came to: it may go on and end again between two looks. */
function runStage({ summary }: Store): string {
  return `${summary.status} ${isFinal(summary.status) ? summary.ended : ""}`;
}

function isSameSet(a: readonly string[], b: readonly string[] | undefined): boolean {
  return b !== undefined && a.length === b.length && a.every((each) => b.includes(each));
}
