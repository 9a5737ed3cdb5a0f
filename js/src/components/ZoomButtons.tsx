import type { JSX } from "preact";

interface Props {
  /** Of one press. */
  readonly factor: number;
  readonly onZoom: (factor: number) => void;
  readonly onFit: () => void;
  /** All of it is in sight. */
  readonly fits: boolean;
  /** Whether there is nothing to see from farther away. */
  readonly widest?: boolean;
}

/** How to see a drawing from farther away, nearer, and all of it. */
export function ZoomButtons({ factor, onZoom, onFit, fits, widest = false }: Props): JSX.Element {
  return (
    <>
      <button
        type="button"
        class="lgj-button lgj-square"
        onClick={() => onZoom(1 / factor)}
        title="Zoom out (−)"
        aria-label="Zoom out"
        disabled={widest}
      >
        −
      </button>
      <button
        type="button"
        class="lgj-button lgj-square"
        onClick={() => onZoom(factor)}
        title="Zoom in (+, or Ctrl and the wheel)"
        aria-label="Zoom in"
      >
        +
      </button>
      <button
        type="button"
        class="lgj-button"
        onClick={onFit}
        title="Show all of it (0, or a double click)"
        disabled={fits}
      >
        Fit
      </button>
    </>
  );
}
