import { describe, expect, it, vi } from "vitest";
import { FakeModel } from "../../fixtures/model";
import { HostedModel, HostedModels } from "../../src/core/connection/hosted";

const soon = () => new Promise((resolve) => setTimeout(resolve, 0));

describe("a model that is drawn inside another", () => {
  function made() {
    const host = Object.assign(new FakeModel(), { widget_manager: { kernel: "the host's" } });
    return { host, model: new HostedModel("a", host, { title: "one", count: 1 }) };
  }

  it("holds what is synced of it, and tells who listens what is new of it", () => {
    const { model } = made();
    const heard: string[] = [];
    for (const name of ["title", "count", "more"]) model.on(`change:${name}`, () => heard.push(name));
    model.receiveMessage({ method: "update", state: { title: "two", more: true } });
    expect(["title", "count", "more", "other"].map((name) => model.get(name))).toEqual([
      "two",
      1,
      true,
      undefined,
    ]);
    expect(heard).toEqual(["title", "more"]);
    expect(model.early).toEqual([]);
  });

  it("hands each message to all who listen, and keeps those that nobody heard", () => {
    const { model } = made();
    const heard: unknown[] = [];
    const listeners = [1, 2].map((n) => (content: unknown, buffers: unknown) => {
      heard.push([n, content, buffers]);
    });
    model.receiveMessage({ method: "custom", content: "early" });
    for (const listener of listeners) model.on("msg:custom", listener);
    model.receiveMessage({ method: "custom", content: "now" });
    expect(heard).toEqual([
      [1, "now", []],
      [2, "now", []],
    ]);
    for (const listener of listeners) model.off("msg:custom", listener);
    model.off("another", listeners[0] as never);
    model.receiveMessage({ method: "custom", content: "late" });
    expect(heard).toHaveLength(2);
    expect(model.early).toEqual(["early", "late"]);
  });

  it("takes nothing that is no update and no message", () => {
    const { model } = made();
    const heard: unknown[] = [];
    model.receiveMessage({ method: "echo", state: { title: "two" }, content: "x" });
    model.on("msg:custom", () => heard.push("message"));
    model.on("change:title", () => heard.push("change"));
    model.receiveMessage({ method: "echo", state: { title: "two" }, content: "x" });
    expect([heard, model.early, model.get("title")]).toEqual([[], [], "one"]);
  });

  it("speaks over the line of its host, with its id", () => {
    const { host, model } = made();
    const send = vi.spyOn(host, "send");
    const callbacks = { iopub: {} };
    model.send({ type: "snapshot" }, callbacks);
    expect(send.mock.calls).toEqual([
      [{ type: "hosted", id: "a", content: { type: "snapshot" } }, callbacks],
    ]);
    expect(model.widget_manager).toBe(host.widget_manager);
  });
});

describe("the models that are drawn inside one", () => {
  /** Models of a host whose kernel knows some; `asked` is what it was asked for. */
  function models(known: Record<string, object> = {}, early: unknown[] = []) {
    const host = new FakeModel();
    const asked: string[] = [];
    const hosted = new HostedModels(host, early, async (id) => {
      asked.push(id);
      if (!known[id]) throw new Error("That view is closed.");
      return known[id];
    });
    const tell = (id: string, data: unknown) => host.receive({ type: "hosted", id, data });
    const open = (title: string) => ({ method: "open", state: { title } });
    return { host, asked, hosted, tell, open, known };
  }

  it("are those that the kernel opened, which it is not asked for", async () => {
    const { hosted, asked, tell, open } = models({}, [
      { type: "hosted", id: "a", data: { method: "open", state: { title: "early" } } },
    ]);
    tell("b", open("later"));
    expect((await hosted.getModel("a")).get("title")).toBe("early");
    expect((await hosted.getModel("b")).get("title")).toBe("later");
    expect(asked).toEqual([]);
  });

  it("are else asked for, once", async () => {
    const { hosted, asked } = models({ a: { title: "known" } });
    const [one, other] = await Promise.all([hosted.getModel("a"), hosted.getModel("a")]);
    expect(one.get("title")).toBe("known");
    expect(other).toBe(one);
    expect(await hosted.getModel("a")).toBe(one);
    expect(asked).toEqual(["a"]);
  });

  it("are asked for again where the kernel had none, or closed it", async () => {
    const { hosted, asked, tell, open, known } = models();
    await expect(hosted.getModel("a")).rejects.toThrow("That view is closed.");
    known.a = { title: "there now" };
    expect((await hosted.getModel("a")).get("title")).toBe("there now");
    tell("b", open("one"));
    tell("b", { method: "close" });
    await expect(hosted.getModel("b")).rejects.toThrow("That view is closed.");
    expect(asked).toEqual(["a", "a", "b"]);
  });

  it("hear what is for them, while one is being asked for too", async () => {
    const { hosted, tell } = models({ a: { title: "one" }, b: { title: "one" } });
    const [a, b] = [hosted.getModel("a"), hosted.getModel("b")];
    tell("a", { method: "update", state: { title: "two" } });
    tell("nobody", { method: "update", state: { title: "three" } });
    await soon();
    expect([(await a).get("title"), (await b).get("title")]).toEqual(["two", "one"]);
  });

  it("miss nothing by one that there is not", async () => {
    const { hosted, tell } = models();
    const gone = hosted.getModel("a");
    tell("a", { method: "update", state: { title: "two" } }); // fails the test's file if that is not caught
    await expect(gone).rejects.toThrow();
    await soon();
  });

  it("hear nothing else", async () => {
    const { hosted, host, tell, open } = models({ a: { title: "one" } });
    const model = await hosted.getModel("a");
    const data = { method: "update", state: { title: "two" } };
    for (const message of [null, "hosted", { type: "delta", id: "a", data }, { id: "a", data }]) {
      host.receive(message);
    }
    for (const other of [undefined, null, "update", [data]]) tell("a", other);
    await soon();
    expect(model.get("title")).toBe("one");
    host.receive({ type: "other", id: "a", data: open("three") });
    expect(await hosted.getModel("a")).toBe(model);
  });

  it("are forgotten with their host's view", async () => {
    const { hosted, host, asked, tell, open } = models({ a: { title: "asked for" } });
    tell("a", open("opened"));
    expect(host.listenerCount).toBe(1);
    hosted.close();
    expect(host.listenerCount).toBe(0);
    expect((await hosted.getModel("a")).get("title")).toBe("asked for");
    expect(asked).toEqual(["a"]);
  });
});
