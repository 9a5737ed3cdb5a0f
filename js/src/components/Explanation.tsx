import type { JSX } from "preact";
import { usePanel } from "../hooks/context";
import { useStore } from "../hooks/store";
import { VALUES } from "../texts/frame";
import { Icon } from "./Icon";
import "./Explanation.css";

/** What the kernel has to say of the panel around: why it is empty, or shows less than it could, and what helps. */
export function Explanation(): JSX.Element | null {
  const { id } = usePanel();
  const explanations = useStore(["summary"], ({ summary }) => summary.explanations);
  const texts = (explanations ?? []).filter((each) => each.panel === id).map(({ text }) => text);
  if (texts.length === 0) return null;
  return (
    <div class="lgj-explanations" role="note" aria-label={VALUES.why}>
      {texts.map((text) => (
        <p key={text} class="lgj-explanation">
          <Icon name="info" />
          <span>{text}</span>
        </p>
      ))}
    </div>
  );
}

/** Whether there is anything to explain: then it stands in the place of a panel's own sentence. */
export function useHasExplanation(): boolean {
  const { id } = usePanel();
  return useStore(["summary"], ({ summary }) =>
    (summary.explanations ?? []).some((each) => each.panel === id),
  );
}
