import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Empty } from "../../components/Empty";
import { Explanation } from "../../components/Explanation";
import { useElementId } from "../../hooks/ids";
import { hasModifier } from "../../hooks/shortcuts";
import { useRunningTime, useStore } from "../../hooks/store";
import { useElapsedSeconds, useViewport } from "../../hooks/viewport";
import { SUBGRAPHS } from "../../texts/subgraphs";
import { BranchRow, TreeHead, ROW_HEIGHT } from "./BranchRow";
import { type GraphBranch, columnWidths } from "./data";
import { onTreeKey, type Tree, useSelectedBranch, useTree } from "./useTree";
import "./view.css";

const AHEAD = 8; // rows drawn above and below what is in sight

export function View(): JSX.Element {
  const tree = useTree();
  return (
    <>
      <Explanation />
      {tree.isEmpty ? <Empty waiting={SUBGRAPHS.waiting} none={SUBGRAPHS.none} /> : <TreeGrid tree={tree} />}
    </>
  );
}

function TreeGrid({ tree: { rows, toggle } }: { tree: Tree }): JSX.Element {
  const scope = useElementId("lgj-tree");
  const [active, setActive] = useState<string | null>(null);
  const [box, setBox] = useState<HTMLDivElement | null>(null);
  const viewport = useViewport(box);
  const started = useStore(["summary", "namespaces"], ({ summary }) => summary.started ?? 0);
  const elapsed = useElapsedSeconds(0.25);
  const time = useRunningTime();
  const { isSelected, isMarked, choose: select } = useSelectedBranch(toggle);
  const choose = (branch: GraphBranch) => {
    setActive(branch.key);
    select(branch);
  };
  const go = (index: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (!row || !box) return;
    setActive(row.branch.key);
    scrollRowIntoView(box, rows.indexOf(row) * ROW_HEIGHT);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (hasModifier(event)) return;
    const at = rows.findIndex(({ branch }) => branch.key === active);
    const page = Math.max(1, Math.floor(viewport.height / ROW_HEIGHT) - 2);
    if (onTreeKey(event.key, rows, at, page, { go, toggle, choose })) event.preventDefault();
  };
  const first = Math.max(0, Math.floor(viewport.top / ROW_HEIGHT) - AHEAD);
  const end = Math.min(rows.length, Math.ceil((viewport.top + viewport.height) / ROW_HEIGHT) + AHEAD);
  return (
    <div
      class="lgj-tree"
      style={columnWidths(rows)}
      ref={setBox}
      tabIndex={0}
      role="treegrid"
      aria-label={SUBGRAPHS.name}
      aria-rowcount={rows.length + 1}
      {...(active === null ? {} : { "aria-activedescendant": `${scope}-${active}` })}
      onKeyDown={onKeyDown}
    >
      <TreeHead />
      <div role="rowgroup" class="lgj-tree-rows" style={{ height: `${rows.length * ROW_HEIGHT}px` }}>
        {rows.slice(first, end).map((row, nth) => (
          <BranchRow
            key={row.branch.key}
            row={row}
            index={first + nth}
            id={`${scope}-${row.branch.key}`}
            active={row.branch.key === active}
            selected={isSelected(row.branch)}
            marked={isMarked(row.branch)}
            {...{ started, time }}
            now={elapsed}
            whole={Math.max(elapsed, 0.001)}
            onToggle={() => toggle(row.branch)}
            onChoose={() => choose(row.branch)}
          />
        ))}
      </div>
      {rows.length === 0 ? <p class="lgj-empty">{SUBGRAPHS.noneFits}</p> : null}
    </div>
  );
}

function scrollRowIntoView(box: HTMLElement, top: number): void {
  const room = box.clientHeight - ROW_HEIGHT; // the head stays
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + ROW_HEIGHT > box.scrollTop + room) box.scrollTop = top + ROW_HEIGHT - room;
}
