// Texts that are JSON, as tools write their results. Pure.

import type { Json } from "./json";

const LONGEST = 2_000_000; // characters that are parsed at once
const LONG_NUMBER = /[:[,\s](-?\d{16,})/g;

/** The object or the list that a text is; undefined of any other text. */
export function parseJsonText(text: string): Json | undefined {
  if (!/^\s*[[{]/.test(text) || text.length > LONGEST || isRounded(text)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Whether a number in it would be another than the text says. */
function isRounded(text: string): boolean {
  return [...text.matchAll(LONG_NUMBER)].some(([, number]) => !Number.isSafeInteger(Number(number)));
}
