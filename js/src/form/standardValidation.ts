// Whether a value is what a JSON schema asks for, by every keyword. Pure.

import { type OutputUnit, type Schema as Standard, Validator } from "@cfworker/json-schema";
import type { Json } from "../core/schema";
import { maxTestedLength } from "./patterns";
import { isRecord, type Schema } from "./schema";

/** What is wrong; none of it if the value is right, `null` if that cannot be decided here. */
export function validateByStandard(schema: Schema, value: Json, root: Schema): OutputUnit[] | null {
  try {
    const { $defs, definitions } = root;
    const whole =
      schema === root ? root : { ...($defs && { $defs }), ...(definitions && { definitions }), ...schema };
    const longest = longestTextLength(value);
    const standard = standardizeSchema(whole, longest, false) as Standard;
    const draft = JSON.stringify(whole).includes('"items":[') ? "7" : "2020-12";
    const { valid, errors } = new Validator(standard, draft, false).validate(value);
    return valid ? [] : errors;
  } catch {
    return null; // a reference that leads nowhere, a pattern of another language: who takes the value judges
  }
}

function longestTextLength(value: Json): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 0;
  const inner = Array.isArray(value) ? value : [...Object.keys(value), ...Object.values(value)];
  return inner.reduce<number>((most, each) => Math.max(most, longestTextLength(each as Json)), 0);
}

/** A pattern decides here that is not tested. */
class Undecidable extends Error {}

const NAMED = ["properties", "$defs", "definitions", "dependentSchemas"];
const VALUES = ["const", "enum", "default", "examples", "required", "type"];
const TURNED = ["not", "if", "oneOf", "contains"];

/** The schema as the standard knows it; `turned` where to ask for less may be to allow less. */
function standardizeSchema(schema: Json, longest: number, turned: boolean): Json {
  if (Array.isArray(schema)) return schema.map((each) => standardizeSchema(each as Json, longest, turned));
  if (!isRecord(schema)) return schema;
  const made: Record<string, Json> = {};
  for (const [keyword, given] of Object.entries(schema as Schema)) {
    if (keyword === "format" || keyword === "nullable") continue; // what Python takes for a date is its own
    if (keyword === "pattern" && !isTested(given, longest)) {
      if (turned) throw new Undecidable();
      continue;
    }
    if (
      keyword === "patternProperties" &&
      !Object.keys(given as object).every((each) => isTested(each, longest))
    ) {
      throw new Undecidable();
    }
    if (VALUES.includes(keyword)) made[keyword] = given;
    else if (isRecord(given) && (NAMED.includes(keyword) || keyword === "patternProperties")) {
      const entries = Object.entries(given as Schema);
      made[keyword] = Object.fromEntries(
        entries.map(([name, each]) => [name, standardizeSchema(each, longest, turned)]),
      );
    } else made[keyword] = standardizeSchema(given, longest, turned || TURNED.includes(keyword));
  }
  return (schema as Schema).nullable === true ? { anyOf: [made, { type: "null" }] } : made;
}

const isTested = (pattern: Json, longest: number) =>
  typeof pattern === "string" && longest <= maxTestedLength(pattern);
