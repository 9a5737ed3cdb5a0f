import { useState } from "preact/hooks";
import { isFinal } from "../core/schema";
import { useView } from "../hooks/context";
import { useDraft } from "../hooks/drafts";
import { useObserved } from "../hooks/observed";
import { useNoKernel, useStore } from "../hooks/store";
import type * as Edit from "./edit";
import type { InPlace } from "./inPlace";
import { draftOf, type Subject } from "./subject";
import { steerOf } from "./useSteer";

export interface Editing {
  /** Null while it is not edited. */
  readonly edit: InPlace | null;
  /** Whether a run can begin at its checkpoints. */
  readonly possible: boolean;
  /** Why it could not begin. */
  readonly problem: string | null;
  /** It was begun here, and not found as it had been left. */
  readonly fresh: boolean;
  readonly begin: () => void;
  readonly change: (edit: InPlace | null) => void;
}

/** A message or a value as it is edited where it is shown, once its run is over. */
export function useInPlace(subject: Subject): Editing {
  const view = useView();
  const steer = steerOf(view);
  const noKernel = useNoKernel();
  const over = useStore(["summary"], ({ summary }) => isFinal(summary.status));
  const free = useObserved(steer, () => steer.known !== null && steer.known.fork_blocker === null);
  const [edit, put] = useDraft<InPlace>(draftOf(subject));
  const change = (next: InPlace | null) => put(() => next ?? undefined);
  const [problem, setProblem] = useState<string | null>(null);
  const [fresh, setFresh] = useState(false);
  const begin = () => {
    setProblem(null);
    setFresh(true);
    const place =
      subject.kind === "message"
        ? view.call("message_place", { message_id: subject.id })
        : view.call("value_place", { step: subject.step, key: subject.key });
    Promise.all([place, view.load<typeof Edit>("edit")])
      .then(([found, { begun }]) => change(begun(subject, found)))
      .catch((error: Error) => setProblem(error.message));
  };
  return { edit: edit ?? null, possible: noKernel === null && over && free, problem, fresh, begin, change };
}
