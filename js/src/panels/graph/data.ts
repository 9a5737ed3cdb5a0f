// Reads: the call "graph" (how the graph is drawn), tasks (where its run is).

import { nodesAround } from "../../core/namespace";
import { isFinal, type Status, type TaskRow } from "../../core/schema";
import { RunningTime } from "../../core/waits";

export interface GraphNode {
  readonly id: string;
  readonly name: string;
  readonly parent: string | null;
  readonly kind: "start" | "end" | "node" | "group";
}

export interface GraphEdge {
  readonly source: string;
  readonly target: string;
  readonly conditional: boolean;
  readonly label: string | null;
}

/** A graph as the kernel draws it: edges join nodes, never groups; parents come before their children. */
export interface Structure {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** What has happened in one node, or in a group and the node that it is. */
export interface Activity {
  readonly count: number;
  readonly running: number;
  /** Of tasks that are over. */
  readonly seconds: number;
  /** When the tasks that still run have begun, in seconds since the epoch. */
  readonly since: readonly number[];
  /** Running, or else how the newest of its tasks ended; an error is not forgotten. */
  readonly status: Status;
  readonly tasks: readonly TaskRow[];
}

/** The names that lead to where something happens: of the namespace's segments, and of the node. */
function namesOf(namespace: string, node: string | null): string[] {
  const names = nodesAround(namespace);
  return node ? [...names, node] : names;
}

/** The id of the node that a task runs, drawn or not. */
export function nodeOf({ namespace, node }: Pick<TaskRow, "namespace" | "node">): string {
  return namesOf(namespace, node).join(":");
}

/** Whether a node is what was selected: by its id, or by its name alone. */
export function isNode(id: string, selected: string | number): boolean {
  return id === selected || (!String(selected).includes(":") && id.split(":").at(-1) === selected);
}

/** Tells the id of the node that draws where something happens; null if nothing around it is drawn. */
function placer(structure: Structure): (namespace: string, node: string | null) => string | null {
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
  structure: Structure,
  tasks: readonly TaskRow[],
  time = new RunningTime([]),
): Map<string, Activity> {
  const place = placer(structure);
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
  return new Map([...byNode].map(([id, own]) => [id, summed(own, time)]));
}

function summed(tasks: readonly TaskRow[], time: RunningTime): Activity {
  let [running, seconds] = [0, 0];
  const since: number[] = [];
  let status: Status = "success";
  for (const task of tasks) {
    if (isFinal(task.status)) {
      seconds += task.latency ?? 0;
      if (status !== "error") status = task.status;
    } else {
      running += 1;
      if (task.start_time !== null) since.push(time.at(task.start_time));
    }
  }
  return { count: tasks.length, running, seconds, since, status: running > 0 ? "running" : status, tasks };
}

// ---------------------------------------------------------------------------------------------
// What is drawn

/** A node or a group, as it is drawn with some groups closed. */
export interface DrawnNode extends GraphNode {
  /** A group that is open holds its children; a closed one looks like a node. */
  readonly open: boolean;
}

export interface DrawnEdge {
  readonly key: string;
  readonly source: string;
  readonly target: string;
  readonly conditional: boolean;
  readonly label: string | null;
  /** The edges of the graph that it stands for. */
  readonly of: readonly GraphEdge[];
}

export interface Drawing {
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
}

/**
 * The graph without the starts and ends of its subgraphs: what led to a start leads to what came after it. A
 * group that has nothing else in it is a node.
 */
export function simplified({ nodes, edges }: Structure): Structure {
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
export function drawingOf(structure: Structure, closed: ReadonlySet<string>): Drawing {
  const seenAs = new Map<string, string>(); // each node → itself, or the outermost closed group around it
  const nodes: DrawnNode[] = [];
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
    if (source === target && edge.source !== edge.target) continue; // inside of a closed group
    const key = `${source}\n${target}`;
    const known = edges.get(key);
    edges.set(key, {
      key,
      source,
      target,
      conditional: edge.conditional && (known?.conditional ?? true),
      label: known ? (known.label === edge.label ? known.label : null) : edge.label,
      of: [...(known?.of ?? []), edge],
    });
  }
  return { nodes, edges: [...edges.values()] };
}

/** The groups that are closed at first: all of a graph that would be too much at once. */
export function closedAtFirst(structure: Structure, most = 24): ReadonlySet<string> {
  if (structure.nodes.length <= most) return new Set();
  return new Set(structure.nodes.filter(({ kind }) => kind === "group").map(({ id }) => id));
}

// ---------------------------------------------------------------------------------------------
// The path taken so far

/** The edges along which the run has gone, as `source\ntarget`: from a step's nodes to the next one's. */
export function takenEdges(
  structure: Structure,
  tasks: readonly TaskRow[],
  runIsOver: boolean,
): ReadonlySet<string> {
  const visits = new Visits(structure, tasks);
  const taken = new Set<string>();
  for (const edge of structure.edges) {
    if (visits.went(edge, runIsOver)) taken.add(`${edge.source}\n${edge.target}`);
  }
  return taken;
}

/** Where tasks began and ended: each is the first or last of the tasks around it, or not. */
class Visits {
  readonly #ofNode = new Map<string, TaskRow[]>();
  readonly #tasks: ReadonlyMap<string, TaskRow>;
  readonly #steps = new Map<string, { first: number; last: number }>();

