import type { JSX } from "preact";
import { previewValue } from "../../core/format";
import type { Json, ModelCallRow, ToolCallRow } from "../../core/schema";
import { type CellAddress, useCell } from "../../hooks/cell";
import { useReachable } from "../../hooks/store";
import { CALLS } from "../../texts/calls";

const AT_ONCE = 50_000; // characters of JSON that are fetched without a click

interface Props {
  readonly row: ModelCallRow | ToolCallRow;
  readonly column: string;
  readonly draw: (value: Json) => JSX.Element | null;
}

/** A cell drawn from its whole value, which the kernel is asked for where it is big. */
export function FetchedCallCell({ row, column, draw }: Props): JSX.Element | null {
  const pushed = (row[column] ?? null) as Json;
  const cell = useCell(pushed, callCellAddress(row, column), () => true, AT_ONCE);
  const reachable = useReachable();
  if (cell.state === "loaded") return draw(cell.value);
  return (
    <div>
      <code class="lgj-beginning">{previewValue(pushed, 400)}</code>
      <button
        type="button"
        class="lgj-button"
        onClick={cell.fetch}
        disabled={!reachable || cell.state === "loading"}
        title={reachable ? undefined : CALLS.gone}
      >
        {cell.state === "loading" ? CALLS.loading : CALLS.load(cell.size)}
      </button>
      {cell.state === "failed" ? <p class="lgj-problem">{cell.why}</p> : null}
    </div>
  );
}

/** Where a cell of a call stands. */
export function callCellAddress(row: ModelCallRow | ToolCallRow, column: string): CellAddress {
  return { table: "requested_by" in row ? "tool_calls" : "model_calls", key: row.call_id, column };
}
