import { useEffect, useState } from "preact/hooks";
import { isFinal } from "../../core/schema";
import { useReachable, useStore } from "../../hooks/store";
import type { CheckpointHistory } from "../../steer/protocol";
import type { RunSteering } from "../../steer/runSteering";

export interface FetchedHistory {
  readonly history: CheckpointHistory | null;
  readonly problem: string | null;
  readonly loading: boolean;
}

/** The thread's checkpoints, fetched when the panel opens and whenever the run stops or a branch was begun. */
export function useHistory(steer: RunSteering): FetchedHistory & { readonly again: () => void } {
  const reachable = useReachable();
  const end = useStore(["summary"], ({ summary }) => (isFinal(summary.status) ? summary.ended : null));
  const [fetched, setFetched] = useState<FetchedHistory>({
    history: steer.history,
    problem: null,
    loading: false,
  });
  const fetch = () => {
    setFetched((now) => ({ ...now, loading: true }));
    steer.loadHistory().then(
      (history) => setFetched({ history, problem: null, loading: false }),
      (error: Error) => setFetched((now) => ({ ...now, problem: error.message, loading: false })),
    );
  };
  useEffect(() => steer.refresh(), [steer]); // branches may have ended meanwhile
  const runs = steer.known?.runs.map(({ run, status }) => `${run} ${status}`).join() ?? "";
  useEffect(() => {
    if (reachable) fetch();
  }, [reachable, end, runs]);
  return { ...fetched, again: fetch };
}
