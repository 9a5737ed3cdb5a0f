// JSON schemas of real graphs as fields, and what is wrong with values.

import { describe, expect, it } from "vitest";
import schemas from "../../fixtures/schemas.json";
import { parseLiteral, formatLiteral } from "../../src/form/literal";
import {
  type Draft,
  fieldOf,
  initialDraft,
  type Schema,
  addsToName,
  draftToJson,
  InvalidInput,
} from "../../src/form/schema";
import { findProblems } from "../../src/form/validate";

const { pydantic, typedDict, messages } = schemas as unknown as Record<string, Schema> & {
  pydantic: Schema;
  typedDict: Schema;
  messages: Schema;
};

const property = (root: Schema, name: string) => (root.properties as Record<string, Schema>)[name] as Schema;
const field = (root: Schema, name: string) => fieldOf(property(root, name), root, 1);
const texts = (schema: Schema, value: Draft) =>
  findProblems(schema, value).map(({ path, text }) => `${path} ${text}`);

describe("a schema as fields", () => {
  it.each([
    ["topic", { kind: "text", description: "What to look into", nullable: false }],
    ["depth", { kind: "number", integer: true, fallback: 2 }],
    ["temperature", { kind: "number", integer: false }],
    ["verbose", { kind: "boolean", fallback: false }],
    ["color", { kind: "choice", options: ["red", "blue"], fallback: "red" }],
    ["tone", { kind: "choice", options: ["dry", "warm"] }],
    ["note", { kind: "text", nullable: true, fallback: null }],
    ["when", { kind: "text", format: "date", nullable: true }],
    ["tags", { kind: "list", item: { type: "string" } }],
    ["sources", { kind: "list", item: { $ref: "#/$defs/Source" } }],
    ["ref", { kind: "union", fallback: { type: "file", path: "a" } }],
    ["either", { kind: "union", options: [{ type: "integer" }, { type: "string" }] }],
    ["extra", { kind: "json", expects: "an object" }],
    ["anything", { kind: "json", expects: "a value" }],
    ["tree", { kind: "object", nullable: true }],
    ["pair", { kind: "list", first: [{ type: "integer" }, { type: "string" }], most: 2 }],
    ["key", { kind: "text", secret: true, nullable: true }],
  ])("has for %s of a pydantic model what it needs", (name, expected) => {
    expect(field(pydantic, name)).toMatchObject(expected);
  });

  it("has a field for each key of a TypedDict", () => {
    expect(fieldOf(typedDict, typedDict)).toMatchObject({
      kind: "object",
      properties: [
        { name: "topic", required: true },
        { name: "count", required: true },
        { name: "opts", required: false },
        { name: "who", required: true },
      ],
    });
  });

  it("knows a list of LangChain's messages", () => {
    expect(field(messages, "messages").kind).toBe("messages");
  });

  it("ends where a schema refers to itself", () => {
    const tree = { $ref: "#/$defs/Tree" };
    expect(fieldOf(tree, pydantic, 1).kind).toBe("object");
    expect(fieldOf(tree, pydantic, 5).kind).toBe("json");
    expect(initialDraft(tree, pydantic)).toEqual({ name: undefined });
    const circle: Schema = {
      $ref: "#/$defs/A",
      $defs: { A: { $ref: "#/$defs/B" }, B: { $ref: "#/$defs/A" } },
    };
    expect(fieldOf(circle, circle).kind).toBe("json");
    const needed: Schema = {
      $ref: "#/$defs/N",
      $defs: { N: { type: "object", properties: { next: { $ref: "#/$defs/N" } }, required: ["next"] } },
    };
    expect(JSON.stringify(initialDraft(needed, needed))).toBe('{"next":{"next":{"next":{"next":{}}}}}');
  });

  it.each([
    [{ type: ["string", "null"] }, { kind: "text", nullable: true, prompt: false }],
    [{ anyOf: [{ type: "string" }, { type: "null" }], langgraph_type: "prompt" }, { prompt: true }],
    [{ type: ["string", "integer"] }, { kind: "union", nullable: false }],
    [{ enum: ["a", null] }, { kind: "choice", options: ["a"], nullable: true }],
    [{ anyOf: [{ const: "a" }, { const: "b" }] }, { kind: "choice", options: ["a", "b"] }],
    [
      { type: "string", nullable: true },
      { kind: "text", nullable: true },
    ],
    [{ anyOf: [{ anyOf: [{ type: "integer" }, { type: "null" }] }] }, { kind: "number", nullable: true }],
    [
      { allOf: [{ properties: { a: { type: "string" } } }, { properties: { b: {} }, required: ["b"] }] },
      { kind: "object", properties: [{ name: "a" }, { name: "b", required: true }] },
    ],
    [{ type: "array" }, { kind: "json", expects: "a list" }],
    [{ $ref: "https://example.org/schema" }, { kind: "json" }],
    [{}, { kind: "json" }],
  ] as [Schema, object][])("reads %j", (schema, expected) => {
    expect(fieldOf(schema, schema)).toMatchObject(expected);
  });

  it("begins with what must be there, and leaves defaults to the graph", () => {
    expect(draftToJson(initialDraft(pydantic, pydantic))).toEqual({});
    expect(draftToJson(initialDraft(typedDict, typedDict))).toEqual({ who: null });
    expect(initialDraft({ $ref: "#/$defs/WebRef" }, pydantic)).toEqual({ type: "web", url: undefined });
  });

  it("tells a title from a name written otherwise", () => {
    expect(addsToName("Max Tokens", "max_tokens")).toBe(false);
    expect(addsToName("How long", "max_tokens")).toBe(true);
  });
});

