import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { Empty } from "../../components/Empty";
import { Explanation } from "../../components/Explanation";
import { Icon } from "../../components/Icon";
import { NodeMark } from "../../components/NodeName";
import { StatusBadge } from "../../components/StatusBadge";
import { counted, duration, inAndOut, integer } from "../../core/format";
import { isFinal } from "../../core/schema";
import type { RunningTime } from "../../core/waits";
import { useView } from "../../hooks/context";
import { useFilter, useSelection } from "../../hooks/narrowing";
import { useRunningTime, useStore, useTable } from "../../hooks/store";
import { useElapsed, useViewport } from "../../hooks/viewport";
import { isFiltering, matches } from "../../state/filter";
import { scopeOf } from "../../state/selection";
import type { Panel } from "../panel";
import { type Branch, elapsedOf, forestOf, pruned, rowsOf, type TreeRow, tallyText } from "./data";
import "../../components/DataTable.css";
import "./view.css";

const ROW = 28; // pixels, as in view.css
const AHEAD = 8; // rows drawn above and below what is in sight

let trees = 0;

function View(): JSX.Element {
  const { store } = useView();
  const namespaces = useTable("namespaces");
  const messages = useTable("messages");
  const [filter] = useFilter();
  const [selection, select] = useSelection();
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState<string | null>(null);
  const [scope] = useState(() => {
    trees += 1;
    return `lgj-tree-${trees}`;
  });
  const [box, setBox] = useState<HTMLDivElement | null>(null);
  const viewport = useViewport(box);
  const started = useStore(["summary", "namespaces"], ({ summary }) => summary.started ?? 0);
  const elapsed = useElapsed(0.25);
  const time = useRunningTime();

  const forest = useMemo(
    () => forestOf(namespaces.rows, messages.rows),
    [namespaces.version, messages.version],
  );
  const shown = useMemo(
    () =>
      isFiltering(filter)
        ? pruned(forest, (row) => matches({ ...filter, tags: [], steps: [null, null] }, row))
        : forest,
    [forest, filter],
  );
  const isOpen = (branch: Branch) => toggled.has(branch.key) !== (branch.row !== null);
  const rows = useMemo(() => rowsOf(shown, isOpen), [shown, toggled]);
  const belongs = useMemo(() => scopeOf(selection, store.tables), [selection, store, namespaces.version]);

  if (forest.length === 0) {
    return (
      <>
        <Explanation />
        <Empty waiting="The graph has not begun yet." none="No graph was seen to run." />
      </>
    );
  }
  const toggle = (branch: Branch, open = !isOpen(branch)) => {
    if (branch.children.length === 0 || open === isOpen(branch)) return;
    const next = new Set(toggled);
    if (!next.delete(branch.key)) next.add(branch.key);
    setToggled(next);
  };
  const choose = (branch: Branch) => {
    setActive(branch.key);
    if (branch.row === null) toggle(branch);
    else if (isSelected(branch)) select(null);
    else select({ kind: "namespace", id: branch.row.namespace });
  };
  const isSelected = (branch: Branch) =>
    branch.row !== null && selection?.kind === "namespace" && selection.id === branch.row.namespace;
  const go = (index: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (!row || !box) return;
    setActive(row.branch.key);
    reveal(box, rows.indexOf(row) * ROW);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = rows.findIndex(({ branch }) => branch.key === active);
    const row = rows[at];
    const page = Math.max(1, Math.floor(viewport.height / ROW) - 2);
    switch (event.key) {
      case "ArrowDown":
        go(at + 1);
        break;
      case "ArrowUp":
        go(at - 1);
        break;
      case "PageDown":
        go(at + page);
        break;
      case "PageUp":
        go(at - page);
        break;
      case "Home":
        go(0);
        break;
      case "End":
        go(rows.length - 1);
        break;
      case "ArrowRight":
        if (row?.open) go(at + 1);
        else if (row) toggle(row.branch, true);
        break;
      case "ArrowLeft":
        if (row?.open) toggle(row.branch, false);
        else if (row) go(parentOf(rows, at));
        break;
      case "Enter":
      case " ":
        if (row) choose(row.branch);
        break;
      default:
        return;
    }
    event.preventDefault();
  };
  const first = Math.max(0, Math.floor(viewport.top / ROW) - AHEAD);
  const end = Math.min(rows.length, Math.ceil((viewport.top + viewport.height) / ROW) + AHEAD);
  const whole = Math.max(elapsed, 0.001);
  return (
    <>
      <Explanation />
      <div
        class="lgj-tree"
        ref={setBox}
        tabIndex={0}
        role="treegrid"
        aria-label="Graphs and their subgraphs"
        aria-rowcount={rows.length + 1}
        {...(active === null ? {} : { "aria-activedescendant": `${scope}-${active}` })}
        onKeyDown={onKeyDown}
      >
        <Head />
        <div role="rowgroup" class="lgj-tree-rows" style={{ height: `${rows.length * ROW}px` }}>
          {rows.slice(first, end).map((row, nth) => (
            <BranchRow
              key={row.branch.key}
              row={row}
              index={first + nth}
              id={`${scope}-${row.branch.key}`}
              active={row.branch.key === active}
              selected={isSelected(row.branch)}
              marked={belongs !== null && row.branch.row !== null && belongs.has(row.branch.row)}
              started={started}
              time={time}
              now={elapsed}
              whole={whole}
              onToggle={() => toggle(row.branch)}
              onChoose={() => choose(row.branch)}
            />
          ))}
        </div>
        {rows.length === 0 ? <p class="lgj-empty">No graph passes the filter.</p> : null}
      </div>
    </>
  );
}

