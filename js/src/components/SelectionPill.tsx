import type { JSX } from "preact";
import { useScope } from "../hooks/narrowing";
import { Icon } from "./Icon";
import "./SelectionPill.css";

/** Says what is selected and lets go of it; below the panels, so that it covers nothing, and nothing above it moves. */
export function SelectionPill(): JSX.Element | null {
  const { scope, narrows, setNarrows, clear } = useScope();
  if (!scope) return null;
  return (
    <div class="lgj-pill" role="status" aria-label="Selection">
      <Icon name="target" />
      <span class="lgj-clip">{scope.label}</span>
      <button
        type="button"
        class="lgj-quiet-button"
        aria-pressed={narrows}
        title={
          narrows
            ? "The panels show only what belongs to it; click to show everything, with it marked"
            : "The panels mark what belongs to it; click to show only that"
        }
        onClick={() => setNarrows(!narrows)}
      >
        {narrows ? "Show all" : "Show only this"}
      </button>
      <button type="button" class="lgj-quiet-button" title="Clear the selection (Esc)" onClick={clear}>
        <Icon name="cross" />
        <span class="lgj-sr">Clear the selection</span>
      </button>
    </div>
  );
}
