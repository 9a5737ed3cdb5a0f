// What differs between two texts, word by word. Pure.

import { diffArrays } from "diff/lib/diff/array.js";

export interface DiffPart {
  readonly kind: "same" | "add" | "remove";
  readonly text: string;
}

const MOST_EDITS = 1_500; // differing words beyond which a comparison takes too long and tells nobody anything
const LEAST_SHARED = 0.3; // of the longer text: below this, two texts are better read one after the other
const LITTLE = 4; // characters between two changes that do not keep them apart

/** The parts of both texts in the order of reading; null where they have too little in common to be compared. */
export function diffWords(before: string, after: string): readonly DiffPart[] | null {
  const changes = diffArrays(wordsOf(before), wordsOf(after), { maxEditLength: MOST_EDITS });
  if (!changes) return null;
  let shared = 0;
  const parts = changes.map(({ value, added, removed }): DiffPart => {
    const text = value.join("");
    if (!added && !removed) shared += text.trim().length;
    return { kind: added ? "add" : removed ? "remove" : "same", text };
  });
  const longer = Math.max(before.trim().length, after.trim().length);
  return longer === 0 || shared >= longer * LEAST_SHARED ? joined(parts) : null;
}

/** Words, marks and the space between them: each a part of its own. */
function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}\p{M}_]+|\n|[^\S\n]+|./gsu) ?? [];
}

/** Neighbouring changes as one: what is the same between them is too little to be read for itself. */
function joined(parts: readonly DiffPart[]): DiffPart[] {
  const whole: DiffPart[] = [];
  let removed = "";
  let added = "";
  const close = () => {
    if (removed) whole.push({ kind: "remove", text: removed });
    if (added) whole.push({ kind: "add", text: added });
    removed = added = "";
  };
  parts.forEach((part, nth) => {
    if (part.kind === "remove") removed += part.text;
    else if (part.kind === "add") added += part.text;
    else if (removed && added && nth < parts.length - 1 && part.text.trim().length <= LITTLE) {
      removed += part.text;
      added += part.text;
    } else {
      close();
      whole.push(part);
    }
  });
  close();
  return whole;
}
