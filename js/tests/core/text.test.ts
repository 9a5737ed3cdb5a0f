import { describe, expect, it } from "vitest";
import { countCodePoints, GrowingText } from "../../src/core/text";

function grown(...writes: [offset: number, text: string][]): GrowingText {
  const text = new GrowingText();
  for (const [offset, piece] of writes) text.write(offset, piece);
  return text;
}

describe("GrowingText", () => {
  it("grows by pieces", () => {
    const text = grown([0, "The "], [4, "turtle"]);
    expect(String(text)).toBe("The turtle");
    expect(text.pieces).toEqual(["The ", "turtle"]);
    expect(text.generation).toBe(0);
  });

  it("counts offsets in code points, as the kernel does", () => {
    const text = grown([0, "🐢🐢"], [2, " swim"]);
    expect(String(text)).toBe("🐢🐢 swim");
    expect(text.length).toBe(7);
    expect(text.size).toBe(9);
  });

  it("drops what stood from the offset on", () => {
    const text = grown([0, "🐢 one two"], [6, "three"]);
    expect(String(text)).toBe("🐢 one three");
    expect(text.generation).toBe(1);
  });

  it("refuses a piece when something before it is missing", () => {
    const text = grown([0, "abc"]);
    expect(text.write(4, "x")).toBe(false);
    expect(String(text)).toBe("abc");
  });

  it("does not begin anew when the whole is told again", () => {
    const text = grown([0, "The "], [4, "turtle"], [0, "The turtle swims"]);
    expect(String(text)).toBe("The turtle swims");
    expect(text.generation).toBe(0);
  });

  it("can be emptied", () => {
    const text = grown([0, "draft"], [0, ""]);
    expect(String(text)).toBe("");
    expect(text.length).toBe(0);
  });
});

describe("codePoints", () => {
  it.each([
    ["", 0],
    ["abc", 3],
    ["é", 1],
    ["👩‍🔬", 3],
  ])("of %j are %i", (text, count) => {
    expect(countCodePoints(text)).toBe(count);
  });
});
