// The path taken so far: from a step's nodes to the next one's, into subgraphs and out of them.

import { isFinal, type TaskRow } from "../../core/schema";
import { type DrawnEdge, type GraphEdge, nodeFinder, type GraphStructure } from "./data";

export interface TakenPath {
  /** The edges of the graph along which the run has gone, as `source\ntarget`. */
  readonly taken: ReadonlySet<string>;
  /** Others along which it has: the graph declares none there. Only those of which both ends are certain. */
  readonly undeclared: readonly GraphEdge[];
}

/** Where tasks began and ended, by the ids of nodes. */
interface Passage {
  readonly from: ReadonlySet<string>;
  readonly to: ReadonlySet<string>;
}

const START = "__start__";
const END = "__end__";

export function takenPathOf(
  structure: GraphStructure,
  tasks: readonly TaskRow[],
  runIsOver: boolean,
): TakenPath {
  const declared = new Set(structure.edges.map(({ source, target }) => `${source}\n${target}`));
  const leaves = new Set(structure.nodes.filter(({ kind }) => kind !== "group").map(({ id }) => id));
  const deferred = new Set(structure.nodes.filter((node) => node.deferred).map(({ id }) => id));
  const taken = new Set<string>();
  const undeclared = new Map<string, GraphEdge>();
  for (const { from, to } of new TaskVisits(structure, tasks).passages(runIsOver)) {
    let found = false;
    for (const source of from) {
      for (const target of to) {
        const edge = `${source}\n${target}`;
        if (!declared.has(edge)) continue;
        taken.add(edge);
        found = true;
      }
    }
    const [source, target] = [soleMemberOf(from, leaves), soleMemberOf(to, leaves)];
    if (found || source === null || target === null || source === START || deferred.has(target)) continue;
    undeclared.set(`${source}\n${target}`, {
      source,
      target,
      conditional: false,
      label: null,
      undeclared: true,
    });
  }
  return { taken, undeclared: [...undeclared.values()] };
}

/** Whether the run has gone along an edge that is drawn. */
export function isTakenEdge(edge: DrawnEdge, taken: ReadonlySet<string>): boolean {
  return edge.of.some(({ source, target }) => taken.has(`${source}\n${target}`));
}

function soleMemberOf(ids: ReadonlySet<string>, among: ReadonlySet<string>): string | null {
  const found = [...ids].filter((id) => among.has(id));
  return found.length === 1 ? (found[0] as string) : null;
}

/** The tasks by where and when they ran. */
class TaskVisits {
  readonly #byStep = new Map<string, Map<number, TaskRow[]>>(); // in each namespace
  readonly #inside = new Map<string, Set<string>>(); // of each task: the namespaces that it ran
  readonly #place: (namespace: string, node: string | null) => string | null;

  constructor(structure: GraphStructure, tasks: readonly TaskRow[]) {
    this.#place = nodeFinder(structure);
    for (const task of tasks) {
      if (task.step === null) continue;
      const steps = this.#byStep.get(task.namespace) ?? new Map<number, TaskRow[]>();
      this.#byStep.set(task.namespace, steps);
      steps.set(task.step, [...(steps.get(task.step) ?? []), task]);
      if (task.parent_task_id === null) continue;
      const inside = this.#inside.get(task.parent_task_id) ?? new Set();
      this.#inside.set(task.parent_task_id, inside.add(task.namespace));
    }
  }

  /** From the start, from each step to each task of the next, and to the end. */
  *passages(runIsOver: boolean): Generator<Passage> {
    for (const [namespace, steps] of this.#byStep) {
      for (const [step, tasks] of steps) {
        const before = steps.get(step - 1);
        const from = before ? this.#ends(before, "last") : null;
        if (from) for (const task of tasks) yield { from, to: this.#ends([task], "first") };
      }
      if (namespace !== "") continue;
      yield { from: new Set([START]), to: this.#ends(tasksAtEnd(steps, "first"), "first") };
      if (runIsOver) yield { from: this.#ends(tasksAtEnd(steps, "last"), "last"), to: new Set([END]) };
    }
  }

  /** The nodes at which tasks, and the first or last of what they ran, began or left. */
  #ends(tasks: readonly TaskRow[], side: "first" | "last"): Set<string> {
    const ids = new Set<string>();
    for (const task of tasks) {
      if (side === "last" && (!isFinal(task.status) || task.status === "error")) continue;
      const id = this.#place(task.namespace, task.node);
      if (id !== null) ids.add(id);
      for (const namespace of this.#inside.get(task.task_id) ?? []) {
        const steps = this.#byStep.get(namespace);
        if (steps) for (const inner of this.#ends(tasksAtEnd(steps, side), side)) ids.add(inner);
      }
    }
    return ids;
  }
}

function tasksAtEnd(
  steps: ReadonlyMap<number, readonly TaskRow[]>,
  side: "first" | "last",
): readonly TaskRow[] {
  const at = side === "first" ? Math.min(...steps.keys()) : Math.max(...steps.keys());
  return steps.get(at) ?? [];
}
