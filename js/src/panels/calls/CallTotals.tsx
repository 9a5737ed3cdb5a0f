import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { CallSums, type CallSumColumn } from "../../components/CallSums";
import { Icon } from "../../components/Icon";
import { formatCountWithNoun, formatInteger } from "../../core/format";
import { TOTALS } from "../../texts/calls";
import { type Call, usageText } from "./data";

const COLUMNS: readonly CallSumColumn[] = [
  ...(["calls", "failures", "input_tokens", "cache_read_tokens", "output_tokens"] as const),
  ...(["reasoning_tokens", "cost", "latency_p50", "latency_p95"] as const),
];

/** How many calls are shown, how many failed, what they used; opened, their sums by group. */
export function CallTotals({ calls }: { calls: readonly Call[] }): JSX.Element {
  const [open, setOpen] = useState(false);
  const rows = useMemo(() => calls.map(({ row }) => row), [calls]);
  const failed = rows.filter(({ status }) => status === "error").length;
  const facts = [
    formatCountWithNoun(calls.length, "call"),
    failed > 0 ? `${formatInteger(failed)} ${TOTALS.failed}` : "",
    usageText(calls),
  ];
  return (
    <div class="lgj-call-totals">
      <button type="button" class="lgj-fold" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? "down" : "right"} />
        {TOTALS.name}
        <span class="lgj-muted">{facts.filter(Boolean).join(" · ")}</span>
      </button>
      {open ? <CallSums calls={rows} by={["name", "agent", "node"]} columns={COLUMNS} /> : null}
    </div>
  );
}
