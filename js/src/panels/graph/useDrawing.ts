import { useMemo, useState } from "preact/hooks";
import { useView } from "../../hooks/context";
import { useFilter, useSelection } from "../../hooks/narrowing";
import { useRunningTime, useStore, useTable } from "../../hooks/store";
import { matchesFilter } from "../../state/filter";
import { cameraFittingAll } from "./camera";
import {
  type NodeActivity,
  activityOf,
  initiallyClosedGroups,
  type GraphDrawing,
  drawingOf,
  isSelectedNode,
  nodeIdOf,
  type GraphStructure,
} from "./data";
import type { LayoutOf } from "./fetch";
import type { Direction } from "./layout";
import { takenPathOf } from "./takenPath";

const SMALL = 0.58; // scale below which the other direction is tried …
const BETTER = 1.3; // … and taken, if it makes the drawing so much larger

/** The graph with the edges that the run has taken and the graph does not declare. */
export function useStructureWithUndeclared(structure: GraphStructure): GraphStructure {
  const tasks = useTable("tasks"); // all of them: those that pass a filter would tell of other ways
  const ended = useStore(["summary"], ({ summary }) => summary.status === "success");
  const { undeclared } = useMemo(
    () => takenPathOf(structure, tasks.rows, ended),
    [structure, tasks.version, ended],
  );
  const known = JSON.stringify(undeclared); // the drawing is laid out anew only when there are others
  return useMemo(() => ({ ...structure, edges: [...structure.edges, ...undeclared] }), [structure, known]);
}

/** Where the run is and has been, by what is drawn. */
export function useActivity(structure: GraphStructure): {
  readonly activity: ReadonlyMap<string, NodeActivity>;
  readonly taken: ReadonlySet<string>;
} {
  const tasks = useTable("tasks");
  const [filter] = useFilter();
  const ended = useStore(["summary"], ({ summary }) => summary.status === "success");
  const time = useRunningTime();
  return useMemo(() => {
    const shown = tasks.rows.filter((row) => matchesFilter(filter, row));
    return {
      activity: activityOf(structure, shown, time),
      taken: takenPathOf(structure, shown, ended).taken,
    };
  }, [structure, tasks.version, filter, ended, time]);
}

function useLayoutIn(
  drawing: GraphDrawing,
  layoutOf: LayoutOf,
  chosen: Direction | null,
  width: number,
  height: number,
) {
  const across = useMemo(() => layoutOf(drawing, "LR"), [drawing]);
  const acrossFits = cameraFittingAll(across, width, height).scale;
  const tryDown = chosen === "TB" || (chosen === null && acrossFits < SMALL);
  const down = useMemo(() => (tryDown ? layoutOf(drawing, "TB") : null), [drawing, tryDown]);
  const prefersDown = down !== null && cameraFittingAll(down, width, height).scale > acrossFits * BETTER;
  const isDown = chosen === null ? prefersDown : chosen === "TB";
  return { layout: isDown && down ? down : across, direction: (isDown ? "TB" : "LR") as Direction };
}

/** What is drawn of the graph, in which direction and with which of its subgraphs closed. */
export function useDrawing(structure: GraphStructure, layoutOf: LayoutOf, width: number, height: number) {
  const [closed, setClosed] = useState(() => initiallyClosedGroups(structure));
  const [chosen, setDirection] = useState<Direction | null>(null);
  const drawing = useMemo(() => drawingOf(structure, closed), [structure, closed]);
  const { layout, direction } = useLayoutIn(drawing, layoutOf, chosen, width, height);
  return { drawing, layout, direction, setDirection, closed, setClosed };
}

/** What is selected of the graph, and how to select a node of it. */
export function useSelectedNode() {
  const { store } = useView();
  const [selection, select] = useSelection();
  const task = selection?.kind === "task" ? store.tables.tasks.get(String(selection.id)) : undefined;
  const ofTask = task?.node ? nodeIdOf(task) : null;
  const isSelected = (id: string) =>
    id === ofTask || (selection?.kind === "node" && isSelectedNode(id, selection.id));
  const toggle = (id: string) => select(isSelected(id) ? null : { kind: "node", id });
  return { isSelected, toggle };
}
