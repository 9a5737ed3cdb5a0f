import type { JSX } from "preact";
import type { DrawnEdge } from "./data";
import { arrowPath, curvePath, type Route } from "./layout";

interface Props {
  readonly edge: DrawnEdge;
  readonly route: Route;
  readonly taken: boolean;
}

export function EdgeLine({ edge, route, taken }: Props): JSX.Element {
  const classes = ["lgj-edge"];
  if (edge.undeclared) classes.push("lgj-edge-undeclared");
  else if (edge.conditional) classes.push("lgj-edge-conditional");
  if (taken) classes.push("lgj-edge-taken");
  return (
    <g>
      <path class={classes.join(" ")} d={curvePath(route.points)} />
      <path
        class={taken ? "lgj-arrow lgj-arrow-taken" : "lgj-arrow"}
        d={arrowPath(route.points, taken ? 9 : 8)}
      />
      {route.label ? (
        <text class="lgj-edge-label" x={route.label.x} y={route.label.y + 4}>
          {edge.label}
        </text>
      ) : null}
    </g>
  );
}
