import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { isFinal } from "../core/schema";
import { useStore } from "../hooks/store";

const FILLED_WITHIN = 3000; // milliseconds after the end: by then the record has come, or will not

const NAME = /^[\w-]+$/;

/** The static record stands beside this view for when there is none: both at once would be too much. */
export function HiddenRecord(): JSX.Element | null {
  const record = useStore(["summary", "link"], ({ summary, last }) => (last > 0 ? summary.record : null));
  const place = useRef<HTMLStyleElement>(null);
  useEffect(() => {
    const style = place.current;
    if (!style || style.getRootNode() === document) return;
    const outside = document.head.appendChild(style.cloneNode(true)); // a shadow root's own reaches nothing else
    return () => outside.parentNode?.removeChild(outside);
  }, [record]);
  if (record === null || !NAME.test(record)) return null;
  return <style ref={place}>{`.${record} { display: none }`}</style>;
}

/**
 * Whether the record in the page still says that the run goes on though it is over: a page that was loaded anew
 * meanwhile has forgotten which output is to be filled.
 */
export function useIsRecordUnfilled(): boolean {
  const { status, record } = useStore(["summary"], ({ summary }) => summary);
  const over = isFinal(status);
  const [unfilled, setUnfilled] = useState(false);
  useEffect(() => {
    setUnfilled(false);
    if (!over || !record || !NAME.test(record)) return;
    // By the name alone: in a long notebook a selector of two classes takes long.
    const look = () => setUnfilled([...document.getElementsByClassName(record)].some(isRunning));
    const timer = setTimeout(look, FILLED_WITHIN);
    return () => clearTimeout(timer);
  }, [over, record]);
  return unfilled;
}

function isRunning({ classList }: Element): boolean {
  return classList.contains("lgj-running");
}
