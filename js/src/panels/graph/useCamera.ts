import { useMemo, useState } from "preact/hooks";
import { useDrag, useWheel } from "../../hooks/viewport";
import type { Activity } from "./data";
import { type Camera, fitting, type Layout, type Point, readable, zoomedAt } from "./layout";

/** Which part of the drawing is on screen, until somebody moves it where the run is. */
export function useCamera(
  layout: Layout,
  activity: ReadonlyMap<string, Activity>,
  box: HTMLElement | null,
  { width, height }: { readonly width: number; readonly height: number },
) {
  const [moved, setMoved] = useState<Camera | null>(null); // null: where the run is
  const newest = useMemo(() => newestOf(activity, layout), [activity, layout]);
  const all = fitting(layout, width, height);
  const camera = moved ?? readable(layout, width, height, newest);
  const zoom = (factor: number, at: Point = { x: width / 2, y: height / 2 }) =>
    setMoved(zoomedAt(camera, factor, at));
  const pan = (dx: number, dy: number) => setMoved({ ...camera, x: camera.x + dx, y: camera.y + dy });
  useWheel(box, (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const corner = box?.getBoundingClientRect();
    const at = { x: event.clientX - (corner?.left ?? 0), y: event.clientY - (corner?.top ?? 0) };
    zoom(Math.exp(-event.deltaY / 200), at);
  });
  useDrag(box, pan);
  return {
    camera,
    fits: camera.scale === all.scale && camera.x === all.x && camera.y === all.y,
    zoom,
    pan,
    fit: () => setMoved(all),
    /** Back to where the run is. */
    follow: () => setMoved(null),
  };
}

/** Where a task began last. */
function newestOf(activity: ReadonlyMap<string, Activity>, { boxes }: Layout): string | null {
  let newest: { id: string; time: number } | null = null;
  for (const [id, { tasks }] of activity) {
    const time = tasks.at(-1)?.start_time ?? 0;
    if (boxes.has(id) && time >= (newest?.time ?? 0)) newest = { id, time };
  }
  return newest?.id ?? null;
}
