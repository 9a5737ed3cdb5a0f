// Which part of a scrolling element is in sight, and what a hand does to it. The element may come later.

import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { elapsedSecondsNow } from "../core/elapsed";
import { usePanel, useView } from "./context";
import { useTicking } from "./store";

/** In CSS pixels; `width` and `height` leave out scroll bars. */
export interface Viewport {
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const UNSEEN: Viewport = { top: 0, width: 800, height: 400 }; // while the page has not laid us out

/** To be drawn in once there is a box: it is measured while it is empty, which costs little. */
export function useViewport(box: HTMLElement | null): Viewport {
  const empty = useMemo(() => readViewport(box) ?? UNSEEN, [box]);
  const [latest, setLatest] = useState<Viewport | null>(null);
  useLayoutEffect(() => {
    if (!box) return;
    const look = () => {
      const seen = readViewport(box);
      if (seen) setLatest((now) => (isSameViewport(now ?? empty, seen) ? now : seen));
    };
    box.addEventListener("scroll", look, { passive: true });
    const sizes = typeof ResizeObserver === "undefined" ? null : new ResizeObserver(look);
    sizes?.observe(box);
    return () => {
      box.removeEventListener("scroll", look);
      sizes?.disconnect();
    };
  }, [box, empty]);
  return latest ?? empty;
}

/** Null while the page has not laid it out. */
function readViewport(box: HTMLElement | null): Viewport | null {
  return box && box.clientWidth > 0
    ? { top: box.scrollTop, width: box.clientWidth, height: box.clientHeight }
    : null;
}

function isSameViewport(one: Viewport, other: Viewport): boolean {
  return one.top === other.top && one.width === other.width && one.height === other.height;
}

/** Seconds since the run's start, shown anew at most every so many seconds while it goes on, at the panel's pace. */
export function useElapsedSeconds(secondsBetween: number): number {
  const { store } = useView();
  const { pace } = usePanel();
  const [seconds, setSeconds] = useState(() => elapsedSecondsNow(store) ?? 0);
  const shown = useRef(0);
  const show = useCallback(() => {
    shown.current = elapsedSecondsNow(store) ?? 0;
    setSeconds(shown.current);
  }, [store]);
  useEffect(() => () => pace?.cancelDraw(show), [pace, show]);
  useTicking(() => {
    const over = store.summary.ended !== null;
    if (!over && Math.abs((elapsedSecondsNow(store) ?? 0) - shown.current) < secondsBetween) return;
    if (pace) pace.requestDraw(show, over);
    else show();
  });
  return seconds;
}

/** Listens to the wheel in a way that may keep the page from scrolling. */
export function useWheel(box: HTMLElement | null, onWheel: (event: WheelEvent) => void): void {
  const latest = useRef(onWheel);
  latest.current = onWheel;
  useEffect(() => {
    if (!box) return;
    const listener = (event: WheelEvent) => latest.current(event);
    box.addEventListener("wheel", listener, { passive: false });
    return () => box.removeEventListener("wheel", listener);
  }, [box]);
}

const DRAG_FROM = 4; // pixels

/** Tells how far a pointer that is held down has moved since the last call; a drag ends in no click. */
export function useDrag(box: HTMLElement | null, onDrag: (dx: number, dy: number) => void): void {
  const latest = useRef(onDrag);
  latest.current = onDrag;
  useEffect(() => {
    if (!box) return;
    const stop = new AbortController();
    const { signal } = stop;
    let held: { x: number; y: number; dragging: boolean } | null = null;
    box.addEventListener(
      "pointerdown",
      (event) => {
        if (event.button === 0 && !isOnScrollBar(box, event)) {
          held = { x: event.clientX, y: event.clientY, dragging: false };
        }
      },
      { signal },
    );
    box.addEventListener(
      "pointermove",
      (event) => {
        if (!held) return;
        const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
        if (!held.dragging && Math.hypot(dx, dy) < DRAG_FROM) return;
        if (!held.dragging) box.setPointerCapture?.(event.pointerId);
        held = { x: event.clientX, y: event.clientY, dragging: true };
        latest.current(dx, dy);
      },
      { signal },
    );
    const end = () => {
      if (held?.dragging) {
        const swallow = (event: Event) => event.stopPropagation();
        box.addEventListener("click", swallow, { capture: true, once: true, signal });
        setTimeout(() => box.removeEventListener("click", swallow, { capture: true }), 0);
      }
      held = null;
    };
    box.addEventListener("pointerup", end, { signal });
    box.addEventListener("pointercancel", end, { signal });
    return () => stop.abort();
  }, [box]);
}

function isOnScrollBar(box: HTMLElement, event: PointerEvent): boolean {
  return event.target === box && (event.offsetX > box.clientWidth || event.offsetY > box.clientHeight);
}
