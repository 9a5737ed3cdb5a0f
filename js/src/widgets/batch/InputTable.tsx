import type { JSX } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import {
  INPUT_COLUMN,
  LAST_WORDS_COLUMN,
  OpenRunsNotice,
  type RunColumn,
  RunTable,
  STATUS_COLUMN,
  TOKENS_COLUMN,
} from "../../components/RunTable";
import { elapsedSecondsNow } from "../../core/elapsed";
import { formatDuration, formatInteger, formatRunningDuration } from "../../core/format";
import { isFinal } from "../../core/schema";
import { type Sorting, sortedByColumn } from "../../core/sorting";
import type { Store } from "../../core/store";
import { useView } from "../../hooks/context";
import { useStore, useTicking } from "../../hooks/store";
import { TABLE } from "../../texts/batch";
import { RUN_TABLE } from "../../texts/runs";
import { type InputRow, type InputFilter, SORT_KEYS, inputSecondsOf } from "./rows";

const COLUMNS: readonly RunColumn<InputRow>[] = [
  {
    title: TABLE.columns.input_index,
    spoken: TABLE.number,
    width: "40px",
    key: SORT_KEYS.input_index,
    align: "end",
    cell: ({ input_index }) => <span class="lgj-muted">{formatInteger(input_index)}</span>,
  },
  { ...STATUS_COLUMN, key: SORT_KEYS.status },
  { ...INPUT_COLUMN, width: "minmax(90px, 1fr)" },
  {
    title: RUN_TABLE.columns.time,
    width: "58px",
    key: SORT_KEYS.time,
    align: "end",
    cell: (row) => <Time row={row} />,
  },
  { ...TOKENS_COLUMN, key: SORT_KEYS.tokens },
  { ...LAST_WORDS_COLUMN, width: "minmax(120px, 1.6fr)" },
];

interface Props {
  readonly rows: readonly InputRow[];
  readonly total: number;
  readonly narrowing: InputFilter;
  readonly opened: number | null;
  readonly onOpen: (index: number | null) => void;
}

/** A row for each input. */
export function InputTable({ rows, total, narrowing, opened, onOpen }: Props): JSX.Element {
  const [sorting, setSorting] = useState<Sorting>(null);
  const sorted = useMemo(() => sortedByColumn(rows, COLUMNS, sorting), [rows, sorting]);
  const epoch = useMemo(() => ({}), [narrowing, sorting]);
  const running = useStore(["summary"], ({ summary }) => !isFinal(summary.status));
  const none = running ? TABLE.waiting : TABLE.none;
  const isOpen = (row: InputRow) => row.input_index === opened;
  return (
    <>
      <RunTable
        label={TABLE.inputs}
        rows={sorted}
        columns={COLUMNS}
        keyOf={(row) => row.input_index}
        labelOf={(row) => TABLE.run(`${row.input_index}`)}
        isOpen={isOpen}
        onToggle={(row) => onOpen(isOpen(row) ? null : row.input_index)}
        sorting={sorting}
        onSort={setSorting}
        epoch={epoch}
        none={total > 0 ? TABLE.noneFits : none}
      />
      {opened === null ? null : (
        <OpenRunsNotice text={TABLE.opened(formatInteger(opened))} onClose={() => onOpen(null)} />
      )}
    </>
  );
}

function Time({ row }: { row: InputRow }): JSX.Element {
  if (row.started !== null && row.ended === null) return <Ticking row={row} />;
  const seconds = inputSecondsOf(row, null);
  return <span class={seconds === null ? "lgj-muted" : ""}>{formatDuration(seconds)}</span>;
}

function Ticking({ row }: { row: InputRow }): JSX.Element {
  const { store } = useView();
  const shown = useRef<HTMLSpanElement>(null);
  useTicking(() => {
    const seconds = inputSecondsOf(row, kernelNow(store));
    if (shown.current) shown.current.textContent = seconds === null ? "–" : formatRunningDuration(seconds);
  });
  return <span ref={shown}>–</span>;
}

/** What the kernel's clock shows, as far as its messages tell; null once the batch is over. */
function kernelNow(store: Store): number | null {
  const { started, status } = store.summary;
  const elapsed = elapsedSecondsNow(store);
  return started === null || elapsed === null || isFinal(status) ? null : started + elapsed;
}
