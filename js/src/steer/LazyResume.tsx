// What a run that stopped waits for, and how it goes on, is a module that comes when a run did: most do not. Only a
// kernel that answers lets one go on, so that the module can be had where it is needed.

import type { JSX } from "preact";
import { Problem } from "../components/Problem";
import { isFinal } from "../core/schema";
import { useModule } from "../hooks/module";
import { useReachable, useStore } from "../hooks/store";
import type * as resuming from "./ResumeBar";
import { useRunSteering } from "./useRunSteering";

/** Under the header of a run that stopped; questions that are `inSight` speak for themselves. */
export function LazyResumeBar(props: { inSight: boolean }): JSX.Element | null {
  return useHasStopped() ? <Bar {...props} /> : null;
}

/** In the notice that tells how a run ended. */
export function LazyResumeAction(): JSX.Element | null {
  return useHasStopped() ? <Action /> : null;
}

/** Whether the kernel knows how a run goes on that stopped before its end. */
function useHasStopped(): boolean {
  const status = useStore(["summary"], ({ summary }) => summary.status);
  const reachable = useReachable();
  const { known } = useRunSteering();
  return isFinal(status) && status !== "success" && reachable && known !== null;
}

function Bar(props: { inSight: boolean }): JSX.Element {
  const { module, problem } = useModule<typeof resuming>("resume");
  return module ? <module.ResumeBar {...props} /> : <Problem text={problem} />;
}

function Action(): JSX.Element {
  const { module, problem } = useModule<typeof resuming>("resume");
  return module ? <module.ResumeAction /> : <Problem text={problem} />;
}
