// Where a drawing's nodes and edges go. The layout itself is dagre's.

import { Graph, layout } from "@dagrejs/dagre";
import type { Drawing, DrawnNode } from "./data";

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

const MARGIN = 14;
const LETTER = 7.3; // pixels, about, of a letter of a node's name
const NODE = { height: 46, least: 152, most: 260, padding: 72 };
const HEAD = 20; // pixels above the nodes of an open group, for its name
const END = { width: 58, height: 26 };
const LABEL = { letter: 6, height: 14, most: 140 };

function sizeOf(node: DrawnNode): { width: number; height: number } {
  if (node.kind === "start" || node.kind === "end") return END;
  const width = node.name.length * LETTER + NODE.padding + (node.kind === "group" ? 20 : 0);
  return { width: Math.round(Math.max(NODE.least, Math.min(NODE.most, width))), height: NODE.height };
}

export function layoutOf(drawing: Drawing, direction: Direction): Layout {
  const graph = new Graph({ compound: true });
  graph.setGraph({
    rankdir: direction,
    nodesep: 30,
    edgesep: 14,
    ranksep: direction === "LR" ? 34 : 30,
  });
  for (const node of drawing.nodes) graph.setNode(node.id, node.open ? {} : { ...sizeOf(node) });
  for (const { id, parent } of drawing.nodes) if (parent !== null) graph.setParent(id, parent);
  for (const { source, target, label } of drawing.edges) {
    const width = label === null ? 0 : Math.min(LABEL.most, label.length * LABEL.letter + 8);
    const size = label === null ? {} : { width, height: LABEL.height, labelpos: "c" };
    graph.setEdge(source, target, { ...size, minlen: 1 + insideAfter(drawing, source, target) });
  }
  layout(graph);
  return measured(graph, drawing);
}

/** How far one can go from `source` in the group that an edge to `target` leaves: it ends beyond all of that. */
function insideAfter({ nodes, edges }: Drawing, source: string, target: string): number {
  const parents = new Map(nodes.map(({ id, parent }) => [id, parent]));
  const group = parents.get(source) ?? null;
  if (group === null || isInside(parents, target, group)) return 0;
  const far = new Map([[source, 0]]);
  for (const [id, steps] of far) {
    for (const edge of edges) {
      if (edge.source !== id || far.has(edge.target) || !isInside(parents, edge.target, group)) continue;
      far.set(edge.target, steps + 1);
    }
  }
  return Math.max(...far.values());
}

function isInside(parents: ReadonlyMap<string, string | null>, id: string, group: string): boolean {
  for (let at = parents.get(id) ?? null; at !== null; at = parents.get(at) ?? null)
    if (at === group) return true;
  return false;
}

/** Gives open groups room for their names, those around others first their share of it. */
function withHeads(boxes: Map<string, Box>, { nodes }: Drawing): void {
  for (const node of [...nodes].reverse()) {
    const box = boxes.get(node.id);
    if (!node.open || !box) continue;
    const inside = nodes.filter(({ parent }) => parent === node.id).map(({ id }) => boxes.get(id) as Box);
    const top = Math.min(box.y, ...inside.map(({ y }) => y - HEAD - 8));
    const bottom = Math.max(...inside.map(({ y, height }) => y + height)) + 12;
    boxes.set(node.id, { ...box, y: top, height: bottom - top });
  }
}

function measured(graph: Graph, drawing: Drawing): Layout {
  const boxes = new Map<string, Box>();
  for (const { id } of drawing.nodes) {
    const { x, y, width, height } = graph.node(id) as Box;
    boxes.set(id, { x: x - width / 2, y: y - height / 2, width, height });
  }
  withHeads(boxes, drawing);
  const routes = new Map<string, Route>();
  for (const { key, source, target, label } of drawing.edges) {
    const edge = graph.edge(source, target) as { points: Point[]; x?: number; y?: number };
    const middle = label !== null && edge.x !== undefined ? { x: edge.x, y: edge.y ?? 0 } : null;
    routes.set(key, { points: edge.points, label: middle });
  }
  return moved(boxes, routes);
}

/** Everything moved so that it begins at the margin. */
function moved(boxes: ReadonlyMap<string, Box>, routes: ReadonlyMap<string, Route>): Layout {
  const corners = [...boxes.values()].flatMap(({ x, y, width, height }) => [
    { x, y },
    { x: x + width, y: y + height },
  ]);
  const all = [...corners, ...[...routes.values()].flatMap(({ points }) => points)];
  const left = Math.min(...all.map(({ x }) => x)) - MARGIN;
  const top = Math.min(...all.map(({ y }) => y)) - MARGIN;
  const shift = <P extends Point>(point: P): P => ({ ...point, x: point.x - left, y: point.y - top });
  return {
    width: Math.max(0, ...all.map(({ x }) => x)) - left + MARGIN,
    height: Math.max(0, ...all.map(({ y }) => y)) - top + MARGIN,
    boxes: new Map([...boxes].map(([id, box]) => [id, shift(box)])),
    routes: new Map(
      [...routes].map(([key, { points, label }]) => [
        key,
        { points: points.map(shift), label: label && shift(label) },
      ]),
    ),
  };
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

// ---------------------------------------------------------------------------------------------
// What part of it is on screen

/** How the drawing is moved and scaled. */
export interface Camera extends Point {
  readonly scale: number;
}

const SCALE = { least: 0.15, most: 2.5, fit: 1.15 };

/** All of it, in the middle. */
export function fitting(layout: Layout, width: number, height: number): Camera {
  const scale = Math.min(SCALE.fit, width / (layout.width || 1), height / (layout.height || 1));
  return { scale, x: (width - layout.width * scale) / 2, y: (height - layout.height * scale) / 2 };
}

const READABLE = 0.64; // scale below which names are hard to read

/** All of it if it can be read then; else the part around `focus`. */
export function readable(layout: Layout, width: number, height: number, focus: string | null): Camera {
  const all = fitting(layout, width, height);
  if (all.scale >= READABLE) return all;
  const box = (focus === null ? undefined : layout.boxes.get(focus)) ?? { x: 0, y: 0, width: 0, height: 0 };
  const { x, y } = center(box);
  const along = (middle: number, room: number, length: number) =>
    length <= room ? (room - length) / 2 : Math.min(0, Math.max(room - length, room / 2 - middle));
  return {
    scale: READABLE,
    x: along(x * READABLE, width, layout.width * READABLE),
    y: along(y * READABLE, height, layout.height * READABLE),
  };
}

/** The drawing `factor` times as large, with the point (x, y) of the screen staying where it is. */
export function zoomedAt(camera: Camera, factor: number, { x, y }: Point): Camera {
  const scale = Math.max(SCALE.least, Math.min(SCALE.most, camera.scale * factor));
  const change = scale / camera.scale;
  return { scale, x: x - (x - camera.x) * change, y: y - (y - camera.y) * change };
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

function center({ x, y, width, height }: Box): Point {
  return { x: x + width / 2, y: y + height / 2 };
}
