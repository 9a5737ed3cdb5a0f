import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Icon } from "../../components/Icon";
import { StatusBadge } from "../../components/StatusBadge";
import { VirtualList } from "../../components/VirtualList";
import { elapsedNow } from "../../core/elapsed";
import { duration, inAndOut, integer, ticking } from "../../core/format";
import { isFinal } from "../../core/schema";
import type { Store } from "../../core/store";
import { useView } from "../../hooks/context";
import { useStore, useTicking } from "../../hooks/store";
import { TABLE } from "../../texts/batch";
import { type InputRow, type Narrowing, type Order, type SortKey, secondsOf } from "./rows";
import "../../components/DataTable.css";
import "./Table.css";

const ROW_HEIGHT = 28; // as in DataTable.css
const PAGE = 10;

const COLUMNS: readonly { title: string; width: string; sort?: SortKey; end?: boolean }[] = [
  { title: TABLE.columns.input_index, width: "40px", sort: "input_index", end: true },
  { title: TABLE.columns.status, width: "96px", sort: "status" },
  { title: TABLE.columns.title, width: "minmax(90px, 1fr)" },
  { title: TABLE.columns.time, width: "58px", sort: "time", end: true },
  { title: TABLE.columns.tokens, width: "54px", sort: "tokens", end: true },
  { title: TABLE.columns.words, width: "minmax(120px, 1.6fr)" },
];

const TRACKS = { "--lgj-tracks": `20px ${COLUMNS.map(({ width }) => width).join(" ")}` };

interface Props {
  readonly rows: readonly InputRow[];
  readonly total: number;
  readonly narrowing: Narrowing;
  readonly onOrder: (order: Order) => void;
  readonly opened: number | null;
  readonly onOpen: (index: number | null) => void;
}

/** A row for each input. Arrows move, Enter or a click opens a run's panels, Escape closes them. */
export function InputTable(props: Props): JSX.Element {
  const { rows, narrowing, opened, onOpen } = props;
  const box = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState(0); // the place of the row that has the keys
  const [reveal, setReveal] = useState<{ index: number } | null>(null);
  const at = Math.min(current, Math.max(0, rows.length - 1));
  useEffect(() => {
    if (reveal) rowOf(box.current, reveal.index)?.focus();
  }, [reveal]);
  const moveTo = (place: number) => {
    const index = Math.max(0, Math.min(rows.length - 1, place));
    setCurrent(index);
    setReveal({ index });
    rowOf(box.current, index)?.focus(); // at once if it is drawn: the next key may come before it is drawn anew
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isHead(event.target)) return;
    const place = target(event.key, at, rows.length);
    if (place === null || rows.length === 0) return;
    event.preventDefault();
    moveTo(place);
  };
  const epoch = useMemo(() => ({}), [narrowing]);
  const toggle = (index: number) => {
    const row = rows[index] as InputRow;
    moveTo(index);
    onOpen(row.input_index === opened ? null : row.input_index);
  };
  return (
    <div
      class="lgj-table lgj-inputs"
      style={TRACKS}
      ref={box}
      onKeyDown={onKeyDown}
      role="group"
      aria-label={TABLE.name}
    >
      <VirtualList
        role="table"
        label={TABLE.inputs}
        count={rows.length}
        keyOf={(index) => (rows[index] as InputRow).input_index}
        estimate={() => ROW_HEIGHT}
        epoch={epoch}
        reveal={reveal}
        head={<Head {...props} />}
        render={(index) => (
          <InputLine
            row={rows[index] as InputRow}
            place={index}
            current={index === at}
            open={(rows[index] as InputRow).input_index === opened}
            onToggle={() => toggle(index)}
          />
        )}
      />
      {rows.length === 0 ? <Nothing total={props.total} /> : null}
      {opened !== null ? <Opened index={opened} onClose={() => onOpen(null)} /> : null}
    </div>
  );
}

function Nothing({ total }: { total: number }): JSX.Element {
  const running = useStore(["summary"], ({ summary }) => !isFinal(summary.status));
  const none = running ? TABLE.waiting : TABLE.none;
  return (
    <div class="lgj-empty" role="note">
      {total > 0 ? TABLE.noneFits : none}
    </div>
  );
}

function Opened({ index, onClose }: { index: number; onClose: () => void }): JSX.Element {
  return (
    <div class="lgj-opened" role="status">
      <Icon name="down" />
      <span>{TABLE.opened(integer(index))}</span>
      <button type="button" class="lgj-quiet-button" title={TABLE.closeHint} onClick={onClose}>
        <Icon name="cross" />
        <span class="lgj-sr">{TABLE.close}</span>
      </button>
    </div>
  );
}

