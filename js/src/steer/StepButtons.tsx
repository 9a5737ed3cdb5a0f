// Beside what has a run go on: to its next step, or to the node that is selected.

import type { JSX } from "preact";
import { useView } from "../hooks/context";
import { useSelection } from "../hooks/narrowing";
import { useTable } from "../hooks/store";
import { STEP } from "../texts/resume";
import { selectedBreakpoint } from "./breakpointPath";
import type { SteeringInfo } from "./protocol";

interface Props {
  readonly known: SteeringInfo;
  readonly disabled: boolean;
  readonly onGo: (until: readonly string[]) => void;
}

export function StepButtons({ known, disabled, onGo }: Props): JSX.Element | null {
  const [selection] = useSelection();
  const { store } = useView();
  useTable("tasks");
  if (known.fork_blocker !== null) return null;
  const to = selectedBreakpoint(selection, store, known.breakpoint_holders);
  return (
    <>
      <button
        type="button"
        class="lgj-button"
        disabled={disabled}
        title={STEP.nextHint}
        onClick={() => onGo(known.next_step)}
      >
        {STEP.next}
      </button>
      {to === null ? null : (
        <button
          type="button"
          class="lgj-button"
          disabled={disabled}
          title={STEP.toHint(to)}
          onClick={() => onGo([to])}
        >
          {STEP.to(to)}
        </button>
      )}
    </>
  );
}
