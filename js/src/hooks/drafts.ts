import { useView } from "./context";
import { useObservable } from "./observable";

/** A draft of this run: as it is now, and how to change it, which lets go of it where it gets undefined. */
export function useDraft<T>(
  what: string,
): readonly [T | undefined, (change: (now: T | undefined) => T | undefined) => void] {
  const { drafts } = useView();
  const draft = useObservable(drafts, () => drafts.get<T>(what));
  const change = (to: (now: T | undefined) => T | undefined) => {
    const next = to(drafts.get<T>(what));
    if (next === undefined) drafts.removeDraft(what);
    else drafts.set(what, next);
  };
  return [draft, change];
}
