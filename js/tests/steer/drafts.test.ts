// Answers that are being written: of which form they are, and whether they can be sent. Without a page.

import { describe, expect, it } from "vitest";
import { InvalidInput } from "../../src/form/schema";
import { draftOfOption, emptyDraft, answerOutcomeOf, switchDraftKind } from "../../src/steer/answerDrafts";
import { optionsOfQuestion, optionsOfSchema } from "../../src/steer/answerOptions";

describe("an answer", () => {
  it("follows the schema where there is one", () => {
    const schema = { type: "object", properties: { ok: { type: "boolean" } }, required: ["ok"] };
    const given = emptyDraft("Well?", schema);
    if (given.kind !== "form") throw new Error("no form");
    expect(answerOutcomeOf({ ...given, value: { ok: "yes" } })).toMatchObject({ ready: false });
    expect(answerOutcomeOf({ ...given, value: { ok: true } })).toEqual({ ready: true, answer: { ok: true } });
  });

  it("to a text is a text, as it is typed, unless a value is asked for", () => {
    const given = emptyDraft("Well?", null);
    if (given.kind !== "text") throw new Error("no text");
    expect(answerOutcomeOf(given).ready).toBe(false);
    const three = { ...given, text: "3" };
    expect(answerOutcomeOf(three)).toEqual({ ready: true, answer: "3" });
    expect(answerOutcomeOf(switchDraftKind(three))).toEqual({ ready: true, answer: 3 });
    expect(switchDraftKind(switchDraftKind({ ...given, text: "it's" }))).toMatchObject({
      kind: "text",
      text: "it's",
    });
  });

  it("may be one of those that the question names", () => {
    const given = emptyDraft({ question: "Well?", options: ["yes", "no"] }, null);
    expect(given).toMatchObject({ kind: "text", options: ["yes", "no"] });
    expect(answerOutcomeOf(draftOfOption("no", ["yes", "no"]))).toEqual({ ready: true, answer: "no" });
    expect(answerOutcomeOf(draftOfOption(2, [1, 2]))).toEqual({ ready: true, answer: 2 });
    expect(optionsOfQuestion({ options: [{ a: 1 }] })).toEqual([]);
    expect(optionsOfQuestion({ options: "yes" })).toEqual([]);
    expect(optionsOfQuestion("Well?")).toEqual([]);
  });

  it("is one of a few values where the schema says so", () => {
    expect(optionsOfSchema({ type: "boolean" })).toEqual([true, false]);
    expect(optionsOfSchema({ enum: ["a", "b"] })).toEqual(["a", "b"]);
    expect(optionsOfSchema({ anyOf: [{ enum: ["a"] }, { type: "null" }] })).toEqual(["a", null]);
    expect(optionsOfSchema({ type: "string" })).toBeNull();
  });

  it("may be what the kernel makes of a text", () => {
    const given = emptyDraft({ about: "Well?" }, null);
    if (given.kind !== "value") throw new Error("no value");
    expect(answerOutcomeOf(given).ready).toBe(false);
    const value = new InvalidInput("{1, 2}", "is no JSON");
    expect(answerOutcomeOf({ ...given, value })).toEqual({ ready: false, problem: "is no JSON" });
    const parsed = { text: "{1, 2}", value: [1, 2], problem: null };
    expect(answerOutcomeOf({ ...given, value, parsed })).toEqual({ ready: true, answer: [1, 2] });
    expect(answerOutcomeOf({ ...given, value: new InvalidInput("{1, 3}", "is no JSON"), parsed }).ready).toBe(
      false,
    );
  });
});
