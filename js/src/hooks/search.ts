// The text filter beyond what was pushed: of big cells a page has the beginning, the kernel has all.

import { useEffect } from "preact/hooks";
import { foundRowsOf } from "../state/foundRows";
import { useView } from "./context";
import { useFilter } from "./narrowing";
import { useReachable } from "./store";

const AGAIN = 1_000; // milliseconds between two searches while the run goes on

/** Has the kernel search for the text of the filter, and the filter know the rows that were found. */
export function useKernelSearch(): void {
  const { store, call, filter } = useView();
  const [{ text }] = useFilter();
  const reachable = useReachable();
  useEffect(() => {
    if (text === "" || !reachable) return;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const search = () => {
      timer = undefined;
      call("search", { text }).then(
        (found) => stop.signal.aborted || filter.setFound(text, foundRowsOf(store, found)),
        () => undefined, // what is here was searched
      );
    };
    search();
    const unsubscribe = store.subscribe(["counts"], () => {
      timer ??= setTimeout(search, AGAIN);
    });
    return () => {
      stop.abort();
      unsubscribe();
      clearTimeout(timer);
    };
  }, [store, call, filter, text, reachable]);
}
