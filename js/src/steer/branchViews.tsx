// The branches of a run: which is shown, and their views, drawn inside the run's.

import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { HostedView } from "../components/HostedView";
import type { Host } from "../core/host";
import { useView } from "../hooks/context";
import { HostedContext, hostedBy } from "../hooks/hosted";
import { BRANCHES } from "../texts/steer";
import { namesOf } from "./names";
import "./Branches.css";

/** A branch that is shown in the place of its run. */
export interface Placed {
  readonly run: string;
  readonly parent: string | null;
  /** The id of its view. */
  readonly model: string;
}

export interface BranchViewsProps {
  readonly host: Host;
  readonly placed: readonly Placed[];
  readonly shown: string | null;
  readonly onShow: (run: string | null) => void;
}

export function BranchViews({ host, placed, shown, onShow }: BranchViewsProps): JSX.Element {
  const { call, load } = useView();
  const hosted = useMemo(() => hostedBy(host, call, load), [host, call, load]);
  useEffect(() => hosted.close, [hosted]);
  const names = namesOf(placed);
  return (
    <HostedContext.Provider value={hosted}>
      <nav class="lgj-root lgj-branches" aria-label={BRANCHES.name}>
        <Choice name={BRANCHES.run} current={shown === null} onChoose={() => onShow(null)} />
        {placed.map(({ run }) => (
          <Choice
            key={run}
            name={names.get(run) ?? BRANCHES.branch}
            current={shown === run}
            onChoose={() => onShow(run)}
          />
        ))}
      </nav>
      {placed.map(({ run, model }) => (
        <HostedView key={run} id={model} hidden={shown !== run} />
      ))}
    </HostedContext.Provider>
  );
}

function Choice(props: { name: string; current: boolean; onChoose: () => void }): JSX.Element {
  return (
    <button
      type="button"
      class={`lgj-button ${props.current ? "lgj-chosen" : ""}`}
      aria-current={props.current ? "true" : undefined}
      onClick={props.onChoose}
    >
      {props.name}
    </button>
  );
}
