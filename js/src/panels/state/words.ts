// What differs between two texts, word by word. Pure.

import { diffWordsWithSpace } from "diff";

export interface WordPart {
  readonly kind: "same" | "add" | "remove";
  readonly text: string;
}

const MOST_EDITS = 1_500; // differing words beyond which a comparison takes too long and tells nobody anything
const LEAST_SHARED = 0.3; // of the longer text: below this, two texts are better read one after the other

/** The parts of both texts in the order of reading; null where they have too little in common to be compared. */
export function compareWords(before: string, after: string): readonly WordPart[] | null {
  const changes = diffWordsWithSpace(before, after, { maxEditLength: MOST_EDITS });
  if (!changes) return null;
  let shared = 0;
  const parts = changes.map(({ value, added, removed }): WordPart => {
    if (!added && !removed) shared += value.trim().length;
    return { kind: added ? "add" : removed ? "remove" : "same", text: value };
  });
  const longer = Math.max(before.trim().length, after.trim().length);
  return longer === 0 || shared >= longer * LEAST_SHARED ? parts : null;
}
