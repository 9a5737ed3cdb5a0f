// What differs between two texts, word by word. Pure. The words that a comparison's tables count as kept
// (`lg_jupyter/comparison/word_counts.py`) are as many as are the same here.

import { diffArrays } from "diff/lib/diff/array.js";

export interface DiffPart {
  readonly kind: "same" | "add" | "remove";
  readonly text: string;
}

const MAX_EDITS = 1_500; // differing words beyond which a comparison takes too long and tells nobody anything
const MIN_SHARED = 0.3; // of the longer text: below this, two texts are better read one after the other
const LITTLE = 4; // characters between two changes that do not keep them apart

/** The parts of both texts in the order of reading; null where they have too little in common to be compared. */
export function diffWords(before: string, after: string): readonly DiffPart[] | null {
  const parts = alignWords(before, after);
  if (!parts) return null;
  const same = parts.filter(({ kind }) => kind === "same");
  const shared = same.reduce((sum, { text }) => sum + text.trim().length, 0);
  const longer = Math.max(before.trim().length, after.trim().length);
  return longer === 0 || shared >= longer * MIN_SHARED ? joinDiffParts(parts) : null;
}

/** The same in the smallest parts: as many words as can be are the same. Null where too many differ. */
export function alignWords(before: string, after: string): readonly DiffPart[] | null {
  const [old, now] = [splitWords(before), splitWords(after)];
  const changes = diffArrays(old.words, now.words, { maxEditLength: MAX_EDITS });
  if (!changes) return null;
  const parts: DiffPart[] = [];
  const put = (kind: DiffPart["kind"], text = "") => {
    if (text) parts.push({ kind, text });
  };
  let [i, j] = [0, 0];
  const putGap = () => {
    for (const { kind, text } of diffGap(old.gaps[i] ?? "", now.gaps[j] ?? "")) put(kind, text);
  };
  for (const { value, added, removed } of changes) {
    for (const word of value) {
      if (removed) put("remove", `${old.gaps[i++]}${word}`);
      else if (added) put("add", `${now.gaps[j++]}${word}`);
      else {
        putGap();
        put("same", word);
        i += 1;
        j += 1;
      }
    }
  }
  putGap();
  return parts;
}

/** What stands between the same words: the same at its beginning and end, the middle changed. */
function diffGap(before: string, after: string): readonly DiffPart[] {
  const [old, now] = [[...before], [...after]];
  const least = Math.min(old.length, now.length);
  let start = 0;
  while (start < least && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < least - start && old.at(-1 - end) === now.at(-1 - end)) end += 1;
  const [oldEnd, nowEnd] = [old.length - end, now.length - end];
  return [
    { kind: "same", text: old.slice(0, start).join("") },
    { kind: "remove", text: old.slice(start, oldEnd).join("") },
    { kind: "add", text: now.slice(start, nowEnd).join("") },
    { kind: "same", text: old.slice(oldEnd).join("") },
  ];
}

/** The words of a text, and the space and marks before each and after the last. */
function splitWords(text: string): { readonly words: string[]; readonly gaps: string[] } {
  const words = text.match(/[\p{L}\p{N}\p{M}_]+/gu) ?? [];
  return { words, gaps: text.split(/[\p{L}\p{N}\p{M}_]+/u) };
}

/** A change, and what is the same after it. */
interface Change {
  removed: string;
  added: string;
  same: string;
}

/** Neighbours as one, and changes between which too little is the same to be read for itself. */
function joinDiffParts(parts: readonly DiffPart[]): DiffPart[] {
  const whole: DiffPart[] = [];
  const put = (kind: DiffPart["kind"], text: string) => {
    const last = whole.at(-1);
    if (last?.kind === kind) whole[whole.length - 1] = { kind, text: last.text + text };
    else if (text) whole.push({ kind, text });
  };
  for (const { removed, added, same } of changesOf(parts)) {
    const gap = commonGap(removed, added);
    put("same", gap);
    put("remove", removed.slice(gap.length));
    put("add", added.slice(gap.length));
    put("same", same);
  }
  return whole;
}

function changesOf(parts: readonly DiffPart[]): readonly Change[] {
  const changes: Change[] = [];
  let last: Change = { removed: "", added: "", same: "" };
  for (const { kind, text } of parts) {
    if (kind === "same") {
      last.same += text;
      continue;
    }
    if (last.removed && last.added && last.same.trim().length <= LITTLE) {
      last = { removed: last.removed + last.same, added: last.added + last.same, same: "" };
    } else if (last.same) {
      changes.push(last);
      last = { removed: "", added: "", same: "" };
    }
    if (kind === "remove") last.removed += text;
    else last.added += text;
  }
  return [...changes, last];
}

/** The space and marks that both begin with. */
function commonGap(removed: string, added: string): string {
  const [one = "", other = ""] = [removed, added].map((text) => /^[^\p{L}\p{N}\p{M}_]*/u.exec(text)?.[0]);
  return one === other ? one : "";
}
