// The branches of a run: which is shown, and their views, drawn inside the run's.

import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { HostedView } from "../components/HostedView";
import type { Host } from "../core/host";
import { useView } from "../hooks/context";
import { HostedContext, makeHostedWidgets } from "../hooks/hosted";
import { BRANCHES } from "../texts/steer";
import { branchNamesOf } from "./branchNames";
import "./BranchSwitcher.css";

/** A branch that is shown in the place of its run. */
export interface PlacedBranch {
  readonly run: string;
  readonly parent: string | null;
  /** The id of its view. */
  readonly model: string;
}

export interface BranchViewsProps {
  readonly host: Host;
  readonly placed: readonly PlacedBranch[];
  readonly shown: string | null;
  readonly onShow: (run: string | null) => void;
}

export function BranchViews({ host, placed, shown, onShow }: BranchViewsProps): JSX.Element {
  const { call, load } = useView();
  const hosted = useMemo(() => makeHostedWidgets(host, call, load), [host, call, load]);
  useEffect(() => hosted.close, [hosted]);
  const names = branchNamesOf(placed);
  return (
    <HostedContext.Provider value={hosted}>
      <nav class="lgj-root lgj-branches" aria-label={BRANCHES.name}>
        <BranchButton name={BRANCHES.run} current={shown === null} onChoose={() => onShow(null)} />
        {placed.map(({ run }) => (
          <BranchButton
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

function BranchButton(props: { name: string; current: boolean; onChoose: () => void }): JSX.Element {
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
