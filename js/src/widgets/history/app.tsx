// The frame of a history: what is searched, what is done with the chosen runs, and the table. The panels of the run that is
// opened, or two side by side, stand under it, as a widget that is drawn inside this one.

import type { JSX } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import { HiddenRecord } from "../../components/HiddenRecord";
import { HostedView } from "../../components/HostedView";
import { Icon } from "../../components/Icon";
import { Notices } from "../../components/Notices";
import { ResizeHandle } from "../../components/ResizeHandle";
import { StatusFilter } from "../../components/StatusFilter";
import { counted } from "../../core/format";
import { useView } from "../../hooks/context";
import { useHeight } from "../../hooks/height";
import { isField, useKeptKeys } from "../../hooks/shortcuts";
import { useStore } from "../../hooks/store";
import { HISTORY, RUNS } from "../../texts/history";
import { type Act, useActs } from "./acts";
import { Chosen } from "./Chosen";
import { countsOf, type Found, STATUSES, summaryOf } from "./rows";
import { KeptTable } from "./Table";
import { useFound, type Wanted } from "./useFound";
import "../../components/header.css";
import "./app.css";

const HEIGHT = { usual: 320, min: 160, max: 1600 };

const WORDS = {
  all: HISTORY.all,
  search: HISTORY.search,
  searchField: HISTORY.searchField,
  searchHint: HISTORY.searchHint,
};

const NOTHING: Found = { rows: [], total: 0, counts: {} };

export function HistoryApp(): JSX.Element {
  const root = useRef<HTMLElement>(null);
  const [height, resize] = useHeight("history-height", HEIGHT);
  const { store } = useView();
  const folder = useStore(["summary"], ({ summary }) => summary.target);
  const [wanted, setWanted] = useState<Wanted>({ text: "", status: null });
  const { found, problem } = useFound(wanted);
  const view = useStore(["summary"], (known) => summaryOf(known).view ?? null);
  const { act, failed } = useActs();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const shown = found ?? NOTHING;
  const there = useMemo(() => shown.rows.filter(({ id }) => chosen.has(id)), [shown, chosen]);
  useKeptKeys(root);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isField(event.target)) return;
    if (event.key === "Escape" && summaryOf(store).opened.length > 0) act("show", { ids: [] });
    else if (event.key === "/") {
      event.preventDefault();
      root.current?.querySelector<HTMLElement>(".lgj-search input")?.focus();
    }
  };
  return (
    <>
      <section
        class="lgj-root lgj-history"
        aria-label={HISTORY.region(folder)}
        style={{ height: `${height}px` }}
        ref={root}
        tabIndex={-1} // so that a click anywhere in it brings its keys here
        onKeyDown={onKeyDown}
      >
        <HiddenRecord />
        <Head folder={folder} found={shown} />
        <Notices />
        <Refused why={failed ?? problem} />
        <StatusFilter
          label={HISTORY.filter}
          words={WORDS}
          statuses={STATUSES}
          counts={countsOf(shown)}
          total={Object.values(shown.counts).reduce((sum, each) => sum + each, 0)}
          {...wanted}
          onStatus={(status) => setWanted({ ...wanted, status })}
          onText={(text) => setWanted({ ...wanted, text })}
        />
        <Chosen rows={there} act={act} onNone={() => setChosen(new Set())} />
        <KeptTable found={found} wanted={wanted} chosen={chosen} onChosen={setChosen} act={act} />
        <Opened act={act} />
        <ResizeHandle height={height} onHeight={resize} min={HEIGHT.min} max={HEIGHT.max} />
      </section>
      {view === null ? null : <HostedView key={view} id={view} />}
    </>
  );
}

function Head({ folder, found }: { folder: string; found: Found }): JSX.Element {
  const all = Object.values(found.counts).reduce((sum, each) => sum + each, 0);
  return (
    <header class="lgj-header">
      <span class="lgj-target">{HISTORY.title}</span>
      <span class="lgj-muted lgj-clip" title={folder}>
        {folder}
      </span>
      <span class="lgj-muted lgj-history-count">{counted(all, HISTORY.run)}</span>
    </header>
  );
}

function Refused({ why }: { why: string | null }): JSX.Element | null {
  return why ? (
    <p class="lgj-notice lgj-tone-bad" role="alert">
      {why}
    </p>
  ) : null;
}

function Opened({ act }: { act: Act }): JSX.Element | null {
  const opened = useStore(["summary"], (store) => summaryOf(store).opened);
  if (!opened?.length) return null;
  return (
    <div class="lgj-opened" role="status">
      <Icon name="down" />
      <span>{opened.length > 1 ? RUNS.compared : RUNS.opened}</span>
      <button
        type="button"
        class="lgj-quiet-button"
        title={RUNS.closeHint}
        onClick={() => act("show", { ids: [] })}
      >
        <Icon name="cross" />
        <span class="lgj-sr">{RUNS.close}</span>
      </button>
    </div>
  );
}
