import type { JSX } from "preact";
import { useSelectionScope } from "../hooks/narrowing";
import { SELECTION } from "../texts/frame";
import { Icon } from "./Icon";
import "./SelectionPill.css";

/** Says what is selected and lets go of it; below the panels, so that it covers nothing, and nothing above it moves. */
export function SelectionChip(): JSX.Element | null {
  const { scope, narrows, setNarrows, clear } = useSelectionScope();
  if (!scope) return null;
  return (
    <div class="lgj-pill" role="status" aria-label={SELECTION.name}>
      <Icon name="target" />
      <span class="lgj-clip">{scope.label}</span>
      <button
        type="button"
        class="lgj-quiet-button"
        aria-pressed={narrows}
        title={narrows ? SELECTION.narrows : SELECTION.marks}
        onClick={() => setNarrows(!narrows)}
      >
        {narrows ? SELECTION.showAll : SELECTION.showOnly}
      </button>
      <button type="button" class="lgj-quiet-button" title={SELECTION.clearHint} onClick={clear}>
        <Icon name="cross" />
        <span class="lgj-sr">{SELECTION.clear}</span>
      </button>
    </div>
  );
}
