import { useMemo, useRef } from "preact/hooks";
import { formatCountWithNoun } from "../../core/format";
import { isFinal, type TaskRow } from "../../core/schema";
import type { WaitCut, RunningTime } from "../../core/waits";
import { usePanel } from "../../hooks/context";
import { useFilter } from "../../hooks/narrowing";
import { useRunningTime, useStore, useTable } from "../../hooks/store";
import { useElapsedSeconds } from "../../hooks/viewport";
import { matchesFilter } from "../../state/filter";
import { customSubgraphNames, VisitNames } from "../../state/visitNames";
import {
  stepBandsOf,
  countNamespaces,
  type Lane,
  lanesOf,
  lastMomentOf,
  MAX_SEPARATE_LANES,
  reuseUnchangedLanes,
  checkpointTicksOf,
} from "./data";
import { type Piece, piecesOf } from "./pieces";

export type Timeline = ReturnType<typeof useTimelineData>;

/** All that is drawn of the run, before it is known what is on screen. */
export function useTimelineData(merge: boolean | null) {
  const tasks = useTable("tasks");
  const [filter] = useFilter();
  const { pace } = usePanel();
  const start = useStore(
    ["summary", "tasks"],
    ({ summary }) => summary.started ?? firstStart(tasks.rows),
    pace,
  );
  const over = useStore(["summary"], ({ summary }) => isFinal(summary.status), pace);
  const elapsed = useElapsedSeconds(0.2);
  const time = useRunningTime();
  const shown = useMemo(
    () =>
      tasks.rows
        .filter((row) => matchesFilter(filter, row))
        .map((row) => time.task(row))
        .map((row) => (over ? endedWithRun(row) : row)),
    [tasks.version, filter, over, time],
  );
  const last = useMemo(() => lastMomentOf(shown, start), [shown, start]);
  const now = Math.max(elapsed, last);
  const bands = useMemo(() => stepBandsOf(shown, start, now), [shown, start, now]);
  const cuts = useWaitCuts(time, start, now);
  const pieces = usePieces(shown, start, time);
  const lanes = useLanes(shown, start, merge, pieces);
  return { pieces, tasks: shown, time, cuts, bands, ticks: useTicks(start), start, now, over, ...lanes };
}

/** Where the run waited, and that it waits now. */
function useWaitCuts(time: RunningTime, start: number, now: number): readonly WaitCut[] {
  const waiting = useStore(["summary"], ({ summary }) =>
    summary.status === "interrupted" ? summary.waiting : null,
  );
  return useMemo(() => {
    const over = time.cuts(start);
    if (waiting === null) return over;
    const text =
      waiting > 0 ? `waits for ${formatCountWithNoun(waiting, "answer")}` : "stopped at a breakpoint";
    return [...over, { at: now, text }];
  }, [time, start, waiting, waiting === null ? 0 : now]);
}

/** The lanes; those in which nothing changed are the same as before. */
function useLanes(
  tasks: readonly TaskRow[],
  start: number,
  merge: boolean | null,
  pieces: ReadonlyMap<string, readonly Piece[]>,
) {
  const { rows, version } = useTable("messages");
  const time = useRunningTime();
  const messages = useMemo(() => rows.map((row) => time.message(row)), [version, time]);
  const namespaces = useMemo(() => countNamespaces(tasks), [tasks]);
  const merged = merge ?? namespaces > MAX_SEPARATE_LANES;
  const graphs = useTable("namespaces");
  const names = useMemo(() => customSubgraphNames(graphs.rows), [graphs.version]);
  const visits = useMemo(() => new VisitNames(graphs.rows), [graphs.version]);
  const before = useRef<readonly Lane[]>([]);
  const lanes = useMemo(
    () =>
      reuseUnchangedLanes(
        before.current,
        lanesOf(tasks, messages, { start, merge: merged, names, visits, pieces }),
      ),
    [tasks, messages, start, merged, names, visits, pieces],
  );
  before.current = lanes;
  return { messages, lanes, names, namespaces, merged };
}

/** What went on in the tasks. */
function usePieces(tasks: readonly TaskRow[], start: number, time: RunningTime): Map<string, Piece[]> {
  const models = useTable("model_calls");
  const tools = useTable("tool_calls");
  return useMemo(
    () => piecesOf(tasks, { models: models.rows, tools: tools.rows }, start, time),
    [tasks, models.version, tools.version, start, time],
  );
}

function useTicks(start: number) {
  const { rows, version } = useTable("checkpoints");
  const [filter] = useFilter();
  const time = useRunningTime();
  return useMemo(() => {
    const shown = rows.filter((row) => matchesFilter(filter, row)).map((row) => time.checkpoint(row));
    return checkpointTicksOf(shown, start);
  }, [version, filter, start, time]);
}

/** Of a task that still runs when the run is over, nothing more will be heard. */
function endedWithRun(row: TaskRow): TaskRow {
  return isFinal(row.status) ? row : { ...row, status: "unreported" };
}

function firstStart(rows: readonly TaskRow[]): number {
  return rows.find((row) => row.start_time !== null)?.start_time ?? 0;
}
