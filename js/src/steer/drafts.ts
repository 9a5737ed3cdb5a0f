// Answers that are being written: which form a question gets, and whether what stands in it can be sent. Pure.

import type { Json } from "../core/schema";
import type { Attachment } from "../form/attachment";
import { contentOf } from "../form/attachments";
import { readLiteral, writeLiteral } from "../form/literal";
import { type Draft, initial, type Schema, settled, Unparsed } from "../form/schema";
import { validate } from "../form/validate";
import { UNFINISHED } from "../texts/interrupts";
import { optionsIn } from "./options";
import { missing } from "./missing";
import { answerOf, type Choice, undecided } from "./answer";
import { type Review, reviewOf } from "./review";

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
  | FreeDraft
);

/** Of a question without a schema: a text as it is typed, or a value. */
export type FreeDraft = { readonly touched: boolean } & (
  | {
      readonly kind: "text";
      readonly text: string;
      /** Images and files, with which it is content blocks. */
      readonly attachments?: readonly Attachment[];
      readonly options: readonly Json[];
    }
  /** `parsed` is what the kernel made of a text that is no JSON. */
  | {
      readonly kind: "value";
      readonly value: Draft;
      readonly parsed: KernelReading | null;
      readonly options: readonly Json[];
    }
);

export interface KernelReading {
  readonly text: string;
  readonly value: Json;
  readonly problem: string | null;
}

export type Outcome =
  | { readonly ready: true; readonly answer: Json }
  | { readonly ready: false; readonly problem: string };

/** The empty answer to a question. Who asks with a text is answered with one, unless the reader says otherwise. */
export function emptyDraft(question: Json, schema: Json): AnswerDraft {
  const review = reviewOf(question, schema);
  const root = typeof schema === "object" && !Array.isArray(schema) ? (schema as Schema | null) : null;
  if (review) {
    const choices = review.actions.map(undecided);
    return { kind: "review", review, choices, schema: root, touched: false };
  }
  if (root) return { kind: "form", schema: root, value: initial(root, root), touched: false };
  const options = optionsIn(question);
  return typeof question === "string" || options.some((each) => typeof each === "string")
    ? { kind: "text", text: "", options, touched: false }
    : { kind: "value", value: undefined, parsed: null, options, touched: false };
}

/** The answer, or what is still wrong with it. */
export function outcomeOf(given: AnswerDraft): Outcome {
  switch (given.kind) {
    case "review":
      return ofReview(given.review, given.choices, given.schema);
    case "form": {
      const [first] = validate(given.schema, given.value);
      if (first) return problem(`${first.path || UNFINISHED.answer} ${first.text}`);
      return { ready: true, answer: settled(given.value) };
    }
    case "text":
      return isEmpty(given) ? problem(UNFINISHED.none) : { ready: true, answer: saidBy(given) };
    default:
      return ofValue(given.value, given.parsed);
  }
}

/** The same answer as a text, or as the value that the text stands for. */
export function switched(given: FreeDraft): FreeDraft {
  const { options } = given;
  if (given.kind === "value") {
    const { value } = given;
    const text = typeof value === "string" ? value : writeLiteral(value);
    return { kind: "text", text, options, touched: true };
  }
  const value = given.attachments?.length ? (saidBy(given) as Draft) : readLiteral(given.text);
  return { kind: "value", value, parsed: null, options, touched: true };
}

type TextDraft = Extract<FreeDraft, { kind: "text" }>;

export function isEmpty({ text, attachments = [] }: TextDraft): boolean {
  return text === "" && attachments.length === 0;
}

function saidBy({ text, attachments = [] }: TextDraft): Json {
  return contentOf(text, attachments);
}

/** One of the options as the answer. */
export function chosen(option: Json, options: readonly Json[]): FreeDraft {
  return typeof option === "string"
    ? { kind: "text", text: option, options, touched: true }
    : { kind: "value", value: option as Draft, parsed: null, options, touched: true };
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

function ofValue(value: Draft, parsed: KernelReading | null): Outcome {
  if (value === undefined) return problem(UNFINISHED.none);
  if (!(value instanceof Unparsed)) return { ready: true, answer: settled(value) };
  if (parsed?.text !== value.text) return problem(value.problem);
  return parsed.problem === null ? { ready: true, answer: parsed.value } : problem(parsed.problem);
}
