import type { JSX } from "preact";
import type { GraphDrawing } from "./data";
import { EdgeLine } from "./EdgeLine";
import type { Layout } from "./layout";
import { isTakenEdge } from "./takenPath";

/** The edges of a drawing. */
export function EdgeLines(props: {
  drawing: GraphDrawing;
  layout: Layout;
  taken: ReadonlySet<string>;
}): JSX.Element {
  const { drawing, layout, taken } = props;
  // What was taken is drawn over what was not.
  const edges = [...drawing.edges].sort(
    (a, b) => Number(isTakenEdge(a, taken)) - Number(isTakenEdge(b, taken)),
  );
  return (
    <svg class="lgj-graph-lines" width={layout.width} height={layout.height} aria-hidden="true">
      {edges.map((edge) => {
        const route = layout.routes.get(edge.key);
        return route ? (
          <EdgeLine key={edge.key} edge={edge} route={route} taken={isTakenEdge(edge, taken)} />
        ) : null;
      })}
    </svg>
  );
}
