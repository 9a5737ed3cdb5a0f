import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { InvalidInput } from "../../src/core/invalidInput";
import { DraftStore } from "../../src/state/drafts";

beforeEach(() => sessionStorage.clear());
afterEach(() => vi.restoreAllMocks());

it("keeps what is typed for the run, by what is edited", () => {
  const typed = { topic: "Por", nights: new InvalidInput("3,", "expects a number"), none: undefined };
  new DraftStore("a").set("answer 1", typed);
  const after = new DraftStore("a"); // as after a reload of the page
  expect(after.get("answer 1")).toEqual(typed);
  expect(after.get<typeof typed>("answer 1")?.nights).toBeInstanceOf(InvalidInput);
  expect(after.get("answer 1")).toBe(after.get("answer 1"));
  expect(after.get("answer 2")).toBeUndefined();
  expect(new DraftStore("b").get("answer 1")).toBeUndefined();
});

it("lets go of what was sent", () => {
  const store = new DraftStore("a");
  let told = 0;
  store.subscribe(() => {
    told += 1;
  });
  store.set("answer 1", "yes");
  store.removeDraft("answer 1");
  expect(store.get("answer 1")).toBeUndefined();
  expect(new DraftStore("a").get("answer 1")).toBeUndefined();
  expect(sessionStorage.length).toBe(0);
  expect(told).toBe(2);
});

it("writes down no more than it is told to", () => {
  const store = new DraftStore("a");
  store.set("input", { name: "Ada", pin: "1234" }, { name: "Ada" });
  store.set("answer", "hidden", null);
  expect([store.get("input"), store.get("answer")]).toEqual([{ name: "Ada", pin: "1234" }, "hidden"]);
  const after = new DraftStore("a");
  expect([after.get("input"), after.get("answer")]).toEqual([{ name: "Ada" }, undefined]);
});

it("is in memory where the page may not store anything, or there is no run", () => {
  vi.spyOn(window, "sessionStorage", "get").mockImplementation(() => {
    throw new DOMException("The document is sandboxed", "SecurityError");
  });
  new DraftStore("sandboxed").set("answer 1", "yes");
  expect(new DraftStore("sandboxed").get("answer 1")).toBe("yes");
  const store = new DraftStore(null);
  store.set("answer 1", "yes");
  expect(store.get("answer 1")).toBe("yes");
  expect(new DraftStore(null).get("answer 1")).toBeUndefined();
});

it("takes what it cannot read for nothing", () => {
  sessionStorage.setItem("lg_jupyter:draft:a:answer 1", "{");
  expect(new DraftStore("a").get("answer 1")).toBeUndefined();
});
