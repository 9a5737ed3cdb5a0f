import type { JSX } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Empty } from "../../components/Empty";
import { Explanation } from "../../components/Explanation";
import { Icon } from "../../components/Icon";
import { NodeMark } from "../../components/NodeName";
import { StatusBadge } from "../../components/StatusBadge";
import { duration } from "../../core/format";
import { isFinal, type TaskRow } from "../../core/schema";
import { useView } from "../../hooks/context";
import { useFilter, useSelection } from "../../hooks/narrowing";
import { useRunningTime, useStore, useTable } from "../../hooks/store";
import { useDrag, useElapsed, useViewport, useWheel, type Viewport } from "../../hooks/viewport";
import { matches } from "../../state/filter";
import { scopeOf } from "../../state/selection";
import { graphNames, namedPath } from "../../state/visits";
import type { Panel } from "../panel";
import { Axis, Backdrop } from "./Axis";
import { criticalPath, summaryOf } from "./critical";
import {
  type Bar,
  bandsOf,
  errorText,
  keepSame,
  type Lane,
  lanesOf,
  lastMoment,
  neighbour,
  retriesOf,
  ticksOf,
} from "./data";
import { LANE_PAD, LaneRow, LINE, laneHeight } from "./LaneRow";
import { TaskDetails } from "./TaskDetails";
import { isWhole, panned, revealing, roundedEnd, type Span, zoomed } from "./time";
import "./Tip.css";
import "./view.css";

const NARROW = 640; // pixels: below, names get less room
const MANY_VISITS = 10; // of subgraphs: from here on they share lanes, unless the reader wants otherwise
const ZOOM = 1.5; // of a key or a button
const AHEAD = 60; // pixels drawn above and below what is in sight

/** All that is drawn of the run, before it is known what is on screen. */
function useTimeline(merge: boolean | null) {
  const { store } = useView();
  const tasks = useTable("tasks");
  const messages = useTable("messages");
  const checkpoints = useTable("checkpoints");
  const [filter] = useFilter();
  const start = useStore(["summary", "tasks"], ({ summary }) => summary.started ?? firstStart(tasks.rows));
  const over = useStore(["summary"], ({ summary }) => isFinal(summary.status));
  const elapsed = useElapsed(0.2);
  const time = useRunningTime();
  const shown = useMemo(
    () =>
      tasks.rows
        .filter((row) => matches(filter, row))
        .map((row) => time.task(row))
        .map((row) => (over ? settled(row) : row)),
    [tasks.version, filter, over, time],
  );
  const said = useMemo(() => messages.rows.map((row) => time.message(row)), [messages.version, time]);
  const namespaces = useMemo(() => new Set(shown.map((row) => row.namespace)).size, [shown]);
  const merged = merge ?? namespaces > MANY_VISITS;
  const before = useRef<readonly Lane[]>([]);
  const graphs = useTable("namespaces");
  const names = useMemo(() => graphNames(graphs.rows), [graphs.version]);
  const lanes = useMemo(
    () => keepSame(before.current, lanesOf(shown, said, { start, merge: merged, names })),
    [shown, said, start, merged, names],
  );
  before.current = lanes;
  const now = Math.max(
    elapsed,
    useMemo(() => lastMoment(shown, start), [shown, start]),
  );
  const bands = useMemo(() => bandsOf(shown, start, now), [shown, start, now]);
  const ticks = useMemo(
    () =>
      ticksOf(
        checkpoints.rows.filter((row) => matches(filter, row)).map((row) => time.checkpoint(row)),
        start,
      ),
    [checkpoints.version, filter, start, time],
  );
  const cuts = useMemo(() => time.cuts(start), [time, start]);
  return {
    store,
    tasks: shown,
    messages: said,
    time,
    cuts,
    lanes,
    bands,
    ticks,
    start,
    now,
    over,
    merged,
    names,
    namespaces,
  };
}

/** Of a task that still runs when the run is over, nothing more will be heard. */
function settled(row: TaskRow): TaskRow {
  return isFinal(row.status) ? row : { ...row, status: "unreported" };
}

function firstStart(rows: readonly TaskRow[]): number {
  return rows.find((row) => row.start_time !== null)?.start_time ?? 0;
}

interface Hover {
  readonly task: TaskRow;
  readonly x: number;
  readonly y: number;
}

