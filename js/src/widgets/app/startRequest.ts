// Whether what a form holds can be given to a run, and what is wrong if not. Pure.

import type { Json } from "../../core/schema";
import { joinContent } from "../../form/attachments";
import { type Draft, type Schema, draftToJson } from "../../form/schema";
import { type FieldProblem, findProblems } from "../../form/validate";
import { type FormDrafts, inputSchemaOf } from "./formDrafts";
import type { Description, StartRequest } from "./protocol";

export interface CheckedForm {
  readonly input: readonly FieldProblem[];
  readonly config: readonly FieldProblem[];
  readonly context: readonly FieldProblem[];
  readonly isFine: boolean;
}

export function checkForm(held: FormDrafts["held"], description: Description): CheckedForm {
  const input = findProblems(
    inputSchemaOf(description, held.mode),
    held.mode === "chat" ? (held.input ?? {}) : held.input,
  );
  const config = held.config === undefined ? [] : findProblems(description.config, held.config);
  const context = contextProblems(held.context, description.context);
  return { input, config, context, isFine: input.length + config.length + context.length === 0 };
}

function contextProblems(context: Draft, schema: Schema | null): readonly FieldProblem[] {
  return context === undefined ? [] : findProblems(schema ?? { type: "object" }, context);
}

/** What to ask of the kernel; only of what was found fine. */
export function startRequestOf(held: FormDrafts["held"]): StartRequest {
  const { assistant } = held;
  return {
    input: draftToJson(held.input),
    config: nullIfEmpty(draftToJson(held.config)),
    context: nullIfEmpty(draftToJson(held.context)),
    message: held.mode === "chat" ? joinContent(held.message, held.attachments) : null,
    assistant,
  };
}

function nullIfEmpty(value: Json): Json {
  return value !== null && typeof value === "object" && Object.keys(value).length === 0 ? null : value;
}
