// The table of a batch: the order of its rows, and the whole widget on a page without Jupyter, by role and text.

import { describe, expect, it } from "vitest";
import { hostOf } from "../../fixtures/host";
import { FakeModel } from "../../fixtures/model";
import { sortedBy } from "../../src/core/sorting";
import { begin } from "../../src/widgets/batch";
import {
  statusCountsOf,
  type InputRow,
  filterRows,
  inputSecondsOf,
  SORT_KEYS,
} from "../../src/widgets/batch/rows";
import { button, byRole, eachOnItsOwn, frame, text } from "../page";

eachOnItsOwn();

function row(input_index: number, fields: Partial<InputRow> = {}): InputRow {
  return {
    input_index,
    title: `topic ${input_index}`,
    status: "success",
    started: 1000,
    ended: 1001 + input_index,
    steps: 1,
    input_tokens: 5,
    output_tokens: 100 - input_index,
    cost: null,
    unpriced_calls: null,
    error: null,
    last_words: `words ${input_index}`,
    ...fields,
  };
}

const summary = (fields: object = {}) => ({
  status: "running",
  target: "jokes",
  source: "batch",
  started: 1000,
  ended: null,
  error: null,
  stop: { available: true, hint: null },
  record: "lgj-batch-1",
  total: null,
  remaining: true,
  opened: null,
  ...fields,
});

function shown(rows: readonly InputRow[], fields: object = {}) {
  const model = new FakeModel({ _protocol: 1, _summary: summary(fields) });
  model.kernel = ({ type, id, method }) => {
    if (type === "call") setTimeout(() => model.receive({ type: "reply", id, result: method === "ping" }), 1);
  };
  const el = document.createElement("div");
  document.body.append(el);
  const { render } = begin(hostOf(model));
  render({ model, el });
  model.receive({ type: "delta", n: 1, elapsed: 4, summary: {}, rows: { inputs: rows } });
  return { model, el };
}

const lines = (el: Element) => byRole(el, "row").slice(1).map(text);
const asked = (model: FakeModel) => model.sent.filter(({ type }) => type === "call");
const press = (el: Element, key: string) =>
  el.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

describe("the rows", () => {
  const rows = [
    row(0),
    row(1, { status: "error", output_tokens: null }),
    row(2, { status: "running", ended: null }),
    row(3, { status: "pending", started: null, ended: null, output_tokens: null }),
  ];
  const by = (key: keyof typeof SORT_KEYS, descending = false) =>
    sortedBy(rows, SORT_KEYS[key], descending).map((each) => each.input_index);

  it("are sorted by their columns; of what nobody knows they are the last", () => {
    expect(by("input_index", true)).toEqual([3, 2, 1, 0]);
    expect(by("status")).toEqual([2, 0, 1, 3]);
    expect(by("time", true)).toEqual([2, 1, 0, 3]); // what goes on takes the longest
    expect(by("time")).toEqual([0, 1, 2, 3]);
    expect(by("tokens")).toEqual([2, 0, 1, 3]);
  });

  it("are narrowed to a status and a text", () => {
    const only = (status: InputRow["status"] | null, said: string) =>
      filterRows(rows, { status, text: said }).map((each) => each.input_index);
    expect(only(null, "")).toEqual([0, 1, 2, 3]);
    expect(only("error", "")).toEqual([1]);
    expect(only(null, "words 2")).toEqual([2]);
    expect(only("error", "words 2")).toEqual([]);
    expect(statusCountsOf(rows).get("running")).toBe(1);
  });

  it("knows how long a run takes", () => {
    expect(inputSecondsOf(row(0), null)).toBe(1);
    expect(inputSecondsOf(row(0, { ended: null }), 1007)).toBe(7);
    expect(inputSecondsOf(row(0, { ended: null }), null)).toBeNull();
  });
});

