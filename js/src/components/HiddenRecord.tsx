import type { JSX } from "preact";
import { useStore } from "../hooks/store";

/** The static record stands beside this view for when there is none: both at once would be too much. */
export function HiddenRecord(): JSX.Element | null {
  const record = useStore(["summary", "link"], ({ summary, last }) => (last > 0 ? summary.record : null));
  if (record === null || !/^[\w-]+$/.test(record)) return null;
  return <style>{`.${record} { display: none }`}</style>;
}
