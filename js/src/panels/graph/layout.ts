// Where things are in a drawing, and which part of it is on screen. `arrange.ts` finds the places.

export type Direction = "LR" | "TB";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** In pixels, from the drawing's upper left corner. */
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

export interface Route {
  readonly points: readonly Point[];
  /** The middle of the edge's label. */
  readonly label: Point | null;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: ReadonlyMap<string, Box>;
  readonly routes: ReadonlyMap<string, Route>;
}

/** A smooth line through the points, as an SVG path. */
export function curvePath(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (!first || !last) return "";
  let path = `M${pointText(first)}`;
  for (let index = 0; index < rest.length - 1; index += 1) {
    const [corner, next] = [rest[index] as Point, rest[index + 1] as Point];
    const end = index === rest.length - 2 ? next : midpoint(corner, next);
    path += `Q${pointText(corner)} ${pointText(end)}`;
  }
  return rest.length === 1 ? `${path}L${pointText(last)}` : path;
}

/** The head of an arrow at the end of a line, as an SVG path. */
export function arrowPath(points: readonly Point[], size = 7): string {
  const tip = points.at(-1);
  const before = points.at(-2);
  if (!tip || !before) return "";
  const angle = Math.atan2(tip.y - before.y, tip.x - before.x);
  const corner = (turn: number) => ({
    x: tip.x - size * Math.cos(angle + turn),
    y: tip.y - size * Math.sin(angle + turn),
  });
  return `M${pointText(tip)}L${pointText(corner(0.45))}L${pointText(corner(-0.45))}Z`;
}

function midpoint(one: Point, other: Point): Point {
  return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
}

function pointText({ x, y }: Point): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}

const DIRECTIONS: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** The box to go to from one with an arrow key: the nearest in that direction, straight ahead first. */
export function nextBox(layout: Layout, from: string, key: string, among: readonly string[]): string | null {
  const start = layout.boxes.get(from);
  const direction = DIRECTIONS[key];
  if (!start || !direction) return null;
  const { x: dx, y: dy } = direction;
  let best: { id: string; cost: number } | null = null;
  for (const id of among) {
    const box = layout.boxes.get(id);
    if (!box || id === from) continue;
    const across = { x: centerOf(box).x - centerOf(start).x, y: centerOf(box).y - centerOf(start).y };
    const ahead = across.x * dx + across.y * dy;
    const aside = Math.abs(across.x * dy) + Math.abs(across.y * dx);
    if (ahead <= 1) continue;
    const cost = ahead + 2 * aside;
    if (best === null || cost < best.cost) best = { id, cost };
  }
  return best?.id ?? null;
}

/** The middle of a box. */
export function centerOf({ x, y, width, height }: Box): Point {
  return { x: x + width / 2, y: y + height / 2 };
}
