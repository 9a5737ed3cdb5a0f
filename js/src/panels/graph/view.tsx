import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { Explanation } from "../../components/Explanation";
import { Icon } from "../../components/Icon";
import { isDeaf, isFinal } from "../../core/schema";
import { useView } from "../../hooks/context";
import { useFilter, useSelection } from "../../hooks/narrowing";
import { useRunningTime, useStore, useTable } from "../../hooks/store";
import { useDrag, useElapsed, useViewport, useWheel } from "../../hooks/viewport";
import { matches } from "../../state/filter";
import type { Steer } from "../../steer/steer";
import { useSteer } from "../../steer/useSteer";
import type { Panel } from "../panel";
import {
  type Activity,
  activityOf,
  closedAtFirst,
  type Drawing,
  type DrawnNode,
  drawingOf,
  type Structure,
  takenEdges,
} from "./data";
import { EdgeLine } from "./EdgeLine";
import { type LayoutOf, useStructure } from "./fetch";
import { type Camera, type Direction, fitting, type Layout, nextBox, readable, zoomedAt } from "./layout";
import { NodeBox, type NodeStops } from "./NodeBox";
import "./view.css";

const ZOOM = 1.3; // of a key or a button
const PAN = 60; // pixels of a key
const SMALL = 0.58; // scale below which the other direction is tried …
const BETTER = 1.3; // … and taken, if it makes the drawing so much larger

function View(): JSX.Element {
  const { fetched, again } = useStructure();
  const deaf = useStore(["summary"], ({ summary }) => isDeaf(summary));
  if (fetched.state === "under way") {
    return (
      <div class="lgj-empty" role="status">
        <span>
          <Icon name="spinner" class="lgj-spin" /> Asking for the graph’s drawing…
        </span>
        {deaf ? <span>The kernel answers once the cell has ended.</span> : null}
      </div>
    );
  }
  if (fetched.state === "failed") {
    return (
      <>
        <Explanation />
        <div class="lgj-empty" role="alert">
          <span>{fetched.why}</span>
          <button type="button" class="lgj-link" onClick={again}>
            Ask again
          </button>
        </div>
      </>
    );
  }
  return (
    <>
      <Explanation />
      <DrawnGraph structure={fetched.structure} layoutOf={fetched.layoutOf} />
    </>
  );
}

/** Where the run is and has been, by what is drawn. */
function useActivity(structure: Structure): {
  readonly activity: ReadonlyMap<string, Activity>;
  readonly taken: ReadonlySet<string>;
} {
  const tasks = useTable("tasks");
  const [filter] = useFilter();
  const ended = useStore(["summary"], ({ summary }) => summary.status === "success");
  const time = useRunningTime();
  return useMemo(() => {
    const shown = tasks.rows.filter((row) => matches(filter, row));
    return { activity: activityOf(structure, shown, time), taken: takenEdges(structure, shown, ended) };
  }, [structure, tasks.version, filter, ended, time]);
}

function useLayoutIn(
  drawing: Drawing,
  layoutOf: LayoutOf,
  chosen: Direction | null,
  width: number,
  height: number,
) {
  const across = useMemo(() => layoutOf(drawing, "LR"), [drawing]);
  const acrossFits = fitting(across, width, height).scale;
  const tryDown = chosen === "TB" || (chosen === null && acrossFits < SMALL);
  const down = useMemo(() => (tryDown ? layoutOf(drawing, "TB") : null), [drawing, tryDown]);
  const prefersDown = down !== null && fitting(down, width, height).scale > acrossFits * BETTER;
  const isDown = chosen === null ? prefersDown : chosen === "TB";
  return { layout: isDown && down ? down : across, direction: (isDown ? "TB" : "LR") as Direction };
}

