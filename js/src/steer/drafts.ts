// Answers that are being written: which form a question gets, and whether what stands in it can be sent. Pure.

import type { Json } from "../core/schema";
import { type Draft, initial, type Schema, settled, Unread } from "../form/schema";
import { validate } from "../form/validate";
import { answerOf, type Choice, lacks, type Review, reviewOf, undecided } from "./review";

export type Given = {
  readonly touched: boolean;
} /** `schema` is what the answer is checked by before it is sent, if the review has one. */ & (
  | {
      readonly kind: "review";
      readonly review: Review;
      readonly choices: readonly Choice[];
      readonly schema: Schema | null;
    }
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
  const root = typeof schema === "object" && !Array.isArray(schema) ? (schema as Schema | null) : null;
  if (review) {
    const choices = review.actions.map(undecided);
    return { kind: "review", review, choices, schema: root, touched: false };
  }
  if (root) return { kind: "form", schema: root, value: initial(root, root), touched: false };
  return { kind: "value", value: undefined, read: null, touched: false };
}

/** The answer, or what is still wrong with it. */
export function outcomeOf(given: Given): Outcome {
  switch (given.kind) {
    case "review":
      return ofReview(given.review, given.choices, given.schema);
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

/** An answer that LangGraph refuses may come after other calls were made: so it is not sent. */
function ofReview(review: Review, choices: readonly Choice[], schema: Schema | null): Outcome {
  for (const [nth, choice] of choices.entries()) {
    const lack = lacks(choice);
    if (lack !== null) return problem(`${review.actions[nth]?.name} ${lack}`);
  }
  const answer = answerOf(review, choices);
  const [first] = schema ? validate(schema, answer as Draft) : [];
  if (first) return problem(`${review.actions[0]?.name}: ${first.path} ${first.text}`);
  return { ready: true, answer };
}

function ofValue(value: Draft, read: Read | null): Outcome {
  if (value === undefined) return problem("There is no answer yet.");
  if (!(value instanceof Unread)) return { ready: true, answer: settled(value) };
  if (read?.text !== value.text) return problem(value.problem);
  return read.problem === null ? { ready: true, answer: read.value } : problem(read.problem);
}
