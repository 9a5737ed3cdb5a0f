import type { ComponentChildren, JSX } from "preact";
import { useStore } from "../hooks/store";
import { isFinal } from "../core/schema";
import { Explanation, useExplained } from "./Explanation";

interface Props {
  readonly waiting: ComponentChildren;
  readonly none: ComponentChildren;
  /** Whose explanations stand in the place of these sentences. */
  readonly panel?: string;
}

/** What an empty panel says: why it is, where the kernel knows; else one sentence while something may come,
 * another when nothing did. */
export function Empty({ waiting, none, panel = "" }: Props): JSX.Element {
  const final = useStore(["summary"], ({ summary }) => isFinal(summary.status));
  const explained = useExplained(panel);
  return (
    <div class="lgj-empty" role="note">
      {explained ? <Explanation panel={panel} /> : final ? none : waiting}
    </div>
  );
}
