import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { useOpenRows } from "../../components/DataTable";
import { Empty } from "../../components/Empty";
import { Explanation } from "../../components/Explanation";
import { Icon } from "../../components/Icon";
import { Place } from "../../components/NodeName";
import { NothingShown } from "../../components/NothingShown";
import { Value } from "../../components/Value";
import { VirtualList } from "../../components/VirtualList";
import { formatCountWithNoun, previewValue, formatTimeSinceStart } from "../../core/format";
import { isFinal } from "../../core/schema";
import { useNarrowing } from "../../hooks/narrowing";
import { useStore, useTable } from "../../hooks/store";
import { CUSTOM } from "../../texts/custom";
import {
  type Entry,
  endedNodeTest,
  entriesOf,
  type NodeHead,
  type OtherEntry,
  linePoints,
  type ProgressEntry,
  type SeriesEntry,
  significantNumber,
} from "./data";
import "./view.css";

const LINE = { width: 150, height: 20 };

export function View(): JSX.Element {
  const { rows, version } = useTable("custom");
  const narrowing = useNarrowing();
  const started = useStore(["summary"], ({ summary }) => summary.started);
  const over = useStore(["summary"], ({ summary }) => isFinal(summary.status));
  const tasks = useTable("tasks");
  const ended = useMemo(() => endedNodeTest(tasks.rows), [tasks.rows, tasks.version]);
  const { isOpen, toggle } = useOpenRows();
  const entries = useMemo(() => entriesOf(rows, narrowing.shows), [rows, version, narrowing]);
  if (rows.length === 0) {
    return <Empty explained waiting={CUSTOM.explain.waiting} none={CUSTOM.none} />;
  }
  const keyOf = (index: number) => (entries[index] as Entry).key;
  const render = (index: number) => {
    const entry = entries[index] as Entry;
    const at =
      entry.kind === "head"
        ? ""
        : formatTimeSinceStart(entry.kind === "item" ? entry.row.timestamp : entry.time, started);
    const marked = narrowing.scope === null && entry.kind !== "head" && narrowing.marks(entry.row);
    return (
      <div class={marked ? "lgj-custom lgj-custom-marked" : "lgj-custom"}>
        <EntryView
          entry={entry}
          at={at}
          over={over || (entry.kind === "progress" && ended(entry.row))}
          open={isOpen(entry.key)}
          onToggle={() => toggle(entry.key)}
        />
      </div>
    );
  };
  if (entries.length === 0) {
    const what = narrowing.scope ? CUSTOM.noneSelected : CUSTOM.noneFits;
    return <NothingShown what={what} narrowing={narrowing} />;
  }
  return (
    <>
      <Explanation />
      <VirtualList label={CUSTOM.name} count={entries.length} keyOf={keyOf} epoch={entries} render={render} />
    </>
  );
}

interface EntryProps<E> {
  readonly entry: E;
  readonly at: string;
  /** Whether what sent it has ended. */
  readonly over: boolean;
  readonly open: boolean;
  readonly onToggle: () => void;
}

function EntryView(props: EntryProps<Entry>): JSX.Element {
  const { entry } = props;
  switch (entry.kind) {
    case "head":
      return <HeadView head={entry} />;
    case "progress":
      return <ProgressView bar={entry} at={props.at} over={props.over} />;
    case "series":
      return <SeriesView series={entry} at={props.at} />;
    case "item":
      return <ItemView {...props} entry={entry} />;
  }
}

function HeadView({ head }: { head: NodeHead }): JSX.Element {
  return (
    <div class="lgj-custom-head" role="heading" aria-level={4}>
      <Place namespace={head.namespace} node={head.node} everyVisit={head.visits > 1} />
      <span class="lgj-muted">
        {head.visits > 1 ? `${formatCountWithNoun(head.visits, CUSTOM.visit)} · ` : ""}
        {formatCountWithNoun(head.count, CUSTOM.value)}
      </span>
    </div>
  );
}

function ProgressView({ bar, at, over }: { bar: ProgressEntry; at: string; over: boolean }): JSX.Element {
  const { value, total, label } = bar;
  const share = total === 0 ? 0 : Math.max(0, Math.min(1, value / total));
  const text =
    total === 1 || total === 100
      ? ""
      : `${CUSTOM.part(significantNumber(value), significantNumber(total))} · `;
  return (
    <div class="lgj-custom-row" title={previewValue(bar.row.data, 400)}>
      <span class="lgj-custom-label">{label}</span>
      <span
        class="lgj-progress"
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={share * total}
      >
        <i
          style={{ width: `${share * 100}%` }}
          class={share === 1 ? "lgj-progress-done" : over ? "lgj-progress-over" : ""}
        />
      </span>
      <span class="lgj-custom-value">
        {share === 1 ? <Icon name="check" /> : null}
        {text}
        {Math.floor(share * 100)} %
      </span>
      <span class="lgj-custom-at">{at}</span>
    </div>
  );
}

function SeriesView({ series, at }: { series: SeriesEntry; at: string }): JSX.Element {
  const { label, values, least, most, last } = series;
  const range = least <= most ? `${significantNumber(least)} … ${significantNumber(most)}` : CUSTOM.notFinite;
  const { width, height } = LINE;
  const text = `${label}: ${CUSTOM.last(significantNumber(last))}, ${range}, ${formatCountWithNoun(values.length, CUSTOM.value)}`;
  return (
    <div class="lgj-custom-row" title={text}>
      <span class="lgj-custom-label">{label}</span>
      <svg
        class="lgj-line"
        viewBox={`0 -2 ${width} ${height + 4}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={text}
      >
        <polyline points={linePoints(series, width, height)} />
      </svg>
      <span class="lgj-custom-value">
        <b>{significantNumber(last)}</b>
        <span class="lgj-muted lgj-clip">
          {range} · ×{values.length}
        </span>
      </span>
      <span class="lgj-custom-at">{at}</span>
    </div>
  );
}

function ItemView({ entry, at, open, onToggle }: EntryProps<OtherEntry>): JSX.Element {
  const { row, index } = entry;
  return (
    <>
      <button type="button" class="lgj-custom-row lgj-custom-item" aria-expanded={open} onClick={onToggle}>
        <Icon name={open ? "down" : "right"} />
        <code class="lgj-clip">{previewValue(row.data, 240)}</code>
        <span class="lgj-custom-at">{at}</span>
      </button>
      {open ? (
        <div class="lgj-custom-data">
          <Value value={row.data} address={{ table: "custom", key: index, column: "data" }} />
        </div>
      ) : null}
    </>
  );
}
