import { expect, it } from "vitest";
import { FakeModel } from "../../fixtures/model";
import type { Call } from "../../src/core/connection/methods";
import type { Host } from "../../src/core/host";
import type { Model } from "../../src/core/connection/model";
import { makeHostedWidgets } from "../../src/hooks/hosted";

const STATE = { _module: "r/run", _summary: { target: "inner" } };
const soon = () => new Promise((resolve) => setTimeout(resolve, 5));

/** A page with one widget, a kernel that knows these hosted ones, and a module that writes down what happens. */
function page(known: Record<string, object> = {}, early: unknown[] = []) {
  const model = new FakeModel({ _module: "r/app" });
  const log: string[] = [];
  let inner: Model | null = null;
  const heard: unknown[] = [];
  const begin = (host: Host) => {
    inner = host.model;
    log.push(`begin ${(host.model.get("_summary") as { target: string }).target} ${host.release}`);
    heard.push(...host.early);
    host.model.on("msg:custom", ((content: unknown) => heard.push(content)) as never);
    host.model.on("change:_summary", (() => log.push("changed")) as never);
    return {
      render: ({ el }: { el: HTMLElement }) => {
        el.textContent = "drawn";
        return () => log.push("undrawn");
      },
      close: () => log.push("closed"),
    };
  };
  const call = (async (_: string, { id }: { id: string }) => {
    if (!known[id]) throw new Error("That view is closed.");
    return known[id];
  }) as unknown as Call;
  const load = async <Exports>() => ({ begin }) as Exports;
  const hosted = makeHostedWidgets({ model, release: "r", load, early }, call, load);
  const tell = (id: string, data: object) => model.receive({ type: "hosted", id, data });
  return { model, hosted, log, heard, tell, inner: () => inner as Model | null };
}

it("draws what the kernel opened, and hands on what it is told and says", async () => {
  const { model, hosted, log, heard, tell, inner } = page();
  tell("a", { method: "open", state: STATE });
  tell("a", { method: "custom", content: { n: 1 } });
  const el = document.createElement("div");
  const undraw = hosted.draw("a", el, expect.fail);
  await soon();
  tell("a", { method: "custom", content: { n: 2 } });
  tell("a", { method: "update", state: { _summary: { target: "renamed" } } });
  await soon();
  expect([el.textContent, log]).toEqual(["drawn", ["begin inner r", "changed"]]);
  expect(heard).toEqual([{ n: 1 }, { n: 2 }]);
  expect(inner()?.get("_summary")).toEqual({ target: "renamed" });
  inner()?.send({ type: "snapshot" });
  expect(model.sent).toEqual([{ type: "hosted", id: "a", content: { type: "snapshot" } }]);
  undraw();
  await soon();
  expect(log.slice(2)).toEqual(["undrawn", "closed"]);
});

it("asks for one that was opened before the page was there", async () => {
  const { hosted, log } = page({ a: STATE });
  hosted.draw("a", document.createElement("div"), expect.fail);
  await soon();
  expect(log).toEqual(["begin inner r"]);
});

it("knows one that was opened before its module was there", async () => {
  const { hosted, log } = page({}, [{ type: "hosted", id: "a", data: { method: "open", state: STATE } }]);
  hosted.draw("a", document.createElement("div"), expect.fail);
  await soon();
  expect(log).toEqual(["begin inner r"]);
});

it("is begun once in several places, and closed with the last", async () => {
  const { hosted, log } = page({ a: STATE });
  const one = hosted.draw("a", document.createElement("div"), expect.fail);
  const other = hosted.draw("a", document.createElement("div"), expect.fail);
  await soon();
  one();
  await soon();
  expect(log).toEqual(["begin inner r", "undrawn"]);
  other();
  await soon();
  expect(log).toEqual(["begin inner r", "undrawn", "undrawn", "closed"]);
});

it("says what the kernel says of one that is closed", async () => {
  const { hosted } = page();
  const problems: string[] = [];
  hosted.draw("a", document.createElement("div"), (text) => problems.push(text));
  await soon();
  expect(problems).toEqual(["That view is closed."]);
});
