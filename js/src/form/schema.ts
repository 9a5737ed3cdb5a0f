// A JSON schema as fields of a form, one level at a time: a schema that refers to itself opens as far as a
// reader opens it. What no field is made for is a field for JSON. Pure.

import { pointerTokens } from "../core/pointer";
import { isObject, type Json } from "../core/schema";
import { EXPECTED } from "../texts/form";
import { InvalidInput } from "../core/invalidInput";

export { InvalidInput };

export type Schema = { readonly [keyword: string]: Json };

/** What stands in a form: JSON, or not yet. `undefined` is what was not given. */
export type Draft =
  | null
  | boolean
  | number
  | string
  | undefined
  | InvalidInput
  | readonly Draft[]
  | { readonly [key: string]: Draft };

interface Common {
  /** Its own title, where it says more than the property's name. */
  readonly title: string;
  readonly description: string;
  readonly nullable: boolean;
  readonly fallback: Json | undefined;
}

export interface Property {
  readonly name: string;
  readonly schema: Schema;
  readonly required: boolean;
}

export type Field = Common &
  (
    | {
        readonly kind: "text";
        readonly format: string;
        readonly secret: boolean;
        /** Marked as a model's prompt, as LangGraph Studio knows it. */
        readonly prompt: boolean;
      }
    | { readonly kind: "number"; readonly integer: boolean }
    | { readonly kind: "boolean" }
    | { readonly kind: "choice"; readonly options: readonly Json[] }
    | { readonly kind: "fixed"; readonly value: Json }
    | { readonly kind: "object"; readonly properties: readonly Property[] }
    | {
        readonly kind: "list";
        readonly item: Schema;
        readonly first: readonly Schema[];
        readonly most: number;
      }
    | { readonly kind: "messages" }
    | { readonly kind: "union"; readonly options: readonly Schema[] }
    | { readonly kind: "json"; readonly expects: string }
  );

export type FieldOf<Kind extends Field["kind"]> = Extract<Field, { kind: Kind }>;

const DEEPEST = 5; // levels of fields; what is deeper is written as JSON
const WIDEST = 8; // kinds of value to choose from
const HOPS = 20; // references followed to one schema

/** The field for a schema within `root`, which holds the definitions it refers to. */
export function fieldOf(given: Schema, root: Schema, depth = 0): Field {
  const [schema, nullable] = withoutNull(resolveSchema(given, root), root);
  const common: Common = {
    title: asText(schema.title),
    description: asText(schema.description),
    nullable,
    fallback: schema.default,
  };
  const json: Field = { ...common, kind: "json", expects: expectedKindText(schema, root) };
  if ("const" in schema) return { ...common, kind: "fixed", value: schema.const as Json };
  if (Array.isArray(schema.enum)) return { ...common, kind: "choice", options: schema.enum as Json[] };
  const options = alternativesOf(schema);
  if (options) {
    const constants = options.map((each) => resolveSchema(each, root));
    if (constants.every((each) => "const" in each)) {
      return { ...common, kind: "choice", options: constants.map((each) => each.const as Json) };
    }
    return options.length > WIDEST || depth >= DEEPEST ? json : { ...common, kind: "union", options };
  }
  switch (schema.type ?? (isSchema(schema.properties) ? "object" : undefined)) {
    case "string": {
      const format = asText(schema.format);
      const secret = format === "password" || schema.writeOnly === true;
      return { ...common, kind: "text", format, secret, prompt: schema.langgraph_type === "prompt" };
    }
    case "integer":
    case "number":
      return { ...common, kind: "number", integer: schema.type === "integer" };
    case "boolean":
      return { ...common, kind: "boolean" };
    case "object": {
      const properties = propertiesOf(schema);
      return properties.length === 0 || depth >= DEEPEST ? json : { ...common, kind: "object", properties };
    }
    case "array": {
      const first = Array.isArray(schema.prefixItems) ? (schema.prefixItems as Schema[]) : [];
      const item = isSchema(schema.items) ? schema.items : {};
      if (first.length === 0 && isMessageSchema(item, root)) return { ...common, kind: "messages" };
      const most = typeof schema.maxItems === "number" ? schema.maxItems : Number.POSITIVE_INFINITY;
      const known = first.length > 0 || Object.keys(item).length > 0;
      const each = known && depth < DEEPEST ? fieldOf(item, root, depth + 1).kind : "json";
      return first.length === 0 && each === "json" ? json : { ...common, kind: "list", item, first, most };
    }
    default:
      return json;
  }
}

/** Whether an item is any of LangChain's messages. */
function isMessageSchema(item: Schema, root: Schema): boolean {
  const options = alternativesOf(resolveSchema(item, root)) ?? [];
  return options.some((each) => resolveSchema(each, root).title === "HumanMessage");
}

/** What a field holds when its form is opened: what must be there, and no more. */
export function initialDraft(schema: Schema, root: Schema, depth = 0): Draft {
  const field = fieldOf(schema, root, depth);
  if (field.fallback !== undefined) return field.fallback;
  return field.nullable ? null : startedDraft(field, root, depth);
}

