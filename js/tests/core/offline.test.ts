// What is answered of a saved run, against what its kernel answered.

import { beforeAll, describe, expect, it } from "vitest";
import recorded from "../../fixtures/saved.json";
import { Connection } from "../../src/core/connection/connection";
import { SavedAnswers } from "../../src/core/offline/answers";
import { formatProblemOf, unpackView, type ViewData } from "../../src/core/offline/data";
import { SavedModel } from "../../src/core/offline/model";
import { cutToPreview, partAt, PooledValues } from "../../src/core/offline/values";
import { Store } from "../../src/core/store";
import { byHand } from "../builders";

type Recorded = readonly [method: string, params: object, result: unknown];

let data: ViewData;
beforeAll(async () => {
  data = await unpackView(recorded.view);
});

describe("a saved run", () => {
  it.each(recorded.calls as unknown as readonly Recorded[])(
    "answers %s %j as its kernel did",
    async (method, params, result) => {
      expect(await new SavedAnswers(data).answerCall(method, params)).toEqual(result);
    },
  );

  it("says that there is no kernel for what it cannot answer", async () => {
    await expect(new SavedAnswers(data).answerCall("resume_run", {})).rejects.toThrow(
      "there is no kernel to ask",
    );
    await expect(new SavedAnswers(data).answerCall("event", { seq: 99_999 })).rejects.toThrow(
      "Event 99999 was left out",
    );
  });

  it("says what was left out, and asks nothing else for it", async () => {
    const poor = { ...data, cells: {}, states: data.states?.map((state) => [...state.slice(0, 5), null]) };
    const answers = new SavedAnswers(poor as unknown as ViewData);
    const left = (method: string, params: object) =>
      expect(answers.answerCall(method, params), method).rejects.toThrow("left out of the saved run");
    const [, big] = (recorded.calls as unknown as readonly Recorded[]).find(
      ([method, params]) => method === "value" && "column" in params && params.column === "after",
    ) as Recorded;
    await left("value", big);
    await left("state", {});
  });
});

describe("the line to a saved run", () => {
  it("is neither live nor gone", async () => {
    const store = new Store(byHand(), () => 0);
    const line = new Connection(new SavedModel({ ...data, omitted: "3 states" }), store);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(store.link).toEqual({ state: "saved", omitted: "3 states" });
    expect(store.summary.status).toBe("success");
    expect(store.tables.messages.rows.length).toBeGreaterThan(3);
    await expect(line.call("ping", {})).resolves.toBe(true);
    await expect(line.call("cancel", {})).rejects.toThrow("there is no kernel");
    line.close();
  });
});

describe("what a page keeps", () => {
  it("is read if it is of this form", () => {
    expect(formatProblemOf({ format: 1, version: "0.1.0", record: "r", views: [] })).toBeNull();
    expect(formatProblemOf({ format: 2, version: "9.0", record: "r", views: [] })).toContain(
      "made with a newer lg_jupyter (9.0)",
    );
    expect(formatProblemOf(null as never)).toContain("newer");
  });
});

describe("values", () => {
  it("are put together of what was written once", () => {
    const values = new PooledValues({
      values: [
        [0, { $: [0, 2] }],
        [0, "x"],
        [1, { list: 0, name: 1 }],
        [0, [{ $: [0, 3] }]],
      ],
      lists: [["a", { deep: { $: [1, 1] } }, "c"], [5]],
      list_key: "$",
    });
    expect(values.valueAt(2)).toEqual({ list: ["a", { deep: [5] }], name: "x" });
    expect(values.valueAt(3)).toEqual([["a", { deep: [5] }, "c"]]);
    expect(() => values.valueAt(null)).toThrow("left out");
  });

  it("are given a level at a time where they are large", () => {
    const large = { few: 1, many: Array.from({ length: 2_000 }, (_, at) => "x".repeat(40) + at) };
    expect(partAt(large)).toEqual({ path: "", value: { few: 1, many: cutToPreview(large.many) }, total: 2 });
    const some = partAt(large, "/many", 5, 2);
    expect(some).toEqual({ path: "/many", value: large.many.slice(5, 7), total: 2_000 });
    expect(partAt(large, "/few").value).toBe(1);
    expect(() => partAt(large, "/none")).toThrow("nothing at /none");
  });
});
