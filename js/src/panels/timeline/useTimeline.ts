import { useMemo, useRef } from "preact/hooks";
import { isFinal, type TaskRow } from "../../core/schema";
import { useFilter } from "../../hooks/narrowing";
import { useRunningTime, useStore, useTable } from "../../hooks/store";
import { useElapsed } from "../../hooks/viewport";
import { matches } from "../../state/filter";
import { graphNames } from "../../state/visits";
import { bandsOf, keepSame, type Lane, lanesOf, lastMoment, ticksOf } from "./data";

const MANY_VISITS = 10; // of subgraphs: from here on they share lanes, unless the reader wants otherwise

export type Timeline = ReturnType<typeof useTimeline>;

/** All that is drawn of the run, before it is known what is on screen. */
export function useTimeline(merge: boolean | null) {
  const tasks = useTable("tasks");
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
  const last = useMemo(() => lastMoment(shown, start), [shown, start]);
  const now = Math.max(elapsed, last);
  const bands = useMemo(() => bandsOf(shown, start, now), [shown, start, now]);
  const cuts = useMemo(() => time.cuts(start), [time, start]);
  const lanes = useLanes(shown, start, merge);
  return { tasks: shown, time, cuts, bands, ticks: useTicks(start), start, now, over, ...lanes };
}

/** The lanes; those in which nothing changed are the same as before. */
function useLanes(tasks: readonly TaskRow[], start: number, merge: boolean | null) {
  const { rows, version } = useTable("messages");
  const time = useRunningTime();
  const messages = useMemo(() => rows.map((row) => time.message(row)), [version, time]);
  const namespaces = useMemo(() => new Set(tasks.map((row) => row.namespace)).size, [tasks]);
  const merged = merge ?? namespaces > MANY_VISITS;
  const graphs = useTable("namespaces");
  const names = useMemo(() => graphNames(graphs.rows), [graphs.version]);
  const before = useRef<readonly Lane[]>([]);
  const lanes = useMemo(
    () => keepSame(before.current, lanesOf(tasks, messages, { start, merge: merged, names })),
    [tasks, messages, start, merged, names],
  );
  before.current = lanes;
  return { messages, lanes, names, namespaces, merged };
}

function useTicks(start: number) {
  const { rows, version } = useTable("checkpoints");
  const [filter] = useFilter();
  const time = useRunningTime();
  return useMemo(() => {
    const shown = rows.filter((row) => matches(filter, row)).map((row) => time.checkpoint(row));
    return ticksOf(shown, start);
  }, [version, filter, start, time]);
}

/** Of a task that still runs when the run is over, nothing more will be heard. */
function settled(row: TaskRow): TaskRow {
  return isFinal(row.status) ? row : { ...row, status: "unreported" };
}

function firstStart(rows: readonly TaskRow[]): number {
  return rows.find((row) => row.start_time !== null)?.start_time ?? 0;
}
