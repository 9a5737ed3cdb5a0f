// A panel whose view does not come with the frame: it is a module of the panel's name, which is loaded when the panel
// first opens.

import type { ComponentType, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { isBlocked, TABLE_KEYS, type TableName } from "../core/schema";
import type { Store, Topic } from "../core/store";
import { useModule } from "../hooks/module";
import { useStore } from "../hooks/store";
import { LINK } from "../texts/frame";
import type { Panel } from "./panel";
import "./lazy.css";

/** What the module of a panel exports. */
interface PanelModule {
  readonly View: ComponentType;
}

/** What a panel's `panel.ts` says. All of it is in the frame, so that it imports no more than this. */
type LazyPanel = Omit<Panel, "View" | "count"> & Partial<Pick<Panel, "count">>;

/** Without a `count` of its own, a panel has as much as there are rows of its topics that are tables. */
export function lazy(panel: LazyPanel): Panel {
  const { id, topics } = panel;
  return { count: (store) => sumRows(store, topics), ...panel, View: () => <LazyView id={id} /> };
}

function sumRows(store: Store, topics: readonly Topic[]): number {
  const tables = topics.filter((topic): topic is TableName => topic in TABLE_KEYS);
  return tables.reduce((sum, table) => sum + store.rowCount(table), 0);
}

/** Milliseconds after which a reader is told what a panel may wait for. */
const LATE = 3_000;

function LazyView({ id }: { id: string }): JSX.Element {
  const { module, problem, again } = useModule<PanelModule>(id);
  const isLate = useIsLate();
  const waits = useStore(["summary", "link"], (store) => waitingText(store, isLate));
  if (module) return <module.View />;
  if (problem !== null) {
    return (
      <div class="lgj-empty" role="alert">
        <span>{problem}</span>
        <button type="button" class="lgj-link" onClick={again}>
          {LINK.again}
        </button>
      </div>
    );
  }
  return (
    <p class="lgj-muted lgj-loading" role="status">
      {waits}
    </p>
  );
}

function useIsLate(): boolean {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(setLate, LATE, true);
    return () => clearTimeout(timer);
  }, []);
  return isLate;
}

/** What the panel waits for, in words. A cell may block the kernel though the run, on a loop of its own, goes on. */
function waitingText({ summary, link }: Store, isLate: boolean): string {
  if (isBlocked(summary)) return LINK.explain.blocked;
  const isThere = link.state !== "silent" && link.state !== "gone";
  if (!isThere) return LINK.explain.silentPanel;
  return isLate ? LINK.explain.late : LINK.loading;
}
