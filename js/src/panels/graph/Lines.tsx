import type { JSX } from "preact";
import type { Drawing } from "./data";
import { EdgeLine } from "./EdgeLine";
import type { Layout } from "./layout";
import { isTaken } from "./taken";

/** The edges of a drawing. */
export function Lines(props: { drawing: Drawing; layout: Layout; taken: ReadonlySet<string> }): JSX.Element {
  const { drawing, layout, taken } = props;
  // What was taken is drawn over what was not.
  const edges = [...drawing.edges].sort((a, b) => Number(isTaken(a, taken)) - Number(isTaken(b, taken)));
  return (
    <svg class="lgj-graph-lines" width={layout.width} height={layout.height} aria-hidden="true">
      {edges.map((edge) => {
        const route = layout.routes.get(edge.key);
        return route ? (
          <EdgeLine key={edge.key} edge={edge} route={route} taken={isTaken(edge, taken)} />
        ) : null;
      })}
    </svg>
  );
}
