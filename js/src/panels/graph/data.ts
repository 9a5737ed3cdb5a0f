// Reads: the call "graph" (how the graph is drawn), tasks (where its run is).

import { nodesOnPath } from "../../core/namespace";
import { isFinal, type Status, type TaskRow } from "../../core/schema";
import { RunningTime } from "../../core/waits";

export interface GraphNode {
  readonly id: string;
  readonly name: string;
  readonly parent: string | null;
  readonly kind: "start" | "end" | "node" | "group";
  /** Whether it runs once all else has: then what ran just before it says nothing. */
  readonly deferred?: boolean;
}

export interface GraphEdge {
  readonly source: string;
  readonly target: string;
  readonly conditional: boolean;
  readonly label: string | null;
  /** The run went along it, though the graph declares none there: a `Command(goto=…)` without declared ends. */
  readonly undeclared?: boolean;
}

/** A graph as the kernel draws it: edges join nodes, never groups; parents come before their children. */
export interface GraphStructure {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** In seconds since the epoch, as if the run had waited for nobody. */
export type Span = readonly [from: number, to: number];

/** What has happened in one node, or in a group and the node that it is. */
export interface NodeActivity {
  readonly count: number;
  readonly running: number;
  /** When tasks that are over ran, apart and in order: what ran side by side is in one. */
  readonly spans: readonly Span[];
  /** When the first of those that still run began; null if none does. */
  readonly since: number | null;
  /** What tasks that are over took together: more than the time that passed, if they ran side by side. */
  readonly together: number;
  /** Running, or else how the newest of its tasks ended; an error is not forgotten. */
  readonly status: Status;
  readonly tasks: readonly TaskRow[];
}

/** The names that lead to where something happens: of the namespace's segments, and of the node. */
function namesOf(namespace: string, node: string | null): string[] {
  const names = nodesOnPath(namespace);
  return node ? [...names, node] : names;
}

/** The id of the node that a task runs, drawn or not. */
export function nodeIdOf({ namespace, node }: Pick<TaskRow, "namespace" | "node">): string {
  return namesOf(namespace, node).join(":");
}

/** Whether a node is what was selected: by its id, or by its name alone. */
export function isSelectedNode(id: string, selected: string | number): boolean {
  return id === selected || (!String(selected).includes(":") && id.split(":").at(-1) === selected);
}

/** Tells the id of the node that draws where something happens; null if nothing around it is drawn. */
export function nodeFinder(
  structure: GraphStructure,
): (namespace: string, node: string | null) => string | null {
  const ids = new Set(structure.nodes.map(({ id }) => id));
  const nodes = structure.nodes.filter(({ kind }) => kind === "node");
  const only = nodes.length === 1 ? (nodes[0]?.id ?? null) : null;
  return (namespace, node) => {
    const names = namesOf(namespace, node);
    const inside = names.length > 0;
    while (names.length > 0 && !ids.has(names.join(":"))) names.pop();
    return names.join(":") || (inside ? only : null);
  };
}

/** What has happened where, by node id. */
export function activityOf(
  structure: GraphStructure,
  tasks: readonly TaskRow[],
  time = new RunningTime([]),
): Map<string, NodeActivity> {
  const place = nodeFinder(structure);
  const byNode = new Map<string, TaskRow[]>();
  const drawn = new Map<string, string>(); // the drawn place of each task, to skip what runs inside of it
  for (const task of tasks) {
    const id = place(task.namespace, task.node);
    if (id === null) continue;
    const inside = task.parent_task_id !== null && drawn.get(task.parent_task_id) === id;
    drawn.set(task.task_id, id);
    if (inside) continue;
    const known = byNode.get(id);
    if (known) known.push(task);
    else byNode.set(id, [task]);
  }
  return new Map([...byNode].map(([id, own]) => [id, sumActivity(own, time)]));
}

function sumActivity(tasks: readonly TaskRow[], time: RunningTime): NodeActivity {
  let [running, together] = [0, 0];
  let since: number | null = null;
  let status: Status = "success";
  const spans: Span[] = [];
  for (const { status: ended, start_time, latency } of tasks) {
    const from = start_time === null ? null : time.at(start_time);
    if (isFinal(ended)) {
      if (status !== "error") status = ended;
      together += latency ?? 0;
      if (from !== null && latency !== null) spans.push([from, from + latency]);
    } else {
      running += 1;
      if (from !== null) since = Math.min(from, since ?? from);
    }
  }
  if (running > 0) status = "running";
  return { count: tasks.length, running, spans: mergeSpans(spans), since, together, status, tasks };
}

/** Spans that touch or overlap as one. */
function mergeSpans(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const [from, to] of [...spans].sort(([one], [other]) => one - other)) {
    const last = joined.at(-1);
    if (last && from <= last[1]) joined[joined.length - 1] = [last[0], Math.max(last[1], to)];
    else joined.push([from, to]);
  }
  return joined;
}

