import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Explanation } from "../../components/Explanation";
import { Icon } from "../../components/Icon";
import { isBlocked, isFinal } from "../../core/schema";
import { useView } from "../../hooks/context";
import { useStore } from "../../hooks/store";
import { useViewport } from "../../hooks/viewport";
import { useRunSteering } from "../../steer/useRunSteering";
import { GRAPH } from "../../texts/graph";
import type { GraphStructure } from "./data";
import { type LayoutOf, useStructure } from "./fetch";
import { MiniMap } from "./MiniMap";
import { GraphScene } from "./Scene";
import { GraphToolbar } from "./Toolbar";
import { useCamera } from "./useCamera";
import { useActivity, useDrawing, useStructureWithUndeclared } from "./useDrawing";
import "./view.css";

export function View(): JSX.Element {
  const { fetched, again } = useStructure();
  const blocked = useStore(["summary"], ({ summary }) => isBlocked(summary));
  if (fetched.state === "loading") {
    return (
      <div class="lgj-empty" role="status">
        <span>
          <Icon name="spinner" class="lgj-spin" /> {GRAPH.loading}
        </span>
        {blocked ? <span>{GRAPH.blocked}</span> : null}
      </div>
    );
  }
  if (fetched.state === "failed") {
    return (
      <>
        <Explanation />
        <div class="lgj-empty" role="alert">
          <span>{fetched.why}</span>
          <button type="button" class="lgj-link" onClick={again}>
            {GRAPH.again}
          </button>
        </div>
      </>
    );
  }
  return (
    <>
      <Explanation />
      <DrawnGraph structure={fetched.structure} layoutOf={fetched.layoutOf} />
    </>
  );
}

function DrawnGraph(props: { structure: GraphStructure; layoutOf: LayoutOf }): JSX.Element {
  const { layoutOf } = props;
  const structure = useStructureWithUndeclared(props.structure);
  const steer = useRunSteering();
  const { store } = useView();
  const { activity, taken } = useActivity(structure);
  const [box, setBox] = useState<HTMLDivElement | null>(null);
  const viewport = useViewport(box);
  const drawn = useDrawing(structure, layoutOf, viewport.width, viewport.height);
  const { drawing, layout, direction, setDirection, closed, setClosed } = drawn;
  const over = useStore(["summary"], ({ summary }) => isFinal(summary.status));
  const moved = useCamera(layout, activity, box, viewport, over);
  const close = (next: ReadonlySet<string>) => {
    setClosed(next);
    moved.follow();
  };
  const toggle = (id: string) => {
    const next = new Set(closed);
    if (!next.delete(id)) next.add(id);
    close(next);
  };
  return (
    <div class="lgj-graph">
      <GraphToolbar
        onZoom={moved.zoom}
        onFit={moved.fit}
        fits={moved.fits}
        direction={direction}
        onDirection={(next) => {
          setDirection(next);
          moved.follow();
        }}
        structure={structure}
        closed={closed}
        onClosed={close}
        steer={steer}
        picture={{ drawing, layout, activity, taken, colorOf: (node) => store.marks.markOf(node).color }}
        name={store.summary.target}
      />
      <GraphScene
        {...{ structure, drawing, layout, direction, activity, taken, moved, steer, box }}
        onBox={setBox}
        onToggle={toggle}
      />
      <MiniMap {...{ drawing, layout, activity, viewport }} camera={moved.camera} onShow={moved.show} />
    </div>
  );
}
