// Answers that are being written: of which form they are, and whether they can be sent. Without a page.

import { describe, expect, it } from "vitest";
import { Unparsed } from "../../src/form/schema";
import { chosen, emptyDraft, outcomeOf, switched } from "../../src/steer/drafts";
import { optionsIn, optionsOf } from "../../src/steer/options";

describe("an answer", () => {
  it("follows the schema where there is one", () => {
    const schema = { type: "object", properties: { ok: { type: "boolean" } }, required: ["ok"] };
    const given = emptyDraft("Well?", schema);
    if (given.kind !== "form") throw new Error("no form");
    expect(outcomeOf({ ...given, value: { ok: "yes" } })).toMatchObject({ ready: false });
    expect(outcomeOf({ ...given, value: { ok: true } })).toEqual({ ready: true, answer: { ok: true } });
  });

  it("to a text is a text, as it is typed, unless a value is asked for", () => {
    const given = emptyDraft("Well?", null);
    if (given.kind !== "text") throw new Error("no text");
    expect(outcomeOf(given).ready).toBe(false);
    const three = { ...given, text: "3" };
    expect(outcomeOf(three)).toEqual({ ready: true, answer: "3" });
    expect(outcomeOf(switched(three))).toEqual({ ready: true, answer: 3 });
    expect(switched(switched({ ...given, text: "it's" }))).toMatchObject({ kind: "text", text: "it's" });
  });

  it("may be one of those that the question names", () => {
    const given = emptyDraft({ question: "Well?", options: ["yes", "no"] }, null);
    expect(given).toMatchObject({ kind: "text", options: ["yes", "no"] });
    expect(outcomeOf(chosen("no", ["yes", "no"]))).toEqual({ ready: true, answer: "no" });
    expect(outcomeOf(chosen(2, [1, 2]))).toEqual({ ready: true, answer: 2 });
    expect(optionsIn({ options: [{ a: 1 }] })).toEqual([]);
    expect(optionsIn({ options: "yes" })).toEqual([]);
    expect(optionsIn("Well?")).toEqual([]);
  });

  it("is one of a few values where the schema says so", () => {
    expect(optionsOf({ type: "boolean" })).toEqual([true, false]);
    expect(optionsOf({ enum: ["a", "b"] })).toEqual(["a", "b"]);
    expect(optionsOf({ anyOf: [{ enum: ["a"] }, { type: "null" }] })).toEqual(["a", null]);
    expect(optionsOf({ type: "string" })).toBeNull();
  });

  it("may be what the kernel makes of a text", () => {
    const given = emptyDraft({ about: "Well?" }, null);
    if (given.kind !== "value") throw new Error("no value");
    expect(outcomeOf(given).ready).toBe(false);
    const value = new Unparsed("{1, 2}", "is no JSON");
    expect(outcomeOf({ ...given, value })).toEqual({ ready: false, problem: "is no JSON" });
    const parsed = { text: "{1, 2}", value: [1, 2], problem: null };
    expect(outcomeOf({ ...given, value, parsed })).toEqual({ ready: true, answer: [1, 2] });
    expect(outcomeOf({ ...given, value: new Unparsed("{1, 3}", "is no JSON"), parsed }).ready).toBe(false);
  });
});
