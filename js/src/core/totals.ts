// Sums over calls: those of `lg_jupyter/tables/call_totals.py`, to which `fixtures/facts.json` holds them. Pure.

import { type CallRow, callerOf, kindOf, nameOf } from "./calls";
import { isFinal } from "./schema";
import { sum } from "./sums";

/** What calls are summed by: the model or tool, whose they are, or the node that made them. */
export type CallGrouping = "name" | "agent" | "node";

const TOKEN_COUNT_COLUMNS = [
  ...(["input_tokens", "output_tokens", "total_tokens"] as const),
  ...(["cache_read_tokens", "cache_write_tokens", "reasoning_tokens"] as const),
];

/** Sums over calls; null is what nobody counted. */
export interface CallTotal extends Readonly<Record<(typeof TOKEN_COUNT_COLUMNS)[number], number | null>> {
  readonly calls: number;
  readonly failures: number;
  /** US dollars, by list price. */
  readonly cost: number | null;
  /** Seconds that all took, of calls at the same time too. */
  readonly latency_total: number | null;
  /** Seconds: half of the calls took no longer. */
  readonly latency_p50: number | null;
  readonly latency_p95: number | null;
}

/** Sums over the calls of one kind by one name; that is null where it is not known. */
export interface CallGroupTotal extends CallTotal {
  readonly kind: "model" | "tool";
  readonly name: string | null;
}

const GROUP_NAME_READERS = { name: nameOf, agent: callerOf, node: ({ node }: CallRow) => node } as const;

/** A row for each group of calls: models first, of each kind the group of most calls first. */
export function computeCallTotals(calls: readonly CallRow[], by: CallGrouping): readonly CallGroupTotal[] {
  const groups = new Map<string, CallRow[]>();
  for (const row of calls) {
    const key = JSON.stringify([kindOf(row), GROUP_NAME_READERS[by](row)]);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  const totals = [...groups.values()].map((rows) => {
    const first = rows[0] as CallRow;
    return { kind: kindOf(first), name: GROUP_NAME_READERS[by](first), ...computeCallTotal(rows) };
  });
  return totals.sort((one, other) => one.kind.localeCompare(other.kind) || other.calls - one.calls);
}

/** The sums over all of these calls. */
export function computeCallTotal(rows: readonly CallRow[]): CallTotal {
  const models = rows.flatMap((row) => ("requested_by" in row ? [] : row));
  const took = rows.flatMap(({ latency }) => latency ?? []).sort((one, other) => one - other);
  const used = TOKEN_COUNT_COLUMNS.map((column) => [column, sum(models.map((row) => row[column]))]);
  return {
    calls: rows.length,
    failures: rows.filter(({ status }) => status === "error").length,
    ...(Object.fromEntries(used) as Record<(typeof TOKEN_COUNT_COLUMNS)[number], number | null>),
    cost: sum(models.map(({ cost, status }) => (isFinal(status) ? cost : null))),
    latency_total: totalTime(took),
    latency_p50: quantile(took, 0.5),
    latency_p95: quantile(took, 0.95),
  };
}

/** In whole microseconds, so that the order of the summands does not show. */
function totalTime(seconds: readonly number[]): number | null {
  const all = sum(seconds);
  return all === null ? null : Math.round(all * 1e6) / 1e6;
}

/** The least of these numbers that a `share` of them does not exceed. */
function quantile(ordered: readonly number[], share: number): number | null {
  return ordered[Math.max(0, Math.ceil(share * ordered.length) - 1)] ?? null;
}
