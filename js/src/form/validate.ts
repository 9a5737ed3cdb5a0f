// What is wrong with a value, each problem at its JSON pointer: `validateByStandard` knows whether, by every keyword;
// here is said what, of the keywords that forms need. Pure.

import type { OutputUnit } from "@cfworker/json-schema";
import { childPointer, pointerTokens } from "../core/pointer";
import type { Json } from "../core/schema";
import { EXPECTED, WRONG } from "../texts/form";
import { validateByStandard } from "./standardValidation";
import { matchesPattern } from "./patterns";
import {
  alternativesOf,
  type Draft,
  expectedKindText,
  isRecord,
  resolveSchema,
  type Schema,
  InvalidInput,
} from "./schema";

export interface FieldProblem {
  /** JSON pointer into the value; empty for the whole. */
  readonly path: string;
  readonly text: string;
}

const DEEPEST = 40; // a value is finite, but unions of unions need not be

/** The problems of `value`; none if it is what `schema` asks for, or that cannot be decided here. */
export function findProblems(schema: Schema, value: Draft, root: Schema = schema): FieldProblem[] {
  const found = [...problemsOf(schema, value, root, "", 0)];
  if (!isComplete(value)) return found;
  const wrong = validateByStandard(schema, JSON.parse(JSON.stringify(value)), root);
  if (!wrong?.length) return [];
  return found.length > 0 ? found : [problemFromStandard(wrong)];
}

/** Whether all of it is a value: nothing that could not be read, or is still to be given. */
function isComplete(value: Draft): boolean {
  if (value === undefined || value instanceof InvalidInput) return false;
  if (Array.isArray(value)) return value.every(isComplete);
  if (!isRecord(value)) return true;
  return Object.values(value).every((each) => each === undefined || isComplete(each as Draft));
}

const WORDS: Readonly<Record<string, string>> = WRONG.keywords;

