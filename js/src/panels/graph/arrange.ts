// Where a drawing's nodes and edges go. The layout itself is dagre's, which is big: so this is a bundle of its own,
// fetched when a graph is drawn first (`assets.ts`).

import { Graph, layout } from "@dagrejs/dagre";
import type { GraphDrawing, VisibleNode } from "./data";
import type { Box, Direction, Layout, Point, Route } from "./layout";
import { LOOP_SIZE, loopRoute } from "./loop";

const MARGIN = 14;
const LETTER = 8.4; // pixels, about, of a letter of a node's name
const NODE = { height: 50, least: 166, most: 280, padding: 76 };
const HEAD = 24; // pixels above the nodes of an open group, for its name
const HEAD_FACTS = 160; // pixels beside its name, for how often it ran, how that ended and how long it took
const HEAD_NAME = 240; // pixels that a name may widen its group to; a tooltip has all of it
const BELOW = 12;
const END = { width: 58, height: 26 };
const LABEL = { letter: 6, height: 14, most: 140 };

function nodeSizeOf(node: VisibleNode): { width: number; height: number } {
  if (node.kind === "start" || node.kind === "end") return END;
  const width = node.name.length * LETTER + NODE.padding + (node.kind === "group" ? 20 : 0);
  return { width: Math.round(Math.max(NODE.least, Math.min(NODE.most, width))), height: NODE.height };
}

export function computeLayout(drawing: GraphDrawing, direction: Direction): Layout {
  const graph = new Graph({ compound: true });
  graph.setGraph({
    rankdir: direction,
    nodesep: 30,
    edgesep: 14,
    ranksep: direction === "LR" ? 34 : 30,
  });
  for (const node of drawing.nodes) graph.setNode(node.id, node.open ? {} : { ...nodeSizeOf(node) });
  for (const { id, parent } of drawing.nodes) if (parent !== null) graph.setParent(id, parent);
  for (const { source, target, label } of drawing.edges) {
    const width = labelWidthOf(label);
    const height = label === null ? 0 : LABEL.height;
    if (source === target) {
      graph.setEdge(source, target, { width: LOOP_SIZE.reach + width, height: LOOP_SIZE.reach + height }); // room beside it
      continue;
    }
    const size = label === null ? {} : { width, height, labelpos: "c" };
    graph.setEdge(source, target, { ...size, minlen: 1 + insideAfter(drawing, source, target) });
  }
  layout(graph);
  return layoutOfGraph(graph, drawing, direction);
}

function labelWidthOf(label: string | null): number {
  return label === null ? 0 : Math.min(LABEL.most, label.length * LABEL.letter + 8);
}

/** How far one can go from `source` in the group that an edge to `target` leaves: it ends beyond all of that. */
function insideAfter({ nodes, edges }: GraphDrawing, source: string, target: string): number {
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

/** A place in the making. */
interface Placed {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface Line {
  readonly source: string;
  readonly target: string;
  readonly points: Point[];
  label: Point | null;
}

/** What dagre placed, and how to make room in it. */
class LayoutCanvas {
  readonly boxes = new Map<string, Placed>();
  readonly lines = new Map<string, Line>();

  constructor(
    graph: Graph,
    private readonly drawing: GraphDrawing,
  ) {
    for (const { id } of drawing.nodes) {
      const { x, y, width, height } = graph.node(id) as Box;
      this.boxes.set(id, { x: x - width / 2, y: y - height / 2, width, height });
    }
    for (const { key, source, target, label } of drawing.edges) {
      if (source === target) continue; // drawn once its node has its place
      const edge = graph.edge(source, target) as { points: Point[]; x?: number; y?: number };
      const middle = label !== null && edge.x !== undefined ? { x: edge.x, y: edge.y ?? 0 } : null;
      this.lines.set(key, {
        source,
        target,
        points: edge.points.map((point) => ({ ...point })),
        label: middle,
      });
    }
  }

  /**
   * Moves all that is beyond `cut` further by `room`: nothing that stood apart comes together. Open groups that
   * the cut goes through grow; any other node moves as a whole, and the ends of its edges with it.
   */
  insertSpace(axis: "x" | "y", cut: number, room: number): void {
    if (room <= 0) return;
    const length = axis === "x" ? "width" : "height";
    const moved = new Set<string>();
    for (const { id, open } of this.drawing.nodes) {
      const box = this.boxes.get(id) as Placed;
      const middle = box[axis] + box[length] / 2;
      if (open ? box[axis] >= cut : middle >= cut) {
        box[axis] += room;
        moved.add(id);
      } else if (open && box[axis] + box[length] >= cut) box[length] += room;
    }
    const beyond = (point: Point): Point =>
      point[axis] >= cut ? { ...point, [axis]: point[axis] + room } : point;
    const along = (point: Point, node: string): Point =>
      moved.has(node) ? { ...point, [axis]: point[axis] + room } : point;
    for (const line of this.lines.values()) {
      const last = line.points.length - 1;
      line.points.forEach((point, index) => {
        const end = index === 0 ? line.source : index === last ? line.target : null;
        const open = this.drawing.nodes.some(({ id, open }) => id === end && open);
        line.points[index] = end !== null && !open ? along(point, end) : beyond(point);
      });
      line.label = line.label && beyond(line.label);
    }
  }
}

/** Gives open groups room for their heads, inner ones first. */
function makeRoomForHeads(canvas: LayoutCanvas, { nodes, edges }: GraphDrawing, direction: Direction): void {
  const loops = new Set(edges.filter(({ source, target }) => source === target).map(({ source }) => source));
  const reach = (id: string, way: Direction) => (direction === way && loops.has(id) ? LOOP_SIZE.reach : 0);
  for (const node of [...nodes].reverse()) {
    const box = canvas.boxes.get(node.id);
    const inside = nodes.filter(({ parent }) => parent === node.id);
    if (!node.open || !box || inside.length === 0) continue;
    const places = inside.map(({ id }) => canvas.boxes.get(id) as Placed);
    const above = Math.min(...places.map(({ y }) => y)) - box.y;
    canvas.insertSpace("y", box.y + 0.01, HEAD + 8 - above); // just below its upper edge, which stays
    const below =
      box.y + box.height - Math.max(...inside.map(({ id }) => endOf(canvas, id, "y") + reach(id, "LR")));
    canvas.insertSpace("y", box.y + box.height, BELOW - below);
    const beside = Math.max(...inside.map(({ id }) => endOf(canvas, id, "x") + reach(id, "TB"))) - box.x;
    const width = Math.max(beside + BELOW, Math.min(HEAD_NAME, node.name.length * LETTER) + HEAD_FACTS);
    canvas.insertSpace("x", box.x + box.width, width - box.width);
  }
}

function endOf({ boxes }: LayoutCanvas, id: string, axis: "x" | "y"): number {
  const box = boxes.get(id) as Placed;
  return box[axis] + box[axis === "x" ? "width" : "height"];
}

function layoutOfGraph(graph: Graph, drawing: GraphDrawing, direction: Direction): Layout {
  const canvas = new LayoutCanvas(graph, drawing);
  makeRoomForHeads(canvas, drawing, direction);
  const routes = new Map<string, Route>(canvas.lines);
  for (const { key, source, target, label } of drawing.edges) {
    const box = canvas.boxes.get(source);
    if (source === target && box) routes.set(key, loopRoute(box, direction, labelWidthOf(label)));
  }
  return moveToMargin(canvas.boxes, routes);
}

/** Everything moved so that it begins at the margin. */
function moveToMargin(boxes: ReadonlyMap<string, Box>, routes: ReadonlyMap<string, Route>): Layout {
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
