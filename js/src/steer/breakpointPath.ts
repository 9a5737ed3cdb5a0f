// Where a run can stop: at nodes of its graph, and of those subgraphs of which the kernel says so. Pure.

import { nodesOnPath } from "../core/namespace";
import type { Store } from "../core/store";
import type { Selection } from "../state/selection";

const SEPARATOR = "/"; // as `before="research/tools"` has it

/** The breakpoint at a node that is drawn with this id; null where there can be none. */
export function breakpointAt(id: string, holders: readonly string[]): string | null {
  const names = id.split(":");
  const graph = names.slice(0, -1).join(SEPARATOR);
  return graph === "" || holders.includes(graph) ? names.join(SEPARATOR) : null;
}

/** The breakpoint at the node that is selected, itself or by one of its tasks. */
export function selectedBreakpoint(
  selection: Selection,
  { tables }: Pick<Store, "tables">,
  holders: readonly string[],
): string | null {
  if (selection?.kind === "node") return breakpointAt(String(selection.id), holders);
  if (selection?.kind !== "task") return null;
  const task = tables.tasks.get(String(selection.id));
  return task ? breakpointAt([...nodesOnPath(task.namespace), task.node].join(":"), holders) : null;
}