function View(): JSX.Element {
  const [merge, setMerge] = useState<boolean | null>(null);
  const [critical, setCritical] = useState(false);
  const run = useTimeline(merge);
  const { store, lanes, now, over, start } = run;
  const [box, setBox] = useState<HTMLDivElement | null>(null);
  const viewport = useViewport(box);
  const label = viewport.width < NARROW ? 112 : 176;
  const width = Math.max(60, viewport.width - label - 8);
  const whole: Span = { from: 0, to: over ? Math.max(now, 0.001) * 1.01 : roundedEnd(now) };
  const [zoom, setZoom] = useState<Span | null>(null); // null: all of it
  const span = zoom ?? whole;
  const show = (next: Span) => setZoom(isWhole(next, whole) ? null : next);

  const [selection, select] = useSelection();
  const scope = useMemo(() => scopeOf(selection, store.tables), [selection, store, run.tasks]);
  const marked = useMemo(
    () => (scope ? new Set(run.tasks.filter(scope.has).map(({ task_id }) => task_id)) : null),
    [scope, run.tasks],
  );
  const taskOf = (id: string | number): TaskRow | undefined => {
    const task = store.tables.tasks.get(id);
    return task && run.time.task(task);
  };
  const chosen = selection?.kind === "task" ? taskOf(selection.id) : undefined;
  const path = useMemo(
    () => (critical ? criticalPath(run.tasks, start, now) : null),
    [critical, run.tasks, start, now],
  );
  const [active, setActive] = useState<string | null>(null);
  const [hover, setHover] = useState<Hover | null>(null);
  const scopeId = useScopeId();

  const rows = useMemo(() => placed(lanes), [lanes]);
  const bars = useMemo(
    () => new Map(lanes.flatMap(({ bars }) => bars.map((bar) => [bar.task.task_id, bar]))),
    [lanes],
  );

  const scrollToBar = (bar: Bar) => {
    const at = rows.find(({ lane }) => lane.bars.includes(bar));
    if (at && box) scrollTo(box, at.top + LANE_PAD + bar.line * LINE, LINE);
  };
  const go = (bar: Bar | null) => {
    if (!bar) return;
    setActive(bar.task.task_id);
    const target = { from: bar.from, to: bar.to ?? now };
    if (zoom) show(revealing(span, target, whole));
    scrollToBar(bar);
  };
  // What is selected elsewhere is to be seen here too.
  const selectedId = chosen?.task_id ?? null;
  useLayoutEffect(() => {
    const bar = selectedId === null ? undefined : bars.get(selectedId);
    if (bar && selectedId !== active) go(bar);
  }, [selectedId]);
  // Its details take some of the room: it is still to be seen.
  useLayoutEffect(() => {
    const bar = selectedId === null ? undefined : bars.get(selectedId);
    if (bar) scrollToBar(bar);
  }, [viewport.height]);

  const toggleTask = (id: string) => select(id === selectedId ? null : { kind: "task", id });
  const taskAt = (target: EventTarget | null) =>
    target instanceof Element ? (target.closest<HTMLElement>("[data-task]")?.dataset.task ?? null) : null;

  const onKeyDown = (event: KeyboardEvent) => {
    const { key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const length = span.to - span.from;
    const current = (active === null ? undefined : bars.get(active)) ?? null;
    const first = lanes[0]?.bars[0] ?? null;
    const middle =
      current && zoom === null ? (current.from + (current.to ?? now)) / 2 : (span.from + span.to) / 2;
    if (key === "+" || key === "=") show(zoomed(span, ZOOM, middle, whole));
    else if (key === "-" || key === "_") show(zoomed(span, 1 / ZOOM, middle, whole));
    else if (key === "0") setZoom(null);
    else if (event.shiftKey && key === "ArrowLeft") show(panned(span, -length / 8, whole));
    else if (event.shiftKey && key === "ArrowRight") show(panned(span, length / 8, whole));
    else if (isArrow(key)) go(current ? neighbour(lanes, current, key) : first);
    else if (key === "Home") go(first);
    else if (key === "End") go(lanes.at(-1)?.bars.at(-1) ?? null);
    else if ((key === "Enter" || key === " ") && current) toggleTask(current.task.task_id);
    else return;
    event.preventDefault();
  };
  const momentAt = (clientX: number) => {
    const left = (box?.getBoundingClientRect().left ?? 0) + label;
    return span.from + ((clientX - left) / width) * (span.to - span.from);
  };
  useWheel(box, (event) => {
    if (event.ctrlKey || event.metaKey) {
      show(zoomed(span, Math.exp(-event.deltaY / 200), momentAt(event.clientX), whole));
      event.preventDefault();
    } else if (zoom && (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))) {
      show(panned(span, ((event.deltaX || event.deltaY) / width) * (span.to - span.from), whole));
      event.preventDefault();
    }
  });
  useDrag(box, (dx, dy) => {
    if (zoom) show(panned(span, (-dx / width) * (span.to - span.from), whole));
    if (box) box.scrollTop -= dy;
  });

  if (store.tables.tasks.rows.length === 0) return <NoTasks />;
  return (
    <div class="lgj-timeline" style={{ "--lgj-tl-label": `${label}px` }}>
      <Toolbar
        onZoom={(factor) => show(zoomed(span, factor, (span.from + span.to) / 2, whole))}
        onFit={() => setZoom(null)}
        fits={zoom === null}
        critical={critical}
        onCritical={() => setCritical(!critical)}
        merged={run.merged}
        onMerge={run.namespaces > 2 ? () => setMerge(!run.merged) : null}
        path={path && summaryOf(path, run.names)}
      />
      <Explanation />
      <div
        class="lgj-tl-scroll"
        ref={setBox}
        tabIndex={0}
        role="listbox"
        aria-label={`${run.tasks.length} tasks by lane; arrow keys go from task to task, plus and minus zoom`}
        {...(active === null ? {} : { "aria-activedescendant": `${scopeId}-${active}` })}
        onKeyDown={onKeyDown}
        onDblClick={() => setZoom(null)}
        onClick={(event) => {
          const id = taskAt(event.target);
          if (id !== null) {
            setActive(id);
            toggleTask(id);
          }
        }}
        onPointerMove={(event) => {
          const id = taskAt(event.target);
          const task = id === null ? undefined : taskOf(id);
          const at = box?.getBoundingClientRect();
          if (!task || !at) return setHover(null);
          setHover({ task, x: event.clientX - at.left, y: event.clientY - at.top });
        }}
        onPointerLeave={() => setHover(null)}
      >
        <Axis
          span={span}
          width={width}
          bands={run.bands}
          checkpoints={run.ticks}
          cuts={run.cuts}
          path={path}
          selectedStep={selection?.kind === "step" ? Number(selection.id) : null}
          onStep={(step) => select({ kind: "step", id: step })}
        />
        <div class="lgj-tl-lanes" style={{ height: `${rows.at(-1)?.bottom ?? 0}px` }}>
          <Backdrop span={span} width={width} bands={run.bands} cuts={run.cuts} />
          {(box ? inSight(rows, viewport) : []).map(({ lane, top, first, end }) => (
            <LaneRow
              key={lane.id}
              lane={lane}
              top={top}
              span={span}
              width={width}
              now={lane.bars.some((bar) => bar.to === null) ? now : 0}
              first={first}
              end={end}
              label={label}
              active={active !== null && lane.bars.some((bar) => bar.task.task_id === active) ? active : null}
              selected={selectedId}
              marked={marked}
              path={path?.taskIds ?? null}
              scope={scopeId}
            />
          ))}
        </div>
        {run.tasks.length === 0 ? <p class="lgj-empty">No task passes the filter.</p> : null}
      </div>
      {hover ? <Tip hover={hover} start={start} now={now} viewport={viewport} names={run.names} /> : null}
      {chosen ? (
        <TaskDetails task={chosen} start={start} messages={run.messages} onClose={() => select(null)} />
      ) : null}
    </div>
  );
}

