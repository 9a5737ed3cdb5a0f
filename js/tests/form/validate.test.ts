// Answers that are right or wrong by keywords that no field of a form stands for.

import { describe, expect, test } from "vitest";
import type { Json } from "../../src/core/schema";
import { maxTestedLength } from "../../src/form/patterns";
import type { Schema } from "../../src/form/schema";
import { findProblems } from "../../src/form/validate";

const text = { type: "string" };
const pair = { type: "object", properties: { a: text, b: text } };

const CASES: [string, Schema, Json, Json][] = [
  // what it is about, the schema, a wrong answer, a right one
  ["allOf", { allOf: [{ type: "object", required: ["a"] }, { required: ["b"] }] }, { a: 1 }, { a: 1, b: 2 }],
  ["anyOf with required", { ...pair, anyOf: [{ required: ["a"] }, { required: ["b"] }] }, {}, { b: "x" }],
  [
    "oneOf",
    {
      oneOf: [
        { type: "number", multipleOf: 2 },
        { type: "number", multipleOf: 3 },
      ],
    },
    6,
    4,
  ],
  ["not", { type: "string", not: { enum: ["no"] } }, "no", "yes"],
  ["uniqueItems", { type: "array", items: text, uniqueItems: true }, ["a", "a"], ["a", "b"]],
  [
    "if and then",
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON schema
    { ...pair, if: { properties: { a: { const: "x" } }, required: ["a"] }, then: { required: ["b"] } },
    { a: "x" },
    { a: "y" },
  ],
  ["else", { if: { type: "string" }, else: { minimum: 3 } }, 2, 3],
  [
    "patternProperties",
    { type: "object", patternProperties: { "^n_": { type: "number" } }, additionalProperties: false },
    { n_1: "x" },
    { n_1: 1 },
  ],
  ["propertyNames", { type: "object", propertyNames: { maxLength: 2 } }, { long: 1 }, { ok: 1 }],
  ["minProperties", { type: "object", minProperties: 1 }, {}, { a: 1 }],
  ["contains", { type: "array", contains: { const: 1 } }, [2], [1, 2]],
  ["dependentRequired", { ...pair, dependentRequired: { a: ["b"] } }, { a: "x" }, { a: "x", b: "y" }],
  ["an enum of objects in another order", { enum: [{ a: 1, b: 2 }] }, { a: 1 }, { b: 2, a: 1 }],
  ["a const in another order", { const: { a: 1, b: [2] } }, { a: 1, b: [3] }, { b: [2], a: 1 }],
  ["allOf of unions", { allOf: [{ anyOf: [text, { type: "null" }] }, { maxLength: 2 }] }, "long", null],
  ["nullable", { type: "string", nullable: true, minLength: 2 }, "x", null],
];

describe.each(CASES)("%s", (_, schema, wrong, right) => {
  test("refuses what is wrong, in words", () => {
    const problems = findProblems(schema, wrong);
    expect(problems.length).toBeGreaterThan(0);
    for (const { text } of problems) expect(text).not.toBe("");
  });

  test("takes what is right", () => expect(findProblems(schema, right)).toEqual([]));

  test("does so inside another schema, with references", () => {
    const root: Schema = { type: "object", properties: { x: { $ref: "#/$defs/X" } }, $defs: { X: schema } };
    expect(findProblems(root, { x: right })).toEqual([]);
    const at = findProblems(root, { x: wrong }).map(({ path }) => path);
    expect(at.length).toBeGreaterThan(0);
    for (const path of at) expect(path.startsWith("/x")).toBe(true);
  });
});

test.each<[string, Schema, Json]>([
  ["a pattern of Python", { type: "string", pattern: "(?P<year>\\d+)" }, "x"],
  ["one under not", { type: "string", not: { pattern: "(?i)no" } }, "yes"],
  ["one of names", { patternProperties: { "(?i)a": { type: "number" } } }, { a: "x" }],
  ["a reference that leads nowhere", { $ref: "#/$defs/Lost" }, 3],
  ["a reference to elsewhere", { properties: { a: { $ref: "https://example.org/a.json" } } }, { a: 1 }],
])("%s decides nothing", (_, schema, value) => expect(findProblems(schema, value)).toEqual([]));

test("what else a schema with such a pattern asks for is still asked", () => {
  const schema = { type: "object", properties: { a: { type: "string", pattern: "(?i)x" }, b: text } };
  expect(findProblems(schema, { a: "x", b: 1 })).toHaveLength(1);
});

test.each(["^(a+)+$", "^(a|a)*$", "^(a*)*b$", "^a*a*a*a*a*b$", "(\\w+\\s?)+$", "^(.*,){20}P"])(
  "%s cannot freeze the page",
  (pattern) => {
    const schema = { type: "string", pattern };
    for (const length of [20, 40, 900, 100_000]) {
      expect(findProblems(schema, `${"a".repeat(length)}!`)).toBeInstanceOf(Array);
    }
    expect(maxTestedLength(pattern)).toBeLessThan(60);
  },
);

test("a pattern is tested on texts of a kilobyte, not on longer ones", () => {
  const schema = { type: "string", pattern: "^a+$" };
  expect(findProblems(schema, `${"a".repeat(900)}!`)).toHaveLength(1);
  expect(findProblems(schema, "a".repeat(900))).toEqual([]);
  expect(findProblems(schema, `${"a".repeat(1_100)}!`)).toEqual([]);
});
