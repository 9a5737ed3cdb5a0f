// The panels that steer a run, with all their forms: a module that is fetched when one of them opens. It has a
// Preact of its own, and so draws a tree of its own into the frame's.

import { type ComponentType, render } from "preact";
import { PanelContext, ViewContext } from "../hooks/context";
import { SteerContext } from "../steer/useSteer";
import { View as Checkpoints } from "./checkpoints/view";
import { View as Interrupts } from "./interrupts/view";
import type { PanelModule } from "./LazyPanel";

const PANELS: Readonly<Record<string, ComponentType>> = { checkpoints: Checkpoints, interrupts: Interrupts };

export const mount: PanelModule["mount"] = (el, { view, panel, steer }) => {
  const Panel = PANELS[panel.id] as ComponentType;
  render(
    <ViewContext.Provider value={view}>
      <PanelContext.Provider value={panel}>
        <SteerContext.Provider value={steer}>
          <Panel />
        </SteerContext.Provider>
      </PanelContext.Provider>
    </ViewContext.Provider>,
    el,
  );
  return () => render(null, el);
};
