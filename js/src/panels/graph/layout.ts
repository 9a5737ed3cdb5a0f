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
export function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (!first || !last) return "";
  let path = `M${at(first)}`;
  for (let index = 0; index < rest.length - 1; index += 1) {
    const [corner, next] = [rest[index] as Point, rest[index + 1] as Point];
    const end = index === rest.length - 2 ? next : middle(corner, next);
    path += `Q${at(corner)} ${at(end)}`;
  }
  return rest.length === 1 ? `${path}L${at(last)}` : path;
}

/** The head of an arrow at the end of a line, as an SVG path. */
export function arrow(points: readonly Point[], size = 7): string {
  const tip = points.at(-1);
  const before = points.at(-2);
  if (!tip || !before) return "";
  const angle = Math.atan2(tip.y - before.y, tip.x - before.x);
  const corner = (turn: number) => ({
    x: tip.x - size * Math.cos(angle + turn),
    y: tip.y - size * Math.sin(angle + turn),
  });
  return `M${at(tip)}L${at(corner(0.45))}L${at(corner(-0.45))}Z`;
}

function middle(one: Point, other: Point): Point {
  return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
}

function at({ x, y }: Point): string {
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
    const across = { x: center(box).x - center(start).x, y: center(box).y - center(start).y };
    const ahead = across.x * dx + across.y * dy;
    const aside = Math.abs(across.x * dy) + Math.abs(across.y * dx);
    if (ahead <= 1) continue;
    const cost = ahead + 2 * aside;
    if (best === null || cost < best.cost) best = { id, cost };
  }
  return best?.id ?? null;
}

/** The middle of a box. */
export function center({ x, y, width, height }: Box): Point {
  return { x: x + width / 2, y: y + height / 2 };
}
