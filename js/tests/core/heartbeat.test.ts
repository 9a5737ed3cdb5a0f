import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  FIRST_MESSAGE_TIMEOUT,
  REPLY_AFTER_IDLE_TIMEOUT,
  SILENCE_TIMEOUT,
} from "../../src/core/connection/timeouts";
import { summary } from "../builders";
import { connect, delta, later } from "./quietPage";

const BEGUN = 1_000_000;

beforeEach(() => {
  vi.useFakeTimers({ now: BEGUN });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("silence", () => {
  it("is what has lasted so long since the last word, and is looked for four times as often", async () => {
    const { model, pings } = connect();
    model.receive(delta(1));
    await later(SILENCE_TIMEOUT - 1);
    expect(pings()).toHaveLength(0);
    await later(1);
    expect(pings()).toHaveLength(1);
    model.receive({ type: "reply", id: pings()[0]?.id, result: true });
    await later(SILENCE_TIMEOUT - 1);
    expect(pings()).toHaveLength(1);
    await later(1);
    expect(pings()).toHaveLength(2);
  });

  it("is said with the time of the last word", async () => {
    const { model, store } = connect();
    expect(store.lastSeen).toBeNull();
    await later(100);
    model.receive(delta(1));
    expect(store.lastSeen).toBe(BEGUN + 100);
    await later(2 * SILENCE_TIMEOUT + SILENCE_TIMEOUT / 4);
    expect(store.link).toEqual({ state: "silent", since: BEGUN + 100 });
    await later(SILENCE_TIMEOUT);
    model.receive(delta(2));
    expect(store.link).toEqual({ state: "live" });
  });

  it("ends with any word, of another page's call too", async () => {
    const { model, store } = connect();
    model.receive(delta(1));
    await later(2 * SILENCE_TIMEOUT + SILENCE_TIMEOUT / 4);
    expect(store.link.state).toBe("silent");
    model.receive({ type: "reply", id: "another page's", result: 1 });
    expect(store.link).toEqual({ state: "live" });
  });

  it("is asked about once at a time", async () => {
    const { model, pings } = connect();
    model.receive(delta(1));
    for (const _ of [1, 2, 3]) model.emit("comm_live_update");
    expect(pings()).toHaveLength(1);
    expect(pings()[0]).toMatchObject({ type: "call", params: {} });
    await later(SILENCE_TIMEOUT);
    model.emit("comm_live_update");
    expect(pings().length).toBeGreaterThan(1);
  });

  it("is no matter where the kernel refuses the ping: it is there", async () => {
    const { model, store, pings } = connect();
    model.receive(delta(1));
    model.emit("comm_live_update");
    model.receive({ type: "reply", id: pings()[0]?.id, error: "no such method" });
    await later(1);
    expect(store.link.state).toBe("live");
  });

  it("does not make of a kernel that is gone one that is silent", async () => {
    const { model, store } = connect();
    model.receive(delta(1));
    model.emit("comm_live_update");
    model.emit("comm:close");
    await later(SILENCE_TIMEOUT);
    expect(store.link.state).toBe("gone");
  });

  it("of a kernel that is gone is not waited for", async () => {
    const { model } = connect();
    model.receive(delta(1));
    model.emit("comm:close");
    await later(FIRST_MESSAGE_TIMEOUT + SILENCE_TIMEOUT);
    expect(vi.getTimerCount()).toBe(0);
    expect(model.sent).toEqual([]);
  });

  it("is looked for while a snapshot is to come, though the run is over", async () => {
    const { model, pings, snapshots } = connect({ _summary: summary({ status: "success" }) });
    expect(snapshots()).toHaveLength(1);
    await later(SILENCE_TIMEOUT);
    expect(pings()).toHaveLength(1);
    model.receive({ type: "reply", id: pings()[0]?.id, result: true });
    await later(0);
    expect(snapshots()).toHaveLength(2); // the first one got lost
  });

  it("that lasts requests nothing anew: nobody is there who would send it", async () => {
    const { store, snapshots } = connect({ _summary: summary({ status: "success" }) });
    await later(2 * SILENCE_TIMEOUT + SILENCE_TIMEOUT / 4);
    expect([snapshots().length, store.link.state]).toEqual([1, "silent"]);
  });

  it("ends no view's wait for a snapshot that comes", async () => {
    const { model, pings, snapshots, store } = connect({ _summary: summary({ status: "success" }) });
    await later(SILENCE_TIMEOUT);
    model.receive({ type: "snapshot", n: 3 });
    model.receive({ type: "reply", id: pings()[0]?.id, result: true });
    await later(10 * SILENCE_TIMEOUT);
    expect([snapshots().length, pings().length, store.link.state]).toEqual([1, 1, "live"]);
  });

  it("ends with the view", async () => {
    const { model, connection, store, pings } = connect();
    model.receive(delta(1));
    connection.close();
    store.dispose();
    expect(vi.getTimerCount()).toBe(0);
    model.emit("comm_live_update");
    await later(10 * SILENCE_TIMEOUT);
    expect(pings()).toHaveLength(0);
  });
});

describe("a ping that the kernel has dealt with", () => {
  function pinging() {
    const page = connect();
    page.model.receive(delta(1));
    page.model.emit("comm_live_update");
    return page;
  }

  it("is followed by another at once, and then the kernel is gone", async () => {
    const { pings, dealWith, store } = pinging();
    await later(100);
    dealWith(0);
    await later(REPLY_AFTER_IDLE_TIMEOUT - 1);
    expect(pings()).toHaveLength(1);
    await later(1);
    expect([pings().length, store.link.state]).toEqual([2, "live"]);
    dealWith(1);
    await later(REPLY_AFTER_IDLE_TIMEOUT);
    expect(store.link).toEqual({
      state: "gone",
      since: BEGUN,
      reason: "it was started anew, or its replies do not reach this view",
    });
    expect(pings()).toHaveLength(2);
  });

  it("is one that it is no more busy with", async () => {
    const { pings, dealWith, statuses } = pinging();
    dealWith(0, "busy");
    statuses()[0]?.({});
    statuses()[0]?.({ content: {} });
    await later(REPLY_AFTER_IDLE_TIMEOUT);
    expect(pings()).toHaveLength(1);
  });

  it("is counted once, however often the kernel says so", async () => {
    const { pings, dealWith, store } = pinging();
    dealWith(0);
    await later(REPLY_AFTER_IDLE_TIMEOUT / 2);
    dealWith(0);
    await later(REPLY_AFTER_IDLE_TIMEOUT - 1);
    expect(pings()).toHaveLength(1);
    await later(1);
    expect([pings().length, store.link.state]).toEqual([2, "live"]);
  });

  it("was answered by anything that comes soon after", async () => {
    const { model, pings, dealWith, store } = pinging();
    dealWith(0);
    await later(REPLY_AFTER_IDLE_TIMEOUT - 1);
    model.receive(delta(2));
    await later(1);
    expect([pings().length, store.link.state]).toEqual([1, "live"]);
  });

  it("was answered where anything came meanwhile, and counts for nothing later", async () => {
    const { model, pings, dealWith, store } = pinging();
    dealWith(0);
    await later(REPLY_AFTER_IDLE_TIMEOUT);
    expect(pings()).toHaveLength(2);
    model.receive(delta(2));
    model.receive({ type: "reply", id: pings()[1]?.id, result: true });
    await later(0);
    model.emit("comm_live_update");
    expect(pings()).toHaveLength(3);
    dealWith(2);
    await later(REPLY_AFTER_IDLE_TIMEOUT);
    expect([pings().length, store.link.state]).toEqual([4, "live"]);
  });

  it("is nothing to a view that was closed", async () => {
    const { connection, store, dealWith, statuses } = pinging();
    dealWith(0);
    connection.close();
    store.dispose();
    expect(vi.getTimerCount()).toBe(0);
    statuses()[0]?.({ content: { execution_state: "idle" } });
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("what JupyterLab says of its kernel", () => {
  /** Tells a page of a kernel's status, and gives the reason for which it takes it to be gone. */
  function reasonOf(status: string): string | null {
    let slot: (_: unknown, status: string) => void = expect.fail;
    const statusChanged = { connect: (given: typeof slot) => (slot = given) };
    const { store, connection } = connect({}, { widget_manager: { kernel: { statusChanged } } });
    slot(null, status);
    connection.close(); // though this one cannot be left
    return store.link.state === "gone" ? store.link.reason : null;
  }

  it.each([
    ["restarting", "it died or was restarted"],
    ["autorestarting", "it died and was started anew"],
    ["dead", "it died"],
    ["terminating", "it was shut down"],
    ["idle", null],
    ["starting", null],
  ])("%s: %s", (status, reason) => {
    expect(reasonOf(status)).toBe(reason);
  });

  it.each([{}, { kernel: null }, { kernel: {} }, { kernel: { statusChanged: {} } }])(
    "is not heard where the manager is %j",
    (widget_manager) => {
      expect(connect({}, { widget_manager }).store.link.state).toBe("waiting");
    },
  );

  it("is believed once: the first reason stands", async () => {
    let slot: (_: unknown, status: string) => void = expect.fail;
    const statusChanged = { connect: (given: typeof slot) => (slot = given) };
    const { model, store } = connect({}, { widget_manager: { kernel: { statusChanged } } });
    await later(50);
    model.emit("comm:close");
    slot(null, "dead");
    expect(store.link).toEqual({ state: "gone", since: BEGUN, reason: "its comm was closed" });
  });
});
