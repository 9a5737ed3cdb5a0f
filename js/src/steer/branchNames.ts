// What branches are called in a cell. Pure.

import { BRANCHES } from "../texts/steer";

/** Branch 1, Branch 2, and Branch 1.1 of a branch's branch. */
export function branchNamesOf(
  branches: readonly { readonly run: string; readonly parent: string | null }[],
): Map<string, string> {
  const names = new Map<string, string>();
  const made = new Map<string, number>();
  for (const { run, parent } of branches) {
    const above = parent === null ? undefined : names.get(parent);
    const of = above === undefined ? "" : (parent as string);
    const nth = (made.get(of) ?? 0) + 1;
    made.set(of, nth);
    names.set(run, above === undefined ? BRANCHES.nth(`${nth}`) : `${above}.${nth}`);
  }
  return names;
}
