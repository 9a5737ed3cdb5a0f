// What a widget's state holds: it gets the widget's module and hands over, whenever and from wherever that comes.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeModel } from "../../fixtures/model";
import type { Host } from "../../src/core/host";
import { registerFiles } from "../../src/core/modules";
import loader from "../../src/loader/index";

const urlOf = (text: string) => `data:text/javascript,${encodeURIComponent(text)}`;
const BEGIN = `export const begin = (host) => globalThis.begun(host, `;

const begun = vi.fn();
let release = "";
let count = 0;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => (blob as unknown as { text: string }).text);
  vi.stubGlobal(
    "Blob",
    class {
      text: string;
      constructor([text]: [string]) {
        this.text = urlOf(text);
      }
    },
  );
  Object.assign(globalThis, { begun });
  count += 1;
  release = `loaded${count}`;
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  begun.mockReset();
});

/** A widget on the page whose module draws what it is called. */
function shown(summary: object = { target: "talk", status: "running" }) {
  const model = new FakeModel({ _module: `${release}/run`, _summary: summary });
  const widget = { render: vi.fn(() => vi.fn()), close: vi.fn() };
  const hosts: Host[] = [];
  begun.mockImplementation((host: Host) => {
    hosts.push(host);
    return widget;
  });
  const { initialize, render } = loader();
  const close = initialize({ model });
  const el = document.createElement("div");
  const remove = render({ model, el });
  return { model, el, widget, hosts, close, remove };
}

const settled = () => vi.waitFor(() => expect(begun).toHaveBeenCalled(), { interval: 1 });
const file = () => ({ "run.js": `${BEGIN}${count})` });

describe("the loader", () => {
  it("begins with what the kernel pushed, and hands over what came before", async () => {
    const { model, el, widget, hosts } = shown();
    model.receive({ type: "delta", n: 1 });
    model.receive({ type: "modules", release, files: file() });
    model.receive({ type: "delta", n: 2 });
    await settled();
    expect(hosts[0]?.early).toEqual([
      { type: "delta", n: 1 },
      { type: "delta", n: 2 },
    ]);
    expect(hosts[0]?.release).toBe(release);
    expect(widget.render).toHaveBeenCalledExactlyOnceWith({ model, el });
    expect(el.textContent).toBe("");
    model.receive({ type: "delta", n: 3 });
    expect(hosts[0]?.early).toHaveLength(2); // the module hears by itself now
    expect(model.sent).toEqual([]);
  });

  it("takes at once what the page has", async () => {
    registerFiles(release, file());
    const { model } = shown();
    await settled();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(model.sent).toEqual([]);
  });

  it("asks the kernel when nothing was pushed", async () => {
    const { model } = shown();
    await vi.advanceTimersByTimeAsync(400);
    expect(model.sent).toMatchObject([{ type: "call", method: "module", params: { name: "run" } }]);
    model.receive({ type: "reply", id: model.sent[0]?.id, result: { files: file() } });
    await settled();
  });

  it("gets further modules in the same way, or as its module asks", async () => {
    const { model, hosts } = shown();
    model.receive({ type: "modules", release, files: file() });
    await settled();
    const host = hosts[0] as Host;
    const state = host.load("state");
    await vi.advanceTimersByTimeAsync(0);
    expect(model.sent).toMatchObject([{ method: "module", params: { name: "state" } }]);
    const error = "There is no module 'state'.";
    model.receive({ type: "reply", id: model.sent[0]?.id, error });
    await expect(state).rejects.toBe(error);
    const own = vi.fn(async () => ({ files: { "graph.js": "export const its = 1" } }));
    const graph = host.load("graph", own);
    await vi.advanceTimersByTimeAsync(0);
    expect(await graph).toMatchObject({ its: 1 });
    expect(own).toHaveBeenCalledExactlyOnceWith({ name: "graph", have: expect.any(Array) });
  });

  it("says what it waits for where no kernel answers, with what was saved", async () => {
    const { el } = shown({ target: "talk", status: "success" });
    expect(el.textContent).toBe("");
    await vi.advanceTimersByTimeAsync(3_000);
    expect(el.textContent).toBe(
      "talk · success. The view waits for its kernel: it is busy until its cell ends, or gone.",
    );
  });

  it("says why it could not begin", async () => {
    const { model, el } = shown();
    await vi.advanceTimersByTimeAsync(400);
    model.receive({ type: "reply", id: model.sent[0]?.id, error: "Restart the kernel." });
    await vi.advanceTimersByTimeAsync(0);
    expect(el.textContent).toBe("talk · running. Restart the kernel.");
  });

  it("draws nothing in a view that was taken away, and closes what it began", async () => {
    const { model, widget, close, remove } = shown();
    remove();
    model.receive({ type: "modules", release, files: file() });
    await settled();
    expect(widget.render).not.toHaveBeenCalled();
    close();
    await vi.advanceTimersByTimeAsync(0);
    expect(widget.close).toHaveBeenCalledOnce();
    expect(model.listenerCount).toBe(0);
  });
});
