// One colour per node, the same in every panel. A node's name prefers a colour, so that it has the same one
// in every run; where two names of one run prefer the same, the later takes the next that is free.

/** Hues that people with any colour vision can tell apart, after Okabe and Ito; see `style/theme.css`. */
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

  /** The mark of a node; the first time it is asked for, one is chosen. */
  of(node: string | null | undefined): Mark {
    if (!node) return NO_MARK;
    let slot = this.#slots.get(node);
    if (slot === undefined) {
      slot = this.#freeSlot(hash(node) % HUES);
      this.#slots.set(node, slot);
      this.#taken.add(slot);
    }
    const round = Math.floor(slot / HUES) % SHAPES.length;
    return { color: `var(--lgj-node-${slot % HUES})`, shape: SHAPES[round] ?? "square" };
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

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return (value ^ (value >>> 13)) >>> 0;
}
