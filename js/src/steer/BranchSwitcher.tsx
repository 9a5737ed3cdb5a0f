// The views of a run and of the branches that were begun here, one at a time, in the same cell. The kernel says
// which there are. What draws them is a module that comes with the first of them.

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Problem } from "../components/Problem";
import type { Host } from "../core/host";
import { useModule } from "../hooks/module";
import type * as drawing from "./branchViews";
import type { BranchViewsProps, PlacedBranch } from "./branchViews";
import { onShowRunRequest } from "./showRequests";

export function BranchSwitcher({ host, children }: { host: Host; children: ComponentChildren }): JSX.Element {
  const placed = usePlacedBranches(host);
  const [shown, setShown] = useState<string | null>(null); // null: the run itself
  const root = useRef<HTMLDivElement>(null);
  const newest = placed.at(-1)?.run ?? null;
  const known = useRef(newest);
  useEffect(() => {
    if (newest !== known.current) setShown(newest);
    known.current = newest;
  }, [newest]);
  useEffect(() => {
    if (!root.current || placed.length === 0) return; // a branch's own view: who holds it hears
    return onShowRunRequest(root.current, (run) =>
      setShown(placed.some((each) => each.run === run) ? run : null),
    );
  }, [placed]);
  return (
    <div ref={root}>
      {placed.length > 0 ? (
        <LazyBranchViews host={host} placed={placed} shown={shown} onShow={setShown} />
      ) : null}
      <div hidden={shown !== null}>{children}</div>
    </div>
  );
}

function LazyBranchViews(props: BranchViewsProps): JSX.Element {
  const { module, problem } = useModule<typeof drawing>("branches");
  return module ? <module.BranchViews {...props} /> : <Problem text={problem} />;
}

function usePlacedBranches({ model }: Host): readonly PlacedBranch[] {
  const read = () => (model.get("_branches") ?? []) as readonly PlacedBranch[];
  const [placed, setPlaced] = useState(read);
  useLayoutEffect(() => {
    const look = () => setPlaced(read());
    look();
    model.on("change:_branches", look);
    return () => model.off("change:_branches", look);
  }, [model]);
  return placed;
}
