import type { JSX } from "preact";
import { Icon } from "../../components/Icon";
import { NodeMark } from "../../components/NodeName";
import { StatusBadge } from "../../components/StatusBadge";
import { formatCountWithNoun, formatDuration, formatInteger } from "../../core/format";
import { useView } from "../../hooks/context";
import { BREAKPOINT, NODE } from "../../texts/graph";
import { type NodeActivity, type VisibleNode, activeSecondsOf } from "./data";
import type { Box, Direction } from "./layout";
import "./NodeBox.css";

interface Props {
  readonly node: VisibleNode;
  readonly box: Box;
  readonly activity: NodeActivity | null;
  /** Seconds since the epoch while the run goes on. */
  readonly now: number | null;
  readonly selected: boolean;
  /** Whether it is the one that Tab stops at. */
  readonly tabStop: boolean;
  /** Opens and closes a group. */
  readonly onToggle: (() => void) | null;
  readonly onChoose: () => void;
  /** Its breakpoints, where it can have some. */
  readonly stops: NodeBreakpoints | null;
}

export interface NodeBreakpoints {
  readonly before: boolean;
  readonly after: boolean;
  readonly direction: Direction;
  readonly toggle: (when: "before" | "after") => void;
}

export function NodeBox(props: Props): JSX.Element {
  const { node, box, activity } = props;
  const { color } = useView().store.marks.markOf(node.name);
  const style = {
    left: `${box.x}px`,
    top: `${box.y}px`,
    width: `${box.width}px`,
    height: `${box.height}px`,
    "--lgj-node": color,
  };
  if (node.kind === "start" || node.kind === "end") {
    return (
      <div class="lgj-gnode lgj-gnode-end" style={style}>
        {node.kind}
      </div>
    );
  }
  const classes = ["lgj-gnode", node.open ? "lgj-gnode-group" : "lgj-gnode-box"];
  if (activity === null) classes.push("lgj-gnode-idle");
  else classes.push(`lgj-gnode-${activity.status}`);
  if (props.selected) classes.push("lgj-gnode-selected");
  return (
    <div class={classes.join(" ")} style={style}>
      <NodeButton {...props} />
      {props.stops ? <Breakpoints node={node.name} stops={props.stops} /> : null}
      {props.onToggle ? (
        <button
          type="button"
          class="lgj-gnode-toggle"
          aria-expanded={node.open}
          aria-label={(node.open ? NODE.close : NODE.open)(node.name)}
          title={node.open ? NODE.closeHint : NODE.openHint}
          onClick={props.onToggle}
        >
          <Icon name={node.open ? "down" : "right"} />
        </button>
      ) : null}
    </div>
  );
}

/** Tasks took so many times what passed: less is the noise of two clocks. */
const SIDE_BY_SIDE = 1.01;

const KEYS = { before: "b", after: "a" };

/** Keys on the node do the same. */
function Breakpoints({ node, stops }: { node: string; stops: NodeBreakpoints }): JSX.Element {
  return (
    <>
      {(["before", "after"] as const).map((when) => (
        <button
          key={when}
          type="button"
          class={`lgj-gstop lgj-gstop-${stops.direction} lgj-gstop-${when}`}
          tabIndex={-1}
          aria-pressed={stops[when]}
          aria-label={BREAKPOINT.name(when, node)}
          title={BREAKPOINT.hint(BREAKPOINT.name(when, node), KEYS[when])}
          onClick={() => stops.toggle(when)}
        />
      ))}
    </>
  );
}

/** A name that goes on in another line between its words, and not within one, where it may. */
function BreakableName({ name }: { name: string }): JSX.Element {
  return <>{name.split(/(?<=[_./-])/).map((part, nth) => [nth > 0 ? <wbr key={nth} /> : null, part])}</>;
}

function NodeButton({ node, activity, now, selected, tabStop, onChoose }: Props): JSX.Element {
  const time = activity === null ? null : activeSecondsOf(activity, now);
  return (
    <button
      type="button"
      class="lgj-gnode-choice"
      data-node={node.id}
      tabIndex={tabStop ? 0 : -1}
      aria-pressed={selected}
      aria-label={spokenLabel(node, activity, time)}
      title={nodeHint(node, activity, time)}
      onClick={onChoose}
    >
      <span class="lgj-gnode-name">
        <NodeMark node={node.name} />
        <span class="lgj-clip">
          <BreakableName name={node.name} />
        </span>
        {activity !== null && activity.count > 1 ? (
          <b class="lgj-times">×{formatInteger(activity.count)}</b>
        ) : null}
      </span>
      {activity === null ? null : (
        <span class="lgj-gnode-facts">
          {activity.status === "success" ? (
            <Icon name="check" class="lgj-tone-good" /> // which needs no word
          ) : (
            <StatusBadge status={activity.status} small count={activity.running} />
          )}
          <span>{formatDuration(time)}</span>
        </span>
      )}
    </button>
  );
}

function spokenLabel(node: VisibleNode, activity: NodeActivity | null, time: number | null): string {
  const what = node.kind === "group" ? NODE.subgraph(node.name) : node.name;
  if (activity === null) return NODE.idle(what);
  const tasks = formatCountWithNoun(activity.count, "task");
  return `${what}, ${activity.status}, ${tasks}, ${formatDuration(time)}`.replaceAll("\u00a0", " ");
}

/** Where the node is; of tasks that ran side by side also what they took together. */
function nodeHint({ id }: VisibleNode, activity: NodeActivity | null, time: number | null): string {
  const path = id.split(":").join(" › ");
  if (activity === null || time === null || activity.running > 0) return path;
  const { count, together } = activity;
  const beside = together > time * SIDE_BY_SIDE;
  return beside
    ? `${path}\n${NODE.sideBySide(formatCountWithNoun(count, "task"), formatDuration(together), formatDuration(time))}`
    : path;
}
