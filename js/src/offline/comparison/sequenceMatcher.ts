// Which stretches two sequences have in common: Python's `difflib.SequenceMatcher`, without its heuristics, so that rows
// are aligned here as a kernel aligns them. Pure.

export interface Opcode {
  readonly equal: boolean;
  /** From and to, in the first and in the second sequence. */
  readonly a: readonly [number, number];
  readonly b: readonly [number, number];
}

interface Block {
  readonly a: number;
  readonly b: number;
  readonly size: number;
}

/** The stretches that make the second sequence of the first, in order. */
export function opcodesOf(a: readonly string[], b: readonly string[]): readonly Opcode[] {
  const codes: Opcode[] = [];
  let [i, j] = [0, 0];
  for (const block of [...matchingBlocks(a, b), { a: a.length, b: b.length, size: 0 }]) {
    if (i < block.a || j < block.b) codes.push({ equal: false, a: [i, block.a], b: [j, block.b] });
    [i, j] = [block.a + block.size, block.b + block.size];
    if (block.size > 0) codes.push({ equal: true, a: [block.a, i], b: [block.b, j] });
  }
  return codes;
}

/** The stretches that are the same, in order: the longest, then those before and after it. */
function matchingBlocks(a: readonly string[], b: readonly string[]): readonly Block[] {
  const placesInB = new Map<string, number[]>();
  b.forEach((item, at) => {
    const places = placesInB.get(item);
    if (places) places.push(at);
    else placesInB.set(item, [at]);
  });
  const found: Block[] = [];
  const left = [{ a: [0, a.length], b: [0, b.length] }] as { a: [number, number]; b: [number, number] }[];
  for (let part = left.pop(); part; part = left.pop()) {
    const block = longestMatch(a, placesInB, part.a, part.b);
    if (block.size === 0) continue;
    found.push(block);
    left.push({ a: [part.a[0], block.a], b: [part.b[0], block.b] });
    left.push({ a: [block.a + block.size, part.a[1]], b: [block.b + block.size, part.b[1]] });
  }
  return found.sort((one, other) => one.a - other.a);
}

/** The longest stretch that is the same in both ranges; of several, that which begins first. */
function longestMatch(
  a: readonly string[],
  placesInB: ReadonlyMap<string, readonly number[]>,
  [fromA, toA]: readonly [number, number],
  [fromB, toB]: readonly [number, number],
): Block {
  let best: Block = { a: fromA, b: fromB, size: 0 };
  let lengths = new Map<number, number>(); // of the stretches that end at a place of b, and at the item before
  for (let i = fromA; i < toA; i++) {
    const next = new Map<number, number>();
    for (const j of placesInB.get(a[i] as string) ?? []) {
      if (j < fromB) continue;
      if (j >= toB) break;
      const size = (lengths.get(j - 1) ?? 0) + 1;
      next.set(j, size);
      if (size > best.size) best = { a: i - size + 1, b: j - size + 1, size };
    }
    lengths = next;
  }
  return best;
}
