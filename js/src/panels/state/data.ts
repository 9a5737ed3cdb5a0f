// Reads: state_diffs.

import type { StateDiffRow } from "../../schema";

/** The kinds of change, as a sign and a word. */
export const OPS: Readonly<Record<string, { readonly sign: string; readonly word: string }>> = {
  add: { sign: "+", word: "added" },
  remove: { sign: "−", word: "removed" },
  change: { sign: "~", word: "changed" },
  append: { sign: "»", word: "appended" },
  write: { sign: "✎", word: "written" },
};

export function nodesOf({ nodes }: StateDiffRow): readonly string[] {
  return Array.isArray(nodes) ? nodes.map(String) : typeof nodes === "string" ? [nodes] : [];
}

/** The key, and the path within it where the change is deeper: "user › name". */
export function place({ key, path }: StateDiffRow): string {
  const segments = path
    .split("/")
    .slice(1)
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
  if (segments[0] === key) segments.shift();
  return [key, ...segments].join(" › ");
}