describe("validation", () => {
  it("takes what the graph takes", () => {
    const value = {
      topic: "tea",
      depth: 3,
      when: "2026-01-31",
      sources: [{ url: "http://a" }],
      ref: { type: "web", url: "http://a" },
      either: "text",
      tree: { name: "a", children: [{ name: "b", children: [] }] },
      pair: [1, "b"],
      extra: { a: 1 },
    };
    expect(findProblems(pydantic, value)).toEqual([]);
    expect(findProblems(messages, { messages: [{ type: "human", content: "hello" }] })).toEqual([]);
  });

  it.each([
    [{}, ["/topic is needed"]],
    [{ topic: 3 }, ["/topic expects text, not 3"]],
    [{ topic: "t", depth: 9 }, ["/depth is at most 5, not 9"]],
    [{ topic: "t", depth: 1.5 }, ["/depth expects a whole number, not 1.5"]],
    [{ topic: "t", color: "green" }, ['/color expects one of "red", "blue", not "green"']],
    [{ topic: "t", sources: [{ url: "u" }, { weight: 1 }] }, ["/sources/1/url is needed"]],
    [
      { topic: "t", ref: { type: "web", url: "x" } },
      ["/ref/url needs 4 characters, has 1", "/ref/url does not match ^http"],
    ],
    [{ topic: "t", either: true }, ["/either expects a whole number or text, not true"]],
    [{ topic: "t", extra: { a: "b" } }, ['/extra/a expects a whole number, not "b"']],
    [{ topic: "t", tree: { name: "a", children: [{}] } }, ["/tree/children/0/name is needed"]],
    [{ topic: "t", pair: [1] }, ["/pair needs 2 items, has 1"]],
    [
      { topic: "t", pair: ["a", 1] },
      ['/pair/0 expects a whole number, not "a"', "/pair/1 expects text, not 1"],
    ],
    [{ topic: "t", anything: new InvalidInput("{", "is no JSON") }, ["/anything is no JSON"]],
  ] as [Draft, string[]][])("of %j says where it is wrong", (value, expected) => {
    expect(texts(pydantic, value)).toEqual(expected);
  });

  it.each([
    [{ type: "object", additionalProperties: false }, { a: 1 }, ["/a is not known here"]],
    [{ type: "number", exclusiveMinimum: 0, multipleOf: 0.1 }, 0, [" is more than 0, not 0"]],
    [{ type: "number", multipleOf: 0.1 }, 0.3, []],
    [{ type: "array", maxItems: 1 }, [1, 2], [" has 2 items; at most 1"]],
    [{ type: "string", maxLength: 2 }, "😀😀", []],
    [{ type: "string", pattern: "(?P<a>x)" }, "y", []], // Python's, not the browser's
    [{ properties: { "a/b~c": { type: "string" } } }, { "a/b~c": 1 }, ["/a~1b~0c expects text, not 1"]],
    [{ type: "string", nullable: true }, null, []],
  ] as [Schema, Draft, string[]][])("knows %j", (schema, value, expected) => {
    expect(texts(schema, value)).toEqual(expected);
  });

  it("ends in a schema that never does", () => {
    const endless: Schema = { $ref: "#/$defs/A", $defs: { A: { anyOf: [{ $ref: "#/$defs/A" }] } } };
    expect(findProblems(endless, 1)).toEqual([]);
  });
});

describe("a literal", () => {
  it.each([
    ['{"a": [1, true, null]}', { a: [1, true, null] }],
    ["{'a': (1, True, None), 'b': 'it\\'s \"so\"',}", { a: [1, true, null], b: 'it\'s "so"' }],
    ["'None of (these)'", "None of (these)"],
    ["  ", undefined],
    ["-2", -2],
  ])("is read of %s", (text, value) => {
    expect(parseLiteral(text)).toEqual(value);
  });

  it.each(["{", "open('x')", "[1 2]", "{a: 1}"])("is not read of %s, and says so", (text) => {
    const read = parseLiteral(text);
    expect(read).toBeInstanceOf(InvalidInput);
    expect((read as InvalidInput).problem).toContain("neither JSON nor a Python literal");
    expect(formatLiteral(read)).toBe(text);
  });
});
