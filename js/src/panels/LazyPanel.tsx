import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Asset } from "../core/assets";
import { isBlocked } from "../core/schema";
import { type PanelFrame, usePanel, useView, type View } from "../hooks/context";
import { useStore } from "../hooks/store";
import type { Steer } from "../steer/steer";
import { useSteer } from "../steer/useSteer";
import "./LazyPanel.css";

/** What the frame hands over to a panel of another module. */
export interface Frame {
  readonly view: View;
  readonly panel: PanelFrame;
  readonly steer: Steer;
}

/** A module of panels. */
export interface PanelModule {
  /** Draws the frame's panel; gives back how to take it away. */
  readonly mount: (el: HTMLElement, frame: Frame) => () => void;
}

/** Those that steer a run. */
export const STEERING: Asset<PanelModule> = { name: "steering" };

/** A panel of a module that is fetched when one of its panels opens. */
export function LazyPanel({ module }: { module: Asset<PanelModule> }): JSX.Element {
  const view = useView();
  const panel = usePanel();
  const steer = useSteer();
  const blocked = useStore(["summary"], ({ summary }) => isBlocked(summary));
  const place = useRef<HTMLDivElement>(null);
  const [loaded, setLoaded] = useState<PanelModule | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const load = () => {
    setProblem(null);
    view.load(module).then(
      (found) => setLoaded(() => found),
      (error: Error) => setProblem(error.message),
    );
  };
  useEffect(load, [view]);
  useLayoutEffect(() => {
    if (loaded && place.current) return loaded.mount(place.current, { view, panel, steer });
  }, [loaded, view, panel, steer]);
  if (problem !== null) {
    return (
      <div class="lgj-empty" role="alert">
        <span>{problem}</span>
        <button type="button" class="lgj-link" onClick={load}>
          Ask again
        </button>
      </div>
    );
  }
  return (
    <div class="lgj-lazy" ref={place}>
      {loaded === null ? (
        <p class="lgj-muted lgj-loading">
          {blocked ? "The kernel answers once the cell has ended." : "Loading the panel…"}
        </p>
      ) : null}
    </div>
  );
}
