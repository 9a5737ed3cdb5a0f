// What the panel asks the kernel for: `lg_jupyter/widgets/queries.py` is its other side.

/** What a prompt can be copied as. */
export type PromptForm = "json" | "openai" | "python";

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
  readonly cache_read_tokens: number | null;
  readonly reasoning_tokens: number | null;
  /** US dollars, by list price. */
  readonly cost: number | null;
  /** Seconds: half of the calls took no longer. */
  readonly latency_p50: number | null;
  readonly latency_p95: number | null;
}

declare module "../../core/connection/methods" {
  interface Methods {
    prompt: { params: { call_id: string; form: PromptForm }; result: { text: string } };
    /** Without `call_ids`, over all calls. */
    call_totals: {
      params: { by: TotalsBy; call_ids?: readonly string[] };
      result: { rows: readonly Total[] };
    };
  }
}
