// What a call is, what was called, and whose call it is, as in `lg_jupyter/tables/`.

import type { ModelCallRow, ToolCallRow } from "./schema";

export type CallRow = ModelCallRow | ToolCallRow;

export function modelNameOf(row: ModelCallRow): string {
  return nameOf(row) ?? "–";
}

/** Which of the two tables a call is of. */
export function kindOf(row: CallRow): "model" | "tool" {
  return isTool(row) ? "tool" : "model";
}

/** The model or the tool that was called. */
export function nameOf(row: CallRow): string | null {
  return isTool(row) ? row.name : (row.model ?? row.response_model ?? row.provider);
}

/** Its agent's, where that has a name, or its node's. */
export function callerOf({ agent_name, node }: CallRow): string | null {
  return agent_name ?? node;
}

function isTool(row: CallRow): row is ToolCallRow {
  return "requested_by" in row;
}