function isHead(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(".lgj-head") !== null;
}

function rowOf(box: HTMLElement | null, index: number): HTMLElement | null {
  return box?.querySelector<HTMLElement>(`[data-index="${index}"] button`) ?? null;
}

function target(key: string, at: number, count: number): number | null {
  const steps: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + PAGE,
    PageUp: at - PAGE,
    Home: 0,
    End: count - 1,
  };
  return steps[key] ?? null;
}

function Head({ narrowing: { order }, onOrder }: Props): JSX.Element {
  return (
    <div class="lgj-row lgj-head" role="row" aria-rowindex={1}>
      <div class="lgj-cell" role="columnheader">
        <span class="lgj-sr">{TABLE.open}</span>
      </div>
      {COLUMNS.map(({ title, sort, end }) => (
        <div
          key={title}
          class={`lgj-cell ${end ? "lgj-end" : ""}`}
          role="columnheader"
          aria-sort={sort === order.key ? (order.descending ? "descending" : "ascending") : undefined}
        >
          {sort ? (
            <button
              type="button"
              class="lgj-sort"
              title={TABLE.sortBy(title === TABLE.columns.input_index ? TABLE.number : title.toLowerCase())}
              onClick={() => onOrder(next(order, sort))}
            >
              {title}
              <span class="lgj-sort-sign" aria-hidden="true">
                {sort === order.key ? (order.descending ? "↓" : "↑") : ""}
              </span>
            </button>
          ) : (
            title
          )}
        </div>
      ))}
    </div>
  );
}

/** Of what can be measured one wants the greatest first. */
function next(order: Order, key: SortKey): Order {
  if (order.key === key) return { key, descending: !order.descending };
  return { key, descending: key === "time" || key === "tokens" };
}

interface LineProps {
  readonly row: InputRow;
  readonly place: number;
  readonly current: boolean;
  readonly open: boolean;
  readonly onToggle: () => void;
}

function InputLine({ row, place, current, open, onToggle }: LineProps): JSX.Element {
  return (
    <div
      class={`lgj-row ${open ? "lgj-row-open lgj-marked" : ""}`}
      role="row"
      aria-rowindex={place + 2}
      onClick={onToggle}
    >
      <div class="lgj-cell" role="cell">
        <button
          type="button"
          class="lgj-row-toggle"
          aria-expanded={open}
          aria-label={TABLE.run(`${row.input_index}`)}
          tabIndex={current ? 0 : -1}
        >
          <Icon name={open ? "down" : "right"} />
        </button>
      </div>
      <div class="lgj-cell lgj-end lgj-muted" role="cell">
        {integer(row.input_index)}
      </div>
      <div class="lgj-cell" role="cell">
        <StatusBadge status={row.status} small />
      </div>
      <div class="lgj-cell" role="cell" title={row.title}>
        {row.title}
      </div>
      <div class="lgj-cell lgj-end" role="cell">
        <Time row={row} />
      </div>
      <div class="lgj-cell lgj-end" role="cell" title={inAndOut(row) || TABLE.noUsage}>
        {row.output_tokens ? integer(row.output_tokens) : <span class="lgj-muted">–</span>}
      </div>
      <div class="lgj-cell" role="cell" title={row.error ?? row.words ?? undefined}>
        {row.error ? <span class="lgj-problem">{row.error}</span> : row.words}
      </div>
    </div>
  );
}

function Time({ row }: { row: InputRow }): JSX.Element {
  if (row.started !== null && row.ended === null) return <Ticking row={row} />;
  const seconds = secondsOf(row, null);
  return <span class={seconds === null ? "lgj-muted" : ""}>{duration(seconds)}</span>;
}

function Ticking({ row }: { row: InputRow }): JSX.Element {
  const { store } = useView();
  const shown = useRef<HTMLSpanElement>(null);
  useTicking(() => {
    const seconds = secondsOf(row, kernelNow(store));
    if (shown.current) shown.current.textContent = seconds === null ? "–" : ticking(seconds);
  });
  return <span ref={shown}>–</span>;
}

/** What the kernel's clock shows, as far as its messages tell; null once the batch is over. */
function kernelNow(store: Store): number | null {
  const { started, status } = store.summary;
  const elapsed = elapsedNow(store);
  return started === null || elapsed === null || isFinal(status) ? null : started + elapsed;
}
