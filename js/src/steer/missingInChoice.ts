// Whether a decision can be sent. Apart from what a review is, for it brings all that checks JSON schemas. Pure.

import { isRecord, InvalidInput } from "../form/schema";
import { findProblems } from "../form/validate";
import { UNFINISHED } from "../texts/interrupts";
import type { ActionChoice } from "./reviewAnswer";

/** What is still wrong with a choice, in a few words; null if it can be sent. */
export function missingInChoice(choice: ActionChoice): string | null {
  if (choice.decision === null) return UNFINISHED.undecided;
  if (choice.decision === "edit") {
    if (choice.args instanceof InvalidInput) return choice.args.problem;
    if (!isRecord(choice.args)) return UNFINISHED.args;
    const [first] = choice.schema ? findProblems(choice.schema, choice.args) : [];
    if (first) return `${first.path.slice(1)} ${first.text}`;
  }
  if (choice.decision === "respond" && choice.message.trim() === "") return UNFINISHED.respond;
  return null;
}
