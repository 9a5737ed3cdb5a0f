import type { JSX } from "preact";
import { KindIcon } from "../../components/KindIcon";
import { NodeName } from "../../components/NodeName";
import { StatusBadge } from "../../components/StatusBadge";
import { callerOf } from "../../core/calls";
import { formatDollars, formatDuration, formatInteger } from "../../core/format";
import type { ModelCallRow } from "../../core/schema";
import { CALLS, COLUMNS } from "../../texts/calls";
import type { Call } from "./data";
import type { CallColumn } from "./SortableHead";

/** The columns of the table; of the counts that few providers give, those that a call has. */
export function callColumnsOf(calls: readonly Call[]): readonly CallColumn[] {
  const hasCost = calls.some((call) => costOf(call) !== null);
  const has = (column: TokenCountName) => calls.some((call) => countOf(call, column));
  return [
    {
      title: COLUMNS.call,
      width: "minmax(118px, 3fr)",
      cell: (call) => <CallName call={call} />,
      key: ({ name }) => name,
    },
    {
      title: COLUMNS.agent,
      width: "minmax(60px, 1fr)",
      cell: ({ row }) => <NodeName node={row.node} label={callerOf(row) ?? "–"} />,
      key: ({ row }) => callerOf(row),
    },
    {
      title: COLUMNS.status,
      width: "minmax(88px, 1.5fr)",
      cell: (call) => <CallStatus call={call} />,
      key: ({ row }) => row.status,
    },
    timeColumn(COLUMNS.first, hasCost ? "var(--lgj-first, 64px)" : "64px", (call) =>
      call.kind === "model" ? call.row.time_to_first_token : null,
    ),
    timeColumn(COLUMNS.latency, "56px", ({ row }) => row.latency),
    tokenColumn(COLUMNS.input, "input_tokens"),
    ...(has("cache_read_tokens") ? [tokenColumn(COLUMNS.cached, "cache_read_tokens")] : []),
    tokenColumn(COLUMNS.output, "output_tokens"),
    ...(has("reasoning_tokens") ? [tokenColumn(COLUMNS.reasoning, "reasoning_tokens", "72px")] : []),
    ...(hasCost ? [COST] : []),
  ];
}

const COST: CallColumn = {
  key: costOf,
  title: COLUMNS.cost,
  width: "66px",
  align: "end",
  cell: (call) => (
    <span title={(call.kind === "model" && call.row.cost_note) || undefined}>
      {formatDollars(costOf(call))}
    </span>
  ),
};

function costOf(call: Call): number | null {
  return call.kind === "model" ? call.row.cost : null;
}

type TokenCountName = keyof ModelCallRow & `${string}_tokens`;

function countOf(call: Call, column: TokenCountName): number | null {
  return call.kind === "model" ? (call.row[column] as number | null) : null;
}

function tokenColumn(title: string, column: TokenCountName, width = "46px"): CallColumn {
  const key = (call: Call) => countOf(call, column);
  return { title, width, align: "end", cell: (call) => formatInteger(key(call)), key };
}

function timeColumn(title: string, width: string, key: (call: Call) => number | null): CallColumn {
  return { title, width, align: "end", cell: (call) => formatDuration(key(call)), key };
}

function CallName({ call }: { call: Call }): JSX.Element {
  const { kind, row, name, depth } = call;
  const cached = call.kind === "model" && call.row.cached === true;
  return (
    <span class="lgj-call-name" style={{ "--lgj-depth": Math.min(depth, 8) }} title={name}>
      <KindIcon kind={kind} />
      <span class="lgj-clip">{name}</span>
      {row.attempt !== null && row.attempt > 1 ? (
        <span class="lgj-tag">{CALLS.attempt(String(row.attempt))}</span>
      ) : null}
      {cached ? <span class="lgj-tag">{CALLS.fromCache}</span> : null}
      {row.known_from === "inferred" ? <span class="lgj-tag">{CALLS.inferred}</span> : null}
    </span>
  );
}

function CallStatus({ call }: { call: Call }): JSX.Element {
  const reason = call.kind === "model" ? call.row.finish_reason : null;
  return (
    <span class="lgj-call-status" title={reason ?? undefined}>
      <StatusBadge status={call.row.status} small />
      {reason ? <span class="lgj-clip">· {reason}</span> : null}
    </span>
  );
}