/** The problem that is deepest in the value, of those that no field of a form knows. */
function problemFromStandard(wrong: readonly OutputUnit[]): FieldProblem {
  const deepest = [...wrong].sort((a, b) => depthOf(b) - depthOf(a))[0] as OutputUnit;
  const path = decodeURIComponent(deepest.instanceLocation.replace(/^#/, ""));
  const name = deepest.keyword === "required" ? /"(.*)"/.exec(deepest.error)?.[1] : undefined;
  const at = name === undefined ? path : childPointer(path, name);
  return { path: at, text: WORDS[deepest.keyword] ?? deepest.error.replace(/\.$/, "") };
}

const depthOf = ({ instanceLocation }: OutputUnit) => pointerTokens(instanceLocation).length;

function* problemsOf(
  given: Schema,
  value: Draft,
  root: Schema,
  path: string,
  depth: number,
): Generator<FieldProblem> {
  if (value instanceof InvalidInput) {
    yield { path, text: value.problem };
    return;
  }
  if (value === undefined) {
    yield { path, text: WRONG.needed };
    return;
  }
  if (depth > DEEPEST) return;
  const schema = resolveSchema(given, root);
  if (value === null && schema.nullable === true) return;
  const options = alternativesOf(schema);
  if (options) {
    yield* problemsOfUnion(schema, options, value, root, path, depth);
    return;
  }
  if (!hasType(schema.type, value) || !isAllowedValue(schema, value)) {
    yield { path, text: WRONG.other(expectedText(schema, root), valueText(value)) };
    return;
  }
  if (typeof value === "string") yield* problemsOfText(schema, value, path);
  else if (typeof value === "number") yield* problemsOfNumber(schema, value, path);
  else if (Array.isArray(value)) yield* problemsOfList(schema, value, root, path, depth);
  else if (isRecord(value)) yield* problemsOfObject(schema, value, root, path, depth);
}

/** The problems of the option that comes nearest. */
function* problemsOfUnion(
  schema: Schema,
  options: readonly Schema[],
  value: Draft,
  root: Schema,
  path: string,
  depth: number,
): Generator<FieldProblem> {
  const tried = options.map((option) => [...problemsOf(option, value, root, path, depth + 1)]);
  if (tried.some((found) => found.length === 0)) return;
  const deep = tried.filter((found) => found.every((each) => each.path !== path));
  const marked = deep.filter(
    (found) => !found.some((each) => each.path === childPointer(path, discriminatorOf(schema))),
  );
  const nearest = (marked.length > 0 ? marked : deep).sort((a, b) => a.length - b.length)[0];
  if (nearest) yield* nearest;
  else if (tried.length === 1) yield* tried[0] as FieldProblem[];
  else {
    const other = WRONG.other(expectedText(schema, root), valueText(value));
    const isOther = (text: string, option: Schema) =>
      text === WRONG.other(expectedText(resolveSchema(option, root), root), valueText(value));
    const more = tried.find(([first], nth) => first && !isOther(first.text, options[nth] as Schema));
    yield { path, text: more?.[0]?.text ?? other };
  }
}

function discriminatorOf(schema: Schema): string {
  const mark = (schema.discriminator as Schema | undefined)?.propertyName;
  return typeof mark === "string" ? mark : "type";
}

function hasType(type: Json | undefined, value: Draft): boolean {
  if (type === undefined) return true;
  if (Array.isArray(type)) return type.some((each) => hasType(each as Json, value));
  switch (type) {
    case "null":
      return value === null;
    case "integer":
      return Number.isInteger(value);
    case "array":
      return Array.isArray(value);
    case "object":
      return isRecord(value);
    default:
      return typeof value === type;
  }
}

function isAllowedValue(schema: Schema, value: Draft): boolean {
  const same = (each: Json) => JSON.stringify(each) === JSON.stringify(value);
  if ("const" in schema) return same(schema.const as Json);
  return !Array.isArray(schema.enum) || schema.enum.some((each) => same(each as Json));
}

function expectedText(schema: Schema, root: Schema): string {
  if (!Array.isArray(schema.enum)) return expectedKindText(schema, root);
  const names = schema.enum.slice(0, 8).map((each) => JSON.stringify(each));
  return EXPECTED.oneOf(`${names.join(", ")}${schema.enum.length > 8 ? " …" : ""}`);
}

function valueText(value: Draft): string {
  const text = JSON.stringify(value) ?? WRONG.nothing;
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function* problemsOfText(schema: Schema, value: string, path: string): Generator<FieldProblem> {
  const { minLength, maxLength, pattern } = schema;
  const length = [...value].length;
  if (typeof minLength === "number" && length < minLength) {
    yield { path, text: minLength === 1 ? WRONG.needed : WRONG.short(`${minLength}`, `${length}`) };
  }
  if (typeof maxLength === "number" && length > maxLength) {
    yield { path, text: WRONG.long(`${length}`, `${maxLength}`) };
  }
  if (typeof pattern === "string" && !matchesPattern(pattern, value)) {
    yield { path, text: WRONG.pattern(pattern) };
  }
}

function* problemsOfNumber(schema: Schema, value: number, path: string): Generator<FieldProblem> {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const limits: readonly (readonly [
    Json | undefined,
    (limit: number) => boolean,
    (limit: string) => string,
  ])[] = [
    [minimum, (limit) => value < limit, WRONG.bounds.minimum],
    [maximum, (limit) => value > limit, WRONG.bounds.maximum],
    [exclusiveMinimum, (limit) => value <= limit, WRONG.bounds.exclusiveMinimum],
    [exclusiveMaximum, (limit) => value >= limit, WRONG.bounds.exclusiveMaximum],
    [multipleOf, (step) => Math.abs(value / step - Math.round(value / step)) > 1e-9, WRONG.bounds.multipleOf],
  ];
  for (const [limit, broken, words] of limits) {
    if (typeof limit === "number" && broken(limit))
      yield { path, text: WRONG.number(words(`${limit}`), `${value}`) };
  }
}

function* problemsOfList(
  schema: Schema,
  value: readonly Draft[],
  root: Schema,
  path: string,
  depth: number,
): Generator<FieldProblem> {
  const { minItems, maxItems } = schema;
  const first = Array.isArray(schema.prefixItems) ? (schema.prefixItems as Schema[]) : [];
  const rest = isRecord(schema.items) ? (schema.items as Schema) : {};
  if (typeof minItems === "number" && value.length < minItems) {
    yield { path, text: WRONG.few(`${minItems}`, `${value.length}`) };
  }
  if (typeof maxItems === "number" && value.length > maxItems) {
    yield { path, text: WRONG.many(`${value.length}`, `${maxItems}`) };
  }
  for (const [nth, item] of value.entries()) {
    yield* problemsOf(first[nth] ?? rest, item, root, childPointer(path, nth), depth + 1);
  }
}

function* problemsOfObject(
  schema: Schema,
  value: { readonly [key: string]: Draft },
  root: Schema,
  path: string,
  depth: number,
): Generator<FieldProblem> {
  const properties = (schema.properties ?? {}) as Record<string, Schema>;
  const required = Array.isArray(schema.required) ? (schema.required as string[]) : [];
  const others = schema.additionalProperties;
  for (const name of required) {
    if (value[name] === undefined) yield { path: childPointer(path, name), text: WRONG.needed };
  }
  for (const [name, each] of Object.entries(value)) {
    if (each === undefined) continue;
    const at = childPointer(path, name);
    const own = Object.hasOwn(properties, name) ? properties[name] : others;
    if (own === false) yield { path: at, text: WRONG.unknown };
    else yield* problemsOf(isRecord(own) ? (own as Schema) : {}, each, root, at, depth + 1);
  }
}
