import type { JSX } from "preact";
import { ZoomButtons } from "../../components/ZoomButtons";
import type { Steer } from "../../steer/steer";
import type { Structure } from "./data";
import type { Direction } from "./layout";

interface Props {
  readonly onZoom: (factor: number) => void;
  readonly onFit: () => void;
  readonly fits: boolean;
  readonly direction: Direction;
  readonly onDirection: (direction: Direction) => void;
  readonly structure: Structure;
  readonly closed: ReadonlySet<string>;
  readonly onClosed: (closed: ReadonlySet<string>) => void;
  readonly steer: Steer;
}

const ZOOM = 1.3; // of a button

export function Toolbar(props: Props): JSX.Element {
  const { onZoom, onFit, fits, direction, onDirection, steer } = props;
  return (
    <div class="lgj-toolbar" role="toolbar" aria-label="Graph">
      <ZoomButtons factor={ZOOM} onZoom={onZoom} onFit={onFit} fits={fits} />
      <button type="button" class="lgj-button" onClick={() => onDirection(direction === "LR" ? "TB" : "LR")}>
        {direction === "LR" ? "Draw downwards" : "Draw across"}
      </button>
      <GroupsButton structure={props.structure} closed={props.closed} onChange={props.onClosed} />
      <Chosen steer={steer} />
      <Legend />
    </div>
  );
}

/** Breakpoints that were chosen here, and when they count. */
function Chosen({ steer }: { steer: Steer }): JSX.Element | null {
  if (steer.chosen === null) return null;
  return (
    <span class="lgj-graph-stops" role="status">
      These count when the run goes on or a branch begins.
      <button type="button" class="lgj-link" onClick={() => steer.resetStops()}>
        Undo
      </button>
    </span>
  );
}

function GroupsButton(props: {
  structure: Structure;
  closed: ReadonlySet<string>;
  onChange: (closed: ReadonlySet<string>) => void;
}): JSX.Element | null {
  const groups = props.structure.nodes.filter(({ kind }) => kind === "group").map(({ id }) => id);
  if (groups.length === 0) return null;
  const anyClosed = groups.some((id) => props.closed.has(id));
  return (
    <button type="button" class="lgj-button" onClick={() => props.onChange(new Set(anyClosed ? [] : groups))}>
      {anyClosed ? "Open subgraphs" : "Close subgraphs"}
    </button>
  );
}

function Legend(): JSX.Element {
  return (
    <p class="lgj-graph-legend">
      <svg width="26" height="8" aria-hidden="true">
        <path class="lgj-edge lgj-edge-taken" d="M1 4H25" />
      </svg>
      path so far
      <svg width="26" height="8" aria-hidden="true">
        <path class="lgj-edge lgj-edge-conditional" d="M1 4H25" />
      </svg>
      conditional
    </p>
  );
}
