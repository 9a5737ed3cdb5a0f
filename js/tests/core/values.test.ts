// What values are beside JSON.

import { describe, expect, it } from "vitest";
import { findFoldIndex } from "../../src/core/folding";
import type { Json } from "../../src/core/json";
import { parseJsonText } from "../../src/core/jsonText";
import { imageOf, recordRowsOf } from "../../src/core/shapes";

describe("a text that is JSON", () => {
  it.each([
    ['{"a": [1, null]}', { a: [1, null] }],
    [' \n["x"]\n', ["x"]],
    ['{"count": 9007199254740991}', { count: 9007199254740991 }],
  ])("is its value: %s", (text, value) => expect(parseJsonText(text)).toEqual(value));

  it.each([
    "",
    "7",
    '"a"',
    "[1, 2",
    "{'a': 1}",
    "[a](b)",
    '{"id": 12345678901234567890}',
    "[-1234567890123456789]",
  ])("is none: %s", (text) => expect(parseJsonText(text)).toBeUndefined());
});

describe("a long text", () => {
  const told = "One is said here. Two is said, too. Three is not said at all.";
  it.each([
    [told, 40, "One is said here. Two is said, too."],
    [told, 25, "One is said here."],
    [told, 15, "One is said"],
    [told, 400, told],
    ["x".repeat(50), 20, "x".repeat(20)],
    ["一つ。二つめは長い文。三つめもある", 12, "一つ。二つめは長い文。"],
    ["It costs 3.50 or so, it says", 16, "It costs 3.50 or"],
    ['He said "No." and left it at that', 20, 'He said "No."'],
  ])("is folded after a sentence, else after a word: %s at %d", (text, limit, kept) => {
    expect(text.slice(0, findFoldIndex(text, limit))).toBe(kept);
  });
});

describe("a list of objects that are alike", () => {
  it("is a table of their keys, in the order in which they appear", () => {
    const rows = [{ a: 1 }, { a: 2, b: { c: 3 } }];
    expect(recordRowsOf(rows)).toEqual({ columns: ["a", "b"], rows });
  });

  const others: Json[] = [
    [{ a: 1 }],
    [{ a: 1 }, 2],
    [{ a: 1 }, [1]],
    [{ a: 1 }, { b: 1 }, { c: 1 }],
    [{}, {}],
    Array(2).fill(Object.fromEntries([..."abcdefghijk"].map((key) => [key, 1]))),
    [
      { type: "human", content: "a" },
      { type: "ai", content: "b" },
    ],
    [
      { $big: 9000, preview: "{" },
      { $big: 9000, preview: "{" },
    ],
    { a: { b: 1 }, c: { b: 2 } },
  ];
  it.each(others)("is not: %j", (...value) =>
    expect(recordRowsOf(value.length === 1 ? (value[0] as Json) : value)).toBeNull(),
  );
});

describe("an image", () => {
  const data = "iVBORw0KGgo=";
  const src = `data:image/png;base64,${data}`;
  it.each<Json>([
    src,
    { type: "image", base64: data, mime_type: "image/png" },
    { type: "image_url", image_url: { url: src } },
    { type: "image", source: { type: "base64", media_type: "image/png", data } },
  ])("is shown of its own data: %j", (value) => expect(imageOf(value)?.src).toBe(src));

  it.each<Json>([
    "https://example.org/a.png",
    "data:text/html;base64,PGI+",
    "data:image/png,raw",
    { type: "image", url: "https://example.org/a.png" },
    { type: "text", text: src },
    { url: src },
    null,
    [src],
  ])("is none, and nothing is fetched: %j", (value) => expect(imageOf(value)).toBeNull());
});
