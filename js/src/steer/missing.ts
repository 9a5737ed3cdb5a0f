// Whether a decision can be sent. Apart from what a review is, for it brings all that checks JSON schemas. Pure.

import { isRecord, Unparsed } from "../form/schema";
import { validate } from "../form/validate";
import { UNFINISHED } from "../texts/interrupts";
import type { Choice } from "./answer";

/** What is still wrong with a choice, in a few words; null if it can be sent. */
export function missing(choice: Choice): string | null {
  if (choice.decision === null) return UNFINISHED.undecided;
  if (choice.decision === "edit") {
    if (choice.args instanceof Unparsed) return choice.args.problem;
    if (!isRecord(choice.args)) return UNFINISHED.args;
    const [first] = choice.schema ? validate(choice.schema, choice.args) : [];
    if (first) return `${first.path.slice(1)} ${first.text}`;
  }
  if (choice.decision === "respond" && choice.message.trim() === "") return UNFINISHED.respond;
  return null;
}
