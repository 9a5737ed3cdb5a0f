// Where a drawing's nodes and edges go. The layout itself is dagre's, which is big: so this is a bundle of its own,
// fetched when a graph is drawn first (`assets.ts`).

import { Graph, layout } from "@dagrejs/dagre";
import type { Drawing, DrawnNode } from "./data";
import type { Box, Direction, Layout, Point, Route } from "./layout";

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
