// The answers that a question offers to choose from. Pure.

import type { Json } from "../core/schema";
import { fieldOf, isRecord, type Schema } from "../form/schema";

const NAMES = ["options", "choices"];
const MOST = 12;
const LONGEST = 80; // characters of one that a button holds

/** Those in what is asked, `{"question": …, "options": ["yes", "no"]}`; none where it names none. */
export function optionsOfQuestion(question: Json): readonly Json[] {
  const name = optionsKeyOf(question);
  return name === null ? [] : ((question as Named)[name] as readonly Json[]);
}

/** What is asked beside the options. */
export function withoutOptions(question: Json): Json {
  const name = optionsKeyOf(question);
  if (name === null) return question;
  const { [name]: _, ...rest } = question as Named;
  return rest;
}

type Named = { readonly [key: string]: Json };

function optionsKeyOf(question: Json): string | null {
  if (!isRecord(question)) return null;
  const offers = (found: Json | undefined) =>
    Array.isArray(found) && areOptionValues(found as readonly Json[]);
  return NAMES.find((name) => offers((question as Named)[name])) ?? null;
}

/** All that a schema allows, where that is a few values; `null` where it is more. */
export function optionsOfSchema(schema: Schema): readonly Json[] | null {
  const field = fieldOf(schema, schema);
  const nothing = field.nullable ? [null] : [];
  if (field.kind === "boolean") return [true, false, ...nothing];
  return field.kind === "choice" && areOptionValues(field.options) ? [...field.options, ...nothing] : null;
}

function areOptionValues(values: readonly Json[]): boolean {
  const fits = (each: Json) =>
    typeof each === "string"
      ? each !== "" && each.length <= LONGEST
      : each !== null && typeof each !== "object";
  return values.length > 0 && values.length <= MOST && values.every(fits);
}
