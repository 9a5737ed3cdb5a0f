const END = /[.!?…]["'”’)\]]*(?=\s)|[。！？]|\n/g; // of a sentence, in many languages

/** Where to cut a text at about `limit` characters: after a sentence if one ends near, else after a word. */
export function findFoldIndex(text: string, limit: number): number {
  if (text.length <= limit) return text.length;
  const beginning = text.slice(0, limit + 1);
  const sentence = [...beginning.matchAll(END)].at(-1);
  if (sentence && sentence.index >= limit / 2) return sentence.index + sentence[0].trimEnd().length;
  const word = beginning.lastIndexOf(" ");
  return word >= limit / 2 ? word : limit;
}