describe("the table", () => {
  it("has a row for each input, with its status in words", async () => {
    const { el } = shown([row(0), row(1, { status: "error", error: "ValueError: no" })]);
    await frame();
    expect(lines(el)[0]).toMatch(/0 ?Success ?topic 0 ?1.00 s ?100 ?words 0/);
    expect(lines(el)[1]).toContain("ValueError: no");
    expect(text(el.querySelector("header"))).toContain("2inputs");
  });

  it("has rows for inputs that wait, and draws few of ten thousand", async () => {
    const { el } = shown([row(0)], { total: 10_000 });
    await frame();
    expect(byRole(el, "table")[0]?.getAttribute("aria-rowcount")).toBe("10001");
    expect(lines(el).length).toBeLessThan(100);
    expect(lines(el)[1]).toContain("Waiting");
    expect(text(el.querySelector("header"))).toContain("1 of 10,000");
    const bar = byRole(el, "progressbar")[0];
    expect(bar?.getAttribute("aria-valuetext")?.replaceAll("\u00a0", " ")).toBe("1 of 10,000 inputs");
  });

  it("takes over what changed of a row", async () => {
    const { el, model } = shown([row(0, { status: "running", ended: null, last_words: "A" })]);
    await frame();
    expect(lines(el)[0]).toMatch(/Running.*4\.\d s.*A/);
    model.receive({
      type: "delta",
      n: 2,
      elapsed: 5,
      summary: { status: "success", ended: 1005, remaining: false },
      rows: { inputs: [{ input_index: 0, status: "success", ended: 1005, last_words: "A whole joke" }] },
    });
    await frame();
    expect(lines(el)[0]).toMatch(/Success ?topic 0 ?5.00 s ?100 ?A whole joke/);
    expect(button(el, "Stop")).toBeUndefined();
  });

  it("never takes a model's words for HTML", async () => {
    const { el } = shown([row(0, { last_words: "<img src=x onerror=alert(1)>", title: "<b>x</b>" })]);
    await frame();
    expect(el.querySelector("img, b")).toBeNull();
    expect(lines(el)[0]).toContain("<img src=x onerror=alert(1)>");
  });

  it("says of how many inputs runs succeeded where some failed", async () => {
    const status = { status: "error" } as const;
    const header = ({ el }: { el: Element }) => text(el.querySelector("header .lgj-status"));
    const some = shown([row(0), row(1, status), row(2)], status);
    const none = shown([row(0, status)], status);
    await frame();
    expect(header(some)).toBe("2 of 3");
    expect(header(none)).toBe("Error");
  });

  it("is narrowed by a status and back, and sorted by a head", async () => {
    const { el } = shown([row(0), row(1, { status: "error" }), row(2)]);
    await frame();
    button(el, "Error").click();
    await frame();
    expect(lines(el)).toHaveLength(1);
    button(el, "All").click();
    button(el, "Tokens").click();
    await frame();
    expect(lines(el).map((line) => line[0])).toEqual(["0", "1", "2"]);
    button(el, "Tokens").click();
    await frame();
    expect(lines(el).map((line) => line[0])).toEqual(["2", "1", "0"]);
    const heads = byRole(el, "columnheader").filter((head) => head.hasAttribute("aria-sort"));
    expect(heads.map(text)).toEqual(["#", "Status", "Time", "Tokens"]);
    expect(heads.map((head) => head.getAttribute("aria-sort"))).toEqual([
      "none",
      "none",
      "none",
      "ascending",
    ]);
    expect(button(el, "Tokens").title).toBe("Sort by tokens");
    expect(button(el, "#").title).toBe("Sort by number");
    button(el, "Tokens").click();
    await frame();
    expect(lines(el).map((line) => line[0])).toEqual(["0", "1", "2"]);
    expect(heads.map((head) => head.getAttribute("aria-sort"))).not.toContain("ascending");
  });

  it("opens a run by a click, and closes it by another, ×, or Escape", async () => {
    const { el, model } = shown([row(0), row(1)]);
    await frame();
    byRole(el, "row")[2]?.click();
    expect(asked(model).at(-1)).toMatchObject({ method: "open", params: { input_index: 1 } });
    model.receive({ type: "delta", n: 2, elapsed: 4, summary: { opened: 1 } });
    await frame();
    expect(text(el)).toContain("The run of input 1 is open below");
    byRole(el, "row")[2]?.click();
    expect(asked(model).at(-1)).toMatchObject({ method: "close" });
    button(el, "Close it").click();
    expect(asked(model).at(-1)).toMatchObject({ method: "close" });
    const before = asked(model).length;
    press(byRole(el, "row")[2]?.querySelector("button") as Element, "Escape");
    expect(asked(model).slice(before)).toMatchObject([{ method: "close" }]);
  });

  it("is walked through by keys", async () => {
    const { el } = shown(Array.from({ length: 5_000 }, (_, nth) => row(nth)));
    await frame();
    const first = byRole(el, "row")[1]?.querySelector("button") as HTMLButtonElement;
    first.focus();
    press(first, "ArrowDown");
    await frame();
    expect(document.activeElement?.getAttribute("aria-label")).toBe("Run of input 1");
    press(document.activeElement as Element, "End");
    await frame();
    expect(document.activeElement?.getAttribute("aria-label")).toBe("Run of input 4999");
    expect(el.querySelectorAll("[role=row] [tabindex='0']")).toHaveLength(1);
    press(document.activeElement as Element, "ArrowUp");
    press(document.activeElement as Element, "/"); // before a frame is drawn
    await frame();
    expect(document.activeElement).toBe(el.querySelector(".lgj-search input"));
  });

  it("tells why a run cannot be opened", async () => {
    const { el, model } = shown([row(0)]);
    model.kernel = ({ id }) => model.receive({ type: "reply", id, error: "it has not begun yet." });
    await frame();
    byRole(el, "row")[1]?.click();
    await frame();
    expect(text(byRole(el, "alert")[0])).toBe("Input 0: it has not begun yet.");
  });
});

describe("steering", () => {
  it("stops, then goes on", async () => {
    const { el, model } = shown([row(0)]);
    await frame();
    button(el, "Stop").click();
    await frame();
    expect(asked(model).at(-1)).toMatchObject({ method: "cancel" });
    expect(button(el, "Stopping").disabled).toBe(true);
    model.receive({ type: "delta", n: 2, elapsed: 4, summary: { status: "cancelled" } });
    await frame();
    button(el, "Go on").click();
    expect(asked(model).at(-1)).toMatchObject({ method: "resume" });
    model.receive({ type: "delta", n: 3, elapsed: 4, summary: { status: "running" } });
    await frame();
    expect(button(el, "Stop").disabled).toBe(false);
  });

  it("says what to do where Stop is not heard", async () => {
    const { el } = shown([row(0)], { stop: { available: false, hint: "Leave out `await batch`." } });
    await frame();
    expect(button(el, "Stop").disabled).toBe(true);
    expect(text(el)).toContain("Leave out `await batch`.");
  });

  it("says that there was nothing", async () => {
    const { el } = shown([], { total: 0, status: "success", remaining: false });
    await frame();
    expect(text(el)).toContain("There were no inputs.");
  });

  it("hides the static table while it lives", async () => {
    const { el } = shown([row(0)]);
    await frame();
    expect(el.querySelector("style")?.textContent).toBe(".lgj-batch-1 { display: none }");
  });
});
