import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeModel, type Sent } from "../../fixtures/model";
import { Connection } from "../../src/core/connection/connection";
import { DecodeError, decodeMessage } from "../../src/core/connection/protocol";
import * as timeouts from "../../src/core/connection/timeouts";
import { Store } from "../../src/core/store";
import { summary } from "../builders";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function connect(traits: Record<string, unknown> = {}) {
  const model = new FakeModel({ _protocol: 1, _summary: summary(), ...traits });
  const store = new Store();
  const connection = new Connection(model, store);
  const sent = (type: string) => model.sent.filter((content) => content.type === type);
  return { model, store, connection, sent };
}

const delta = (n: number, fields: object = {}) => ({
  type: "delta",
  n,
  elapsed: n / 10,
  counts: {},
  ...fields,
});

describe("decode", () => {
  it("reads what may be absent", () => {
    expect(decodeMessage({ type: "delta", n: 1 })).toEqual({
      type: "delta",
      n: 1,
      summary: null,
      counts: null,
      rows: {},
      text: [],
      elapsed: null,
    });
  });

  it("reads all that may be there", () => {
    const update = {
      n: 3,
      summary: { steps: 1 },
      counts: { events: 2 },
      rows: { tasks: [{ task_id: "a" }], custom: [] },
      text: [["m", "text", 0, "x"]],
      elapsed: 1.5,
    };
    for (const message of [
      { type: "delta", ...update, since: 1 },
      { type: "snapshot", ...update, part: 0, parts: 2 },
    ]) {
      expect(decodeMessage({ ...message, more: 1 })).toEqual(message);
    }
    expect(decodeMessage({ type: "reply", id: "c", result: [1], more: 1 })).toEqual({
      type: "reply",
      id: "c",
      result: [1],
    });
    const failed = { type: "reply", id: "c", error: "" };
    expect(decodeMessage(failed)).toEqual(failed);
  });

  it("says of what it refuses what it is, as far as a line goes", () => {
    expect(() => decodeMessage(undefined)).toThrow(new DecodeError("a message expected, got nothing"));
    expect(() => decodeMessage("x".repeat(100))).toThrow(
      new DecodeError(`a message expected, got "${"x".repeat(79)}`),
    );
    expect(() => decodeMessage([])).toThrow(new DecodeError("a message expected, got []"));
  });

  it.each([
    [null, "a message expected"],
    ["text", "a message expected"],
    [{ type: "gossip" }, 'a message of an unknown type: "gossip"'],
    [{ type: "delta", n: 1.5 }, "a message number expected"],
    [{ type: "delta", n: 1, summary: [] }, "a summary expected"],
    [{ type: "delta", n: 1, counts: 3 }, "counts expected"],
    [{ type: "delta", n: 1, rows: { tasks: {} } }, "a list of rows expected"],
    [{ type: "delta", n: 1, rows: { tasks: [{}, 1] } }, "a list of rows expected"],
    [{ type: "delta", n: 1, text: {} }, "pieces of text expected"],
    [{ type: "delta", n: 1, text: ["mt0x"] }, "pieces of text expected"],
    [{ type: "delta", n: 1, text: [[1, "text", 0, "x"]] }, "pieces of text expected"],
    [{ type: "delta", n: 1, text: [["m", 1, 0, "x"]] }, "pieces of text expected"],
    [{ type: "delta", n: 1, text: [["m", "text", 0.5, "x"]] }, "pieces of text expected"],
    [{ type: "delta", n: 1, text: [["m", "text", 0, 1]] }, "pieces of text expected"],
    [
      {
        type: "delta",
        n: 1,
        text: [
          ["m", "text", 0, "x"],
          ["m", "text", 1],
        ],
      },
      "pieces of text expected",
    ],
    [{ type: "delta" }, "a message number expected"],
    [{ type: "delta", n: 1, rows: [] }, "rows by table expected"],
    [{ type: "delta", n: 1, rows: { tasks: [1] } }, "a list of rows expected"],
    [{ type: "delta", n: 1, text: [["m", "text", "0", "x"]] }, "pieces of text expected"],
    [{ type: "snapshot", n: 1, elapsed: "2" }, "seconds expected"],
    [{ type: "reply", result: 1 }, "the id of a call expected"],
  ])("refuses %j", (raw, why) => {
    expect(() => decodeMessage(raw)).toThrow(DecodeError);
    expect(() => decodeMessage(raw)).toThrow(why);
  });
});

