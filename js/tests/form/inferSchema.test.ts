// Fields for a value of which nobody tells the schema. Without a page.

import { expect, it } from "vitest";
import { inferSchema } from "../../src/form/inferSchema";
import { fieldOf } from "../../src/form/schema";
import { findProblems } from "../../src/form/validate";

it("has a field for each entry, by its type", () => {
  const value = { to: "ann", copies: 2, now: true, tags: ["a"], more: { deep: { x: null } } };
  const schema = inferSchema(value);
  expect(findProblems(schema, value)).toEqual([]);
  const field = fieldOf(schema, schema);
  if (field.kind !== "object") throw new Error("no object");
  expect(field.properties.map(({ name, schema: each }) => [name, fieldOf(each, schema).kind])).toEqual([
    ["to", "text"],
    ["copies", "number"],
    ["now", "boolean"],
    ["tags", "list"],
    ["more", "object"],
  ]);
});

it.each([
  [null],
  [[]],
  [{}],
  [["a", 1]],
  [[{ a: 1 }]],
  [Object.fromEntries([...Array(31).keys()].entries())],
])("takes any JSON in place of %j", (value) => {
  expect(inferSchema(value as never)).toEqual({});
});
