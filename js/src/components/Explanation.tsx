import type { JSX } from "preact";
import { useStore } from "../hooks/store";
import { Icon } from "./Icon";

/** What the kernel has to say of a panel: why it is empty, or shows less than it could, and what helps. */
export function Explanation({ panel }: { panel: string }): JSX.Element | null {
  const explanations = useStore(["summary"], ({ summary }) => summary.explanations);
  const texts = (explanations ?? []).filter((each) => each.panel === panel).map(({ text }) => text);
  if (texts.length === 0) return null;
  return (
    <div class="lgj-explanations" role="note" aria-label="Why">
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
export function useExplained(panel: string): boolean {
  return useStore(["summary"], ({ summary }) =>
    (summary.explanations ?? []).some((each) => each.panel === panel),
  );
}
