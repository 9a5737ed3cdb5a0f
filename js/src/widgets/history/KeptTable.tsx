import type { JSX } from "preact";
import { Icon } from "../../components/Icon";
import {
  INPUT_COLUMN,
  LAST_WORDS_COLUMN,
  type RunColumn,
  RunTable,
  STATUS_COLUMN,
  TOKENS_COLUMN,
} from "../../components/RunTable";
import { formatCountWithNoun, formatDuration, formatDateAndTime } from "../../core/format";
import { useStore } from "../../hooks/store";
import { HISTORY, RUNS } from "../../texts/history";
import { RUN_TABLE } from "../../texts/runs";
import type { RunAction } from "./runActions";
import { type FoundRuns, type KeptRow, historySummaryOf } from "./rows";
import type { RunQuery } from "./useFoundRuns";

const COLUMNS: readonly RunColumn<KeptRow>[] = [
  STATUS_COLUMN,
  {
    title: RUNS.columns.name,
    width: "minmax(54px, 0.6fr)",
    cell: (row) => <Name row={row} />,
    hint: ({ name, id }) => `${name}\n${id}`,
  },
  { ...INPUT_COLUMN, width: "minmax(70px, 1fr)" },
  { title: RUNS.columns.started, width: "minmax(58px, 112px)", cell: startedText, hint: startedText },
  {
    title: RUN_TABLE.columns.time,
    width: "58px",
    align: "end",
    cell: ({ latency }) => formatDuration(latency),
  },
  TOKENS_COLUMN,
  { ...LAST_WORDS_COLUMN, width: "minmax(80px, 1.4fr)" },
];

interface Props {
  readonly found: FoundRuns | null;
  readonly wanted: RunQuery;
  readonly chosen: ReadonlySet<string>;
  readonly onChosen: (chosen: ReadonlySet<string>) => void;
  readonly act: RunAction;
}

/** A row for each run. Boxes choose several. */
export function KeptTable({ found, wanted, chosen, onChosen, act }: Props): JSX.Element {
  const opened = useStore(["summary"], (store) => historySummaryOf(store).opened ?? []);
  const rows = found?.rows ?? [];
  const toggle = ({ id }: KeptRow) => {
    const now = new Set(chosen);
    if (!now.delete(id)) now.add(id);
    onChosen(now);
  };
  const left = (found?.total ?? 0) - rows.length;
  return (
    <>
      <RunTable
        label={RUNS.name}
        rows={rows}
        columns={COLUMNS}
        keyOf={({ id }) => id}
        labelOf={(row) => RUNS.openRun(runLabel(row))}
        isOpen={({ id }) => opened.includes(id)}
        onToggle={({ id }) => act("show", { ids: opened.join() === id ? [] : [id] })}
        choice={{
          title: RUNS.columns.choose,
          labelOf: (row) => RUNS.chooseRun(runLabel(row)),
          has: ({ id }) => chosen.has(id),
          toggle,
        }}
        epoch={wanted}
        none={emptyText(found)}
      />
      {left > 0 ? <div class="lgj-more">{RUNS.more(formatCountWithNoun(left, HISTORY.run))}</div> : null}
    </>
  );
}

/** Why there are no rows. */
function emptyText(found: FoundRuns | null): string {
  if (!found) return RUNS.loading;
  return Object.keys(found.counts).length === 0 ? RUNS.none : RUNS.noneFits;
}

function runLabel({ name, id }: KeptRow): string {
  return `${name} ${id.slice(0, 8)}`;
}

function startedText({ started }: KeptRow): string {
  return started === null ? "–" : formatDateAndTime(started, new Date());
}

function Name({ row }: { row: KeptRow }): JSX.Element {
  return (
    <>
      {row.pinned ? (
        <span class="lgj-pin" title={RUNS.pinned}>
          <Icon name="pin" />
          <span class="lgj-sr">{RUNS.pinned}</span>
        </span>
      ) : null}
      {row.name}
    </>
  );
}