type ArrowKey = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown";

function isArrow(key: string): key is ArrowKey {
  return key.startsWith("Arrow");
}

let scopes = 0;

function useScopeId(): string {
  return useState(() => {
    scopes += 1;
    return `lgj-tl-${scopes}`;
  })[0];
}

interface PlacedLane {
  readonly lane: Lane;
  readonly top: number;
  readonly bottom: number;
}

function placed(lanes: readonly Lane[]): PlacedLane[] {
  let top = 0;
  return lanes.map((lane) => {
    const bottom = top + laneHeight(lane);
    const place = { lane, top, bottom };
    top = bottom;
    return place;
  });
}

/** The lanes on screen, each with the lines of it that are. */
function inSight(
  rows: readonly PlacedLane[],
  { top, height }: Viewport,
): { lane: Lane; top: number; first: number; end: number }[] {
  const [from, to] = [top - AHEAD, top + height + AHEAD];
  return rows
    .filter((row) => row.bottom >= from && row.top <= to)
    .map(({ lane, top: at }) => ({
      lane,
      top: at,
      first: Math.max(0, Math.floor((from - at) / LINE / 8) * 8),
      end: Math.min(lane.lines, Math.ceil((to - at) / LINE / 8) * 8 + 1),
    }));
}

const HEAD = 66; // pixels at the top that the axis covers

