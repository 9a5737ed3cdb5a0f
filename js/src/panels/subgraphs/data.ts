// Reads: namespaces.

import type { NamespaceRow } from "../../schema";

/** The namespaces in the order of a tree: each right after its parent and that one's earlier children. */
export function treeOrder(rows: readonly NamespaceRow[]): NamespaceRow[] {
  const known = new Set(rows.map((row) => row.namespace));
  const children = new Map<string | null, NamespaceRow[]>();
  for (const row of rows) {
    const parent = row.parent !== null && known.has(row.parent) ? row.parent : null;
    const siblings = children.get(parent);
    if (siblings) siblings.push(row);
    else children.set(parent, [row]);
  }
  const ordered: NamespaceRow[] = [];
  const stack = [...(children.get(null) ?? [])].reverse();
  for (let row = stack.pop(); row; row = stack.pop()) {
    ordered.push(row);
    stack.push(...[...(children.get(row.namespace) ?? [])].reverse());
  }
  return ordered;
}

/** What to call a namespace in a tree: the last name of its path, or the graph's own. */
export function nameOf(row: NamespaceRow): string {
  if (row.namespace === "") return row.graph_name ?? "root";
  return row.graph_name ?? row.node ?? row.namespace;
}
