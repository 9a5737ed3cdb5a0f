import type { JSX } from "preact";
import { Place } from "../../components/NodeName";
import { VirtualList } from "../../components/VirtualList";
import { COMPARE, PATH } from "../../texts/compare";
import { differingRows, type PathRow, SIDES, type Side } from "./data";
import { NoDifference } from "./NoDifference";
import type { PanelProps } from "./panel";
import { RunLetter } from "./RunCards";
import "../../components/DataTable.css";

/** The executions of nodes in their order, each beside its like. */
export function PathPanel({ compared, all }: PanelProps): JSX.Element {
  const { path } = compared;
  const parted = path.some((row) => row.in !== "both");
  if (path.length === 0 || (!parted && !all)) {
    return <NoDifference some={path.length > 0} same={PATH.same} none={PATH.none} />;
  }
  // A path reads as a whole: what both have stands between what they have not.
  const rows = differingRows(path, () => true, true);
  return (
    <div
      class="lgj-table lgj-path-table"
      style={{ "--lgj-tracks": "36px minmax(0, 1fr) 36px minmax(0, 1fr)" }}
    >
      <VirtualList
        role="table"
        label={PATH.name}
        count={rows.length}
        keyOf={(index) => index}
        head={<Head />}
        render={(index) => <Line row={path[index] as PathRow} place={index} />}
      />
    </div>
  );
}

function Head(): JSX.Element {
  return (
    <div class="lgj-row lgj-head" role="row" aria-rowindex={1}>
      {SIDES.map((side) => (
        <div key={side} class="lgj-cell lgj-path-head" role="columnheader">
          <RunLetter side={side} />
        </div>
      ))}
    </div>
  );
}

function Line({ row, place }: { row: PathRow; place: number }): JSX.Element {
  return (
    <div class={`lgj-row lgj-path-${row.in}`} role="row" aria-rowindex={place + 2}>
      {SIDES.map((side) => (
        <PathCells key={side} row={row} side={side} />
      ))}
    </div>
  );
}

function PathCells({ row, side }: { row: PathRow; side: Side }): JSX.Element {
  const position = row[`position_${side}`];
  return (
    <>
      <div class="lgj-cell lgj-end lgj-muted" role="cell">
        {position === null ? "" : position + 1}
      </div>
      <div class={`lgj-cell ${row.in === side ? `lgj-only-${side}` : ""}`} role="cell">
        {position === null ? null : (
          <>
            <Place namespace={row.namespace} node={row.node} />
            {row.in === side ? (
              <span class="lgj-muted lgj-only-word">{COMPARE.onlyIn(side.toUpperCase())}</span>
            ) : null}
          </>
        )}
      </div>
    </>
  );
}
