// A panel whose view does not come with the frame: it is a module of the panel's name, which is loaded when the panel
// first opens.

import type { ComponentType, JSX } from "preact";
import { isBlocked } from "../core/schema";
import type { Store } from "../core/store";
import { useModule } from "../hooks/module";
import { useStore } from "../hooks/store";
import type { Panel } from "./panel";
import "./lazy.css";

/** What the module of a panel exports. */
interface PanelModule {
  readonly View: ComponentType;
}

export function lazy(panel: Omit<Panel, "View">): Panel {
  return { ...panel, View: () => <LazyView id={panel.id} /> };
}

function LazyView({ id }: { id: string }): JSX.Element {
  const { module, problem, again } = useModule<PanelModule>(id);
  const waits = useStore(["summary", "link"], waitsFor);
  if (module) return <module.View />;
  if (problem !== null) {
    return (
      <div class="lgj-empty" role="alert">
        <span>{problem}</span>
        <button type="button" class="lgj-link" onClick={again}>
          Ask again
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

/** What the panel waits for, in words. */
function waitsFor({ summary, link }: Store): string {
  if (isBlocked(summary)) return "This panel comes after the cell, which keeps the kernel from sending it.";
  const isThere = link.state !== "silent" && link.state !== "gone";
  return isThere ? "Loading the panel…" : "This panel comes from the kernel, which does not answer.";
}
