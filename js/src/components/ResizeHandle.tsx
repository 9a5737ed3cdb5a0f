import type { JSX, TargetedPointerEvent } from "preact";
import "./ResizeHandle.css";
import { FRAME } from "../texts/frame";
import { trackPointerDrag } from "./pointerDrag";

interface Props {
  readonly height: number;
  readonly onHeight: (height: number) => void;
  readonly min: number;
  readonly max: number;
}

const STEP = 24;

/** The frame's lower edge: dragged, or moved with the arrow keys. */
export function ResizeHandle({ height, onHeight, min, max }: Props): JSX.Element {
  const set = (value: number) => onHeight(Math.round(Math.min(max, Math.max(min, value))));
  const onPointerDown = (event: TargetedPointerEvent<HTMLDivElement>) => {
    const from = event.clientY;
    trackPointerDrag(event, (move) => set(height + move.clientY - from));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowUp: -STEP, ArrowDown: STEP, PageUp: -5 * STEP, PageDown: 5 * STEP }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    set(height + by);
  };
  return (
    <div
      class="lgj-resize"
      role="separator"
      aria-orientation="horizontal"
      aria-label={FRAME.edge}
      aria-valuenow={height}
      aria-valuemin={min}
      aria-valuemax={max}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
    />
  );
}
