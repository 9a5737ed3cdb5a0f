import type { JSX } from "preact";
import { Icon } from "../../components/Icon";
import { ZoomButtons } from "../../components/ZoomButtons";
import { TIMELINE, TOOLS } from "../../texts/timeline";

const ZOOM = 1.5; // of a button

export function TimelineToolbar(props: {
  onZoom: (factor: number) => void;
  onFit: () => void;
  fits: boolean;
  critical: boolean;
  onCritical: () => void;
  merged: boolean;
  onMerge: (() => void) | null;
  /** What the time of the critical path went to. */
  path: string | null;
}): JSX.Element {
  const { onZoom, onFit, fits, critical, onCritical, merged, onMerge, path } = props;
  return (
    <div class="lgj-toolbar" role="toolbar" aria-label={TIMELINE.name}>
      <ZoomButtons factor={ZOOM} onZoom={onZoom} onFit={onFit} fits={fits} widest={fits} />
      {onMerge ? (
        <button
          type="button"
          class={`lgj-button ${merged ? "lgj-chosen" : ""}`}
          aria-pressed={merged}
          onClick={onMerge}
          title={TOOLS.mergeHint}
        >
          {TOOLS.merge}
        </button>
      ) : null}
      <button
        type="button"
        class={`lgj-button ${critical ? "lgj-chosen" : ""}`}
        aria-pressed={critical}
        onClick={onCritical}
        title={TOOLS.pathHint}
      >
        {TOOLS.path}
      </button>
      {path ? <PathSummary text={path} /> : null}
    </div>
  );
}

function PathSummary({ text }: { text: string }): JSX.Element {
  return (
    <p class="lgj-tl-summary" title={text} role="status">
      <Icon name="clock" />
      <span>
        <b>{TOOLS.pathIs}</b> {text}
      </span>
    </p>
  );
}
