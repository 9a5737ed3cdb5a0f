// Answers that are being written: which form a question gets, and whether what stands in it can be sent. Pure.

import type { Json } from "../core/schema";
import type { Attachment } from "../form/attachment";
import { joinContent } from "../form/attachments";
import { parseLiteral, formatLiteral } from "../form/literal";
import { type Draft, initialDraft, type Schema, draftToJson, InvalidInput } from "../form/schema";
import { findProblems } from "../form/validate";
import { UNFINISHED } from "../texts/interrupts";
import { optionsOfQuestion } from "./answerOptions";
import { missingInChoice } from "./missingInChoice";
import { reviewAnswerOf, type ActionChoice, undecidedChoice } from "./reviewAnswer";
import { type Review, reviewOf } from "./review";

export type AnswerDraft = {
  readonly touched: boolean;
} /** `schema` is what the answer is checked by before it is sent, if the review has one. */ & (
  | {
      readonly kind: "review";
      readonly review: Review;
      readonly choices: readonly ActionChoice[];
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

export type AnswerOutcome =
  | { readonly ready: true; readonly answer: Json }
  | { readonly ready: false; readonly problem: string };

/** The empty answer to a question. Who asks with a text is answered with one, unless the reader says otherwise. */
export function emptyDraft(question: Json, schema: Json): AnswerDraft {
  const review = reviewOf(question, schema);
  const root = typeof schema === "object" && !Array.isArray(schema) ? (schema as Schema | null) : null;
  if (review) {
    const choices = review.actions.map(undecidedChoice);
    return { kind: "review", review, choices, schema: root, touched: false };
  }
  if (root) return { kind: "form", schema: root, value: initialDraft(root, root), touched: false };
  const options = optionsOfQuestion(question);
  return typeof question === "string" || options.some((each) => typeof each === "string")
    ? { kind: "text", text: "", options, touched: false }
    : { kind: "value", value: undefined, parsed: null, options, touched: false };
}

/** The answer, or what is still wrong with it. */
export function answerOutcomeOf(given: AnswerDraft): AnswerOutcome {
  switch (given.kind) {
    case "review":
      return outcomeOfReview(given.review, given.choices, given.schema);
    case "form": {
      const [first] = findProblems(given.schema, given.value);
      if (first) return notReady(`${first.path || UNFINISHED.answer} ${first.text}`);
      return { ready: true, answer: draftToJson(given.value) };
    }
    case "text":
      return isEmptyText(given) ? notReady(UNFINISHED.none) : { ready: true, answer: contentOfText(given) };
    default:
      return outcomeOfValue(given.value, given.parsed);
  }
}

/** The same answer as a text, or as the value that the text stands for. */
export function switchDraftKind(given: FreeDraft): FreeDraft {
  const { options } = given;
  if (given.kind === "value") {
    const { value } = given;
    const text = typeof value === "string" ? value : formatLiteral(value);
    return { kind: "text", text, options, touched: true };
  }
  const value = given.attachments?.length ? (contentOfText(given) as Draft) : parseLiteral(given.text);
  return { kind: "value", value, parsed: null, options, touched: true };
}

type TextDraft = Extract<FreeDraft, { kind: "text" }>;

export function isEmptyText({ text, attachments = [] }: TextDraft): boolean {
  return text === "" && attachments.length === 0;
}

function contentOfText({ text, attachments = [] }: TextDraft): Json {
  return joinContent(text, attachments);
}

/** One of the options as the answer. */
export function draftOfOption(option: Json, options: readonly Json[]): FreeDraft {
  return typeof option === "string"
    ? { kind: "text", text: option, options, touched: true }
    : { kind: "value", value: option as Draft, parsed: null, options, touched: true };
}

function notReady(text: string): AnswerOutcome {
  return { ready: false, problem: text };
}

/** An answer that LangGraph refuses may come after other calls were made: so it is not sent. */
function outcomeOfReview(
  review: Review,
  choices: readonly ActionChoice[],
  schema: Schema | null,
): AnswerOutcome {
  for (const [nth, choice] of choices.entries()) {
    const still = missingInChoice(choice);
    if (still !== null) return notReady(`${review.actions[nth]?.name} ${still}`);
  }
  const answer = reviewAnswerOf(review, choices);
  const [first] = schema ? findProblems(schema, answer as Draft) : [];
  if (first) return notReady(`${review.actions[0]?.name}: ${first.path} ${first.text}`);
  return { ready: true, answer };
}

function outcomeOfValue(value: Draft, parsed: KernelReading | null): AnswerOutcome {
  if (value === undefined) return notReady(UNFINISHED.none);
  if (!(value instanceof InvalidInput)) return { ready: true, answer: draftToJson(value) };
  if (parsed?.text !== value.text) return notReady(value.problem);
  return parsed.problem === null ? { ready: true, answer: parsed.value } : notReady(parsed.problem);
}
