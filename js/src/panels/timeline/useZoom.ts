import { useMemo, useState } from "preact/hooks";
import { useDrag, useWheel } from "../../hooks/viewport";
import { isWholeSpan, panSpan, roundedEnd, type TimeSpan, zoomSpan } from "./time";

/** What part of the run is on screen, and how to see another. */
export interface Zoom {
  readonly span: TimeSpan;
  readonly whole: TimeSpan;
  /** All of it is. */
  readonly fits: boolean;
  readonly show: (span: TimeSpan) => void;
  readonly fit: () => void;
  /** `factor` times as near, with this moment staying where it is: by default the middle. */
  readonly by: (factor: number, at?: number) => void;
  readonly pan: (seconds: number) => void;
}

export function useZoom(now: number, over: boolean): Zoom {
  const to = over ? Math.max(now, 0.001) * 1.01 : roundedEnd(now);
  const whole: TimeSpan = useMemo(() => ({ from: 0, to }), [to]); // the same, so that what is drawn in it stays
  const [chosen, setChosen] = useState<TimeSpan | null>(null); // null: all of it
  const span = chosen ?? whole;
  const show = (next: TimeSpan) => setChosen(isWholeSpan(next, whole) ? null : next);
  return {
    span,
    whole,
    fits: chosen === null,
    show,
    fit: () => setChosen(null),
    by: (factor, at = (span.from + span.to) / 2) => show(zoomSpan(span, factor, at, whole)),
    pan: (seconds) => show(panSpan(span, seconds, whole)),
  };
}

/** The wheel and the hand: `label` and `width` are of the lanes' names and of the time beside them, in pixels. */
export function usePointerZoom(box: HTMLElement | null, zoom: Zoom, label: number, width: number): void {
  const { from, to } = zoom.span;
  const perPixel = (to - from) / width;
  useWheel(box, (event) => {
    if (event.ctrlKey || event.metaKey) {
      const left = (box?.getBoundingClientRect().left ?? 0) + label;
      zoom.by(Math.exp(-event.deltaY / 200), from + (event.clientX - left) * perPixel);
      event.preventDefault();
    } else if (!zoom.fits && (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))) {
      zoom.pan((event.deltaX || event.deltaY) * perPixel);
      event.preventDefault();
    }
  });
  useDrag(box, (dx, dy) => {
    if (!zoom.fits) zoom.pan(-dx * perPixel);
    if (box) box.scrollTop -= dy;
  });
}
