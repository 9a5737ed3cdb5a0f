// Arrow keys in a table: one row has the keys, and its button the focus.

import { useEffect, useState } from "preact/hooks";
import { hasModifier } from "./shortcuts";

const PAGE = 10; // rows

export interface RowKeyNavigation {
  /** The place of the row that has the keys. */
  readonly current: number;
  /** What a list is to bring into sight. */
  readonly reveal: { readonly index: number } | null;
  readonly moveTo: (index: number) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

export function useRowKeyNavigation(
  box: { readonly current: HTMLElement | null },
  count: number,
): RowKeyNavigation {
  const [place, setPlace] = useState(0);
  const [reveal, setReveal] = useState<{ index: number } | null>(null);
  const current = Math.min(place, Math.max(0, count - 1));
  useEffect(() => {
    if (reveal && !isFocusElsewhere(box.current)) buttonOf(box.current, reveal.index)?.focus();
  }, [reveal]);
  const moveTo = (to: number) => {
    const index = Math.max(0, Math.min(count - 1, to));
    setPlace(index);
    setReveal({ index });
    buttonOf(box.current, index)?.focus(); // at once if it is drawn: the next key may come before it is drawn anew
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (hasModifier(event) || isHead(event.target)) return;
    const to = targetRow(event.key, current, count);
    if (to === null || count === 0) return;
    event.preventDefault();
    moveTo(to);
  };
  return { current, reveal, moveTo, onKeyDown };
}

/** Whether the reader has gone on to something outside since the key. */
function isFocusElsewhere(box: HTMLElement | null): boolean {
  const { activeElement } = (box?.getRootNode() ?? document) as Document | ShadowRoot;
  return activeElement !== null && activeElement !== document.body && !box?.contains(activeElement);
}

function isHead(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(".lgj-head") !== null;
}

function buttonOf(box: HTMLElement | null, index: number): HTMLElement | null {
  return box?.querySelector<HTMLElement>(`[data-index="${index}"] button`) ?? null;
}

function targetRow(key: string, at: number, count: number): number | null {
  const steps: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + PAGE,
    PageUp: at - PAGE,
    Home: 0,
    End: count - 1,
  };
  return steps[key] ?? null;
}
