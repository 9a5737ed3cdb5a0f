// Reads: namespaces.

import { formatInteger } from "../../core/format";
import { isFinal, type Json, type NamespaceRow, type Status } from "../../core/schema";
import { RunningTime } from "../../core/waits";

/** One graph that ran, or all visits of one subgraph from one place: then `row` is null. */
export interface GraphBranch {
  readonly key: string;
  readonly row: NamespaceRow | null;
  readonly node: string | null;
  readonly name: string;
  readonly level: number;
  readonly status: Status;
  /** How many of the graphs in it have which status. */
  readonly tally: ReadonlyMap<Status, number>;
  /** How many graphs it stands for. */
  readonly count: number;
  /** With those of the graphs inside. */
  readonly sums: BranchSums;
  /** Seconds since the epoch. */
  readonly from: number | null;
  readonly to: number | null;
  /** The tool that was called for it. */
  readonly tool: string | null;
  readonly children: readonly GraphBranch[];
}

export interface BranchSums {
  readonly tasks: number;
  readonly messages: number;
  readonly input: number | null;
  readonly output: number | null;
}

/** A branch as a row: the lines of the tree that run beside it, and where it stands among its siblings. */
export interface TreeRow {
  readonly branch: GraphBranch;
  readonly open: boolean;
  readonly position: number;
  readonly siblings: number;
  /** For each level above, whether more of that level follows below. */
  readonly guides: readonly boolean[];
}

/** The tree of graphs; visits of the same subgraph from the same place are folded into one branch. */
export function forestOf(rows: readonly NamespaceRow[]): GraphBranch[] {
  const known = new Set(rows.map((row) => row.namespace));
  const children = new Map<string | null, NamespaceRow[]>();
  for (const row of rows) {
    const parent = row.parent !== null && known.has(row.parent) ? row.parent : null;
    const siblings = children.get(parent);
    if (siblings) siblings.push(row);
    else children.set(parent, [row]);
  }
  const branchesIn = (parent: string | null, level: number): GraphBranch[] =>
    foldVisits(children.get(parent) ?? []).map((visits) => {
      const [first] = visits as [NamespaceRow];
      if (visits.length === 1) return graphBranch(first, level, branchesIn(first.namespace, level + 1));
      const inside = visits.map((row, nth) =>
        graphBranch(row, level + 1, branchesIn(row.namespace, level + 2), nth + 1),
      );
      return visitsBranch(first, level, inside);
    });
  return branchesIn(null, 1);
}

function foldVisits(rows: readonly NamespaceRow[]): NamespaceRow[][] {
  const visits = new Map<string, NamespaceRow[]>();
  for (const row of rows) {
    const key = `${row.namespace ? (row.node ?? row.namespace) : ""}\n${row.graph_name ?? ""}`;
    const same = visits.get(key);
    if (same) same.push(row);
    else visits.set(key, [row]);
  }
  return [...visits.values()];
}

function graphBranch(
  row: NamespaceRow,
  level: number,
  children: readonly GraphBranch[],
  nth: number | null = null,
): GraphBranch {
  const own: BranchSums = {
    tasks: row.task_count ?? 0,
    messages: row.message_count ?? 0,
    input: row.input_tokens,
    output: row.output_tokens,
  };
  return {
    key: row.namespace,
    row,
    node: row.node,
    name: row.title ?? (nth === null ? graphNameOf(row) : `${graphNameOf(row)} #${nth}`),
    level,
    status: row.status,
    tally: new Map([[row.status, 1]]),
    count: 1,
    sums: children.reduce((sums, child) => addSums(sums, child.sums), own),
    from: row.start_time,
    to: row.end_time,
    tool: row.tool_call_id === null ? null : toolNameOf(row),
    children,
  };
}

