// The frame of a history: what is searched, what is done with the chosen runs, and the table. The panels of the run that is
// opened, or two side by side, stand under it, as a widget that is drawn inside this one.

import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { HostedView } from "../../components/HostedView";
import { Notices } from "../../components/Notices";
import { OpenRunsNotice } from "../../components/RunTable";
import { StatusFilter } from "../../components/StatusFilter";
import { RefusalNotice, TableFrame } from "../../components/TableFrame";
import { formatCountWithNoun } from "../../core/format";
import { useStore } from "../../hooks/store";
import { HISTORY, RUNS } from "../../texts/history";
import { useRunActions } from "./runActions";
import { ChosenRunsBar } from "./ChosenRunsBar";
import { statusCountsOf, type FoundRuns, historySummaryOf } from "./rows";
import { KeptTable } from "./KeptTable";
import { useFoundRuns, type RunQuery } from "./useFoundRuns";
import "../../components/header.css";
import "./app.css";

const WORDS = {
  all: HISTORY.all,
  search: HISTORY.search,
  searchField: HISTORY.searchField,
  searchHint: HISTORY.searchHint,
};

const NOTHING: FoundRuns = { rows: [], total: 0, counts: {} };

export function HistoryApp(): JSX.Element {
  const folder = useStore(["summary"], ({ summary }) => summary.target);
  const [wanted, setWanted] = useState<RunQuery>({ text: "", status: null });
  const { found, problem } = useFoundRuns(wanted);
  const view = useStore(["summary"], (known) => historySummaryOf(known).view ?? null);
  const { act, failed } = useRunActions();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const shown = found ?? NOTHING;
  const there = useMemo(() => shown.rows.filter(({ id }) => chosen.has(id)), [shown, chosen]);
  const opened = useStore(["summary"], (known) => historySummaryOf(known).opened?.length ?? 0);
  const close = () => act("show", { ids: [] });
  return (
    <>
      <TableFrame kind="history" label={HISTORY.region(folder)} onEscape={opened > 0 ? close : null}>
        <Head folder={folder} found={shown} />
        <Notices />
        <RefusalNotice why={failed ?? problem} />
        <StatusFilter
          label={HISTORY.filter}
          words={WORDS}
          counts={statusCountsOf(shown)}
          total={Object.values(shown.counts).reduce((sum, each) => sum + each, 0)}
          {...wanted}
          onStatus={(status) => setWanted({ ...wanted, status })}
          onText={(text) => setWanted({ ...wanted, text })}
        />
        <ChosenRunsBar rows={there} act={act} onNone={() => setChosen(new Set())} />
        <KeptTable found={found} wanted={wanted} chosen={chosen} onChosen={setChosen} act={act} />
        {opened > 0 ? (
          <OpenRunsNotice text={opened > 1 ? RUNS.compared : RUNS.opened} onClose={close} />
        ) : null}
      </TableFrame>
      {view === null ? null : <HostedView key={view} id={view} />}
    </>
  );
}

function Head({ folder, found }: { folder: string; found: FoundRuns }): JSX.Element {
  const all = Object.values(found.counts).reduce((sum, each) => sum + each, 0);
  return (
    <header class="lgj-header">
      <span class="lgj-target">{HISTORY.title}</span>
      <span class="lgj-muted lgj-clip" title={folder}>
        {folder}
      </span>
      <span class="lgj-muted lgj-history-count">{formatCountWithNoun(all, HISTORY.run)}</span>
    </header>
  );
}
