// A panel whose view does not come with the frame: it is a module of the panel's name, which is loaded when the panel
// first opens.

import type { ComponentType, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { isBlocked } from "../core/schema";
import type { Store } from "../core/store";
import { useModule } from "../hooks/module";
import { useStore } from "../hooks/store";
import { LINK } from "../texts/frame";
import type { Panel } from "./panel";
import "./lazy.css";

/** What the module of a panel exports. */
interface PanelModule {
  readonly View: ComponentType;
}

export function lazy(panel: Omit<Panel, "View">): Panel {
  return { ...panel, View: () => <LazyView id={panel.id} /> };
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
