// Reads: state_diffs. The todos and files of deep agents, as they stood after each step that changed them. Pure.

import type { StateDiffRow } from "../../core/schema";
import { nodesOf } from "../../state/selection";
import { applyDiffs, UNKNOWN_VALUE } from "./applyDiffs";
import { filesOf, type Todo, todosOf } from "./planValues";

/** What was there after a step. */
export interface PlanVersion<T> {
  readonly row: StateDiffRow;
  readonly nodes: readonly string[];
  readonly value: T;
}

export interface FileHistory {
  readonly path: string;
  /** `null`: the file was taken away. */
  readonly versions: readonly PlanVersion<string | null>[];
}

export interface Plan {
  readonly namespace: string;
  readonly todos: readonly PlanVersion<readonly Todo[]>[];
  readonly files: readonly FileHistory[];
  /** Whether a change was too big to be followed. */
  readonly isPartial: boolean;
}

const KEYS = ["todos", "files"] as const;
type PlanKey = (typeof KEYS)[number];

/** The plans of all graphs, by namespace; of their versions those whose step is shown. */
export function plansOf(
  rows: readonly StateDiffRow[],
  shows: (row: StateDiffRow) => boolean = () => true,
): Plan[] {
  const plans = new Map<string, PlanBuilder>();
  for (const [key, changes] of statesOf(rows)) {
    const [first] = changes as [StateDiffRow];
    const plan = plans.get(first.namespace) ?? new PlanBuilder(first.namespace);
    plans.set(first.namespace, plan);
    plan.addRows(key, changes, shows);
  }
  return [...plans.values()].map((plan) => plan.finish()).filter(hasContent);
}

function hasContent({ todos, files, isPartial }: Plan): boolean {
  return todos.length > 0 || files.length > 0 || isPartial;
}

/** The changes of a key in one state of one namespace, in the order of states. */
function statesOf(rows: readonly StateDiffRow[]): (readonly [PlanKey, readonly StateDiffRow[]])[] {
  const states = new Map<string, [PlanKey, StateDiffRow[]]>();
  for (const row of rows) {
    const key = KEYS.find((each) => each === row.key);
    if (!key || row.op === "write") continue;
    const id = `${row.seq}\n${row.namespace}\n${key}`;
    const state = states.get(id);
    if (state) state[1].push(row);
    else states.set(id, [key, [row]]);
  }
  return [...states.values()];
}

class PlanBuilder {
  readonly #values: Record<PlanKey, ReturnType<typeof applyDiffs>> = { todos: undefined, files: undefined };
  readonly #todos: PlanVersion<readonly Todo[]>[] = [];
  readonly #files = new Map<string, PlanVersion<string | null>[]>();
  #contents: ReadonlyMap<string, string> = new Map();
  #isPartial = false;

  constructor(readonly namespace: string) {}

  addRows(key: PlanKey, rows: readonly StateDiffRow[], shows: (row: StateDiffRow) => boolean): void {
    const value = applyDiffs(this.#values[key], rows);
    this.#values[key] = value;
    const row = rows[0] as StateDiffRow;
    const version = { row, nodes: nodesOf(row) };
    const isShown = shows(row);
    if (value === UNKNOWN_VALUE) {
      this.#isPartial = true;
    } else if (key === "todos") {
      const todos = todosOf(value ?? []);
      if (isShown && todos && (todos.length > 0 || this.#todos.length > 0)) {
        this.#todos.push({ ...version, value: todos });
      }
    } else {
      const files = filesOf(value ?? {});
      if (!files) return;
      for (const path of new Set([...this.#contents.keys(), ...files.keys()])) {
        const text = files.get(path) ?? null;
        if (!isShown || text === (this.#contents.get(path) ?? null)) continue;
        const versions = this.#files.get(path) ?? [];
        this.#files.set(path, versions);
        versions.push({ ...version, value: text });
      }
      this.#contents = files;
    }
  }

  finish(): Plan {
    const files = [...this.#files].map(([path, versions]) => ({ path, versions }));
    return { namespace: this.namespace, todos: this.#todos, files, isPartial: this.#isPartial };
  }
}
