import { useMemo, useState } from "preact/hooks";
import { useView } from "../../hooks/context";
import { useFilter, useSelection } from "../../hooks/narrowing";
import { useTable } from "../../hooks/store";
import { isFiltering, matchesFilter } from "../../state/filter";
import { scopeOf } from "../../state/selection";
import { type GraphBranch, forestOf, pruneForest, visibleRowsOf, type TreeRow } from "./data";

export type Tree = ReturnType<typeof useTree>;

/** The tree as far as it is open, and how to open more of it. */
export function useTree() {
  const namespaces = useTable("namespaces");
  const [filter] = useFilter();
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const forest = useMemo(() => forestOf(namespaces.rows), [namespaces.version]);
  const shown = useMemo(() => {
    if (!isFiltering(filter)) return forest;
    const placed = { ...filter, tags: [], steps: [null, null] as const };
    return pruneForest(forest, (row) => matchesFilter(placed, row));
  }, [forest, filter]);
  const isOpen = (branch: GraphBranch) => toggled.has(branch.key) !== (branch.row !== null);
  const rows = useMemo(() => visibleRowsOf(shown, isOpen), [shown, toggled]);
  const toggle = (branch: GraphBranch, open = !isOpen(branch)) => {
    if (branch.children.length === 0 || open === isOpen(branch)) return;
    const next = new Set(toggled);
    if (!next.delete(branch.key)) next.add(branch.key);
    setToggled(next);
  };
  return { rows, toggle, isEmpty: forest.length === 0 };
}

/** The branch that is selected, and those that belong to what is. */
export function useSelectedBranch(toggle: Tree["toggle"]) {
  const { store } = useView();
  const { version } = useTable("namespaces");
  const [selection, select] = useSelection();
  const scope = useMemo(() => scopeOf(selection, store.tables), [selection, store, version]);
  const isSelected = ({ row }: GraphBranch) =>
    row !== null && selection?.kind === "namespace" && selection.id === row.namespace;
  const isMarked = ({ row }: GraphBranch) => scope !== null && row !== null && scope.has(row);
  const choose = (branch: GraphBranch) => {
    if (branch.row === null) toggle(branch);
    else if (isSelected(branch)) select(null);
    else select({ kind: "namespace", id: branch.row.namespace });
  };
  return { isSelected, isMarked, choose };
}

/** Keys of a treegrid: what `row`, at index `at`, is left for, opened or chosen by. False where a key is not one of them. */
export function onTreeKey(
  key: string,
  rows: readonly TreeRow[],
  at: number,
  page: number,
  {
    go,
    toggle,
    choose,
  }: { go: (index: number) => void; toggle: Tree["toggle"]; choose: (branch: GraphBranch) => void },
): boolean {
  const row = rows[at];
  const to = targetRow(key, rows.length, at, page);
  if (to !== null) go(to);
  else if (key === "ArrowRight") {
    if (row?.open) go(at + 1);
    else if (row) toggle(row.branch, true);
  } else if (key === "ArrowLeft") {
    if (row?.open) toggle(row.branch, false);
    else if (row) go(parentOf(rows, at));
  } else if (key === "Enter" || key === " ") {
    if (row) choose(row.branch);
  } else return false;
  return true;
}

function targetRow(key: string, count: number, at: number, page: number): number | null {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: count - 1,
  };
  return steps[key] ?? null;
}

function parentOf(rows: readonly TreeRow[], at: number): number {
  const level = rows[at]?.branch.level ?? 1;
  for (let index = at - 1; index >= 0; index -= 1) {
    if ((rows[index]?.branch.level ?? 0) < level) return index;
  }
  return at;
}
