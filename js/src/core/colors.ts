// One colour per node, the same in every panel and every view of a run. A node's name prefers a colour, so that
// it has the same one in every run; where two names of one run prefer the same, the one that the tables name
// later takes the next that is free. Drawing chooses nothing: what was drawn first says nothing of the run.

import { type Json, type Row, TABLE_NAMES } from "./schema";

/** Colours that people with any colour vision can tell apart; see `components/theme.css`. */
const HUES = 8;

/** How a node is marked: when the hues are used up, the shape of its mark changes. */
export interface Mark {
  /** A CSS colour. */
  readonly color: string;
  readonly shape: "square" | "circle" | "diamond";
}

export const NO_MARK: Mark = { color: "var(--lgj-node-none)", shape: "square" };

const SHAPES = ["square", "circle", "diamond"] as const;

export class NodeMarks {
  #slots = new Map<string, number>();
  #taken = new Set<number>();

  /** Chooses a mark for each node that these rows are the first to name, the one that was seen first first. */
  assignMarks(rows: Readonly<Record<string, readonly Row[]>>): void {
    const seen = new Map<string, number>();
    for (const table of TABLE_NAMES) {
      for (const row of rows[table] ?? []) {
        for (const node of nodeNamesOf(row)) {
          if (typeof node !== "string" || this.#slots.has(node)) continue;
          seen.set(node, Math.min(seen.get(node) ?? Number.POSITIVE_INFINITY, firstTimeOf(row)));
        }
      }
    }
    // All at once, or table by table as they came: the same order.
    const inOrder = [...seen].sort(([, one], [, other]) => (one === other ? 0 : one - other));
    for (const [node] of inOrder) this.#choose(node);
  }

  /** The mark of a node; one that the run's tables have not named yet has none of its own. */
  markOf(node: string | null | undefined): Mark {
    const slot = node ? this.#slots.get(node) : undefined;
    if (slot === undefined) return NO_MARK;
    const round = Math.floor(slot / HUES) % SHAPES.length;
    return { color: `var(--lgj-node-${slot % HUES})`, shape: SHAPES[round] ?? "square" };
  }

  #choose(node: string): void {
    const slot = this.#freeSlot(hashText(node) % HUES);
    this.#slots.set(node, slot);
    this.#taken.add(slot);
  }

  #freeSlot(preferred: number): number {
    const round = Math.floor(this.#taken.size / HUES) * HUES;
    for (let step = 0; step < HUES; step += 1) {
      const slot = round + ((preferred + step) % HUES);
      if (!this.#taken.has(slot)) return slot;
    }
    return round + preferred;
  }
}

/** The nodes that a row names; one of a state's changes may name several. */
function nodeNamesOf({ node, nodes }: Row): readonly Json[] {
  if (node) return [node];
  return Array.isArray(nodes) ? nodes : NONE;
}

const NONE: readonly Json[] = [];

/** When a row appeared, as far as it says; the end of a task is all that some modes tell. */
function firstTimeOf({ start_time, end_time, timestamp }: Row): number {
  const isTime = (time: Json | undefined) => typeof time === "number";
  return ([start_time, end_time, timestamp].find(isTime) as number | undefined) ?? Number.POSITIVE_INFINITY;
}

/** FNV-1a. */
function hashText(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return (value ^ (value >>> 13)) >>> 0;
}