function parentOf(rows: readonly TreeRow[], at: number): number {
  const level = rows[at]?.branch.level ?? 1;
  for (let index = at - 1; index >= 0; index -= 1) {
    if ((rows[index]?.branch.level ?? 0) < level) return index;
  }
  return at;
}

function reveal(box: HTMLElement, top: number): void {
  const room = box.clientHeight - ROW; // the head stays
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + ROW > box.scrollTop + room) box.scrollTop = top + ROW - room;
}

function Head(): JSX.Element {
  const titles = ["Graph", "Status", "Time", "", "Tasks", "Messages", "Tokens in", "out"];
  const names = ["name", "status", "time", "span", "tasks", "messages", "input", "output"];
  return (
    <div class="lgj-tree-row lgj-tree-head" role="row" aria-rowindex={1}>
      {titles.map((title, index) => (
        <div key={names[index]} class={`lgj-tree-${names[index]}`} role="columnheader">
          {title || <span class="lgj-sr">When</span>}
        </div>
      ))}
    </div>
  );
}

interface RowProps {
  readonly row: TreeRow;
  readonly index: number;
  readonly id: string;
  readonly active: boolean;
  readonly selected: boolean;
  readonly marked: boolean;
  /** The run's start, in seconds since the epoch. */
  readonly started: number;
  readonly time: RunningTime;
  readonly now: number;
  readonly whole: number;
  readonly onToggle: () => void;
  readonly onChoose: () => void;
}

function BranchRow(props: RowProps): JSX.Element {
  const { row, index, id, active, selected, marked, started, time, now } = props;
  const { branch, open, position, siblings } = row;
  const { sums, level, children } = branch;
  const classes = ["lgj-tree-row"];
  if (active) classes.push("lgj-tree-active");
  if (selected) classes.push("lgj-tree-selected");
  else if (marked) classes.push("lgj-tree-marked");
  return (
    <div
      id={id}
      class={classes.join(" ")}
      role="row"
      aria-rowindex={index + 2}
      aria-level={level}
      aria-posinset={position}
      aria-setsize={siblings}
      aria-selected={selected}
      {...(children.length > 0 ? { "aria-expanded": open } : {})}
      style={{ top: `${index * ROW}px` }}
      title={factsOf(branch)}
      onClick={props.onChoose}
    >
      <div class="lgj-tree-name" role="gridcell">
        <Guides row={row} onToggle={props.onToggle} />
        {branch.node === null ? null : <NodeMark node={branch.node} />}
        <Name branch={branch} />
      </div>
      <div class="lgj-tree-status" role="gridcell">
        <BranchStatus branch={branch} />
      </div>
      <div class="lgj-tree-time" role="gridcell">
        {duration(elapsedOf(branch, now + started, time))}
      </div>
      <div class="lgj-tree-span" role="presentation">
        <SpanBar {...props} />
      </div>
      <div class="lgj-tree-tasks" role="gridcell">
        {integer(sums.tasks)}
      </div>
      <div class="lgj-tree-messages" role="gridcell">
        {integer(sums.messages)}
      </div>
      <div class="lgj-tree-input" role="gridcell">
        {integer(sums.input || null)}
      </div>
      <div class="lgj-tree-output" role="gridcell">
        {integer(sums.output || null)}
      </div>
    </div>
  );
}

