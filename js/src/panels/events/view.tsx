import type { JSX } from "preact";
import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from "preact/hooks";
import {
  type Column,
  HeadRow,
  ExpandableRow,
  gridColumnsStyle,
  useOpenRows,
} from "../../components/DataTable";
import { Empty } from "../../components/Empty";
import { Explanation } from "../../components/Explanation";
import { MultiSelect } from "../../components/MultiSelect";
import { Place } from "../../components/NodeName";
import { NothingShown } from "../../components/NothingShown";
import { VirtualList } from "../../components/VirtualList";
import { formatCountWithNoun, formatInteger, formatTimeSinceStart } from "../../core/format";
import { isBlocked } from "../../core/schema";
import { useView } from "../../hooks/context";
import { useNarrowing } from "../../hooks/narrowing";
import { useReachable, useIsSaved, useStore } from "../../hooks/store";
import type { Narrowing } from "../../state/narrowing";
import { singleOption } from "../../state/options";
import { EVENTS } from "../../texts/events";
import { hasFilters, type ListedEvent, modeOptions, type EventQuery, eventQueryOf, eventText } from "./data";
import { EventDetails } from "./EventDetails";
import { EventPages } from "./pages";
import "./view.css";

const REFRESH = 300; // milliseconds between two looks at a growing list

type OpenRows = ReturnType<typeof useOpenRows>;

function columnsFrom(start: number | null): readonly Column<ListedEvent>[] {
  return [
    {
      title: EVENTS.seq,
      width: "48px",
      align: "end",
      cell: (row) => <span class="lgj-muted">{row.seq}</span>,
    },
    {
      title: EVENTS.at,
      width: "72px",
      align: "end",
      cell: (row) => formatTimeSinceStart(row.timestamp, start),
    },
    { title: EVENTS.step, width: "36px", align: "end", cell: (row) => row.step ?? "–" },
    { title: EVENTS.mode, width: "84px", cell: (row) => <span class="lgj-tag">{row.mode}</span> },
    {
      title: EVENTS.where,
      width: "minmax(90px, 1fr)",
      cell: (row) => <Place namespace={row.namespace} node={row.node} />,
    },
    {
      title: EVENTS.data,
      width: "minmax(110px, 3fr)",
      cell: (row) => <code>{eventText(row)}</code>,
    },
  ];
}

export function View(): JSX.Element {
  const { store } = useView();
  const [modes, setModes] = useState<readonly string[]>([]);
  const [total, setTotal] = useState<number | null>(null);
  const [seen] = useState(() => new Set<string>());
  const requested = useStore(["summary", "counts"], ({ summary }) => summary.modes);
  const narrowing = useNarrowing();
  const open = useOpenRows();
  const namespaces = store.tables.namespaces.rows.map(({ namespace }) => namespace);
  const query = eventQueryOf(modes, narrowing.filter, narrowing.scope, namespaces);
  return (
    <div class="lgj-events">
      <div class="lgj-panel-bar">
        <MultiSelect
          label={EVENTS.mode}
          options={modeOptions(requested, seen).map(singleOption)}
          chosen={modes}
          onChoose={setModes}
        />
        {hasFilters(query) && total !== null ? (
          <span class="lgj-muted">
            {EVENTS.part(formatCountWithNoun(total, EVENTS.event), formatInteger(store.counts.events ?? 0))}
          </span>
        ) : null}
      </div>
      <EventList
        key={JSON.stringify(query)}
        query={query}
        narrowing={narrowing}
        seenModes={seen}
        open={open}
        onTotal={setTotal}
      />
    </div>
  );
}

interface ListProps {
  readonly query: EventQuery;
  readonly narrowing: Narrowing;
  readonly seenModes: Set<string>;
  readonly open: OpenRows;
  readonly onTotal: (total: number | null) => void;
}

function EventList({ query, narrowing, seenModes, open, onTotal }: ListProps): JSX.Element {
  const pages = useEventPages(query);
  const known = useStore(["counts"], ({ counts }) => counts.events ?? 0);
  const started = useStore(["summary"], ({ summary }) => summary.started);
  const reachable = useReachable();
  const columns = useMemo(() => columnsFrom(started), [started]);
  const blocked = useStore(["summary"], ({ summary }) => isBlocked(summary));
  const narrow = hasFilters(query);
  const saved = useIsSaved(); // with less than there was, maybe
  const count = narrow || saved ? (pages.total ?? 0) : Math.max(known, pages.total ?? 0);
  const onRange = useCallback((first: number, end: number) => pages.loadRange(first, end), [pages]);
  useEffect(() => onTotal(pages.total), [pages.total, onTotal]);
  if (!reachable && pages.total === null) {
    return <div class="lgj-empty">{EVENTS.kernelGone}</div>;
  }
  if (blocked && known > 0 && pages.total === null) {
    return <div class="lgj-empty">{EVENTS.blocked}</div>;
  }
  if (pages.problem && pages.total === null) return <div class="lgj-empty lgj-problem">{pages.problem}</div>;
  if (count === 0) {
    if (!narrow) return <Empty explained waiting={EVENTS.waiting} none={EVENTS.none} />;
    if (pages.total === null) return <div class="lgj-empty">{EVENTS.loading}</div>;
    return <NothingShown what={EVENTS.noneFits} narrowing={narrowing} />;
  }
  const render = (index: number) => {
    const row = pages.row(index);
    if (!row) return <div class="lgj-row lgj-row-missing" role="row" aria-rowindex={index + 2} />;
    seenModes.add(row.mode);
    return (
      <ExpandableRow
        row={row}
        index={index}
        columns={columns}
        open={open.isOpen(row.seq)}
        marked={narrowing.scope === null && narrowing.marks(row)} // else all of them are
        onToggle={() => open.toggle(row.seq)}
      >
        <EventDetails row={row} />
      </ExpandableRow>
    );
  };
  return (
    <div class="lgj-table" style={gridColumnsStyle(columns)}>
      <Explanation />
      <VirtualList
        role="table"
        label={narrow ? EVENTS.matching(formatInteger(count)) : EVENTS.name}
        count={count}
        keyOf={(index) => index}
        render={render}
        onRange={onRange}
        follow
        head={<HeadRow columns={columns} />}
      />
      {pages.problem ? <p class="lgj-problem">{pages.problem}</p> : null}
    </div>
  );
}

/** The pages under a query; draws anew as they come, and looks for more while the run goes on. */
function useEventPages(query: EventQuery): EventPages {
  const { store, call } = useView();
  const [, redraw] = useReducer((n: number, _: undefined) => n + 1, 0);
  const latest = useRef(query);
  const pages = useMemo(() => {
    const fetch = async (offset: number, limit: number) => {
      const { total, rows } = await call("events", { offset, limit, ...latest.current });
      return { total, rows: rows as readonly ListedEvent[] };
    };
    return new EventPages(fetch, () => redraw(undefined));
  }, [call]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        pages.reloadLastPage();
      }, REFRESH);
    };
    pages.loadRange(0, 1);
    const stop = store.subscribe(["counts"], look);
    return () => {
      stop();
      clearTimeout(timer);
      pages.close();
    };
  }, [pages, store]);
  return pages;
}
