// Answers that are being written: which form a question gets, and whether what stands in it can be sent. Pure.

import { type Draft, type Schema, Unread, initial, settled } from "../../form/schema";
import { validate } from "../../form/validate";
import type { Json } from "../../schema";
import { type Choice, type Review, answerOf, lacks, reviewOf, undecided } from "../../steer/review";

export type Given = { readonly touched: boolean } & (
  | { readonly kind: "review"; readonly review: Review; readonly choices: readonly Choice[] }
  | { readonly kind: "form"; readonly schema: Schema; readonly value: Draft }
  /** `read` is what the kernel made of a text that is no JSON. */
  | { readonly kind: "value"; readonly value: Draft; readonly read: Read | null }
);

export interface Read {
  readonly text: string;
  readonly value: Json;
  readonly problem: string | null;
}

export type Outcome =
  | { readonly ready: true; readonly answer: Json }
  | { readonly ready: false; readonly problem: string };

/** The empty answer to a question. */
export function begun(question: Json, schema: Json): Given {
  const review = reviewOf(question, schema);
  if (review) return { kind: "review", review, choices: review.actions.map(undecided), touched: false };
  if (typeof schema === "object" && schema !== null && !Array.isArray(schema)) {
    const root = schema as Schema;
    return { kind: "form", schema: root, value: initial(root, root), touched: false };
  }
  return { kind: "value", value: undefined, read: null, touched: false };
}

/** The answer, or what is still wrong with it. */
export function outcomeOf(given: Given): Outcome {
  switch (given.kind) {
    case "review":
      return ofReview(given.review, given.choices);
    case "form": {
      const [first] = validate(given.schema, given.value);
      if (first) return problem(`${first.path || "the answer"} ${first.text}`);
      return { ready: true, answer: settled(given.value) };
    }
    default:
      return ofValue(given.value, given.read);
  }
}

function problem(text: string): Outcome {
  return { ready: false, problem: text };
}

function ofReview(review: Review, choices: readonly Choice[]): Outcome {
  for (const [nth, choice] of choices.entries()) {
    const lack = lacks(choice);
    if (lack !== null) return problem(`${review.actions[nth]?.name} ${lack}`);
  }
  return { ready: true, answer: answerOf(review, choices) };
}

function ofValue(value: Draft, read: Read | null): Outcome {
  if (value === undefined) return problem("There is no answer yet.");
  if (!(value instanceof Unread)) return { ready: true, answer: settled(value) };
  if (read?.text !== value.text) return problem(value.problem);
  return read.problem === null ? { ready: true, answer: read.value } : problem(read.problem);
}
