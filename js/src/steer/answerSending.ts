// An answer on its way. What one click decided is sent a moment later, so that it can be taken back; the run's own
// `resume` never waits.

import { Observable } from "../core/observable";
import type { StateValues } from "./writes";

export const GRACE_PERIOD = 3_000; // milliseconds in which a click can be taken back

export type Stage =
  | { readonly at: "nothing" }
  | { readonly at: "grace"; readonly answers: StateValues }
  | { readonly at: "sending" }
  | { readonly at: "refused"; readonly problem: string };

const NOTHING: Stage = { at: "nothing" };

export class AnswerSending extends Observable {
  stage: Stage = NOTHING;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly give: (answers: StateValues) => Promise<void>) {
    super();
  }

  /** Sends after the moment of grace, unless it is taken back or sent at once. */
  sendAfterGrace(answers: StateValues): void {
    if (this.stage.at === "sending") return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.sendNow(answers), GRACE_PERIOD);
    this.#set({ at: "grace", answers });
  }

  /** Sends at once. */
  sendNow(answers: StateValues): void {
    clearTimeout(this.#timer);
    if (this.stage.at === "sending") return;
    this.#set({ at: "sending" });
    this.give(answers).then(
      () => this.#set(NOTHING),
      (error: Error) => this.#set({ at: "refused", problem: error.message }),
    );
  }

  /** Takes back what was not sent yet, and what was said of an earlier answer. */
  undo(): void {
    if (this.stage.at !== "grace" && this.stage.at !== "refused") return;
    clearTimeout(this.#timer);
    this.#set(NOTHING);
  }

  #set(stage: Stage): void {
    this.stage = stage;
    this.notify();
  }
}
