// The drawing as a file: an SVG that needs no style sheet, no font and no script. Pure.

import { formatDuration, formatInteger } from "../../core/format";
import {
  type NodeActivity,
  type GraphDrawing,
  type DrawnEdge,
  type VisibleNode,
  activeSecondsOf,
} from "./data";
import { arrowPath, type Box, curvePath, type Layout, type Route } from "./layout";
import { isTakenEdge } from "./takenPath";

export interface Picture {
  readonly drawing: GraphDrawing;
  readonly layout: Layout;
  readonly activity: ReadonlyMap<string, NodeActivity>;
  readonly taken: ReadonlySet<string>;
  /** The colour of a node, in CSS. */
  readonly colorOf: (node: string) => string;
}

/** Makes of a colour in CSS, with variables, one that a file can hold. */
export type ResolveColor = (css: string) => string;

const FONT = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif";
const PAD = 10;
const LETTER = 0.62; // of the size of a font: how wide a letter is, about

export function renderSvg(picture: Picture, resolve: ResolveColor): string {
  const { drawing, layout, taken } = picture;
  const [width, height] = [Math.ceil(layout.width), Math.ceil(layout.height)];
  const edges = drawing.edges.flatMap((edge) => {
    const route = layout.routes.get(edge.key);
    return route ? [edgeSvg(edge, route, isTakenEdge(edge, taken), resolve)] : [];
  });
  const nodes = drawing.nodes.flatMap((node) => {
    const box = layout.boxes.get(node.id);
    return box ? [nodeSvg(node, box, picture, resolve)] : [];
  });
  // Groups lie under the edges, as nodes come parents first; other nodes over them.
  const groups = nodes.filter((_, index) => drawing.nodes[index]?.open);
  const boxes = nodes.filter((_, index) => !drawing.nodes[index]?.open);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONT}">`,
    `<rect width="100%" height="100%" fill="${resolve("var(--lgj-bg)")}"/>`,
    ...groups,
    ...edges,
    ...boxes,
    "</svg>\n",
  ].join("\n");
}

function edgeSvg(edge: DrawnEdge, { points, label }: Route, taken: boolean, resolve: ResolveColor): string {
  const color = resolve(taken ? "var(--lgj-active)" : "var(--lgj-border-strong)");
  const dashes = edge.undeclared ? "1 5" : edge.conditional ? "5 4" : null;
  const stroke = `stroke="${color}" stroke-width="${taken ? 2.4 : 1.4}"`;
  const dashed = dashes === null ? "" : ` stroke-dasharray="${dashes}" stroke-linecap="round"`;
  const line = `<path d="${curvePath(points)}" fill="none" ${stroke}${dashed}/>`;
  const head = `<path d="${arrowPath(points, taken ? 9 : 8)}" fill="${color}"/>`;
  const muted = resolve("var(--lgj-fg-muted)");
  const halo = `paint-order="stroke" stroke="${resolve("var(--lgj-bg)")}" stroke-width="4"`;
  const named = label && edge.label;
  return `<g>${line}${head}${named ? textSvg(edge.label, label.x, label.y + 4, 11, muted, `text-anchor="middle" ${halo}`) : ""}</g>`;
}

function nodeSvg(node: VisibleNode, box: Box, picture: Picture, resolve: ResolveColor): string {
  const { x, y, width, height } = box;
  const frame = (fill: string, stroke: string, rx: number, more = "") =>
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${rx}" fill="${resolve(fill)}" stroke="${resolve(stroke)}" ${more}/>`;
  const muted = resolve("var(--lgj-fg-muted)");
  if (node.kind === "start" || node.kind === "end") {
    const shape = frame("var(--lgj-bg)", "var(--lgj-border-strong)", height / 2);
    return `<g>${shape}${textSvg(node.kind, x + width / 2, y + height / 2 + 4, 11.5, muted, 'text-anchor="middle"')}</g>`;
  }
  const activity = picture.activity.get(node.id);
  const color = picture.colorOf(node.name);
  const mixed = (share: number) => `color-mix(in srgb, ${color} ${share}%, var(--lgj-bg))`;
  const share = node.open ? 5 : activity ? 13 : 0;
  const shape = frame(
    mixed(share),
    activity ? mixed(60) : "var(--lgj-border-strong)",
    8,
    node.open ? 'stroke-width="1.5" stroke-dasharray="5 4"' : 'stroke-width="1.5"',
  );
  const facts = activity ? factsOf(activity) : "";
  const name = resolve(activity ? "var(--lgj-fg)" : "var(--lgj-fg-muted)");
  if (node.open) {
    const title = [node.name, facts].filter(Boolean).join("  ");
    return `<g>${shape}${textSvg(title, x + PAD, y + 18, fontSizeOf(title, width), name, 'font-weight="600"')}</g>`;
  }
  const middle = y + height / 2;
  const title = textSvg(
    node.name,
    x + PAD,
    facts ? middle - 4 : middle + 5,
    fontSizeOf(node.name, width),
    name,
    'font-weight="600"',
  );
  return `<g>${shape}${title}${facts ? textSvg(facts, x + PAD, middle + 15, 13, muted) : ""}</g>`;
}

/** How large letters are, so that they are not wider than the box. */
function fontSizeOf(words: string, width: number): number {
  return Math.min(14.5, (width - 2 * PAD) / (words.length * LETTER));
}

function factsOf(activity: NodeActivity): string {
  const { status, count } = activity;
  const seconds = activeSecondsOf(activity);
  const times = count > 1 ? `×${formatInteger(count)}` : "";
  return [status === "success" ? "✓" : status, times, seconds === null ? "" : formatDuration(seconds)]
    .filter(Boolean)
    .join(" ");
}

function textSvg(words: string | null, x: number, y: number, size: number, fill: string, more = ""): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-size="${size.toFixed(1)}" fill="${fill}" ${more}>${escapeXml(words ?? "")}</text>`;
}

/** Nothing that a node or an edge is called is markup, and nothing of it is no XML. */
function escapeXml(words: string): string {
  return words
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
