import { useMemo, useState } from "preact/hooks";
import { useDrag, useWheel } from "../../hooks/viewport";
import type { NodeActivity } from "./data";
import { type Camera, centerCamera, cameraFittingAll, readableCamera, zoomCameraAt } from "./camera";
import type { Layout, Point } from "./layout";

/** Which part of the drawing is on screen: until somebody moves it where the run is, and all of it once that is over. */
export function useCamera(
  layout: Layout,
  activity: ReadonlyMap<string, NodeActivity>,
  box: HTMLElement | null,
  { width, height }: { readonly width: number; readonly height: number },
  over: boolean,
) {
  const [moved, setMoved] = useState<Camera | null>(null); // null: nobody did
  const newest = useMemo(() => newestOf(activity, layout), [activity, layout]);
  const all = cameraFittingAll(layout, width, height);
  const camera = moved ?? (over ? all : readableCamera(layout, width, height, newest));
  const zoom = (factor: number, at: Point = { x: width / 2, y: height / 2 }) =>
    setMoved(zoomCameraAt(camera, factor, at));
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
    /** Brings this point of the drawing to the middle. */
    show: (point: Point) => setMoved(centerCamera(camera, point, width, height)),
    fit: () => setMoved(all),
    /** As if nobody had moved it. */
    follow: () => setMoved(null),
  };
}

/** Where a task began last. */
function newestOf(activity: ReadonlyMap<string, NodeActivity>, { boxes }: Layout): string | null {
  let newest: { id: string; time: number } | null = null;
  for (const [id, { tasks }] of activity) {
    const time = tasks.at(-1)?.start_time ?? 0;
    if (boxes.has(id) && time >= (newest?.time ?? 0)) newest = { id, time };
  }
  return newest?.id ?? null;
}
