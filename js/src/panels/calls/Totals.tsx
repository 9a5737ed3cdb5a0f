import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../../components/Icon";
import { SumTable } from "../../components/SumTable";
import { Problem } from "../../components/Problem";
import { counted, dollars, duration, integer } from "../../core/format";
import { useView } from "../../hooks/context";
import { useReachable } from "../../hooks/store";
import { CALLS, COLUMNS, TOTALS } from "../../texts/calls";
import { type Call, usedText } from "./data";
import type { Total, TotalsBy } from "./protocol";

const WAYS: readonly TotalsBy[] = ["name", "agent", "node"];

interface Props {
  readonly calls: readonly Call[];
  /** Whether these are all calls of the run. */
  readonly whole: boolean;
}

/** How many calls are shown, how many failed, what they used; opened, their sums by group, which the kernel makes. */
export function Totals({ calls, whole }: Props): JSX.Element {
  const [open, setOpen] = useState(false);
  const failed = calls.filter(({ row }) => row.status === "error").length;
  const facts = [
    counted(calls.length, "call"),
    failed > 0 ? `${integer(failed)} ${TOTALS.failed.toLowerCase()}` : "",
    usedText(calls),
  ];
  return (
    <div class="lgj-call-totals">
      <button type="button" class="lgj-fold" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? "down" : "right"} />
        {TOTALS.name}
        <span class="lgj-muted">{facts.filter(Boolean).join(" · ")}</span>
      </button>
      {open ? <Sums calls={calls} whole={whole} /> : null}
    </div>
  );
}

function Sums({ calls, whole }: Props): JSX.Element {
  const [by, setBy] = useState<TotalsBy>("name");
  const { totals, problem } = useTotals(by, calls, whole);
  const reachable = useReachable();
  return (
    <>
      <div class="lgj-sum-ways" role="group" aria-label={TOTALS.by}>
        {WAYS.map((way) => (
          <button
            key={way}
            type="button"
            class="lgj-quiet-button"
            aria-pressed={way === by}
            onClick={() => setBy(way)}
          >
            {TOTALS.ways[way]}
          </button>
        ))}
      </div>
      <Problem text={reachable || totals ? problem : CALLS.gone} />
      {totals ? <TotalTable totals={totals} by={by} /> : null}
    </>
  );
}

/** The sums of these calls, asked for again when they have changed, one request after the other. */
function useTotals(by: TotalsBy, calls: readonly Call[], whole: boolean) {
  const { call } = useView();
  const [totals, setTotals] = useState<readonly Total[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const wanted = useRef({ by, calls });
  const busy = useRef(false);
  wanted.current = { by, calls };
  useEffect(() => {
    const fetch = async () => {
      busy.current = true;
      const asked = wanted.current;
      const ids = whole ? {} : { call_ids: asked.calls.map(({ row }) => row.call_id) };
      try {
        setTotals((await call("call_totals", { by: asked.by, ...ids })).rows);
        setProblem(null);
      } catch (error) {
        setProblem((error as Error).message);
      }
      busy.current = false;
      if (wanted.current.by !== asked.by || wanted.current.calls !== asked.calls) fetch();
    };
    if (!busy.current) fetch();
  }, [by, calls, whole]);
  return { totals, problem };
}

const NUMBERS: readonly (readonly [string, (total: Total) => string])[] = [
  [TOTALS.calls, ({ calls }) => integer(calls)],
  [TOTALS.failed, ({ failures }) => integer(failures)],
  [COLUMNS.input, ({ input_tokens }) => integer(input_tokens)],
  [COLUMNS.cached, ({ cache_read_tokens }) => integer(cache_read_tokens)],
  [COLUMNS.output, ({ output_tokens }) => integer(output_tokens)],
  [COLUMNS.reasoning, ({ reasoning_tokens }) => integer(reasoning_tokens)],
  [COLUMNS.cost, ({ cost }) => dollars(cost)],
  [TOTALS.half, ({ latency_p50 }) => duration(latency_p50)],
  [TOTALS.most, ({ latency_p95 }) => duration(latency_p95)],
];

function TotalTable({ totals, by }: { totals: readonly Total[]; by: TotalsBy }): JSX.Element {
  const rows = totals.map((total) => ({
    key: `${total.kind} ${total.name}`,
    name: (
      <span class="lgj-call-name">
        <KindIcon kind={total.kind} />
        {total.name ?? "–"}
      </span>
    ),
    cells: NUMBERS.map(([, text]) => text(total)),
  }));
  return <SumTable of={TOTALS.ways[by]} titles={NUMBERS.map(([title]) => title)} rows={rows} />;
}

/** Whether a model or a tool is called. */
export function KindIcon({ kind }: { kind: Call["kind"] }): JSX.Element {
  return (
    <span class="lgj-call-kind" role="img" aria-label={CALLS.kind[kind]}>
      <Icon name={kind === "model" ? "thought" : "tool"} />
    </span>
  );
}
