import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeModel } from "../../fixtures/model";
import { Connection } from "../../src/core/connection/connection";
import {
  FIRST_MESSAGE_TIMEOUT,
  REPLY_TIMEOUT,
  SILENCE_TIMEOUT,
  SNAPSHOT_TIMEOUT,
} from "../../src/core/connection/timeouts";
import { Store } from "../../src/core/store";
import { summary } from "../builders";
import { connect, delta, later } from "./quietPage";

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the line", () => {
  it("is live again with a word of a kernel that was taken for gone", () => {
    const { model, store } = connect();
    model.emit("comm:close");
    model.receive({ type: "reply", id: "another page's", result: 1 });
    expect(store.link).toEqual({ state: "live" });
  });

  it("is not said to be live by a reply, nor by what is known, while it catches up", () => {
    const { model, store, snapshots } = connect();
    for (const n of [1, 2, 5]) model.receive(delta(n));
    model.receive({ type: "reply", id: "another page's", result: 1 });
    expect(store.link).toEqual({ state: "catching-up" });
    model.receive(delta(2)); // is known
    expect(store.link).toEqual({ state: "catching-up" });
    model.receive(delta(6));
    expect(snapshots()).toHaveLength(1);
  });

  it("has caught up with a snapshot that tells nothing new", () => {
    const { model, store, snapshots } = connect({ _summary: summary({ status: "success" }) });
    expect(snapshots()).toHaveLength(1);
    model.receive(delta(1));
    model.receive(delta(3));
    expect(store.link).toEqual({ state: "catching-up" });
    model.receive({ type: "snapshot", n: 1 });
    expect(store.link).toEqual({ state: "live" });
  });

  it("requests a snapshot again where the one before did not come, and not earlier", async () => {
    const { model, snapshots } = connect();
    model.receive(delta(3));
    await later(SNAPSHOT_TIMEOUT - 1);
    model.receive(delta(4));
    expect(snapshots()).toHaveLength(1);
    await later(1);
    model.receive(delta(5));
    expect(snapshots()).toHaveLength(2);
    await later(SNAPSHOT_TIMEOUT - 1);
    model.receive(delta(6));
    expect(snapshots()).toHaveLength(2);
  });

  it("requests nothing anew once what was missing came by itself", async () => {
    const { model, store, snapshots } = connect();
    await later(FIRST_MESSAGE_TIMEOUT);
    expect(snapshots()).toHaveLength(1);
    model.receive(delta(1));
    expect(store.link).toEqual({ state: "live" });
    model.receive(delta(3));
    expect(snapshots()).toHaveLength(2);
  });

  it("of data that were saved stays that", () => {
    const saved = { omitted: "12 events" };
    const { model, store } = connect({ _summary: summary({ status: "success" }) }, { saved });
    model.receive({ type: "snapshot", n: 1 });
    expect(store.link).toEqual({ state: "saved", omitted: "12 events" });
  });

  it("waits for no first message in a view that was closed", async () => {
    const { connection, snapshots } = connect();
    connection.close();
    await later(FIRST_MESSAGE_TIMEOUT);
    expect(snapshots()).toEqual([]);
  });

  it("waits for no first message that came early", async () => {
    const model = new FakeModel({ _protocol: 1, _summary: summary() });
    new Connection(model, new Store(), [delta(1)]);
    await later(FIRST_MESSAGE_TIMEOUT);
    expect(model.sent).toEqual([]);
  });

  it("leaves to others what is theirs, without a word", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const { model, store } = connect();
    for (const type of ["modules", "hosted"]) model.receive({ type });
    expect(store.link.state).toBe("waiting");
    expect(warn).not.toHaveBeenCalled();
    for (const other of [{ type: "gossip" }, "hosted", null]) model.receive(other);
    expect(warn.mock.calls.map(([text, error]) => [text, String(error)])).toEqual([
      ["lg_jupyter: not understood and left out:", 'Error: a message of an unknown type: "gossip"'],
      ["lg_jupyter: not understood and left out:", 'Error: a message expected, got "hosted"'],
      ["lg_jupyter: not understood and left out:", "Error: a message expected, got null"],
    ]);
    expect(store.lastSeen).toBeNull();
  });

  it("takes no summary that is none", () => {
    const { model, store } = connect();
    model.traits._summary = null;
    model.emit("change:_summary");
    expect(store.summary).toMatchObject({ target: "agent" });
  });

  it.each([
    [undefined, null],
    ["1", "1"],
  ])("to a kernel whose protocol is %j is none", (given, kernel) => {
    expect(connect({ _protocol: given }).store.link).toEqual({ state: "mismatch", kernel });
  });
});

describe("a call that fails", () => {
  it("says in a sentence why", async () => {
    const { connection, pings } = connect();
    const late = expect(connection.call("ping", {}, 1_400)).rejects.toMatchObject({
      name: "CallError",
      message: "The kernel did not answer within 1 s.",
      kind: "timeout",
    });
    await later(1_400);
    await late;
    const closed = { name: "CallError", message: "This view was closed.", kind: "closed" };
    const open = expect(connection.call("ping", {})).rejects.toMatchObject(closed);
    connection.close();
    await open;
    await expect(connection.call("ping", {})).rejects.toMatchObject(closed);
    expect(pings()).toHaveLength(2);
  });

  it.each([
    ["is gone", {}],
    ["speaks otherwise", { _protocol: 2 }],
  ])("says so where the kernel %s", async (_, traits) => {
    const { model, connection } = connect(traits);
    model.emit("comm:close");
    await expect(connection.call("ping", {})).rejects.toMatchObject({
      message: "There is no kernel to ask any more.",
      kind: "closed",
    });
    expect(model.sent).toEqual([]);
  });

  it("waits as long as the kernel is blocked, and then as long as any", async () => {
    const stop = { available: false, hint: "■" };
    const { model, connection } = connect({ _summary: summary({ stop }) });
    const call = connection.call("ping", {});
    const outcome = expect(call).rejects.toMatchObject({ kind: "timeout" });
    await later(2.5 * REPLY_TIMEOUT);
    model.traits._summary = summary({ stop: { available: true, hint: null } });
    model.emit("change:_summary");
    await later(REPLY_TIMEOUT / 2);
    await outcome;
  });

  it("leaves no timer where it was answered, and takes one answer", async () => {
    const { model, connection, store } = connect({ _summary: summary({ status: "success" }) });
    model.receive({ type: "snapshot", n: 1 });
    store.flush();
    await later(SILENCE_TIMEOUT);
    const before = vi.getTimerCount();
    const call = connection.call("ping", {});
    const id = model.sent.at(-1)?.id;
    expect(vi.getTimerCount()).toBe(before + 1);
    model.receive({ type: "reply", id });
    model.receive({ type: "reply", id, error: "too late" });
    expect(await call).toBeNull();
    store.flush();
    expect(vi.getTimerCount()).toBe(before);
  });

  it("says what the page says of a line that is broken", () => {
    const { model, store } = connect();
    model.send = () => {
      throw "no socket";
    };
    model.receive(delta(5));
    expect(store.link).toMatchObject({ state: "gone", reason: "no socket" });
  });
});
