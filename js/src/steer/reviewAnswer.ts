// What is decided on the calls that a review is about, and the answer that its agent takes. Pure.

import type { Json } from "../core/schema";
import { type Draft, type Schema, draftToJson } from "../form/schema";
import type { ReviewAction, Decision, Review } from "./review";

/** What was decided for one action so far. */
export interface ActionChoice {
  readonly decision: Decision | null;
  readonly args: Draft;
  /** What edited arguments are checked by. */
  readonly schema?: Schema;
  readonly message: string;
}

export function undecidedChoice(action: ReviewAction): ActionChoice {
  return { decision: null, args: action.args as Draft, message: "" };
}

/** What the agent takes: every action must have been decided. */
export function reviewAnswerOf(review: Review, choices: readonly ActionChoice[]): Json {
  const answers = review.actions.map((each, nth) => {
    const choice = choices[nth] as ActionChoice;
    return review.kind === "older" ? olderDecisionOf(each, choice) : decisionOf(each, choice);
  });
  if (review.kind === "calls") return { decisions: answers };
  return review.kind === "call" ? (answers[0] as Json) : answers;
}

function decisionOf({ name }: ReviewAction, { decision, args, message }: ActionChoice): Json {
  switch (decision) {
    case "edit":
      return { type: "edit", edited_action: { name, args: draftToJson(args) } };
    case "reject":
      return message.trim() === "" ? { type: "reject" } : { type: "reject", message };
    case "respond":
      return { type: "respond", message };
    default:
      return { type: "approve" };
  }
}

function olderDecisionOf({ name }: ReviewAction, { decision, args, message }: ActionChoice): Json {
  switch (decision) {
    case "edit":
      return { type: "edit", args: { action: name, args: draftToJson(args) } };
    case "respond":
      return { type: "response", args: message };
    case "ignore":
      return { type: "ignore", args: null };
    default:
      return { type: "accept", args: null };
  }
}