describe("messages that came before anybody listened", () => {
  it("leave what is the view's own as its trait says: no message of the run holds it", () => {
    const model = new FakeModel({ _protocol: 1, _summary: summary({ record: "lgj-record-1" }) });
    const store = new Store();
    const early = { type: "snapshot", n: 1, elapsed: 1, counts: {}, rows: {}, text: [] };
    new Connection(model, store, [{ ...early, summary: { status: "success" } }]);
    expect(store.summary).toMatchObject({ status: "success", record: "lgj-record-1" });
  });
});

describe("catching up", () => {
  it("asks for a snapshot at a gap, once, and goes on from it", () => {
    const { model, store, sent } = connect();
    model.receive(delta(1));
    model.receive(delta(4));
    model.receive(delta(5));
    expect(sent("snapshot")).toHaveLength(1);
    expect(store.link.state).toBe("catching-up");
    model.receive({ type: "snapshot", n: 5, elapsed: 1, summary: {}, counts: {}, rows: {}, text: [] });
    expect(store.link.state).toBe("live");
    model.receive(delta(6));
    expect(store.last).toBe(6);
    expect(sent("snapshot")).toHaveLength(1);
  });

  it("asks again when the snapshot does not come", () => {
    const { model, sent } = connect();
    model.receive(delta(3));
    vi.advanceTimersByTime(timeouts.SNAPSHOT_TIMEOUT);
    model.receive(delta(4));
    expect(sent("snapshot")).toHaveLength(2);
  });

  it("asks at once for a run that is over", () => {
    expect(connect({ _summary: summary({ status: "success" }) }).sent("snapshot")).toHaveLength(1);
  });

  it("waits a moment for the first message of a run that goes on", () => {
    const { model, sent } = connect();
    expect(sent("snapshot")).toHaveLength(0);
    model.receive(delta(1));
    vi.advanceTimersByTime(timeouts.FIRST_MESSAGE_TIMEOUT);
    expect(sent("snapshot")).toHaveLength(0);
    const late = connect();
    vi.advanceTimersByTime(timeouts.FIRST_MESSAGE_TIMEOUT);
    expect(late.sent("snapshot")).toHaveLength(1);
  });

  it("waits a moment for what a kernel pushes of a run that is over, unless it was saved", () => {
    const over = { _protocol: 1, _summary: summary({ status: "success" }) };
    const pushed = new FakeModel(over);
    new Connection(pushed, new Store(), [], true);
    expect(pushed.sent).toEqual([]);
    pushed.receive({ type: "snapshot", n: 1 });
    vi.advanceTimersByTime(timeouts.FIRST_MESSAGE_TIMEOUT);
    expect(pushed.sent).toEqual([]);
    const reloaded = new FakeModel(over);
    new Connection(reloaded, new Store(), [], true);
    vi.advanceTimersByTime(timeouts.FIRST_MESSAGE_TIMEOUT);
    expect(reloaded.sent).toEqual([{ type: "snapshot" }]);
    const early = new FakeModel(over);
    new Connection(early, new Store(), [{ type: "snapshot", n: 1 }]);
    expect(early.sent).toEqual([]);
    const saved = Object.assign(new FakeModel(over), { saved: { omitted: null } });
    new Connection(saved, new Store(), [], true);
    expect(saved.sent).toEqual([{ type: "snapshot" }]);
  });

  it("leaves out a message that it does not understand", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const { model, store } = connect();
    model.receive({ type: "delta", n: "one" });
    expect(warn).toHaveBeenCalledOnce();
    model.receive(delta(1));
    expect(store.last).toBe(1);
  });

  it("takes over the summary when its trait changes", () => {
    const { model, store } = connect();
    model.traits._summary = summary({ status: "success" });
    model.emit("change:_summary");
    expect(store.summary.status).toBe("success");
  });
});

