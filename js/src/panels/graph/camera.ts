// Which part of a drawing is on screen, how large, and what of it can be read then.

import { type Box, centerOf, type Layout, type Point } from "./layout";

/** How the drawing is moved and scaled. */
export interface Camera extends Point {
  readonly scale: number;
}

const SCALE = { least: 0.15, most: 2.5, fit: 1.15 };

/** All of it, in the middle. */
export function cameraFittingAll(layout: Layout, width: number, height: number): Camera {
  const scale = Math.min(SCALE.fit, width / (layout.width || 1), height / (layout.height || 1));
  return { scale, x: (width - layout.width * scale) / 2, y: (height - layout.height * scale) / 2 };
}

const READABLE = 0.76; // scale from which on names are as large as small text

/** All of it if its names can be read then; else the part around `focus`. */
export function readableCamera(layout: Layout, width: number, height: number, focus: string | null): Camera {
  const all = cameraFittingAll(layout, width, height);
  if (all.scale >= TWO_LINES) return all;
  const box = (focus === null ? undefined : layout.boxes.get(focus)) ?? { x: 0, y: 0, width: 0, height: 0 };
  const { x, y } = centerOf(box);
  const along = (middle: number, room: number, length: number) =>
    length <= room ? (room - length) / 2 : Math.min(0, Math.max(room - length, room / 2 - middle));
  return {
    scale: READABLE,
    x: along(x * READABLE, width, layout.width * READABLE),
    y: along(y * READABLE, height, layout.height * READABLE),
  };
}

/** The drawing `factor` times as large, with the point (x, y) of the screen staying where it is. */
export function zoomCameraAt(camera: Camera, factor: number, { x, y }: Point): Camera {
  const scale = Math.max(SCALE.least, Math.min(SCALE.most, camera.scale * factor));
  const change = scale / camera.scale;
  return { scale, x: x - (x - camera.x) * change, y: y - (y - camera.y) * change };
}

/** The drawing as large as it is, with this point of it in the middle. */
export function centerCamera({ scale }: Camera, { x, y }: Point, width: number, height: number): Camera {
  return { scale, x: width / 2 - x * scale, y: height / 2 - y * scale };
}

/** The part of the drawing that is on screen. */
export function visibleBox({ scale, x, y }: Camera, width: number, height: number): Box {
  return { x: -x / scale, y: -y / scale, width: width / scale, height: height / scale };
}

/** How much of a node is shown: names with their facts, names alone, or shapes with a tooltip. */
export type Detail = "facts" | "names" | "shapes";

const FACTS = 0.85;
const NAMES = 0.4; // below, there is not a line of small letters

/** The scale from which on a node holds two lines of small letters. */
export const TWO_LINES = 0.5;

export function detailAt(scale: number): Detail {
  return scale >= FACTS ? "facts" : scale >= NAMES ? "names" : "shapes";
}