function scrollTo(box: HTMLElement, top: number, height: number): void {
  const room = box.clientHeight - HEAD;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + height > box.scrollTop + room) box.scrollTop = top + height - room;
}

function NoTasks(): JSX.Element {
  return (
    <>
      <Explanation />
      <Empty waiting="No task has begun yet." none="No task was reported." />
    </>
  );
}

function Toolbar(props: {
  onZoom: (factor: number) => void;
  onFit: () => void;
  fits: boolean;
  critical: boolean;
  onCritical: () => void;
  merged: boolean;
  onMerge: (() => void) | null;
  /** What the time of the critical path went to. */
  path: string | null;
}): JSX.Element {
  const { onZoom, onFit, fits, critical, onCritical, merged, onMerge, path } = props;
  return (
    <div class="lgj-toolbar" role="toolbar" aria-label="Timeline">
      <button
        type="button"
        class="lgj-button lgj-square"
        onClick={() => onZoom(1 / ZOOM)}
        title="Zoom out (−)"
        aria-label="Zoom out"
        disabled={fits}
      >
        −
      </button>
      <button
        type="button"
        class="lgj-button lgj-square"
        onClick={() => onZoom(ZOOM)}
        title="Zoom in (+, or Ctrl and the wheel)"
        aria-label="Zoom in"
      >
        +
      </button>
      <button
        type="button"
        class="lgj-button"
        onClick={onFit}
        title="Show all of it (0, or a double click)"
        disabled={fits}
      >
        Fit
      </button>
      {onMerge ? (
        <button
          type="button"
          class={`lgj-button ${merged ? "lgj-chosen" : ""}`}
          aria-pressed={merged}
          onClick={onMerge}
          title="One lane for all visits of a subgraph"
        >
          Fold visits
        </button>
      ) : null}
      <button
        type="button"
        class={`lgj-button ${critical ? "lgj-chosen" : ""}`}
        aria-pressed={critical}
        onClick={onCritical}
        title="What the wall time was spent on: in each step, the task that ended last"
      >
        Critical path
      </button>
      {path ? <PathSummary text={path} /> : null}
    </div>
  );
}

function PathSummary({ text }: { text: string }): JSX.Element {
  return (
    <p class="lgj-tl-summary" title={text} role="status">
      <Icon name="clock" />
      <span>
        <b>critical path:</b> {text}
      </span>
    </p>
  );
}

interface TipProps {
  readonly hover: Hover;
  readonly start: number;
  readonly now: number;
  readonly viewport: Viewport;
  readonly names: ReadonlyMap<string, string>;
}

function Tip(props: TipProps): JSX.Element {
  const { hover, start, now, viewport } = props;
  const { task, x, y } = hover;
  const from = (task.start_time ?? task.end_time ?? start) - start;
  const took = task.latency ?? (task.end_time === null ? (isFinal(task.status) ? null : now - from) : null);
  const side = x > viewport.width / 2 ? { right: `${viewport.width - x + 10}px` } : { left: `${x + 12}px` };
  const error = errorText(task);
  const retries = retriesOf(task).length;
  return (
    <div
      class="lgj-tip"
      style={{ ...side, top: `${Math.max(0, Math.min(y + 46, viewport.height - 40))}px` }}
      aria-hidden="true"
    >
      <div class="lgj-tip-head">
        <NodeMark node={task.node} />
        <b>{[...namedPath(task.namespace, props.names), task.node].join(" › ")}</b>
        <StatusBadge status={task.status} small />
      </div>
      <div>
        {task.step === null ? "" : `step ${task.step} · `}
        {task.start_time === null ? "" : `from +${duration(from)} `}
        {task.end_time === null ? "" : `to +${duration(task.end_time - start)} `}
        {took === null ? "" : `· ${duration(took)}`}
        {retries === 0 ? "" : ` · ${retries + 1} tries`}
      </div>
      {error === null ? null : <div class="lgj-problem lgj-clip">{error}</div>}
    </div>
  );
}

export const timeline: Panel = {
  id: "timeline",
  title: "Timeline",
  topics: ["tasks"],
  count: ({ tables }) => tables.tasks.rows.length,
  View,
};
