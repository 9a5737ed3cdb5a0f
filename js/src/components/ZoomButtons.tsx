import type { JSX } from "preact";
import { ZOOM } from "../texts/zoom";

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
        title={ZOOM.outHint}
        aria-label={ZOOM.out}
        disabled={widest}
      >
        −
      </button>
      <button
        type="button"
        class="lgj-button lgj-square"
        onClick={() => onZoom(factor)}
        title={ZOOM.inHint}
        aria-label={ZOOM.in}
      >
        +
      </button>
      <button type="button" class="lgj-button" onClick={onFit} title={ZOOM.fitHint} disabled={fits}>
        {ZOOM.fit}
      </button>
    </>
  );
}
