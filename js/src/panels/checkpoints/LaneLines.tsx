import type { JSX } from "preact";
import type { Lanes } from "./lanes";

const GAP = 14; // pixels between lanes
const HEIGHT = 28; // as rows in view.css
const RADIUS = 4;

const laneX = (lane: number) => RADIUS + 3 + lane * GAP;

/** The lanes beside one checkpoint, as `git log --graph` draws them. */
export function LaneLines(props: { lanes: Lanes; count: number; own: boolean }): JSX.Element {
  const { lanes, count, own } = props;
  const { lane, through, up, down, out } = lanes;
  const middle = HEIGHT / 2;
  return (
    <svg class="lgj-rail" width={laneX(count - 1) + RADIUS + 3} height={HEIGHT} aria-hidden="true">
      {through.map((each) => (
        <path key={each} d={`M${laneX(each)} 0V${HEIGHT}`} />
      ))}
      {up ? <path d={`M${laneX(lane)} 0V${middle}`} /> : null}
      {down ? <path d={`M${laneX(lane)} ${middle}V${HEIGHT}`} /> : null}
      {out.map((each) => (
        <path
          key={each}
          d={`M${laneX(lane)} ${middle}C${laneX(lane)} ${HEIGHT - 4} ${laneX(each)} ${middle + 4} ${laneX(each)} ${HEIGHT}`}
        />
      ))}
      {lane < 0 ? null : (
        <circle
          class={own ? "lgj-rail-own" : ""}
          cx={laneX(lane)}
          cy={middle}
          r={own ? RADIUS : RADIUS - 0.5}
        />
      )}
    </svg>
  );
}