/** What a field holds when a reader begins to fill it. */
export function startedDraft(field: Field, root: Schema, depth = 0): Draft {
  switch (field.kind) {
    case "fixed":
      return field.value;
    case "choice":
      return field.options.length === 1 ? field.options[0] : undefined;
    case "object":
      return initialObject(field, root, depth);
    case "list":
      return field.first.map((each) => initialDraft(each, root, depth + 1));
    case "union":
      return field.options[0] ? initialDraft(field.options[0], root, depth + 1) : undefined;
    default:
      return undefined;
  }
}

function initialObject(field: FieldOf<"object">, root: Schema, depth: number): Draft {
  const object: Record<string, Draft> = {};
  for (const { name, schema, required } of field.properties) {
    const isMark = fieldOf(schema, root, depth + 1).kind === "fixed"; // says which of a union it is
    if (required || isMark) object[name] = initialDraft(schema, root, depth + 1);
  }
  return object;
}

/** The value of a form in which nothing is unparsed: what was not given is left out. */
export function draftToJson(draft: Draft): Json {
  if (Array.isArray(draft)) return draft.map((each) => draftToJson(each));
  if (!isRecord(draft)) return (draft ?? null) as Json;
  const given = Object.entries(draft).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([key, value]) => [key, draftToJson(value)]));
}

/** The schema with its references followed and its `allOf` put together. */
export function resolveSchema(schema: Schema, root: Schema, hops = HOPS): Schema {
  if (hops === 0) return {};
  if (typeof schema.$ref === "string") {
    const { $ref, ...own } = schema;
    return resolveSchema({ ...resolveReference($ref as string, root), ...own }, root, hops - 1);
  }
  if (!Array.isArray(schema.allOf)) return schema;
  const { allOf, ...own } = schema;
  const whole: Record<string, Json> = {};
  for (const part of [...(allOf as Schema[]).map((each) => resolveSchema(each, root, hops - 1)), own]) {
    const properties = { ...(whole.properties as Schema), ...(part.properties as Schema) };
    const required = [...((whole.required as string[]) ?? []), ...((part.required as string[]) ?? [])];
    Object.assign(whole, part, { properties, required });
  }
  return whole;
}

function resolveReference(reference: string, root: Schema): Schema {
  let at: Json | undefined = reference.startsWith("#") ? root : undefined;
  for (const key of pointerTokens(decodeURIComponent(reference))) at = isSchema(at) ? at[key] : undefined;
  return isSchema(at) ? at : {};
}

/** Takes null out of what is allowed, and says whether it was. */
function withoutNull(schema: Schema, root: Schema): [Schema, boolean] {
  if (Array.isArray(schema.type)) {
    const types = (schema.type as string[]).filter((type) => type !== "null");
    const nullable = types.length < schema.type.length;
    if (types.length === 1) return [{ ...schema, type: types[0] as string }, nullable];
    const { type, ...rest } = schema;
    return [{ ...rest, anyOf: types.map((each) => ({ type: each })) }, nullable];
  }
  if (Array.isArray(schema.enum) && schema.enum.includes(null)) {
    return [{ ...schema, enum: schema.enum.filter((each) => each !== null) }, true];
  }
  const options = alternativesOf(schema);
  if (!options) return [schema, schema.nullable === true];
  const others = options.filter((each) => resolveSchema(each, root).type !== "null");
  const nullable = others.length < options.length;
  const { anyOf, oneOf, ...rest } = schema;
  if (others.length !== 1) return [{ ...rest, anyOf: others }, nullable];
  const only = withoutNull(resolveSchema({ ...(others[0] as Schema), ...rest }, root), root);
  return [only[0], nullable || only[1]];
}

/** What `anyOf` or `oneOf` offers. */
export function alternativesOf(schema: Schema): readonly Schema[] | null {
  const options = schema.oneOf ?? schema.anyOf;
  return Array.isArray(options) && options.length > 0 ? (options as Schema[]).filter(isSchema) : null;
}

function propertiesOf(schema: Schema): Property[] {
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries((schema.properties ?? {}) as Record<string, Schema | boolean>).map(
    ([name, each]) => ({
      name,
      schema: isSchema(each) ? each : {},
      required: required.includes(name),
    }),
  );
}

const NOUNS: Readonly<Record<string, string>> = EXPECTED.nouns;

/** What a schema asks for, in a word or two. */
export function expectedKindText(given: Schema, root: Schema, depth = 0): string {
  const schema = resolveSchema(given, root);
  const options = alternativesOf(schema);
  if ("const" in schema) return JSON.stringify(schema.const);
  if (options && depth < 2) {
    const words = new Set(options.map((each) => expectedKindText(each, root, depth + 1)));
    return words.size > 4 ? EXPECTED.any : [...words].reduce(EXPECTED.either);
  }
  if (depth > 0 && schema.type === "object" && schema.title) return asText(schema.title);
  const types = Array.isArray(schema.type) ? schema.type : [schema.type ?? ""];
  return types.map((type) => NOUNS[String(type)] ?? EXPECTED.any).reduce(EXPECTED.either);
}

/** A property's name and its title say the same more often than not. */
export function addsToName(title: string, name: string): boolean {
  const plain = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  return title !== "" && plain(title) !== plain(name);
}

export function isRecord(value: unknown): value is { readonly [key: string]: Draft } {
  return isObject(value) && !(value instanceof InvalidInput);
}

function isSchema(value: Json | undefined): value is Schema {
  return isRecord(value);
}

function asText(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
