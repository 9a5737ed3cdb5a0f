import type { JSX } from "preact";
import { ZoomButtons } from "../../components/ZoomButtons";
import type { RunSteering } from "../../steer/runSteering";
import { BREAKPOINT, GRAPH } from "../../texts/graph";
import type { GraphStructure } from "./data";
import type { Direction } from "./layout";
import { SaveMenu } from "./SaveMenu";
import type { Picture } from "./svg";

interface Props {
  readonly onZoom: (factor: number) => void;
  readonly onFit: () => void;
  readonly fits: boolean;
  readonly direction: Direction;
  readonly onDirection: (direction: Direction) => void;
  readonly structure: GraphStructure;
  readonly closed: ReadonlySet<string>;
  readonly onClosed: (closed: ReadonlySet<string>) => void;
  readonly steer: RunSteering;
  readonly picture: Picture;
  /** Of the graph. */
  readonly name: string;
}

const ZOOM = 1.3; // of a button

export function GraphToolbar(props: Props): JSX.Element {
  const { onZoom, onFit, fits, direction, onDirection, steer } = props;
  return (
    <div class="lgj-toolbar" role="toolbar" aria-label={GRAPH.name}>
      <ZoomButtons factor={ZOOM} onZoom={onZoom} onFit={onFit} fits={fits} />
      <button type="button" class="lgj-button" onClick={() => onDirection(direction === "LR" ? "TB" : "LR")}>
        {direction === "LR" ? GRAPH.downwards : GRAPH.across}
      </button>
      <GroupsButton structure={props.structure} closed={props.closed} onChange={props.onClosed} />
      <SaveMenu picture={props.picture} name={props.name} />
      <ChosenBreakpoints steer={steer} />
      <Legend edges={props.structure.edges} />
    </div>
  );
}

/** Breakpoints that were chosen here, and when they count. */
function ChosenBreakpoints({ steer }: { steer: RunSteering }): JSX.Element | null {
  if (steer.chosen === null) return null;
  return (
    <span class="lgj-graph-stops" role="status">
      {BREAKPOINT.chosen}
      <button type="button" class="lgj-link" onClick={() => steer.resetStops()}>
        {BREAKPOINT.undo}
      </button>
    </span>
  );
}

function GroupsButton(props: {
  structure: GraphStructure;
  closed: ReadonlySet<string>;
  onChange: (closed: ReadonlySet<string>) => void;
}): JSX.Element | null {
  const groups = props.structure.nodes.filter(({ kind }) => kind === "group").map(({ id }) => id);
  if (groups.length === 0) return null;
  const anyClosed = groups.some((id) => props.closed.has(id));
  return (
    <button type="button" class="lgj-button" onClick={() => props.onChange(new Set(anyClosed ? [] : groups))}>
      {anyClosed ? GRAPH.open : GRAPH.close}
    </button>
  );
}

/** What the strokes mean, of those that are drawn. */
function Legend({ edges }: Pick<GraphStructure, "edges">): JSX.Element {
  const undeclared = edges.some((edge) => edge.undeclared);
  return (
    <p class="lgj-graph-legend">
      <Stroke kind="taken" /> {GRAPH.pathSoFar}
      {edges.some(({ conditional }) => conditional) ? (
        <>
          <Stroke kind="conditional" /> {GRAPH.conditional}
        </>
      ) : null}
      {undeclared ? (
        <span title={GRAPH.undeclaredHint}>
          <Stroke kind="undeclared" /> {GRAPH.undeclared}
        </span>
      ) : null}
    </p>
  );
}

function Stroke({ kind }: { kind: "taken" | "conditional" | "undeclared" }): JSX.Element {
  const taken = kind === "undeclared" ? " lgj-edge-taken" : "";
  return (
    <svg width="26" height="8" aria-hidden="true">
      <path class={`lgj-edge lgj-edge-${kind}${taken}`} d="M1 4H25" />
    </svg>
  );
}
