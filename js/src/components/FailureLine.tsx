import type { JSX } from "preact";
import type { Failure } from "../core/failure";
import { useSelectActions } from "../hooks/narrowing";
import type { Selection } from "../state/selection";
import { SELECTION } from "../texts/frame";
import "./FailureLine.css";

/** Where and why a run failed. */
export function FailureLine({ failure }: { failure: Failure }): JSX.Element {
  return (
    <>
      <FailurePlace failure={failure} />
      {failure.where ? ": " : ""}
      {failure.why}
    </>
  );
}

/** Where it failed; a click selects the task, or the step. */
export function FailurePlace({ failure }: { failure: Failure }): JSX.Element {
  const select = useSelectActions();
  const target = selectionOfFailure(failure);
  if (!target) return <b>{failure.where}</b>;
  return (
    <button
      type="button"
      class="lgj-link lgj-failure-place"
      title={SELECTION.showFailure}
      onClick={() => select.set(target)}
    >
      {failure.where}
    </button>
  );
}

function selectionOfFailure({ task_id, namespace, step }: Failure): Selection {
  if (task_id !== null) return { kind: "task", id: task_id };
  return step === null || namespace ? null : { kind: "step", id: step };
}
