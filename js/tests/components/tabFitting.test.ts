// Which tabs go into the menu where there is no room for all.

import { expect, it } from "vitest";
import { overflowingTabs } from "../../src/components/overflowingTabs";

const IDS = ["a", "b", "c", "d"];
const widths = new Map(IDS.map((id) => [id, 50]));
const away = (room: number, ...stay: string[]) => [...overflowingTabs(IDS, stay, { room, menu: 30, widths })];

it("none does where all have room", () => {
  expect(away(200, "a")).toEqual([]);
});

it("the last do, and the menu takes room, too", () => {
  expect(away(199, "a")).toEqual(["d"]);
  expect(away(179, "a")).toEqual(["c", "d"]);
});

it("those that are open do not, whatever comes before them", () => {
  expect(away(199, "d")).toEqual(["c"]);
  expect(away(100, "a", "d")).toEqual(["b", "c"]);
  expect(away(10, "d")).toEqual(["a", "b", "c"]);
});

it("none does before anything was measured", () => {
  expect([...overflowingTabs(IDS, ["a"], { room: 0, menu: 30, widths: new Map() })]).toEqual([]);
});
