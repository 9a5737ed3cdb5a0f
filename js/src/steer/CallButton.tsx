import type { JSX } from "preact";
import { useSelectActions } from "../hooks/narrowing";
import type { Selection } from "../state/selection";
import { requestShowPanel } from "./showRequests";

interface Props {
  /** What leads to the call: itself, or its message. */
  readonly to: NonNullable<Selection>;
  readonly label: string;
  readonly hint: string;
  readonly class: string;
}

/** Opens a call of a model or a tool in the panel of calls. */
export function CallButton({ to, label, hint, class: name }: Props): JSX.Element {
  const { set } = useSelectActions();
  return (
    <button
      type="button"
      class={name}
      title={hint}
      onClick={({ currentTarget }) => {
        set(to);
        requestShowPanel(currentTarget, "calls");
      }}
    >
      {label}
    </button>
  );
}