function DrawnGraph({ structure, layoutOf }: { structure: Structure; layoutOf: LayoutOf }): JSX.Element {
  const { store } = useView();
  const steer = useSteer();
  const [closed, setClosed] = useState(() => closedAtFirst(structure));
  const [chosen, setChosen] = useState<Direction | null>(null);
  const [moved, setMoved] = useState<Camera | null>(null); // null: where the run is
  const [active, setActive] = useState<string | null>(null);
  const [selection, select] = useSelection();
  const { activity, taken } = useActivity(structure);
  const elapsed = useElapsed(0.5);
  const started = useStore(["summary"], ({ summary }) => summary.started ?? 0);
  const over = useStore(["summary"], ({ summary }) => isFinal(summary.status));
  const [box, setBox] = useState<HTMLDivElement | null>(null);
  const { width, height } = useViewport(box);
  const drawing = useMemo(() => drawingOf(structure, closed), [structure, closed]);
  const { layout, direction } = useLayoutIn(drawing, layoutOf, chosen, width, height);
  const newest = useMemo(() => newestOf(activity, layout), [activity, layout]);
  const all = fitting(layout, width, height);
  const camera = moved ?? readable(layout, width, height, newest);
  const showAll = () => setMoved(all);
  const middle = { x: width / 2, y: height / 2 };

  const toggle = (id: string) => {
    const next = new Set(closed);
    if (!next.delete(id)) next.add(id);
    setClosed(next);
    setMoved(null);
  };
  const choose = (id: string) => {
    setActive(id);
    select(isSelected(id) ? null : { kind: "node", id });
  };
  const selectedId = selectedNode(selection, store.tables.tasks.get.bind(store.tables.tasks));
  const isSelected = (id: string) =>
    id === selectedId || (selection?.kind === "node" && nameIs(id, selection.id));
  const focusable = drawing.nodes
    .filter(({ kind }) => kind === "node" || kind === "group")
    .map(({ id }) => id);
  const current = active !== null && focusable.includes(active) ? active : (focusable[0] ?? null);
  const onKeyDown = (event: KeyboardEvent) => {
    const { key } = event;
    const focused = (event.target as HTMLElement).dataset.node;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (key === "+" || key === "=") setMoved(zoomedAt(camera, ZOOM, middle));
    else if (key === "-" || key === "_") setMoved(zoomedAt(camera, 1 / ZOOM, middle));
    else if (key === "0") showAll();
    else if (key.startsWith("Arrow") && event.shiftKey) setMoved(shifted(camera, key));
    else if (key.startsWith("Arrow") && current !== null) {
      const next = nextBox(layout, current, key, focusable) ?? current;
      setActive(next);
      focusNode(box, next);
    } else if (
      key === "e" &&
      current !== null &&
      structure.nodes.some((n) => n.id === current && n.kind === "group")
    ) {
      toggle(current);
    } else if ((key === "b" || key === "a") && focused !== undefined && canStop(steer, focused)) {
      steer.toggle(key === "b" ? "before" : "after", focused);
    } else return;
    event.preventDefault();
  };
  useWheel(box, (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const corner = box?.getBoundingClientRect();
    const at = { x: event.clientX - (corner?.left ?? 0), y: event.clientY - (corner?.top ?? 0) };
    setMoved(zoomedAt(camera, Math.exp(-event.deltaY / 200), at));
  });
  useDrag(box, (dx, dy) => setMoved({ ...camera, x: camera.x + dx, y: camera.y + dy }));

  return (
    <div class="lgj-graph">
      <div class="lgj-toolbar" role="toolbar" aria-label="Graph">
        <button
          type="button"
          class="lgj-button lgj-square"
          onClick={() => setMoved(zoomedAt(camera, 1 / ZOOM, middle))}
          aria-label="Zoom out"
          title="Zoom out (−)"
        >
          −
        </button>
        <button
          type="button"
          class="lgj-button lgj-square"
          onClick={() => setMoved(zoomedAt(camera, ZOOM, middle))}
          aria-label="Zoom in"
          title="Zoom in (+, or Ctrl and the wheel)"
        >
          +
        </button>
        <button
          type="button"
          class="lgj-button"
          onClick={showAll}
          disabled={camera.scale === all.scale && camera.x === all.x && camera.y === all.y}
          title="Show all of it (0, or a double click)"
        >
          Fit
        </button>
        <button
          type="button"
          class="lgj-button"
          onClick={() => {
            setChosen(direction === "LR" ? "TB" : "LR");
            setMoved(null);
          }}
        >
          {direction === "LR" ? "Draw downwards" : "Draw across"}
        </button>
        <GroupsButton
          structure={structure}
          closed={closed}
          onChange={(next) => {
            setClosed(next);
            setMoved(null);
          }}
        />
        <Chosen steer={steer} />
        <Legend />
      </div>
      <div
        class="lgj-graph-scene"
        ref={setBox}
        role="group"
        aria-label={`Graph of ${focusable.length} nodes; arrow keys go from node to node, plus and minus zoom`}
        onKeyDown={onKeyDown}
        onDblClick={showAll}
      >
        <div
          class="lgj-graph-plane"
          style={{
            width: `${layout.width}px`,
            height: `${layout.height}px`,
            transform: `translate(${camera.x}px, ${camera.y}px) scale(${camera.scale})`,
          }}
        >
          <Lines drawing={drawing} layout={layout} taken={taken} />
          {drawing.nodes.map((node) => {
            const place = layout.boxes.get(node.id);
            return place ? (
              <NodeBox
                key={node.id}
                node={node}
                box={place}
                activity={activity.get(node.id) ?? null}
                now={over ? null : started + elapsed}
                selected={isSelected(node.id)}
                tabStop={node.id === current}
                onToggle={node.kind === "group" ? () => toggle(node.id) : null}
                onChoose={() => choose(node.id)}
                stops={stopsOf(steer, node, direction)}
              />
            ) : null;
          })}
        </div>
      </div>
    </div>
  );
}

