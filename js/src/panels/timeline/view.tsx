import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { Empty } from "../../components/Empty";
import { Explanation } from "../../components/Explanation";
import { formatCountWithNoun } from "../../core/format";
import { useView } from "../../hooks/context";
import { useElementId } from "../../hooks/ids";
import { useViewport, type Viewport } from "../../hooks/viewport";
import { TIMELINE } from "../../texts/timeline";
import { TimeAxis, Backdrop } from "./TimeAxis";
import { type CriticalPath, criticalPathOf, longestPieceText, pathSummaryText } from "./criticalPath";
import { LaneRow } from "./LaneRow";
import { visibleLanes, type PlacedLane } from "./stackedLanes";
import { TaskDetails } from "./TaskDetails";
import { type HoveredTask, TaskTooltip } from "./TaskTooltip";
import { TimelineToolbar } from "./Toolbar";
import { onTimelineKey, useKeyboardCursor, useSelectedTask } from "./useCursor";
import { type Measures, useLabelWidth, useMeasures } from "./useMeasures";
import { type Timeline, useTimelineData } from "./useTimelineData";
import { usePointerZoom, useZoom, type Zoom } from "./useZoom";
import "./view.css";

export function View(): JSX.Element {
  const [merge, setMerge] = useState<boolean | null>(null);
  const [critical, setCritical] = useState(false);
  const run = useTimelineData(merge);
  const { tasks, start, now } = run;
  const zoom = useZoom(now, run.over);
  const path = useMemo(
    () => (critical ? criticalPathOf(tasks, start, now) : null),
    [critical, tasks, start, now],
  );
  const [box, setBox] = useState<HTMLDivElement | null>(null);
  const viewport = useViewport(box);
  const measures = useMeasures(box, viewport.width);
  const label = useLabelWidth(run.lanes, measures, viewport.width);
  const width = Math.max(60, viewport.width - label - 8);
  const selected = useSelectedTask(run);
  const cursor = useKeyboardCursor(run, zoom, selected, box, viewport);
  const [hover, setHover] = useState<HoveredTask | null>(null);
  usePointerZoom(box, zoom, label, width);
  const { store } = useView();
  if (store.tables.tasks.rows.length === 0) return <NoTasks />;
  return (
    <div class="lgj-timeline" style={{ "--lgj-tl-label": `${label}px` }}>
      <TimelineToolbar
        onZoom={(factor) => zoom.by(factor)}
        onFit={zoom.fit}
        fits={zoom.fits}
        critical={critical}
        onCritical={() => setCritical(!critical)}
        merged={run.merged}
        onMerge={run.namespaces > 2 ? () => setMerge(!run.merged) : null}
        path={path && pathText(path, run)}
      />
      <Explanation />
      <TimelineScene
        {...{ run, zoom, path, label, width, viewport, selected, cursor, box, measures }}
        onBox={setBox}
        onHover={setHover}
      />
      {hover ? (
        <TaskTooltip hover={hover} start={start} now={now} viewport={viewport} names={run.names} />
      ) : null}
      {selected.task ? (
        <TaskDetails
          task={selected.task}
          start={start}
          messages={run.messages}
          onClose={() => selected.select(null)}
        />
      ) : null}
    </div>
  );
}

/** What took longest of the critical path, then its tasks. */
function pathText(path: CriticalPath, { names, pieces }: Timeline): string {
  return [longestPieceText(path, pieces), pathSummaryText(path, names)].filter(Boolean).join(" · ");
}

interface SceneProps {
  readonly run: Timeline;
  readonly zoom: Zoom;
  readonly path: CriticalPath | null;
  readonly label: number;
  readonly width: number;
  readonly viewport: Viewport;
  readonly selected: ReturnType<typeof useSelectedTask>;
  readonly cursor: ReturnType<typeof useKeyboardCursor>;
  readonly box: HTMLDivElement | null;
  readonly measures: Measures;
  readonly onBox: (box: HTMLDivElement | null) => void;
  readonly onHover: (hover: HoveredTask | null) => void;
}

/** The axis and the lanes, and what a hand does to them. */
function TimelineScene(props: SceneProps): JSX.Element {
  const { run, zoom, selected, cursor, box, onHover } = props;
  const scope = useElementId("lgj-tl");
  const hoverAt = (event: PointerEvent): HoveredTask | null => {
    const id = taskAt(event.target);
    const task = id === null ? undefined : selected.taskOf(id);
    const at = box?.getBoundingClientRect();
    return task && at ? { task, x: event.clientX - at.left, y: event.clientY - at.top } : null;
  };
  const press = (id: string | null) => {
    if (id === null) return;
    cursor.setActive(id);
    selected.toggle(id);
  };
  return (
    <div class="lgj-tl-scroll" ref={props.onBox}>
      <TimeAxis
        span={zoom.span}
        width={props.width}
        bands={run.bands}
        checkpoints={run.ticks}
        cuts={run.cuts}
        path={props.path}
        measure={props.measures.small}
        selectedStep={selected.selection?.kind === "step" ? Number(selected.selection.id) : null}
        onStep={(step) => selected.select({ kind: "step", id: step })}
      />
      <div
        class="lgj-tl-tasks"
        tabIndex={0}
        role="listbox"
        aria-label={TIMELINE.tasks(formatCountWithNoun(run.tasks.length, "task"))}
        {...(cursor.active === null ? {} : { "aria-activedescendant": `${scope}-${cursor.active}` })}
        onKeyDown={(event) => onTimelineKey(event, run, zoom, cursor, selected.toggle)}
        onDblClick={zoom.fit}
        onClick={(event) => press(taskAt(event.target))}
        onPointerMove={(event) => onHover(hoverAt(event))}
        onPointerLeave={() => onHover(null)}
      >
        <Lanes {...props} rows={cursor.rows} scope={scope} />
      </div>
      {run.tasks.length === 0 ? <p class="lgj-empty">{TIMELINE.noneFits}</p> : null}
    </div>
  );
}

function taskAt(target: EventTarget | null): string | null {
  if (!(target instanceof Element)) return null;
  return target.closest<HTMLElement>("[data-task]")?.dataset.task ?? null;
}

function Lanes(props: SceneProps & { rows: readonly PlacedLane[]; scope: string }): JSX.Element {
  const { run, zoom, path, label, width, viewport, selected, box, rows, scope } = props;
  const { active } = props.cursor;
  return (
    <div class="lgj-tl-lanes" style={{ height: `${rows.at(-1)?.bottom ?? 0}px` }}>
      <Backdrop span={zoom.span} width={width} bands={run.bands} cuts={run.cuts} />
      {(box ? visibleLanes(rows, viewport) : []).map(({ lane, top, first, end }) => (
        <LaneRow
          key={lane.id}
          lane={lane}
          top={top}
          span={zoom.span}
          width={width}
          now={lane.bars.some((bar) => bar.to === null) ? run.now : 0}
          first={first}
          end={end}
          label={label}
          active={active !== null && lane.bars.some((bar) => bar.task.task_id === active) ? active : null}
          selected={selected.id}
          marked={selected.marked}
          path={path?.taskIds ?? null}
          scope={scope}
          measure={props.measures.small}
        />
      ))}
    </div>
  );
}

function NoTasks(): JSX.Element {
  return (
    <>
      <Explanation />
      <Empty waiting={TIMELINE.waiting} none={TIMELINE.none} />
    </>
  );
}
