import type { JSX } from "preact";
import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from "preact/hooks";
import { type Column, HeadRow, RowToggle } from "../../components/DataTable";
import { Empty } from "../../components/Empty";
import { NamespacePath, NodeName } from "../../components/NodeName";
import { VirtualList } from "../../components/VirtualList";
import { useView } from "../../context";
import { integer, preview, since } from "../../format";
import { useReachable, useStore } from "../../hooks";
import type { EventRow } from "../../schema";
import type { Panel } from "../panel";
import { EventDetails } from "./EventDetails";
import { FilterBar } from "./FilterBar";
import { type Filter, NO_FILTER, isFiltering, parameters } from "./data";
import { EventPages } from "./pages";

const ROW_HEIGHT = 26;
const REFRESH = 300; // milliseconds between two looks at a growing list

const COLUMNS: readonly Column<EventRow>[] = [
  { title: "Seq", width: "60px", align: "end", cell: () => null },
  { title: "At", width: "72px", align: "end", cell: () => null },
  { title: "Mode", width: "92px", cell: () => null },
  { title: "Where", width: "minmax(70px, 0.7fr)", cell: () => null },
  { title: "Node", width: "minmax(70px, 0.6fr)", cell: () => null },
  { title: "Data", width: "minmax(140px, 3fr)", cell: () => null },
];
const TRACKS = `20px ${COLUMNS.map((column) => column.width).join(" ")}`;

function View(): JSX.Element {
  const [filter, setFilter] = useState<Filter>(NO_FILTER);
  const seen = useRef(new Set<string>());
  return (
    <div class="lgj-events">
      <FilterBar filter={filter} onFilter={setFilter} seenModes={seen.current} />
      <EventList key={JSON.stringify(filter)} filter={filter} seenModes={seen.current} />
    </div>
  );
}

function EventList({ filter, seenModes }: { filter: Filter; seenModes: Set<string> }): JSX.Element {
  const pages = useEventPages(filter);
  const known = useStore(["counts"], ({ counts }) => counts.events ?? 0);
  const started = useStore(["summary"], ({ summary }) => summary.started);
  const reachable = useReachable();
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const count = isFiltering(filter) ? (pages.total ?? 0) : Math.max(known, pages.total ?? 0);
  const onRange = useCallback((first: number, end: number) => pages.need(first, end), [pages]);
  const toggle = (seq: number) => {
    const next = new Set(open);
    if (!next.delete(seq)) next.add(seq);
    setOpen(next);
  };

  if (!reachable && pages.total === null) {
    return <div class="lgj-empty">The events are kept by the kernel, which is gone.</div>;
  }
  if (pages.problem && pages.total === null)
    return <div class="lgj-empty lgj-problem">{pages.problem}</div>;
  if (count === 0) {
    if (isFiltering(filter)) {
      return <div class="lgj-empty">{pages.total === null ? "Looking…" : "No event matches."}</div>;
    }
    return <Empty waiting="No events yet." none="The run sent no events." />;
  }
  const render = (index: number) => {
    const row = pages.row(index);
    if (!row) return <div class="lgj-row lgj-row-missing" role="row" aria-rowindex={index + 2} />;
    seenModes.add(row.mode);
    return (
      <>
        <EventLine
          row={row}
          index={index}
          started={started}
          open={open.has(row.seq)}
          onToggle={toggle}
        />
        {open.has(row.seq) ? <EventDetails row={row} /> : null}
      </>
    );
  };
  return (
    <div class="lgj-table" style={{ "--lgj-tracks": TRACKS }}>
      <VirtualList
        role="table"
        label={isFiltering(filter) ? `${integer(count)} matching events` : "Events"}
        count={count}
        keyOf={(index) => index}
        estimate={() => ROW_HEIGHT}
        render={render}
        onRange={onRange}
        follow
        head={<HeadRow columns={COLUMNS} />}
      />
      {pages.problem ? <p class="lgj-problem">{pages.problem}</p> : null}
    </div>
  );
}

function EventLine(props: {
  row: EventRow;
  index: number;
  started: number | null;
  open: boolean;
  onToggle: (seq: number) => void;
}): JSX.Element {
  const { row, index, started, open, onToggle } = props;
  return (
    <div
      class={`lgj-row ${open ? "lgj-row-open" : ""}`}
      role="row"
      aria-rowindex={index + 2}
      onClick={() => onToggle(row.seq)}
    >
      <div class="lgj-cell" role="cell">
        <RowToggle open={open} />
      </div>
      <div class="lgj-cell lgj-end lgj-muted" role="cell">
        {row.seq}
      </div>
      <div class="lgj-cell lgj-end" role="cell">
        {since(row.timestamp, started)}
      </div>
      <div class="lgj-cell" role="cell">
        <span class="lgj-tag">{row.mode}</span>
      </div>
      <div class="lgj-cell" role="cell">
        <NamespacePath namespace={row.namespace} />
      </div>
      <div class="lgj-cell" role="cell">
        <NodeName node={row.node} />
      </div>
      <div class="lgj-cell" role="cell">
        <code>{preview(row.data)}</code>
      </div>
    </div>
  );
}

/** The pages under a filter; draws anew as they come, and looks for more while the run goes on. */
function useEventPages(filter: Filter): EventPages {
  const { store, call } = useView();
  const [, redraw] = useReducer((n: number, _: undefined) => n + 1, 0);
  const pages = useMemo(() => {
    const fetch = async (offset: number, limit: number) => {
      const { total, rows } = await call("events", { offset, limit, ...parameters(filter) });
      return { total, rows: rows as readonly EventRow[] };
    };
    return new EventPages(fetch, () => redraw(undefined));
  }, [call]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        pages.grown();
      }, REFRESH);
    };
    pages.need(0, 1);
    const stop = store.subscribe(["counts"], look);
    return () => {
      stop();
      clearTimeout(timer);
      pages.close();
    };
  }, [pages, store]);
  return pages;
}

export const events: Panel = {
  id: "events",
  title: "Events",
  topics: ["counts"],
  count: ({ counts }) => counts.events ?? 0,
  View,
};
