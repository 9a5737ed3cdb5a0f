import { describe, expect, it } from "vitest";
import { stretchesBetween, placeText } from "../../src/panels/timeline/placeBarText";
import { placeWaits } from "../../src/panels/timeline/placedWaits";

const measure = (text: string) => text.length * 6;

describe("a bar's words", () => {
  const room = (inside: [number, number][], after = 0, before = 0) => ({
    inside: inside.map(([from, to]) => ({ from, to })),
    after,
    before,
  });

  it("stand clear of its marks", () => {
    expect(stretchesBetween([30], { from: 0, to: 100 })).toEqual([
      { from: 0, to: 25 },
      { from: 35, to: 100 },
    ]);
    expect(stretchesBetween([2, 98, 200], { from: 0, to: 100 })).toEqual([{ from: 7, to: 93 }]);
    expect(stretchesBetween([], { from: 20, to: 100 })).toEqual([{ from: 20, to: 100 }]);
  });

  it("are as many as there is room for, inside, then after, then before", () => {
    const texts = ["search · 1.2 s", "1.2 s"];
    const place = (...args: Parameters<typeof room>) => placeText(texts, 0, room(...args), measure);
    expect(place([[0, 200]])).toEqual({ text: "search · 1.2 s", where: "inside", at: 5 });
    expect(
      place([
        [0, 25],
        [35, 200],
      ]),
    ).toMatchObject({ where: "inside", at: 40 });
    expect(place([[0, 60]], 100)).toMatchObject({ text: "search · 1.2 s", where: "after" });
    expect(place([[0, 60]], 20, 300)).toMatchObject({ text: "search · 1.2 s", where: "before" });
    expect(place([[0, 60]], 20, 20)).toMatchObject({ text: "1.2 s", where: "inside" });
    expect(place([[0, 20]])).toBeNull();
  });
});

describe("a cut's words", () => {
  const at = (seconds: number) => seconds * 10;
  const texts = (cuts: readonly { at: number; text: string }[]) =>
    placeWaits(cuts, at, 400, measure).map(({ left, side, room }) => [left, side, room]);

  it("stand where there is room, clear of those before", () => {
    const text = "waited 2 min"; // 82 pixels, with what is beside it
    expect(texts([{ at: 0, text }])).toEqual([[0, "after", 400]]);
    expect(texts([{ at: 38, text }])).toEqual([[380, "before", 380]]);
    expect(
      texts([
        { at: 0, text },
        { at: 38, text },
      ]),
    ).toEqual([
      [0, "after", 380],
      [380, "before", 298],
    ]);
    expect(texts([{ at: 90, text }])).toEqual([]);
  });
});
