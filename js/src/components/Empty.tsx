import type { ComponentChildren, JSX } from "preact";
import { useStore } from "../hooks";
import { isFinal } from "../schema";

/** What an empty panel says: one sentence while something may come, another when nothing did. */
export function Empty({
  waiting,
  none,
}: {
  waiting: ComponentChildren;
  none: ComponentChildren;
}): JSX.Element {
  const final = useStore(["summary"], ({ summary }) => isFinal(summary.status));
  return (
    <div class="lgj-empty" role="note">
      {final ? none : waiting}
    </div>
  );
}
