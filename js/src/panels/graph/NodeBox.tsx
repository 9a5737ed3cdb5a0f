import type { JSX } from "preact";
import { Icon } from "../../components/Icon";
import { NodeMark } from "../../components/NodeName";
import { StatusBadge } from "../../components/StatusBadge";
import { counted, duration } from "../../core/format";
import { useView } from "../../hooks/context";
import type { Activity, DrawnNode } from "./data";
import type { Box, Direction } from "./layout";
import "./NodeBox.css";

interface Props {
  readonly node: DrawnNode;
  readonly box: Box;
  readonly activity: Activity | null;
  /** Seconds since the epoch while the run goes on. */
  readonly now: number | null;
  readonly selected: boolean;
  /** Whether it is the one that Tab stops at. */
  readonly tabStop: boolean;
  /** Opens and closes a group. */
  readonly onToggle: (() => void) | null;
  readonly onChoose: () => void;
  /** Its breakpoints, where it can have some. */
  readonly stops: NodeStops | null;
}

export interface NodeStops {
  readonly before: boolean;
  readonly after: boolean;
  readonly direction: Direction;
  readonly toggle: (when: "before" | "after") => void;
}

export function NodeBox(props: Props): JSX.Element {
  const { node, box, activity } = props;
  const { color } = useView().store.marks.of(node.name);
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
      <Choice {...props} />
      {props.stops ? <Breakpoints node={node.name} stops={props.stops} /> : null}
      {props.onToggle ? (
        <button
          type="button"
          class="lgj-gnode-toggle"
          aria-expanded={node.open}
          aria-label={`${node.open ? "Close" : "Open"} ${node.name}`}
          title={`${node.open ? "Close" : "Open"} the subgraph (e)`}
          onClick={props.onToggle}
        >
          <Icon name={node.open ? "down" : "right"} />
        </button>
      ) : null}
    </div>
  );
}

/** Keys do the same: b and a on the node. */
function Breakpoints({ node, stops }: { node: string; stops: NodeStops }): JSX.Element {
  return (
    <>
      {(["before", "after"] as const).map((when) => (
        <button
          key={when}
          type="button"
          class={`lgj-gstop lgj-gstop-${stops.direction} lgj-gstop-${when}`}
          tabIndex={-1}
          aria-pressed={stops[when]}
          aria-label={`Breakpoint ${when} ${node}`}
          title={`Breakpoint ${when} ${node} (${when[0]}): for when the run goes on, or a branch`}
          onClick={() => stops.toggle(when)}
        />
      ))}
    </>
  );
}

function Choice({ node, activity, now, selected, tabStop, onChoose }: Props): JSX.Element {
  const time = activity === null ? null : secondsOf(activity, now);
  return (
    <button
      type="button"
      class="lgj-gnode-choice"
      data-node={node.id}
      tabIndex={tabStop ? 0 : -1}
      aria-pressed={selected}
      aria-label={spoken(node, activity, time)}
      title={node.id.split(":").join(" › ")}
      onClick={onChoose}
    >
      <span class="lgj-gnode-name">
        <NodeMark node={node.name} />
        <span class="lgj-clip">{node.name}</span>
        {activity !== null && activity.count > 1 ? <b class="lgj-times">×{activity.count}</b> : null}
      </span>
      {activity === null ? null : (
        <span class="lgj-gnode-facts">
          {activity.status === "success" ? (
            <Icon name="check" class="lgj-tone-good" /> // which needs no word
          ) : (
            <StatusBadge status={activity.status} small count={activity.running} />
          )}
          <span>{duration(time)}</span>
        </span>
      )}
    </button>
  );
}

/** What the tasks of a node have taken together, those that still run included. */
function secondsOf({ seconds, since }: Activity, now: number | null): number {
  if (now === null) return seconds;
  return since.reduce((sum, start) => sum + Math.max(0, now - start), seconds);
}

function spoken(node: DrawnNode, activity: Activity | null, time: number | null): string {
  const what = node.kind === "group" ? `${node.name}, subgraph` : node.name;
  if (activity === null) return `${what}, has not run`;
  const tasks = counted(activity.count, "task");
  return `${what}, ${activity.status}, ${tasks}, ${duration(time)}`.replaceAll("\u00a0", " ");
}
