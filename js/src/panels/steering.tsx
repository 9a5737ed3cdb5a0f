// The panels that steer a run, with all their forms: a module that is fetched when one of them opens. It has a
// Preact of its own, and so draws a tree of its own into the frame's.

import { type ComponentType, render } from "preact";
import { type View, ViewContext } from "../hooks/context";
import { type Pace, PaceContext } from "../core/pace";
import { View as Checkpoints } from "./checkpoints/view";
import { View as Interrupts } from "./interrupts/view";
import { type Steer, SteerContext } from "../steer/steer";

const PANELS = { checkpoints: Checkpoints, interrupts: Interrupts } satisfies Record<string, ComponentType>;

export type Name = keyof typeof PANELS;

/** What the frame hands over. */
export interface Given {
  readonly view: View;
  readonly pace: Pace | null;
  readonly steer: Steer;
}

/** Draws a panel; gives back how to take it away. */
export function mount(name: Name, el: HTMLElement, { view, pace, steer }: Given): () => void {
  const Panel = PANELS[name];
  render(
    <ViewContext.Provider value={view}>
      <PaceContext.Provider value={pace}>
        <SteerContext.Provider value={steer}>
          <Panel />
        </SteerContext.Provider>
      </PaceContext.Provider>
    </ViewContext.Provider>,
    el,
  );
  return () => render(null, el);
}
