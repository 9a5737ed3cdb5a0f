import { describe, expect, it } from "vitest";
import { childPointer, pointerTokens } from "../../src/core/pointer";

describe("a JSON pointer", () => {
  it.each(["a", "", "a/b", "~", "~1", "~01", 3])("is read as it was written: %j", (key) => {
    expect(pointerTokens(childPointer("/x", key))).toEqual(["x", String(key)]);
  });

  it("of the whole value has no steps", () => {
    expect(pointerTokens("")).toEqual([]);
  });
});