/** Runs stop at nodes of the whole graph, and only where something is kept to go on from. */
function canStop(steer: Steer, id: string): boolean {
  return steer.known?.why_no_branch === null && !id.includes(":");
}

function stopsOf(steer: Steer, { id, kind }: DrawnNode, direction: Direction): NodeStops | null {
  if (!canStop(steer, id) || (kind !== "node" && kind !== "group")) return null;
  const { before, after } = steer.stops;
  return {
    before: before.includes(id) || before.includes("*"),
    after: after.includes(id) || after.includes("*"),
    direction,
    toggle: (when) => steer.toggle(when, id),
  };
}

/** Breakpoints that were chosen here, and when they count. */
function Chosen({ steer }: { steer: Steer }): JSX.Element | null {
  if (steer.chosen === null) return null;
  return (
    <span class="lgj-graph-stops" role="status">
      These count when the run goes on or a branch begins.
      <button type="button" class="lgj-link" onClick={() => steer.forget()}>
        Undo
      </button>
    </span>
  );
}

/** Where a task began last. */
function newestOf(activity: ReadonlyMap<string, Activity>, { boxes }: Layout): string | null {
  let newest: { id: string; time: number } | null = null;
  for (const [id, { tasks }] of activity) {
    const time = tasks.at(-1)?.start_time ?? 0;
    if (boxes.has(id) && time >= (newest?.time ?? 0)) newest = { id, time };
  }
  return newest?.id ?? null;
}

/** The node that what is selected belongs to, where it is a task. */
function selectedNode(
  selection: ReturnType<typeof useSelection>[0],
  taskOf: (id: string) => { readonly namespace: string; readonly node: string | null } | undefined,
): string | null {
  if (selection?.kind !== "task") return null;
  const task = taskOf(String(selection.id));
  if (!task?.node) return null;
  const names = task.namespace ? task.namespace.split("|").filter((each) => !/^\d+$/.test(each)) : [];
  return [...names.map((each) => each.split(":")[0]), task.node].join(":");
}

function nameIs(id: string, selected: string | number): boolean {
  return id === selected || (!String(selected).includes(":") && id.split(":").at(-1) === selected);
}

function shifted(camera: Camera, key: string): Camera {
  const dx = key === "ArrowLeft" ? PAN : key === "ArrowRight" ? -PAN : 0;
  const dy = key === "ArrowUp" ? PAN : key === "ArrowDown" ? -PAN : 0;
  return { ...camera, x: camera.x + dx, y: camera.y + dy };
}

function focusNode(box: HTMLElement | null, id: string): void {
  for (const element of box?.querySelectorAll<HTMLElement>("[data-node]") ?? []) {
    if (element.dataset.node === id) element.focus({ preventScroll: true });
  }
}

function Lines(props: { drawing: Drawing; layout: Layout; taken: ReadonlySet<string> }): JSX.Element {
  const { drawing, layout, taken } = props;
  const isTaken = (edge: Drawing["edges"][number]) =>
    edge.of.some(({ source, target }) => taken.has(`${source}\n${target}`));
  // What was taken is drawn over what was not.
  const edges = [...drawing.edges].sort((a, b) => Number(isTaken(a)) - Number(isTaken(b)));
  return (
    <svg class="lgj-graph-lines" width={layout.width} height={layout.height} aria-hidden="true">
      {edges.map((edge) => {
        const route = layout.routes.get(edge.key);
        return route ? <EdgeLine key={edge.key} edge={edge} route={route} taken={isTaken(edge)} /> : null;
      })}
    </svg>
  );
}

function GroupsButton(props: {
  structure: Structure;
  closed: ReadonlySet<string>;
  onChange: (closed: ReadonlySet<string>) => void;
}): JSX.Element | null {
  const groups = props.structure.nodes.filter(({ kind }) => kind === "group").map(({ id }) => id);
  if (groups.length === 0) return null;
  const anyClosed = groups.some((id) => props.closed.has(id));
  return (
    <button type="button" class="lgj-button" onClick={() => props.onChange(new Set(anyClosed ? [] : groups))}>
      {anyClosed ? "Open subgraphs" : "Close subgraphs"}
    </button>
  );
}

function Legend(): JSX.Element {
  return (
    <p class="lgj-graph-legend">
      <svg width="26" height="8" aria-hidden="true">
        <path class="lgj-edge lgj-edge-taken" d="M1 4H25" />
      </svg>
      path so far
      <svg width="26" height="8" aria-hidden="true">
        <path class="lgj-edge lgj-edge-conditional" d="M1 4H25" />
      </svg>
      conditional
    </p>
  );
}

export const graph: Panel = {
  id: "graph",
  title: "Graph",
  topics: ["tasks"],
  count: () => 0,
  View,
};
