// The texts of sums over calls.

export const CALL_SUMS = {
  by: "Sums by",
  ways: { name: "Model or tool", agent: "Agent", node: "Node" },
  kind: { model: "Model", tool: "Tool" },
  columns: {
    calls: "Calls",
    failures: "Failed",
    input_tokens: "In",
    cache_read_tokens: "Cached",
    cache_write_tokens: "To cache",
    output_tokens: "Out",
    reasoning_tokens: "Reasoning",
    total_tokens: "Total",
    cost: "List price",
    latency_total: "Total time",
    latency_p50: "Latency p50",
    latency_p95: "Latency p95",
  },
} as const;
