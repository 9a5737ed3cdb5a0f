import { describe, expect, it } from "vitest";
import { child, tokens } from "../../src/core/pointer";

describe("a JSON pointer", () => {
  it.each(["a", "", "a/b", "~", "~1", "~01", 3])("is read as it was written: %j", (key) => {
    expect(tokens(child("/x", key))).toEqual(["x", String(key)]);
  });

  it("of the whole value has no steps", () => {
    expect(tokens("")).toEqual([]);
  });
});
