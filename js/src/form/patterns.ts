// Patterns are tested on so much text as cannot take long: a few, on some texts, take longer than a life. Pure.

const LONGEST = 1_000;
const SHORT = 16;
const TRIES = 10_000_000;

/** How long a text may be to be tested; -1 if this browser cannot read the pattern: other languages know more. */
export function maxTestedLength(pattern: string): number {
  if (compilePattern(pattern) === null) return -1;
  if (/\)[*+{]|\\[1-9k]/.test(pattern)) return SHORT; // repeats what repeats: time doubles with each character
  const repeats = pattern.match(/[*+]|\{\d*,/g)?.length ?? 0;
  return Math.min(LONGEST, Math.floor(TRIES ** (1 / Math.max(1, repeats))));
}

/** Whether a text matches; `true` where that is not tested. */
export function matchesPattern(pattern: string, text: string): boolean {
  return text.length > maxTestedLength(pattern) || (compilePattern(pattern)?.test(text) ?? true);
}

function compilePattern(pattern: string): RegExp | null {
  try {
    return new RegExp(pattern, "u");
  } catch {
    return null;
  }
}