/** All that is known of a graph, for a row too narrow to say it. */
function factsOf({ row, name, node, tally, sums, tool, args }: Branch): string {
  const used = inAndOut({ input_tokens: sums.input, output_tokens: sums.output });
  return [
    row?.namespace || name,
    node === null || node === name ? null : `of ${node}`,
    tallyText(tally),
    `${counted(sums.tasks, "task")}, ${counted(sums.messages, "message")}`,
    used && `tokens: ${used}`,
    tool && `run by the tool call ${tool}${args === null ? "" : ` ${args}`}`,
  ]
    .filter(Boolean)
    .join("\n");
}

function Guides({ row, onToggle }: { row: TreeRow; onToggle: () => void }): JSX.Element {
  const { branch, open, guides, position, siblings } = row;
  return (
    <>
      {guides.slice(1).map((more, level) => (
        <i key={level} class={more ? "lgj-guide lgj-guide-on" : "lgj-guide"} />
      ))}
      {guides.length > 0 ? (
        <i class={position < siblings ? "lgj-guide lgj-guide-tee" : "lgj-guide lgj-guide-end"} />
      ) : null}
      {branch.children.length > 0 ? (
        <button
          type="button"
          tabIndex={-1}
          class="lgj-row-toggle"
          aria-label={open ? "Close" : "Open"}
          onClick={(event) => {
            event.stopPropagation();
            onToggle();
          }}
        >
          <Icon name={open ? "down" : "right"} />
        </button>
      ) : (
        <i class="lgj-guide lgj-guide-none" />
      )}
    </>
  );
}

function Name({ branch }: { branch: Branch }): JSX.Element {
  const { name, node, count, row, tool, args } = branch;
  const isRoot = row?.namespace === "";
  return (
    <>
      <span class={isRoot ? "lgj-clip lgj-tree-root" : "lgj-clip"}>{name}</span>
      {count > 1 ? (
        <b class="lgj-times" title={counted(count, "visit")}>
          ×{count}
        </b>
      ) : null}
      {node !== null && node !== name && !name.startsWith(`${node} #`) ? (
        <span class="lgj-muted lgj-clip lgj-tree-of">of {node}</span>
      ) : null}
      {tool === null ? null : (
        <span class="lgj-tag lgj-tree-tool lgj-clip" title={`Run by the tool call ${tool}`}>
          <Icon name="tool" />{" "}
          <span class="lgj-clip">
            {tool === name ? "" : tool} {args}
          </span>
        </span>
      )}
    </>
  );
}

function BranchStatus({ branch }: { branch: Branch }): JSX.Element {
  if (branch.tally.size <= 1) return <StatusBadge status={branch.status} small />;
  return (
    <span title={tallyText(branch.tally)} class="lgj-tree-tally">
      <StatusBadge status={branch.status} small />
      <span class="lgj-muted lgj-clip">{tallyText(branch.tally)}</span>
    </span>
  );
}

/** When it ran, on the run's own time. */
function SpanBar({ row, started, time, now, whole }: RowProps): JSX.Element | null {
  const { branch } = row;
  const { color } = useView().store.marks.of(branch.node);
  if (branch.from === null) return null;
  const begun = time.at(branch.from) - started;
  const from = Math.max(0, begun) / whole;
  const last = branch.to === null ? (isFinal(branch.status) ? begun : now) : time.at(branch.to) - started;
  const length = Math.max(0, last / whole - from);
  return (
    <span class="lgj-span">
      <i
        style={{
          left: `${Math.min(99, from * 100)}%`,
          width: `${Math.min(100, length * 100)}%`,
          background: color,
        }}
      />
    </span>
  );
}

export const subgraphs: Panel = {
  id: "subgraphs",
  title: "Subgraphs",
  topics: ["namespaces"],
  count: ({ tables }) => Math.max(0, tables.namespaces.rows.length - 1),
  View,
};
