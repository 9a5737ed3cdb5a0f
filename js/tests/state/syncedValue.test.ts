import { describe, expect, it } from "vitest";
import type { Json } from "../../src/core/schema";
import { FilterStore, filterFromJson, NO_FILTER, filterToJson } from "../../src/state/filter";
import { SyncedValue, type NumberedValue } from "../../src/state/syncedValue";

/** The kernel's end, as `lg_jupyter/widgets/shared_value.py`: it tells all pages of each change. */
class Kernel {
  value: Json = null;
  number = 0;
  proposals = 0;
  readonly pages: Page[] = [];

  set(value: Json): void {
    if (JSON.stringify(value) === JSON.stringify(this.value)) return;
    this.value = value;
    this.number += 1;
    for (const page of this.pages) page.mail.push([this.number, value]);
  }

  propose(value: Json, known: number): NumberedValue {
    this.proposals += 1;
    if (known === this.number) this.set(value);
    return [this.number, this.value];
  }
}

/** A page: what the kernel says arrives when it is delivered, and so does what the page says. */
class Page {
  value: Json = null;
  mail: NumberedValue[] = [];
  sent: (() => void)[] = [];
  readonly synced = new SyncedValue(
    () => this.value,
    (value) => this.choose(value),
  );

  constructor(kernel: Kernel) {
    kernel.pages.push(this);
    const line = (value: Json, known: number) =>
      new Promise<NumberedValue>((resolve) => this.sent.push(() => resolve(kernel.propose(value, known))));
    this.synced.connect(line);
    this.synced.connect(line); // two views of the run
  }

  choose(value: Json): void {
    this.value = value;
    this.synced.propose();
  }
}

/** Delivers what is under way, in an order that the seed decides, until nothing is. */
async function settle(pages: readonly Page[], seed: number): Promise<number> {
  let state = seed;
  for (let rounds = 0; rounds < 200; rounds += 1) {
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
    const waiting = pages.filter(({ mail, sent }) => mail.length + sent.length > 0);
    if (waiting.length === 0) return rounds;
    state = (state * 1103515245 + 12345) % 2 ** 31;
    const page = waiting[state % waiting.length] as Page;
    if (page.mail.length > 0) page.synced.receive(page.mail.shift() as NumberedValue);
    else page.sent.shift()?.();
  }
  return Number.POSITIVE_INFINITY;
}

describe("a value of a page and of the kernel", () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed))(
    "is one at the end, whoever changes it (%i)",
    async (seed) => {
      const kernel = new Kernel();
      const pages = [new Page(kernel), new Page(kernel)] as const;
      pages[0].choose("a");
      pages[1].choose("b");
      kernel.set("c");
      await settle(pages, seed);
      pages[0].choose("d");
      pages[0].choose("e");
      if (seed % 2) kernel.set("f");
      expect(await settle(pages, seed)).toBeLessThan(50);
      expect(pages.map(({ value }) => value)).toEqual([kernel.value, kernel.value]);
      expect(kernel.proposals).toBeLessThan(10);
    },
  );

  it("is proposed once by several views, and not again when it comes back", async () => {
    const kernel = new Kernel();
    const page = new Page(kernel);
    page.choose("a");
    await settle([page], 1);
    page.synced.receive([1, "a"]);
    await settle([page], 1);
    expect([kernel.value, kernel.proposals]).toEqual(["a", 1]);
  });

  it("goes on alone where the kernel is gone", async () => {
    const seen: Json[] = [];
    let value: Json = null;
    const synced = new SyncedValue(
      () => value,
      (next) => seen.push(next),
    );
    synced.connect(() => Promise.reject(new Error("gone")));
    value = "a";
    await synced.propose();
    expect(seen).toEqual([]);
  });
});

it("has of a filter only what narrows", () => {
  const filter = new FilterStore();
  expect(filterToJson(filter.get())).toEqual({});
  filter.set({ ...NO_FILTER, nodes: ["write"], steps: [1, null] });
  expect(filterToJson(filter.get())).toEqual({ nodes: ["write"], steps: [1, null] });
  expect(filterFromJson({ text: "tea" })).toEqual({ ...NO_FILTER, text: "tea" });
});
