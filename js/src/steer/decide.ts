import type { Json } from "../core/schema";
import { type AnswerDraft, outcomeOf } from "./drafts";
import type { Steer } from "./steer";
import { isSame } from "./writes";

/** A click that says it all: these answers are on their way if they are whole, the second time at once. */
export function decide(steer: Steer, given: ReadonlyMap<string, AnswerDraft>): void {
  const { stage } = steer.sending;
  const answers: Record<string, Json> = {};
  for (const [id, each] of given) {
    steer.draft(id, { ...each, touched: true });
    const outcome = outcomeOf(each);
    if (outcome.ready) answers[id] = outcome.answer;
  }
  if (Object.keys(answers).length < given.size) return;
  if (stage.at === "grace" && isSame(stage.answers, answers)) steer.sending.now(answers);
  else steer.sending.soon(answers);
}
