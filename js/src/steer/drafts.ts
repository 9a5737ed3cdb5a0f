// Answers that are being written: which form a question gets, and whether what stands in it can be sent. Pure.

import type { Json } from "../core/schema";
import { type Draft, initial, type Schema, settled, Unparsed } from "../form/schema";
import { validate } from "../form/validate";
import { answerOf, type Choice, missing, type Review, reviewOf, undecided } from "./review";

export type AnswerDraft = {
  readonly touched: boolean;
} /** `schema` is what the answer is checked by before it is sent, if the review has one. */ & (
  | {
      readonly kind: "review";
      readonly review: Review;
      readonly choices: readonly Choice[];
      readonly schema: Schema | null;
    }
  | { readonly kind: "form"; readonly schema: Schema; readonly value: Draft }
  /** `parsed` is what the kernel made of a text that is no JSON. */
  | { readonly kind: "value"; readonly value: Draft; readonly parsed: Parsed | null }
);

export interface Parsed {
  readonly text: string;
  readonly value: Json;
  readonly problem: string | null;
}

export type Outcome =
  | { readonly ready: true; readonly answer: Json }
  | { readonly ready: false; readonly problem: string };

/** The empty answer to a question. */
export function emptyDraft(question: Json, schema: Json): AnswerDraft {
  const review = reviewOf(question, schema);
  const root = typeof schema === "object" && !Array.isArray(schema) ? (schema as Schema | null) : null;
  if (review) {
    const choices = review.actions.map(undecided);
    return { kind: "review", review, choices, schema: root, touched: false };
  }
  if (root) return { kind: "form", schema: root, value: initial(root, root), touched: false };
  return { kind: "value", value: undefined, parsed: null, touched: false };
}

/** The answer, or what is still wrong with it. */
export function outcomeOf(given: AnswerDraft): Outcome {
  switch (given.kind) {
    case "review":
      return ofReview(given.review, given.choices, given.schema);
    case "form": {
      const [first] = validate(given.schema, given.value);
      if (first) return problem(`${first.path || "the answer"} ${first.text}`);
      return { ready: true, answer: settled(given.value) };
    }
    default:
      return ofValue(given.value, given.parsed);
  }
}

function problem(text: string): Outcome {
  return { ready: false, problem: text };
}

/** An answer that LangGraph refuses may come after other calls were made: so it is not sent. */
function ofReview(review: Review, choices: readonly Choice[], schema: Schema | null): Outcome {
  for (const [nth, choice] of choices.entries()) {
    const still = missing(choice);
    if (still !== null) return problem(`${review.actions[nth]?.name} ${still}`);
  }
  const answer = answerOf(review, choices);
  const [first] = schema ? validate(schema, answer as Draft) : [];
  if (first) return problem(`${review.actions[0]?.name}: ${first.path} ${first.text}`);
  return { ready: true, answer };
}

function ofValue(value: Draft, parsed: Parsed | null): Outcome {
  if (value === undefined) return problem("There is no answer yet.");
  if (!(value instanceof Unparsed)) return { ready: true, answer: settled(value) };
  if (parsed?.text !== value.text) return problem(value.problem);
  return parsed.problem === null ? { ready: true, answer: parsed.value } : problem(parsed.problem);
}
