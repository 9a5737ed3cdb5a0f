// A large snapshot comes as several messages, so that the page can do other things in between. Pure.

import type { Row } from "../schema";
import type { Snapshot, TextPiece } from "./protocol";

export class SnapshotParts {
  #parts: Snapshot[] = [];

  /** The whole snapshot with its last message, null until then; "gap" where a message before this one was lost. */
  addPart(message: Snapshot): Snapshot | "gap" | null {
    const { part = 0, parts = 1, n } = message;
    if (part === 0) this.#parts = [];
    if (part !== this.#parts.length || (this.#parts[0] ?? message).n !== n) {
      this.#parts = [];
      return "gap";
    }
    this.#parts.push(message);
    if (this.#parts.length < parts) return null;
    const whole = joinSnapshotParts(this.#parts);
    this.#parts = [];
    return whole;
  }
}

function joinSnapshotParts(parts: readonly Snapshot[]): Snapshot {
  const rows: Record<string, Row[]> = {};
  const texts = new Map<string, TextPiece>();
  for (const part of parts) {
    for (const [table, more] of Object.entries(part.rows)) {
      rows[table] ??= [];
      for (const row of more) rows[table].push(row);
    }
    for (const [id, kind, offset, text] of part.text) {
      const [, , start, before] = texts.get(`${id}\n${kind}`) ?? [id, kind, offset, ""];
      texts.set(`${id}\n${kind}`, [id, kind, start, before + text]); // a long text is cut: it goes on
    }
  }
  return { ...(parts[0] as Snapshot), rows, text: [...texts.values()] };
}
