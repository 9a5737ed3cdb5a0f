// The text of the filter in the panels that are in sight: marked, counted, and gone through one by one. What finds and
// marks is a module of its own, which is loaded with the first text.

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { useView } from "../hooks/context";
import { useFilter } from "../hooks/narrowing";
import type * as find from "./find";
import type { Highlights } from "./highlights";

export interface TextSearch {
  readonly count: number;
  /** There are more than were looked for. */
  readonly more: boolean;
  /** The number of the place that was gone to, from 1; 0 before any was. */
  readonly position: number;
  /** Goes to the next place, or with -1 to the one before. */
  readonly step: (by: 1 | -1) => void;
}

/** Finds the filter's text in the panels within an element. */
export function useTextSearch(root: { readonly current: HTMLElement | null }): TextSearch {
  const [{ text }] = useFilter();
  const [found, setFound] = useState<readonly Range[]>([]);
  const [current, setCurrent] = useState<Range | null>(null);
  const highlights = useRef<Highlights | null>(null);
  const finder = useFindModule(text !== "");
  useEffect(() => {
    setCurrent(null);
    if (text === "" || !root.current || !finder) return setFound([]);
    return finder.watchTextRanges(root.current, text, setFound);
  }, [root, text, finder]);
  useLayoutEffect(() => {
    const panes = root.current?.querySelector<HTMLElement>(".lgj-panes");
    if (!finder || !panes || found.length === 0) return;
    highlights.current ??= finder.makeHighlights(panes);
    highlights.current.show(found, current);
    return () => highlights.current?.clear();
  }, [finder, found, current]);
  const position = found.findIndex((range) => isSameRange(range, current)) + 1;
  const step = (by: 1 | -1) => {
    if (found.length === 0 || !root.current) return;
    const start = position === 0 && by < 0 ? 1 : position;
    const next = found[(start - 1 + by + found.length) % found.length] as Range;
    setCurrent(next);
    finder?.scrollRangeIntoView(next, root.current);
  };
  return useMemo(
    () => ({ count: found.length, more: found.length === finder?.MAX_FOUND, position, step }),
    [found, position, finder],
  );
}

/** The module that finds, once it was needed and is here. */
function useFindModule(needed: boolean): typeof find | null {
  const { load } = useView();
  const [finder, setFinder] = useState<typeof find | null>(null);
  useEffect(() => {
    if (!needed || finder) return;
    load<typeof find>("find").then(
      (module) => setFinder(() => module),
      () => undefined, // the panels are narrowed nevertheless
    );
  }, [load, needed, finder]);
  return finder;
}

function isSameRange(one: Range, other: Range | null): boolean {
  return one.startContainer === other?.startContainer && one.startOffset === other.startOffset;
}
