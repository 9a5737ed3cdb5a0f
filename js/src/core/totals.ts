// Sums over calls: `lg_jupyter/tables/call_totals.py` makes them.

/** What calls are summed by: the model or tool, whose they are, or the node that made them. */
export type TotalsBy = "name" | "agent" | "node";

/** Sums over a group of calls; null is what nobody counted. */
export interface Total {
  readonly kind: "model" | "tool";
  readonly name: string | null;
  readonly calls: number;
  readonly failures: number;
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly total_tokens: number | null;
  readonly cache_read_tokens: number | null;
  readonly cache_write_tokens: number | null;
  readonly reasoning_tokens: number | null;
  /** US dollars, by list price. */
  readonly cost: number | null;
  /** Seconds: half of the calls took no longer. */
  readonly latency_p50: number | null;
  readonly latency_p95: number | null;
}

declare module "./connection/methods" {
  interface Methods {
    /** Without `call_ids`, over all calls. */
    call_totals: {
      params: { by: TotalsBy; call_ids?: readonly string[] };
      result: { rows: readonly Total[] };
    };
  }
}
