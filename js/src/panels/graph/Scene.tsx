import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { formatInteger } from "../../core/format";
import { isFinal } from "../../core/schema";
import { hasModifier } from "../../hooks/shortcuts";
import { useStore } from "../../hooks/store";
import { useElapsedSeconds } from "../../hooks/viewport";
import type { RunSteering } from "../../steer/runSteering";
import { GRAPH } from "../../texts/graph";
import { detailAt, TWO_LINES } from "./camera";
import type { NodeActivity, GraphDrawing, GraphStructure } from "./data";
import { EdgeLines } from "./EdgeLines";
import { type Direction, type Layout, nextBox } from "./layout";
import { NodeBox } from "./NodeBox";
import { breakpointPathOf, nodeBreakpointsOf } from "./nodeBreakpoints";
import type { useCamera } from "./useCamera";
import { useSelectedNode } from "./useDrawing";

const ZOOM = 1.3; // of a key
const PAN = 60; // pixels of a key

interface Props {
  readonly structure: GraphStructure;
  readonly drawing: GraphDrawing;
  readonly layout: Layout;
  readonly direction: Direction;
  readonly activity: ReadonlyMap<string, NodeActivity>;
  readonly taken: ReadonlySet<string>;
  readonly moved: ReturnType<typeof useCamera>;
  readonly steer: RunSteering;
  readonly box: HTMLDivElement | null;
  readonly onBox: (box: HTMLDivElement | null) => void;
  /** Opens and closes a group. */
  readonly onToggle: (id: string) => void;
}

/** The drawing, and the keys that move it and go from node to node. */
export function GraphScene(props: Props): JSX.Element {
  const { drawing, layout, moved, onToggle } = props;
  const [active, setActive] = useState<string | null>(null);
  const focusable = drawing.nodes
    .filter(({ kind }) => kind === "node" || kind === "group")
    .map(({ id }) => id);
  const current = active !== null && focusable.includes(active) ? active : (focusable[0] ?? null);
  const { camera } = moved;
  return (
    <div
      class="lgj-graph-scene"
      ref={props.onBox}
      role="group"
      aria-label={GRAPH.scene(formatInteger(focusable.length))}
      onKeyDown={(event) => onSceneKey(event, props, focusable, current, setActive)}
      onDblClick={moved.fit}
    >
      <div
        class={`lgj-graph-plane lgj-graph-${detailAt(camera.scale)}`}
        style={{
          "--lgj-zoom": camera.scale,
          "--lgj-lines": camera.scale < TWO_LINES ? 1 : 2,
          width: `${layout.width}px`,
          height: `${layout.height}px`,
          transform: `translate(${camera.x}px, ${camera.y}px) scale(${camera.scale})`,
        }}
      >
        <EdgeLines drawing={drawing} layout={layout} taken={props.taken} />
        <Nodes {...props} current={current} onToggle={onToggle} onActive={setActive} />
      </div>
    </div>
  );
}

function Nodes(props: Props & { current: string | null; onActive: (id: string) => void }): JSX.Element {
  const { drawing, layout, direction, activity, steer, current, onToggle, onActive } = props;
  const elapsed = useElapsedSeconds(0.5);
  const started = useStore(["summary"], ({ summary }) => summary.started ?? 0);
  const over = useStore(["summary"], ({ summary }) => isFinal(summary.status));
  const { isSelected, toggle } = useSelectedNode();
  return (
    <>
      {drawing.nodes.map((node) => {
        const { id, kind } = node;
        const box = layout.boxes.get(id);
        return box ? (
          <NodeBox
            key={id}
            node={node}
            box={box}
            activity={activity.get(id) ?? null}
            now={over ? null : started + elapsed}
            selected={isSelected(id)}
            tabStop={id === current}
            onToggle={kind === "group" ? () => onToggle(id) : null}
            onChoose={() => {
              onActive(id);
              toggle(id);
            }}
            stops={nodeBreakpointsOf(steer, node, direction)}
          />
        ) : null;
      })}
    </>
  );
}

function onSceneKey(
  event: KeyboardEvent,
  { structure, layout, moved, steer, box, onToggle }: Props,
  focusable: readonly string[],
  current: string | null,
  onActive: (id: string) => void,
): void {
  const { key } = event;
  const focused = (event.target as HTMLElement).dataset.node;
  const isGroup = (id: string) => structure.nodes.some((node) => node.id === id && node.kind === "group");
  if (hasModifier(event)) return;
  if (key === "+" || key === "=") moved.zoom(ZOOM);
  else if (key === "-" || key === "_") moved.zoom(1 / ZOOM);
  else if (key === "0") moved.fit();
  else if (key.startsWith("Arrow") && event.shiftKey) moved.pan(...panOfKey(key));
  else if (key.startsWith("Arrow") && current !== null) {
    const next = nextBox(layout, current, key, focusable) ?? current;
    onActive(next);
    focusNode(box, next);
  } else if (key === "e" && current !== null && isGroup(current)) onToggle(current);
  else if (key === "b" || key === "a") {
    const path = focused === undefined ? null : breakpointPathOf(steer, focused);
    if (path === null) return;
    steer.toggle(key === "b" ? "before" : "after", path);
  } else return;
  event.preventDefault();
}

function panOfKey(key: string): [dx: number, dy: number] {
  const dx = key === "ArrowLeft" ? PAN : key === "ArrowRight" ? -PAN : 0;
  const dy = key === "ArrowUp" ? PAN : key === "ArrowDown" ? -PAN : 0;
  return [dx, dy];
}

function focusNode(box: HTMLElement | null, id: string): void {
  for (const element of box?.querySelectorAll<HTMLElement>("[data-node]") ?? []) {
    if (element.dataset.node === id) element.focus({ preventScroll: true });
  }
}
