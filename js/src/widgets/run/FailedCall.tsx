import type { JSX } from "preact";
import { useStore } from "../../hooks/store";
import { CallButton } from "../../steer/CallButton";
import { SELECTION } from "../../texts/frame";

/** Leads to the call of a model or a tool that the run failed with; nothing where none did. */
export function FailedCall(): JSX.Element | null {
  const id = useStore(["summary"], ({ summary }) => summary.failure?.call_id ?? null);
  if (id === null) return null;
  return (
    <>
      {" "}
      <CallButton
        to={{ kind: "call", id }}
        label={SELECTION.failedCall}
        hint={SELECTION.failedCallHint}
        class="lgj-link"
      />
    </>
  );
}
