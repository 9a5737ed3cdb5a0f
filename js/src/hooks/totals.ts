// Sums over calls, which the kernel makes.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { ModelCallRow, ToolCallRow } from "../core/schema";
import type { Total, TotalsBy } from "../core/totals";
import { LINK } from "../texts/frame";
import { useView } from "./context";
import { useReachable } from "./store";

/** What is summed. */
export interface Summed {
  /** Rows of `model_calls`, of `tool_calls`, or of both. */
  readonly calls: readonly (ModelCallRow | ToolCallRow)[];
  /** Whether these are all that the run has of their kinds. */
  readonly whole: boolean;
}

interface Totals {
  readonly totals: readonly Total[] | null;
  readonly problem: string | null;
}

/** The sums of `calls`, asked for again when it is another array, one request after the other. */
export function useTotals(by: TotalsBy, { calls, whole }: Summed): Totals {
  const { call } = useView();
  const [totals, setTotals] = useState<readonly Total[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const reachable = useReachable();
  const wanted = useRef({ by, calls });
  const busy = useRef(false);
  wanted.current = { by, calls };
  useEffect(() => {
    const fetch = async () => {
      busy.current = true;
      const now = wanted.current;
      const ids = whole ? {} : { call_ids: now.calls.map(({ call_id }) => call_id) };
      try {
        setTotals((await call("call_totals", { by: now.by, ...ids })).rows);
        setProblem(null);
      } catch (error) {
        setProblem((error as Error).message);
      }
      busy.current = false;
      if (wanted.current.by !== now.by || wanted.current.calls !== now.calls) fetch();
    };
    if (!busy.current) fetch();
  }, [by, calls, whole]);
  const kinds = useMemo(() => new Set(calls.map(kindOf)), [calls]);
  const shown = useMemo(() => totals?.filter(({ kind }) => kinds.has(kind)) ?? null, [totals, kinds]);
  return { totals: shown, problem: reachable || totals ? problem : LINK.kernelGone };
}

function kindOf(call: ModelCallRow | ToolCallRow): Total["kind"] {
  return "requested_by" in call ? "tool" : "model";
}
