// What two saved runs differ in is computed here where there is no kernel, and in Python where there is one.
// `tests/shared_comparisons.py` wrote what it says of these runs: here it must be the same.

import { describe, expect, it } from "vitest";
import { pairs, sequences, states } from "../../fixtures/compared.json";
import type { ViewData } from "../../src/core/offline/data";
import type { Json, Row } from "../../src/core/schema";
import { stateChanges } from "../../src/offline/comparison/jsonDiff";
import { opcodesOf } from "../../src/offline/comparison/sequenceMatcher";
import { comparedTables } from "../../src/offline/comparison/tables";
import { comparisonView } from "../../src/offline/comparison/view";

const unpacked = (data: object, title = "") => ({
  about: { key: title, name: "name", title, started: null },
  data: data as unknown as ViewData,
});

/** What Python tells of rows that the page draws. */
const drawn = (own: readonly Row[], pythons: readonly object[]) => {
  const names = new Set(own.flatMap((row) => Object.keys(row)));
  return pythons.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => names.has(name))));
};

describe.each(pairs)("two runs", ({ a, b, tables }) => {
  const { rows, omittedStates } = comparedTables(unpacked(a, "given to a"), unpacked(b));

  it.each(Object.keys(tables) as (keyof typeof tables)[])("have the %s that a kernel finds", (name) => {
    const own = (rows[name] ?? []).map(({ title: _, ...row }) => row);
    expect(own).toEqual(drawn(own, tables[name]));
    expect(own).toHaveLength(tables[name].length);
  });

  it("have all their states, and what they were given", () => {
    expect(omittedStates).toBe(0);
    expect(rows.runs?.map(({ title }) => title)).toEqual(["given to a", ""]);
  });
});

it.each(states as unknown as readonly [Json, Json, Row[]][])("from %j to %j", (before, after, changes) => {
  expect(stateChanges(before, after)).toEqual(changes);
});

it.each(sequences as unknown as readonly [string, string, [string, number, number, number, number][]][])(
  "aligns %s with %s",
  (a, b, codes) => {
    const own = opcodesOf([...a], [...b]).map((code) => [code.equal, ...code.a, ...code.b]);
    expect(own).toEqual(codes.map(([tag, ...places]) => [tag === "equal", ...places]));
  },
);

describe("the view of a comparison", () => {
  const [{ a, b }] = pairs as unknown as [(typeof pairs)[number]];
  const long = "long ".repeat(2_000);

  it("cuts long cells, and has them whole", () => {
    const talkative = {
      ...a,
      snapshot: { ...a.snapshot, text: a.snapshot.text.map((piece) => [...piece.slice(0, 3), long]) },
    };
    const view = comparisonView(unpacked(talkative), unpacked(b));
    const at = view.snapshot.rows.messages?.findIndex(({ text_a }) => typeof text_a === "object") as number;
    const number = view.cells.messages?.text_a?.[at] as number;
    expect(view.values[number]).toEqual([0, expect.stringContaining("long long")]);
    expect(view.omitted).toBeNull();
  });

  it("says which end states there was no room for", () => {
    const poor = { ...a, states: a.states.map((state) => [...state.slice(0, 5), null]) };
    const view = comparisonView(unpacked(poor), unpacked(b));
    expect(view.omitted).toContain("end state");
    expect(view.snapshot.rows.state_diffs).toEqual([]);
  });
});