function visitsBranch(first: NamespaceRow, level: number, visits: readonly GraphBranch[]): GraphBranch {
  const tally = new Map<Status, number>();
  for (const { status } of visits) tally.set(status, (tally.get(status) ?? 0) + 1);
  const starts = visits.flatMap(({ from }) => (from === null ? [] : [from]));
  const ends = visits.flatMap(({ to }) => (to === null ? [] : [to]));
  const tools = new Set(visits.map(({ tool }) => tool));
  return {
    key: `${first.namespace}\nvisits`,
    row: null,
    node: first.node,
    name: graphNameOf(first),
    level,
    status: leadingStatus([...tally.keys()]),
    tally,
    count: visits.length,
    sums: visits.reduce((sums, child) => addSums(sums, child.sums), NOTHING),
    from: starts.length > 0 ? Math.min(...starts) : null,
    to: ends.length === visits.length ? Math.max(...ends) : null,
    tool: tools.size === 1 ? ([...tools][0] ?? null) : null,
    children: visits,
  };
}

const NOTHING: BranchSums = { tasks: 0, messages: 0, input: null, output: null };

function addSums(one: BranchSums, other: BranchSums): BranchSums {
  const plus = (a: number | null, b: number | null) =>
    a === null && b === null ? null : (a ?? 0) + (b ?? 0);
  return {
    tasks: one.tasks + other.tasks,
    messages: one.messages + other.messages,
    input: plus(one.input, other.input),
    output: plus(one.output, other.output),
  };
}

const ORDER: readonly Status[] = ["running", "pending", "error", "interrupted", "incomplete", "cancelled"];

/** The status to hear of first when there are several. */
function leadingStatus(statuses: readonly Status[]): Status {
  return ORDER.find((status) => statuses.includes(status)) ?? statuses[0] ?? "success";
}

/** "10 done, 1 running, 1 error": of visits that differ. */
export function tallyText(tally: ReadonlyMap<Status, number>): string {
  return [...tally].map(([status, n]) => `${n} ${status === "success" ? "done" : status}`).join(", ");
}

/** The rows that are in sight: what is inside of a closed branch is left out. */
export function visibleRowsOf(
  forest: readonly GraphBranch[],
  isOpen: (branch: GraphBranch) => boolean,
): TreeRow[] {
  const rows: TreeRow[] = [];
  const visit = (branches: readonly GraphBranch[], guides: readonly boolean[]) => {
    branches.forEach((branch, index) => {
      const open = branch.children.length > 0 && isOpen(branch);
      rows.push({ branch, open, position: index + 1, siblings: branches.length, guides });
      if (open) visit(branch.children, [...guides, index < branches.length - 1]);
    });
  };
  visit(forest, []);
  return rows;
}

/** How wide the columns of numbers are for the largest in them, as custom properties of CSS. */
export function columnWidths(rows: readonly TreeRow[]): Record<`--lgj-${keyof BranchSums}`, string> {
  const width = (column: keyof BranchSums) => {
    const largest = Math.max(0, ...rows.map(({ branch }) => branch.sums[column] ?? 0));
    return `${formatInteger(largest).length + 1}ch`;
  };
  return {
    "--lgj-tasks": width("tasks"),
    "--lgj-messages": width("messages"),
    "--lgj-input": width("input"),
    "--lgj-output": width("output"),
  };
}

/** The branches that hold one that `fits`, with only those of their children that do or hold such. */
export function pruneForest(
  forest: readonly GraphBranch[],
  fits: (row: NamespaceRow) => boolean,
): GraphBranch[] {
  return forest.flatMap((branch) => {
    const children = pruneForest(branch.children, fits);
    const own = branch.row !== null && fits(branch.row);
    if (!own && children.length === 0) return [];
    return [children.length === branch.children.length ? branch : { ...branch, children }];
  });
}

/** Seconds a graph took; what still runs has come to `now`. */
export function elapsedSecondsOf(
  { from, to, status, row }: GraphBranch,
  now: number | null,
  time = new RunningTime([]),
): number | null {
  if (row?.latency != null) return row.latency;
  if (from === null) return null;
  if (to !== null) return time.at(to) - time.at(from);
  return isFinal(status) || now === null ? null : Math.max(0, now - time.at(from));
}

/** What to call a graph, whatever it was called for: by its own name, or by that of the node that runs it. */
export function graphNameOf(row: NamespaceRow): string {
  if (row.namespace === "") return row.graph_name ?? "root";
  return row.graph_name ?? row.node ?? row.namespace;
}

function toolNameOf({ tool_call, tool_call_id }: NamespaceRow): string {
  const { name } = (tool_call ?? {}) as { readonly name?: Json };
  return typeof name === "string" ? name : String(tool_call_id);
}
