import type { Json } from "../core/schema";
import { type AnswerDraft, answerOutcomeOf } from "./answerDrafts";
import type { RunSteering } from "./runSteering";
import { isSameJson } from "./writes";

/** A click that says it all: these answers are on their way if they are whole, the second time at once. */
export function sendIfComplete(steer: RunSteering, given: ReadonlyMap<string, AnswerDraft>): void {
  const { stage } = steer.sending;
  const answers: Record<string, Json> = {};
  for (const [id, each] of given) {
    steer.setDraft(id, { ...each, touched: true });
    const outcome = answerOutcomeOf(each);
    if (outcome.ready) answers[id] = outcome.answer;
  }
  if (Object.keys(answers).length < given.size) return;
  if (stage.at === "grace" && isSameJson(stage.answers, answers)) steer.sending.sendNow(answers);
  else steer.sending.sendAfterGrace(answers);
}