describe("a call", () => {
  const idOf = (sent: Sent[]) => sent.at(-1)?.id;

  it("resolves with its own reply, whoever else is answered", async () => {
    const { model, connection } = connect();
    const event = connection.call("event", { seq: 3 });
    const value = connection.call("value", { table: "tasks", key: "a", column: "input" });
    const [first, second] = model.sent.map(({ id }) => id);
    model.receive({ type: "reply", id: "elsewhere-1", result: "not ours" });
    model.receive({ type: "reply", id: second, result: 42 });
    model.receive({ type: "reply", id: first, result: { seq: 3 } });
    expect(await value).toBe(42);
    expect(await event).toEqual({ seq: 3 });
  });

  it("rejects with the sentence of an error reply", async () => {
    const { model, connection } = connect();
    const event = connection.call("event", { seq: 3 });
    model.receive({ type: "reply", id: idOf(model.sent), error: "Event 3 is not held any more." });
    await expect(event).rejects.toMatchObject({ message: "Event 3 is not held any more.", kind: "refused" });
  });

  it("rejects when no reply comes in time, and takes no later one", async () => {
    const { model, connection } = connect();
    const event = connection.call("event", { seq: 3 });
    const outcome = expect(event).rejects.toMatchObject({ kind: "timeout", message: /20 s/ });
    vi.advanceTimersByTime(timeouts.REPLY_TIMEOUT);
    await outcome;
    model.receive({ type: "reply", id: idOf(model.sent), result: {} });
  });

  it("rejects when the view is closed", async () => {
    const { connection } = connect();
    const event = connection.call("event", { seq: 3 });
    connection.close();
    await expect(event).rejects.toMatchObject({ kind: "closed" });
    await expect(connection.call("event", { seq: 4 })).rejects.toMatchObject({ kind: "closed" });
  });

  it("has an id that no other page uses", () => {
    const [one, other] = [connect(), connect()];
    void one.connection.call("ping", {}).catch(() => undefined);
    void other.connection.call("ping", {}).catch(() => undefined);
    expect(idOf(one.model.sent)).not.toBe(idOf(other.model.sent));
  });
});

describe("a silent kernel", () => {
  const pings = (sent: Sent[]) => sent.filter(({ method }) => method === "ping");

  it("is asked while the run goes on, and alive if it answers anything", async () => {
    const { model, store } = connect();
    model.receive(delta(1));
    await vi.advanceTimersByTimeAsync(timeouts.SILENCE_TIMEOUT + 2_000);
    expect(pings(model.sent)).toHaveLength(1);
    model.receive({ type: "reply", id: pings(model.sent)[0]?.id, error: "There is no method 'ping'." });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(store.link.state).toBe("live");
  });

  it("that does not answer is said to be silent, until its next word", async () => {
    const { model, store } = connect();
    model.receive(delta(1));
    await vi.advanceTimersByTimeAsync(2 * timeouts.SILENCE_TIMEOUT + 4_000);
    expect(store.link.state).toBe("silent");
    model.receive(delta(2));
    expect(store.link.state).toBe("live");
  });

  it("that hears nothing before its cell has ended is not asked, and not hurried", async () => {
    const { model, store, connection } = connect({
      _summary: summary({ stop: { available: false, hint: "■" } }),
    });
    model.receive(delta(1));
    const event = connection.call("event", { seq: 3 });
    await vi.advanceTimersByTimeAsync(10 * timeouts.REPLY_TIMEOUT);
    expect(pings(model.sent)).toHaveLength(0);
    expect(store.link.state).toBe("live");
    model.receive({ type: "reply", id: model.sent.at(-1)?.id, result: { seq: 3 } });
    expect(await event).toEqual({ seq: 3 });
  });

  it("is asked again when a run that was over goes on", async () => {
    const { model } = connect({ _summary: summary({ status: "interrupted" }) });
    model.receive({ type: "snapshot", n: 4 });
    await vi.advanceTimersByTimeAsync(3 * timeouts.SILENCE_TIMEOUT);
    expect(pings(model.sent)).toHaveLength(0);
    model.receive(delta(5, { summary: { status: "running" } }));
    await vi.advanceTimersByTimeAsync(2 * timeouts.SILENCE_TIMEOUT);
    expect(pings(model.sent).length).toBeGreaterThan(0);
  });

  it("is not asked once the run is over", async () => {
    const { model, store } = connect();
    model.receive(delta(1, { summary: { status: "success" } }));
    await vi.advanceTimersByTimeAsync(10 * timeouts.SILENCE_TIMEOUT);
    expect(pings(model.sent)).toHaveLength(0);
    store.dispose();
    expect(vi.getTimerCount()).toBe(0);
  });

  describe("that deals with a ping and sends no answer", () => {
    /** The page pings; `dealWith(n)` has the kernel deal with the n-th ping, silently. */
    function pinging() {
      const { model, store } = connect();
      model.receive(delta(1));
      const send = vi.spyOn(model, "send");
      model.emit("comm_live_update");
      const dealWith = async (nth: number) => {
        const callbacks = (send.mock.calls[nth] as unknown[])[1] as {
          iopub: { status: (message: object) => void };
        };
        callbacks.iopub.status({ content: { execution_state: "idle" } });
        await vi.advanceTimersByTimeAsync(timeouts.REPLY_AFTER_IDLE_TIMEOUT);
      };
      return { model, store, dealWith };
    }

    it("twice, is another one, or does not reach the page", async () => {
      const { store, dealWith } = pinging();
      await dealWith(0);
      expect(store.link.state).toBe("live");
      await dealWith(1);
      expect(store.link).toMatchObject({
        state: "gone",
        reason: "it was started anew, or its replies do not reach this view",
      });
    });

    it("once, may have answered a moment later", async () => {
      const { model, store, dealWith } = pinging();
      await dealWith(0);
      model.receive(delta(2));
      await dealWith(1);
      expect(store.link.state).toBe("live");
    });
  });
});

