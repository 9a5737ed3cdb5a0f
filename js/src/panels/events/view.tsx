import type { JSX } from "preact";
import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from "preact/hooks";
import { type Column, HeadRow, ROW_HEIGHT, TableRow, tracks, useOpenRows } from "../../components/DataTable";
import { Empty } from "../../components/Empty";
import { Place } from "../../components/NodeName";
import { VirtualList } from "../../components/VirtualList";
import { useView } from "../../context";
import { integer, preview, since } from "../../format";
import { useReachable, useStore } from "../../hooks";
import { type EventRow, isDeaf } from "../../schema";
import type { Panel } from "../panel";
import { EventDetails } from "./EventDetails";
import { FilterBar } from "./FilterBar";
import { type Filter, NO_FILTER, isFiltering, parameters } from "./data";
import { EventPages } from "./pages";

const REFRESH = 300; // milliseconds between two looks at a growing list

function columnsFrom(start: number | null): readonly Column<EventRow>[] {
  return [
    { title: "Seq", width: "48px", align: "end", cell: (row) => <span class="lgj-muted">{row.seq}</span> },
    { title: "At", width: "72px", align: "end", cell: (row) => since(row.timestamp, start) },
    { title: "Mode", width: "84px", cell: (row) => <span class="lgj-tag">{row.mode}</span> },
    {
      title: "Where",
      width: "minmax(110px, 1fr)",
      cell: (row) => <Place namespace={row.namespace} node={row.node} />,
    },
    { title: "Data", width: "minmax(140px, 3fr)", cell: (row) => <code>{preview(row.data)}</code> },
  ];
}

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
  const columns = useMemo(() => columnsFrom(started), [started]);
  const deaf = useStore(["summary"], ({ summary }) => isDeaf(summary));
  const { isOpen, toggle } = useOpenRows();
  const count = isFiltering(filter) ? (pages.total ?? 0) : Math.max(known, pages.total ?? 0);
  const onRange = useCallback((first: number, end: number) => pages.need(first, end), [pages]);
  if (!reachable && pages.total === null) {
    return <div class="lgj-empty">The events are kept by the kernel, which is gone.</div>;
  }
  if (deaf && known > 0 && pages.total === null) {
    return <div class="lgj-empty">The kernel keeps the events and answers once the cell has ended.</div>;
  }
  if (pages.problem && pages.total === null) return <div class="lgj-empty lgj-problem">{pages.problem}</div>;
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
        <TableRow
          row={row}
          index={index}
          columns={columns}
          open={isOpen(row.seq)}
          onToggle={() => toggle(row.seq)}
        />
        {isOpen(row.seq) ? <EventDetails row={row} /> : null}
      </>
    );
  };
  return (
    <div class="lgj-table" style={tracks(columns)}>
      <VirtualList
        role="table"
        label={isFiltering(filter) ? `${integer(count)} matching events` : "Events"}
        count={count}
        keyOf={(index) => index}
        estimate={() => ROW_HEIGHT}
        render={render}
        onRange={onRange}
        follow
        head={<HeadRow columns={columns} />}
      />
      {pages.problem ? <p class="lgj-problem">{pages.problem}</p> : null}
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
