import { useLayoutEffect, useMemo, useState } from "preact/hooks";
import type { TaskRow } from "../../core/schema";
import { useView } from "../../hooks/context";
import { useSelection } from "../../hooks/narrowing";
import { hasModifier } from "../../hooks/shortcuts";
import type { Viewport } from "../../hooks/viewport";
import { scopeOf } from "../../state/selection";
import { type Bar, neighbouringBar } from "./data";
import { type PlacedLane, stackLanes, scrollLaneIntoView } from "./stackedLanes";
import { revealSpan } from "./time";
import type { Timeline } from "./useTimelineData";
import type { Zoom } from "./useZoom";

const ZOOM = 1.5; // of a key

/** The task that is selected, and those that belong to what is. */
export function useSelectedTask({ tasks, time }: Timeline) {
  const { store } = useView();
  const [selection, select] = useSelection();
  const scope = useMemo(() => scopeOf(selection, store.tables), [selection, store, tasks]);
  const marked = useMemo(
    () => (scope ? new Set(tasks.filter(scope.has).map(({ task_id }) => task_id)) : null),
    [scope, tasks],
  );
  const taskOf = (id: string | number): TaskRow | undefined => {
    const task = store.tables.tasks.get(id);
    return task && time.task(task);
  };
  const task = selection?.kind === "task" ? taskOf(selection.id) : undefined;
  const id = task?.task_id ?? null;
  const toggle = (other: string) => select(other === id ? null : { kind: "task", id: other });
  return { selection, select, marked, taskOf, task, id, toggle };
}

/** The bar that keys go from, which is kept in sight. */
export function useKeyboardCursor(
  { lanes, now }: Timeline,
  zoom: Zoom,
  selected: ReturnType<typeof useSelectedTask>,
  box: HTMLElement | null,
  viewport: Viewport,
) {
  const [active, setActive] = useState<string | null>(null);
  const rows = useMemo(() => stackLanes(lanes), [lanes]);
  const bars = useMemo(
    () => new Map(lanes.flatMap(({ bars }) => bars.map((bar) => [bar.task.task_id, bar]))),
    [lanes],
  );
  const show = (bar: Bar) => {
    const row = rows.find(({ lane }) => lane.bars.includes(bar));
    if (row && box) scrollLaneIntoView(box, row, bar.line);
  };
  const go = (bar: Bar | null) => {
    if (!bar) return;
    setActive(bar.task.task_id);
    if (!zoom.fits) zoom.show(revealSpan(zoom.span, { from: bar.from, to: bar.to ?? now }, zoom.whole));
    show(bar);
  };
  const chosen = selected.id === null ? undefined : bars.get(selected.id);
  // What is selected elsewhere is to be seen here too.
  useLayoutEffect(() => {
    if (chosen && selected.id !== active) go(chosen);
  }, [selected.id]);
  // Its details take some of the room: it is still to be seen.
  useLayoutEffect(() => {
    if (chosen) show(chosen);
  }, [viewport.height]);
  const bar = active === null ? null : (bars.get(active) ?? null);
  return { active, setActive, bar, go, rows: rows as readonly PlacedLane[] };
}

type ArrowKey = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown";

function isArrow(key: string): key is ArrowKey {
  return key.startsWith("Arrow");
}

/** Arrows go from bar to bar, with Shift along the time; plus and minus zoom, Enter selects. */
export function onTimelineKey(
  event: KeyboardEvent,
  { lanes, now }: Timeline,
  zoom: Zoom,
  { bar, go }: Pick<ReturnType<typeof useKeyboardCursor>, "bar" | "go">,
  toggle: (task: string) => void,
): void {
  const { key } = event;
  if (hasModifier(event)) return;
  const { from, to } = zoom.span;
  const middle = bar && zoom.fits ? (bar.from + (bar.to ?? now)) / 2 : (from + to) / 2;
  const first = lanes[0]?.bars[0] ?? null;
  if (key === "+" || key === "=") zoom.by(ZOOM, middle);
  else if (key === "-" || key === "_") zoom.by(1 / ZOOM, middle);
  else if (key === "0") zoom.fit();
  else if (event.shiftKey && key === "ArrowLeft") zoom.pan((from - to) / 8);
  else if (event.shiftKey && key === "ArrowRight") zoom.pan((to - from) / 8);
  else if (isArrow(key)) go(bar ? neighbouringBar(lanes, bar, key) : first);
  else if (key === "Home") go(first);
  else if (key === "End") go(lanes.at(-1)?.bars.at(-1) ?? null);
  else if ((key === "Enter" || key === " ") && bar) toggle(bar.task.task_id);
  else return;
  event.preventDefault();
}
