import type { JSX } from "preact";
import { Icon } from "../../components/Icon";
import { StatusBadge } from "../../components/StatusBadge";
import { VirtualList } from "../../components/VirtualList";
import { counted, duration, inAndOut, integer, moment } from "../../core/format";
import { useStore } from "../../hooks/store";
import { HISTORY, RUNS } from "../../texts/history";
import type { Act } from "./acts";
import { type Found, type KeptRow, summaryOf } from "./rows";
import type { Wanted } from "./useFound";
import "../../components/DataTable.css";

const ROW_HEIGHT = 28; // as in DataTable.css

const COLUMNS: readonly { title: string; width: string; end?: boolean }[] = [
  { title: RUNS.columns.status, width: "96px" },
  { title: RUNS.columns.name, width: "minmax(54px, 0.6fr)" },
  { title: RUNS.columns.title, width: "minmax(70px, 1fr)" },
  { title: RUNS.columns.started, width: "minmax(58px, 112px)" },
  { title: RUNS.columns.time, width: "58px", end: true },
  { title: RUNS.columns.tokens, width: "54px", end: true },
  { title: RUNS.columns.words, width: "minmax(80px, 1.4fr)" },
];

const TRACKS = { "--lgj-tracks": `20px 20px ${COLUMNS.map(({ width }) => width).join(" ")}` };

interface Props {
  readonly found: Found | null;
  readonly wanted: Wanted;
  readonly chosen: ReadonlySet<string>;
  readonly onChosen: (chosen: ReadonlySet<string>) => void;
  readonly act: Act;
}

/** A row for each run. A click opens its panels below, or closes them; boxes choose several. */
export function KeptTable({ found, wanted, chosen, onChosen, act }: Props): JSX.Element {
  const opened = useStore(["summary"], (store) => summaryOf(store).opened ?? []);
  const rows = found?.rows ?? [];
  const choose = (id: string) => {
    const now = new Set(chosen);
    if (!now.delete(id)) now.add(id);
    onChosen(now);
  };
  const isOpen = (id: string) => opened.includes(id);
  const left = (found?.total ?? 0) - rows.length;
  return (
    <>
      <div class="lgj-table lgj-kept" style={TRACKS}>
        <VirtualList
          role="table"
          label={RUNS.name}
          count={rows.length}
          keyOf={(index) => (rows[index] as KeptRow).id}
          estimate={() => ROW_HEIGHT}
          epoch={wanted}
          head={<Head />}
          render={(index) => {
            const row = rows[index] as KeptRow;
            return (
              <Line
                row={row}
                place={index}
                open={isOpen(row.id)}
                chosen={chosen.has(row.id)}
                onToggle={() => act("show", { ids: isOpen(row.id) && opened.length === 1 ? [] : [row.id] })}
                onChoose={() => choose(row.id)}
              />
            );
          }}
        />
        {rows.length === 0 ? <Nothing found={found} /> : null}
      </div>
      {left > 0 ? <div class="lgj-more">{RUNS.more(counted(left, HISTORY.run))}</div> : null}
    </>
  );
}

function Nothing({ found }: { found: Found | null }): JSX.Element {
  const none = found && Object.keys(found.counts).length === 0 ? RUNS.none : RUNS.noneFits;
  return (
    <div class="lgj-empty" role="note">
      {found ? none : RUNS.loading}
    </div>
  );
}

function Head(): JSX.Element {
  return (
    <div class="lgj-row lgj-head" role="row" aria-rowindex={1}>
      {[RUNS.open, RUNS.columns.choose].map((title) => (
        <div key={title} class="lgj-cell" role="columnheader">
          <span class="lgj-sr">{title}</span>
        </div>
      ))}
      {COLUMNS.map(({ title, end }) => (
        <div key={title} class={`lgj-cell ${end ? "lgj-end" : ""}`} role="columnheader">
          {title}
        </div>
      ))}
    </div>
  );
}

interface LineProps {
  readonly row: KeptRow;
  readonly place: number;
  readonly open: boolean;
  readonly chosen: boolean;
  readonly onToggle: () => void;
  readonly onChoose: () => void;
}

function Line({ row, place, open, chosen, onToggle, onChoose }: LineProps): JSX.Element {
  const called = `${row.name} ${row.id.slice(0, 8)}`;
  return (
    <div
      class={`lgj-row ${open ? "lgj-row-open lgj-marked" : ""}`}
      role="row"
      aria-rowindex={place + 2}
      onClick={onToggle}
    >
      <div class="lgj-cell" role="cell">
        <button type="button" class="lgj-row-toggle" aria-expanded={open} aria-label={RUNS.openRun(called)}>
          <Icon name={open ? "down" : "right"} />
        </button>
      </div>
      <div class="lgj-cell" role="cell" onClick={(event) => event.stopPropagation()}>
        <input type="checkbox" checked={chosen} aria-label={RUNS.chooseRun(called)} onChange={onChoose} />
      </div>
      <Cells row={row} />
    </div>
  );
}

function Cells({ row }: { row: KeptRow }): JSX.Element {
  const started = row.started === null ? "–" : moment(row.started, new Date());
  return (
    <>
      <div class="lgj-cell" role="cell">
        <StatusBadge status={row.status} small />
      </div>
      <div class="lgj-cell" role="cell" title={`${row.name}\n${row.id}`}>
        {row.pinned ? (
          <span class="lgj-pin" title={RUNS.pinned}>
            <Icon name="pin" />
            <span class="lgj-sr">{RUNS.pinned}</span>
          </span>
        ) : null}
        {row.name}
      </div>
      <div class="lgj-cell" role="cell" title={row.title}>
        {row.title}
      </div>
      <div class="lgj-cell" role="cell" title={started}>
        {started}
      </div>
      <div class="lgj-cell lgj-end" role="cell">
        {duration(row.latency)}
      </div>
      <div class="lgj-cell lgj-end" role="cell" title={inAndOut(row) || RUNS.noUsage}>
        {row.output_tokens ? integer(row.output_tokens) : <span class="lgj-muted">–</span>}
      </div>
      <div class="lgj-cell" role="cell" title={row.error ?? row.last_words ?? undefined}>
        {row.error ? <span class="lgj-problem">{row.error}</span> : row.last_words}
      </div>
    </>
  );
}