describe("a lost kernel", () => {
  it("is known by the closed comm", () => {
    const { model, store } = connect();
    model.emit("comm:close");
    expect(store.link).toMatchObject({ state: "gone", reason: "its comm was closed" });
  });

  it("is known by what JupyterLab says of it", () => {
    const slots = new Set<(sender: unknown, status: string) => void>();
    const statusChanged = {
      connect: (slot: (sender: unknown, status: string) => void) => slots.add(slot),
      disconnect: (slot: (sender: unknown, status: string) => void) => slots.delete(slot),
    };
    const model = Object.assign(new FakeModel({ _protocol: 1, _summary: summary() }), {
      widget_manager: { kernel: { statusChanged } },
    });
    const store = new Store();
    const connection = new Connection(model, store);
    for (const slot of slots) slot(null, "busy");
    expect(store.link.state).toBe("waiting");
    for (const slot of slots) slot(null, "autorestarting");
    expect(store.link).toMatchObject({ state: "gone", reason: "it died and was started anew" });
    connection.close();
    expect(slots.size).toBe(0);
  });

  it("is known by a send that fails", () => {
    const { model, store } = connect();
    model.send = () => {
      throw new Error("Cannot send to a dead kernel");
    };
    model.receive(delta(5));
    expect(store.link).toMatchObject({ state: "gone", reason: "Cannot send to a dead kernel" });
  });

  it("is asked nothing more", async () => {
    const { model, connection } = connect();
    model.emit("comm:close");
    await expect(connection.call("event", { seq: 1 })).rejects.toMatchObject({ kind: "closed" });
    expect(model.sent).toEqual([]);
  });
});

describe("another protocol", () => {
  it("is told, and nothing is asked", () => {
    const { model, store } = connect({ _protocol: 2 });
    expect(store.link).toEqual({ state: "mismatch", kernel: 2 });
    expect(model.listenerCount).toBe(0);
    expect(model.sent).toEqual([]);
  });
});

describe("close", () => {
  it("leaves no listener and no timer", () => {
    const { model, store, connection } = connect();
    expect(model.listenerCount).toBeGreaterThan(0);
    connection.close();
    store.dispose();
    expect(model.listenerCount).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