  constructor(structure: Structure, tasks: readonly TaskRow[]) {
    const place = placer(structure);
    this.#tasks = new Map(tasks.map((task) => [task.task_id, task]));
    for (const task of tasks) {
      if (task.step === null) continue;
      const span = this.#steps.get(task.namespace);
      if (!span) this.#steps.set(task.namespace, { first: task.step, last: task.step });
      else {
        span.first = Math.min(span.first, task.step);
        span.last = Math.max(span.last, task.step);
      }
      const id = place(task.namespace, task.node);
      if (id === null) continue;
      const known = this.#ofNode.get(id);
      if (known) known.push(task);
      else this.#ofNode.set(id, [task]);
    }
  }

  went({ source, target }: GraphEdge, runIsOver: boolean): boolean {
    if (source === "__start__") return this.#of(target).some((task) => this.#begins(task, ""));
    const left = this.#of(source).filter((task) => isFinal(task.status) && task.status !== "error");
    if (target === "__end__") return runIsOver && left.some((task) => this.#isLast(task, ""));
    // Told apart by where both are: in the same graph, one step apart.
    const arrivals = new Set(
      this.#of(target).flatMap((task) =>
        this.#ways(task, (each) => this.#isFirstStep(each)).map((each) => where(each)),
      ),
    );
    return left.some((task) =>
      this.#ways(task, (each) => this.#isLastStep(each)).some((each) => arrivals.has(where(each, 1))),
    );
  }

  #of(id: string): readonly TaskRow[] {
    return this.#ofNode.get(id) ?? [];
  }

  /** The task, and those around it for as long as it stands at the edge of what they run. */
  #ways(task: TaskRow, atEdge: (task: TaskRow) => boolean): TaskRow[] {
    const ways = [task];
    for (let at = task; atEdge(at); ) {
      const around = at.parent_task_id === null ? undefined : this.#tasks.get(at.parent_task_id);
      if (!around) break;
      ways.push(around);
      at = around;
    }
    return ways;
  }

  #begins(task: TaskRow, namespace: string): boolean {
    return this.#ways(task, (each) => this.#isFirstStep(each)).some(
      (each) => each.namespace === namespace && this.#isFirstStep(each),
    );
  }

  #isLast(task: TaskRow, namespace: string): boolean {
    return this.#ways(task, (each) => this.#isLastStep(each)).some(
      (each) => each.namespace === namespace && this.#isLastStep(each),
    );
  }

  #isFirstStep(task: TaskRow): boolean {
    return this.#steps.get(task.namespace)?.first === task.step;
  }

  #isLastStep(task: TaskRow): boolean {
    return this.#steps.get(task.namespace)?.last === task.step;
  }
}

function where(task: TaskRow, later = 0): string {
  return `${task.namespace}\n${(task.step ?? 0) + later}`;
}
