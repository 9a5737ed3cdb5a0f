// The rows of the table: asked for again when the search, the status or what is kept changes.

import { useEffect, useState } from "preact/hooks";
import type { Status } from "../../core/schema";
import { useView } from "../../hooks/context";
import { useStore } from "../../hooks/store";
import { type FoundRuns, historySummaryOf } from "./rows";

const PAUSE = 150; // milliseconds without a key before the kernel is asked

export interface RunQuery {
  readonly text: string;
  readonly status: Status | null;
}

export function useFoundRuns({ text, status }: RunQuery): {
  found: FoundRuns | null;
  problem: string | null;
} {
  const { call } = useView();
  const changes = useStore(["summary"], (store) => historySummaryOf(store).changes);
  const [found, setFound] = useState<FoundRuns | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let wanted = true;
    const timer = setTimeout(() => {
      call("find", { ...(text ? { text } : {}), ...(status ? { status } : {}) }).then(
        (result) => {
          if (!wanted) return;
          setFound(result);
          setProblem(null);
        },
        (error: Error) => wanted && setProblem(error.message),
      );
    }, PAUSE);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [call, text, status, changes]);
  return { found, problem };
}
