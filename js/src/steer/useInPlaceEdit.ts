import { useState } from "preact/hooks";
import { isFinal } from "../core/schema";
import { useView } from "../hooks/context";
import { useDraft } from "../hooks/drafts";
import { useObservable } from "../hooks/observable";
import { useNoKernelReason, useStore } from "../hooks/store";
import type * as Edit from "./edit";
import type { InPlaceEdit } from "./inPlaceEdit";
import { draftNameOf, type EditSubject } from "./editSubject";
import { runSteeringOf } from "./useRunSteering";

export interface EditingState {
  /** Null while it is not edited. */
  readonly edit: InPlaceEdit | null;
  /** Whether a run can begin at its checkpoints. */
  readonly possible: boolean;
  /** Why it could not begin. */
  readonly problem: string | null;
  /** It was begun here, and not found as it had been left. */
  readonly fresh: boolean;
  readonly begin: () => void;
  readonly change: (edit: InPlaceEdit | null) => void;
}

/** A message or a value as it is edited where it is shown, once its run is over. */
export function useInPlaceEdit(subject: EditSubject): EditingState {
  const view = useView();
  const steer = runSteeringOf(view);
  const noKernel = useNoKernelReason();
  const over = useStore(["summary"], ({ summary }) => isFinal(summary.status));
  const free = useObservable(steer, () => steer.known !== null && steer.known.fork_blocker === null);
  const [edit, put] = useDraft<InPlaceEdit>(draftNameOf(subject));
  const change = (next: InPlaceEdit | null) => put(() => next ?? undefined);
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
      .then(([found, { beginEdit }]) => change(beginEdit(subject, found)))
      .catch((error: Error) => setProblem(error.message));
  };
  return { edit: edit ?? null, possible: noKernel === null && over && free, problem, fresh, begin, change };
}
