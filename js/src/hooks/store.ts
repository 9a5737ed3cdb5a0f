import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { DrawPacer } from "../core/pace";
import { isFinal, type PushedTables, type TableName } from "../core/schema";
import type { Store, Topic } from "../core/store";
import { RunningTime } from "../core/waits";
import { VisitNames } from "../state/visitNames";
import { FRAME, LINK } from "../texts/frame";
import { usePanel, useView } from "./context";
import { useExternalValue } from "./observable";

/**
 * What `select` reads from the store, read anew when one of `topics` changed, drawn anew when it differs: at
 * once, or at this `pace` while the run goes on.
 */
export function useStore<T>(
  topics: readonly Topic[],
  select: (store: Store) => T,
  pace: DrawPacer | null = null,
): T {
  const { store } = useView();
  const subscribe = (look: () => void) => {
    if (!pace) return store.subscribe(topics, look);
    const stop = store.subscribe(topics, () => pace.requestDraw(look, isFinal(store.summary.status)));
    return () => {
      stop();
      pace.cancelDraw(look);
    };
  };
  return useExternalValue(() => select(store), subscribe, [store, topics.join(" "), pace]);
}

/** The rows of a table, drawn anew when it changes. The list is changed in place: memoise by `version`. */
export function useTable<Name extends TableName>(
  name: Name,
): { readonly rows: readonly PushedTables[Name][]; readonly version: number } {
  const version = useStore([name], ({ tables }) => tables[name].version, usePanel().pace);
  const { store } = useView();
  return { rows: store.tables[name].rows as readonly PushedTables[Name][], version };
}

const VISITS = new WeakMap<Store, { readonly version: number; readonly visits: VisitNames }>();

/** The names on the way to a namespace, visits of one subgraph numbered. */
export function useNamespacePath(namespace: string): readonly string[] {
  const path = useStore(["namespaces"], (store) => {
    const { rows, version } = store.tables.namespaces;
    let known = VISITS.get(store);
    if (known?.version !== version) {
      known = { version, visits: new VisitNames(rows) };
      VISITS.set(store, known);
    }
    return known.visits.numberedPath(namespace).join("\n");
  });
  return path ? path.split("\n") : [];
}

/** The run's times, as if waiting had taken none. */
export function useRunningTime(): RunningTime {
  const waits = useStore(["summary"], ({ summary }) => summary.waits);
  return useMemo(() => new RunningTime(waits), [waits]);
}

const KEY_SHOWN = 6; // characters of a run's key that tell it from the others of a page

/** What tells the run from others on the page: its graph, and the beginning of its key. */
export function useRunName(): string {
  return useStore(["summary"], ({ summary }) =>
    FRAME.run(summary.target, summary.key?.slice(0, KEY_SHOWN) ?? ""),
  );
}

/** Whether calls are answered: by the kernel, or from what was saved. */
export function useReachable(): boolean {
  return useStore(["link"], ({ link }) => link.state !== "gone" && link.state !== "mismatch");
}

/** Whether the run was saved, and there is no kernel. */
export function useIsSaved(): boolean {
  return useStore(["link"], ({ link }) => link.state === "saved");
}

/** Why nothing can be done with the run, only read; null where its kernel can be called. */
export function useNoKernelReason(): string | null {
  const [reachable, saved] = [useReachable(), useIsSaved()];
  if (!reachable) return LINK.kernelGone;
  return saved ? LINK.noKernel : null;
}

/** Calls `tick` ten times a second while the run goes on, and whenever what it shows may have changed. */
export function useTicking(tick: () => void): void {
  const { store } = useView();
  const running = useStore(["summary"], ({ summary }) => !isFinal(summary.status));
  const latest = useRef(tick);
  latest.current = tick;
  useEffect(() => {
    const call = () => latest.current();
    call();
    const stop = store.subscribe(["summary", "elapsed", "link"], call);
    const timer = running ? setInterval(call, 100) : undefined;
    return () => {
      stop();
      clearInterval(timer);
    };
  }, [store, running]);
}

/** The size of an element, kept up to date. */
export function useElementWidth(element: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const target = element.current;
    if (!target) return;
    setWidth(target.clientWidth);
    if (typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(() => {
      if (target.clientWidth > 0) setWidth(target.clientWidth); // what is hidden for a while keeps its own
    });
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
