import type { ComponentChildren, JSX } from "preact";
import { isFinal } from "../core/schema";
import { useStore } from "../hooks/store";
import { Explanation, useHasExplanation } from "./Explanation";

interface Props {
  readonly waiting: ComponentChildren;
  readonly none: ComponentChildren;
  /** The panel's explanations stand in the place of these sentences. */
  readonly explained?: boolean;
}

/** What an empty panel says: why it is, where the kernel knows; else one sentence while something may come,
 * another when nothing did. */
export function Empty({ waiting, none, explained = false }: Props): JSX.Element {
  const final = useStore(["summary"], ({ summary }) => isFinal(summary.status));
  const isExplained = useHasExplanation() && explained;
  return (
    <div class="lgj-empty" role="note">
      {isExplained ? <Explanation /> : final ? none : waiting}
    </div>
  );
}
