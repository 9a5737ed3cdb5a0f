// What is decided on the calls that a review is about, and the answer that its agent takes. Pure.

import type { Json } from "../core/schema";
import { type Draft, type Schema, settled } from "../form/schema";
import type { Action, Decision, Review } from "./review";

/** What was decided for one action so far. */
export interface Choice {
  readonly decision: Decision | null;
  readonly args: Draft;
  /** What edited arguments are checked by. */
  readonly schema?: Schema;
  readonly message: string;
}

export function undecided(action: Action): Choice {
  return { decision: null, args: action.args as Draft, message: "" };
}

/** What the agent takes: every action must have been decided. */
export function answerOf(review: Review, choices: readonly Choice[]): Json {
  const answers = review.actions.map((each, nth) => {
    const choice = choices[nth] as Choice;
    return review.kind === "older" ? olderAnswer(each, choice) : decisionOf(each, choice);
  });
  if (review.kind === "calls") return { decisions: answers };
  return review.kind === "call" ? (answers[0] as Json) : answers;
}

function decisionOf({ name }: Action, { decision, args, message }: Choice): Json {
  switch (decision) {
    case "edit":
      return { type: "edit", edited_action: { name, args: settled(args) } };
    case "reject":
      return message.trim() === "" ? { type: "reject" } : { type: "reject", message };
    case "respond":
      return { type: "respond", message };
    default:
      return { type: "approve" };
  }
}

function olderAnswer({ name }: Action, { decision, args, message }: Choice): Json {
  switch (decision) {
    case "edit":
      return { type: "edit", args: { action: name, args: settled(args) } };
    case "respond":
      return { type: "response", args: message };
    case "ignore":
      return { type: "ignore", args: null };
    default:
      return { type: "accept", args: null };
  }
}
