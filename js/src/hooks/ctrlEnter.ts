import { useEffect, useRef } from "preact/hooks";

type Box = { readonly current: HTMLElement | null };

/**
 * Ctrl+Enter (⌘ Enter) runs, wherever focus is in a box, or in what is `around` it: heard before the notebook hears
 * it, which would run its cell.
 */
export function useCtrlEnter(box: Box, start: () => void, around?: string): void {
  const latest = useRef(start);
  latest.current = start;
  useEffect(() => {
    const stop = new AbortController();
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      const area = around === undefined ? box.current : box.current?.closest(around);
      if (!area?.contains(event.target as Node)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      latest.current();
    };
    window.addEventListener("keydown", onKeyDown, { capture: true, signal: stop.signal });
    return () => stop.abort();
  }, []);
}
