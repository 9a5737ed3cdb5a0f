// The frame of a batch: header, progress, what narrows the table, and the table. Its height is fixed from the
// first moment; the panels of the run that is opened stand under it, as a widget that is drawn inside this one.

import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { HiddenRecord } from "../../components/HiddenRecord";
import { HostedView } from "../../components/HostedView";
import { Notices } from "../../components/Notices";
import { RefusalNotice, TableFrame } from "../../components/TableFrame";
import { useView } from "../../hooks/context";
import { useStore } from "../../hooks/store";
import { BATCH } from "../../texts/batch";
import { BatchHeader } from "./BatchHeader";
import { BatchFilter } from "./BatchFilter";
import { StatusProgressBar } from "./StatusProgressBar";
import { statusCountsOf, INPUTS, inputRowsOf, type InputFilter, filterRows, batchSummaryOf } from "./rows";
import { InputTable } from "./InputTable";
import "./app.css";

/** The table, and under it the run that was opened; of a run that is alone its view, and no table. */
export function BatchApp(): JSX.Element {
  const view = useStore(["summary"], (known) => batchSummaryOf(known).view ?? null);
  const alone = useStore(["summary"], (known) => batchSummaryOf(known).alone ?? false);
  return (
    <>
      {alone ? <HiddenRecord /> : <BatchTable />}
      {view === null ? null : <HostedView key={view} id={view} />}
    </>
  );
}

function BatchTable(): JSX.Element {
  const { call } = useView();
  const target = useStore(["summary"], ({ summary }) => summary.target);
  const opened = useStore(["summary"], (known) => batchSummaryOf(known).opened ?? null);
  const rows = useInputs();
  const counts = useMemo(() => statusCountsOf(rows), [rows]);
  const [narrowing, setNarrowing] = useState<InputFilter>({ status: null, text: "" });
  const narrow = (fields: Partial<InputFilter>) => setNarrowing((now) => ({ ...now, ...fields }));
  const shown = useMemo(() => filterRows(rows, narrowing), [rows, narrowing]);
  const [problem, setProblem] = useState<string | null>(null);
  const open = (index: number | null) => {
    const reply = index === null ? call("close", {}) : call("open", { input_index: index });
    reply.then(
      () => setProblem(null),
      (error: Error) => setProblem(index === null ? error.message : BATCH.problem(`${index}`, error.message)),
    );
  };
  return (
    <TableFrame
      kind="batch"
      label={BATCH.region(target)}
      onEscape={opened === null ? null : () => open(null)}
    >
      <BatchHeader rows={rows} counts={counts} />
      <StatusProgressBar rows={rows} counts={counts} />
      <Notices />
      <RefusalNotice why={problem} />
      <BatchFilter counts={counts} total={rows.length} narrowing={narrowing} onNarrowing={narrow} />
      <InputTable rows={shown} total={rows.length} narrowing={narrowing} opened={opened} onOpen={open} />
    </TableFrame>
  );
}

function useInputs() {
  const { store } = useView();
  const version = useStore([INPUTS], ({ tables }) => tables[INPUTS as keyof typeof tables].version);
  const total = useStore(["summary"], (known) => batchSummaryOf(known).total);
  return useMemo(() => inputRowsOf(store).slice(), [store, version, total]);
}
