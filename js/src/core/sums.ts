// Sums of what may not be known. Pure.

/** Over those that are known; null where none is. */
export function sum(counts: readonly (number | null)[]): number | null {
  const known = counts.filter((count) => count !== null);
  return known.length === 0 ? null : known.reduce((all, count) => all + count, 0);
}