/** How long any task of a node ran, at this moment of a run that goes on; null where no time is known. */
export function activeSecondsOf({ spans, since }: NodeActivity, now: number | null = null): number | null {
  if (since === null && spans.length === 0) return null;
  const before = now === null ? Number.POSITIVE_INFINITY : (since ?? Number.POSITIVE_INFINITY);
  const over = spans.reduce((sum, [from, to]) => sum + Math.max(0, Math.min(to, before) - from), 0);
  return now === null || since === null ? over : over + Math.max(0, now - since);
}

// ---------------------------------------------------------------------------------------------
// What is drawn

/** A node or a group, as it is drawn with some groups closed. */
export interface VisibleNode extends GraphNode {
  /** A group that is open holds its children; a closed one looks like a node. */
  readonly open: boolean;
}

export interface DrawnEdge {
  readonly key: string;
  readonly source: string;
  readonly target: string;
  readonly conditional: boolean;
  readonly label: string | null;
  readonly undeclared: boolean;
  /** The edges of the graph that it stands for. */
  readonly of: readonly GraphEdge[];
}

export interface GraphDrawing {
  readonly nodes: readonly VisibleNode[];
  readonly edges: readonly DrawnEdge[];
}

/**
 * The graph without the starts and ends of its subgraphs: what led to a start leads to what came after it. A
 * group that has nothing else in it is a node.
 */
export function simplifyStructure({ nodes, edges }: GraphStructure): GraphStructure {
  let left = [...edges];
  const gone = nodes.filter(({ kind, parent }) => parent !== null && (kind === "start" || kind === "end"));
  for (const { id } of gone) {
    const before = left.filter(({ target }) => target === id);
    const after = left.filter(({ source }) => source === id);
    left = left.filter(({ source, target }) => source !== id && target !== id);
    for (const { source, ...into } of before) {
      for (const { target, ...out } of after) {
        const conditional = into.conditional || out.conditional;
        left.push({ source, target, conditional, label: into.label ?? out.label });
      }
    }
  }
  const ids = new Set(gone.map(({ id }) => id));
  const kept = nodes.filter(({ id }) => !ids.has(id));
  const parents = new Set(kept.map(({ parent }) => parent));
  return {
    nodes: kept.map((node) =>
      node.kind === "group" && !parents.has(node.id) ? { ...node, kind: "node" as const } : node,
    ),
    edges: left,
  };
}

/** The graph with the insides of `closed` groups left out; their edges lead to the group. */
export function drawingOf(structure: GraphStructure, closed: ReadonlySet<string>): GraphDrawing {
  const seenAs = new Map<string, string>(); // each node → itself, or the outermost closed group around it
  const nodes: VisibleNode[] = [];
  for (const node of structure.nodes) {
    const around = node.parent === null ? null : (seenAs.get(node.parent) ?? node.parent);
    if (around !== null && closed.has(around)) {
      seenAs.set(node.id, around);
      continue;
    }
    seenAs.set(node.id, node.id);
    nodes.push({ ...node, open: node.kind === "group" && !closed.has(node.id) });
  }
  const edges = new Map<string, DrawnEdge>();
  for (const edge of structure.edges) {
    const [source, target] = [seenAs.get(edge.source), seenAs.get(edge.target)];
    if (source === undefined || target === undefined) continue;
    if (source === target && !(edge.source === source && edge.target === target)) continue; // inside of a closed group
    const key = `${source}\n${target}`;
    const known = edges.get(key);
    edges.set(key, {
      key,
      source,
      target,
      conditional: edge.conditional && (known?.conditional ?? true),
      undeclared: (edge.undeclared ?? false) && (known?.undeclared ?? true),
      label: known ? (known.label === edge.label ? known.label : null) : edge.label,
      of: [...(known?.of ?? []), edge],
    });
  }
  return { nodes, edges: [...edges.values()] };
}

/** The groups that are closed at first: all of a graph that would be too much at once. */
export function initiallyClosedGroups(structure: GraphStructure, most = 24): ReadonlySet<string> {
  if (structure.nodes.length <= most) return new Set();
  return new Set(structure.nodes.filter(({ kind }) => kind === "group").map(({ id }) => id));
}
