import type { JSX, TargetedPointerEvent } from "preact";
import "./Divider.css";
import { FRAME } from "../texts/frame";
import { trackPointerDrag } from "./pointerDrag";

interface Props {
  /** The part of the width that is on the left. */
  readonly share: number;
  readonly onShare: (share: number) => void;
  readonly min: number;
  readonly max: number;
}

const STEP = 0.03;

/** The edge between two panes: dragged, or moved with the arrow keys; a double click makes them equal. */
export function Divider({ share, onShare, min, max }: Props): JSX.Element {
  const set = (value: number) => onShare(Math.min(max, Math.max(min, value)));
  const onPointerDown = (event: TargetedPointerEvent<HTMLDivElement>) => {
    const panes = event.currentTarget.parentElement;
    if (!panes) return;
    const { left, width } = panes.getBoundingClientRect();
    trackPointerDrag(event, (move) => set((move.clientX - left) / width));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    set(share + by);
  };
  return (
    <div
      class="lgj-divider"
      role="separator"
      aria-orientation="vertical"
      aria-label={FRAME.divider}
      aria-valuenow={Math.round(share * 100)}
      aria-valuemin={min * 100}
      aria-valuemax={max * 100}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
      onDblClick={() => set(0.5)}
    />
  );
}
