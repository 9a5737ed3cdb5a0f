// What a real kernel sent, against what is expected of it here.

import { describe, expect, it } from "vitest";
import { trip } from "../../fixtures/recorded";
import { decodeMessage, type Snapshot } from "../../src/core/connection/protocol";
import { TABLE_KEYS, TABLE_NAMES } from "../../src/core/schema";
import { Store } from "../../src/core/store";
import { byHand } from "../builders";

function told(messages: readonly object[]): Store {
  const store = new Store(byHand(), () => 0);
  for (const message of messages) expect(store.apply(decodeMessage(message) as Snapshot)).toBe("applied");
  return store;
}

describe("a kernel's messages", () => {
  const live = told(trip.frames.map(({ message }) => message));
  const late = told([trip.snapshot()]);

  it("come to the same, heard one by one or all at once", () => {
    for (const name of TABLE_NAMES) {
      expect(live.tables[name].rows, name).toEqual(late.tables[name].rows);
    }
    for (const { message_id } of late.tables.messages.rows) {
      const texts = [live, late].map((store) => {
        const { text, reasoning, toolCalls } = store.textOf(message_id);
        return [
          String(text),
          String(reasoning),
          [...toolCalls].map(([index, args]) => [index, String(args)]),
        ];
      });
      expect(texts[0]).toEqual(texts[1]);
    }
    expect(late.counts).toMatchObject(live.counts);
    expect(live.summary.status).toBe("success");
  });

  it("fill the tables that they tell of, with the columns known here", () => {
    const { rows } = trip.snapshot() as { rows: Readonly<Record<string, readonly object[]>> };
    for (const name of TABLE_NAMES) {
      const key = TABLE_KEYS[name];
      for (const row of late.tables[name].rows) if (key !== null) expect(row[key], name).toBeTypeOf("string");
      expect(late.tables[name].rows.length > 0, name).toBe((rows[name] ?? []).length > 0);
    }
  });

  it("say every field of the summary", () => {
    const { summary } = new Store();
    expect(Object.keys(late.summary).sort()).toEqual(Object.keys(summary).sort());
  });
});
