import type { JSX } from "preact";
import { useView } from "../../hooks/context";
import { type Camera, visibleBox } from "./camera";
import type { NodeActivity, GraphDrawing } from "./data";
import type { Layout, Point } from "./layout";
import "./MiniMap.css";

interface Props {
  readonly drawing: GraphDrawing;
  readonly layout: Layout;
  readonly activity: ReadonlyMap<string, NodeActivity>;
  readonly camera: Camera;
  readonly viewport: { readonly width: number; readonly height: number };
  /** Brings this point of the drawing to the middle. */
  readonly onShow: (point: Point) => void;
}

const FROM = 30; // nodes
const ROOM = { width: 220, height: 110 };

/** The whole of a big drawing, and which part of it is on screen: where one presses, there one is. Keys move it too. */
export function MiniMap({ drawing, layout, activity, camera, viewport, onShow }: Props): JSX.Element | null {
  const { marks } = useView().store;
  const { width, height } = viewport;
  const seen = visibleBox(camera, width, height);
  const all = seen.x <= 0 && seen.y <= 0 && seen.width >= layout.width && seen.height >= layout.height;
  if (drawing.nodes.length < FROM || all) return null;
  const scale = Math.min(ROOM.width / layout.width, ROOM.height / layout.height);
  const go = (event: PointerEvent) => {
    if (event.buttons !== 1) return;
    const corner = (event.currentTarget as Element).getBoundingClientRect();
    onShow({ x: (event.clientX - corner.left) / scale, y: (event.clientY - corner.top) / scale });
  };
  return (
    <svg
      class="lgj-minimap"
      width={layout.width * scale}
      height={layout.height * scale}
      viewBox={`0 0 ${layout.width} ${layout.height}`}
      aria-hidden="true"
      onPointerDown={go}
      onPointerMove={go}
    >
      {drawing.nodes.map(({ id, name, open }) => {
        const box = layout.boxes.get(id);
        const ran = activity.has(id);
        const fill = ran ? marks.markOf(name).color : "var(--lgj-border-strong)";
        return box && !open ? <rect key={id} {...box} rx={8} fill={fill} /> : null;
      })}
      <rect class="lgj-minimap-seen" {...seen} vector-effect="non-scaling-stroke" />
    </svg>
  );
}
