import type { TargetedPointerEvent } from "preact";

/** Has an element keep the pointer that was pressed on it, and hears its moves until it is let go. */
export function trackPointerDrag(
  event: TargetedPointerEvent<HTMLElement>,
  onMove: (move: PointerEvent) => void,
): void {
  if (event.button !== 0) return;
  event.preventDefault();
  const { currentTarget: handle, pointerId } = event;
  const stop = new AbortController();
  handle.setPointerCapture(pointerId);
  handle.addEventListener("pointermove", onMove, { signal: stop.signal });
  for (const end of ["pointerup", "pointercancel"]) {
    handle.addEventListener(end, () => stop.abort(), { signal: stop.signal });
  }
}
