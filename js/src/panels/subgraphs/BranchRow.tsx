import type { JSX } from "preact";
import { Icon } from "../../components/Icon";
import { NodeMark } from "../../components/NodeName";
import { StatusBadge } from "../../components/StatusBadge";
import { formatCountWithNoun, formatDuration, formatTokensInAndOut, formatInteger } from "../../core/format";
import { isFinal } from "../../core/schema";
import type { RunningTime } from "../../core/waits";
import { useView } from "../../hooks/context";
import { SUBGRAPHS } from "../../texts/subgraphs";
import { type GraphBranch, elapsedSecondsOf, type TreeRow, tallyText } from "./data";
import "../../components/DataTable.css";

export const ROW_HEIGHT = 28; // pixels, as in view.css

export function TreeHead(): JSX.Element {
  return (
    <div class="lgj-tree-row lgj-tree-head" role="row" aria-rowindex={1}>
      {Object.entries(SUBGRAPHS.columns).map(([name, title]) => (
        <div key={name} class={`lgj-tree-${name}`} role="columnheader">
          {name === "span" ? <span class="lgj-sr">{title}</span> : title}
        </div>
      ))}
    </div>
  );
}

export interface RowProps {
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

export function BranchRow(props: RowProps): JSX.Element {
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
      style={{ top: `${index * ROW_HEIGHT}px` }}
      title={branchFactsText(branch)}
      onClick={props.onChoose}
    >
      <div class="lgj-tree-name" role="gridcell">
        <TreeGuides row={row} onToggle={props.onToggle} />
        {branch.node === null ? null : <NodeMark node={branch.node} />}
        <BranchName branch={branch} />
      </div>
      <div class="lgj-tree-status" role="gridcell">
        <BranchStatus branch={branch} />
      </div>
      <div class="lgj-tree-time" role="gridcell">
        {formatDuration(elapsedSecondsOf(branch, now + started, time))}
      </div>
      <div class="lgj-tree-span" role="presentation">
        <SpanBar {...props} />
      </div>
      <div class="lgj-tree-tasks" role="gridcell">
        {formatInteger(sums.tasks)}
      </div>
      <div class="lgj-tree-messages" role="gridcell">
        {formatInteger(sums.messages)}
      </div>
      <div class="lgj-tree-input" role="gridcell">
        {formatInteger(sums.input || null)}
      </div>
      <div class="lgj-tree-output" role="gridcell">
        {formatInteger(sums.output || null)}
      </div>
    </div>
  );
}

/** All that is known of a graph, for a row too narrow to say it. */
function branchFactsText({ row, name, node, tally, sums, tool }: GraphBranch): string {
  const used = formatTokensInAndOut({ input_tokens: sums.input, output_tokens: sums.output });
  return [
    row?.namespace || name,
    node === null || node === name ? null : SUBGRAPHS.of(node),
    tallyText(tally),
    SUBGRAPHS.counts(formatCountWithNoun(sums.tasks, "task"), formatCountWithNoun(sums.messages, "message")),
    used && SUBGRAPHS.tokens(used),
    tool && SUBGRAPHS.byTool(tool),
  ]
    .filter(Boolean)
    .join("\n");
}

function TreeGuides({ row, onToggle }: { row: TreeRow; onToggle: () => void }): JSX.Element {
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
          aria-label={open ? SUBGRAPHS.close : SUBGRAPHS.open}
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

function BranchName({ branch }: { branch: GraphBranch }): JSX.Element {
  const { name, node, count, row, tool } = branch;
  const isRoot = row?.namespace === "";
  return (
    <>
      <span class={isRoot ? "lgj-clip lgj-tree-root" : "lgj-clip"}>{name}</span>
      {count > 1 ? (
        <b class="lgj-times" title={formatCountWithNoun(count, SUBGRAPHS.visit)}>
          ×{count}
        </b>
      ) : null}
      {node !== null && node !== name && !name.startsWith(`${node} #`) ? (
        <span class="lgj-muted lgj-clip lgj-tree-of">{SUBGRAPHS.of(node)}</span>
      ) : null}
      {tool === null ? null : (
        <span class="lgj-tag lgj-tree-tool" title={SUBGRAPHS.byTool(tool)}>
          <Icon name="tool" /> {row?.graph_name === tool ? "" : tool}
        </span>
      )}
    </>
  );
}

function BranchStatus({ branch }: { branch: GraphBranch }): JSX.Element {
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
  const { color } = useView().store.marks.markOf(branch.node);
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
