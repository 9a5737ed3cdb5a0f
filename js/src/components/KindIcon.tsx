import type { JSX } from "preact";
import type { CallGroupTotal } from "../core/totals";
import { CALL_SUMS } from "../texts/sums";
import { Icon } from "./Icon";
import "./KindIcon.css";

/** Whether a model or a tool is called. */
export function KindIcon({ kind }: { kind: CallGroupTotal["kind"] }): JSX.Element {
  return (
    <span class="lgj-call-kind" role="img" aria-label={CALL_SUMS.kind[kind]}>
      <Icon name={kind === "model" ? "thought" : "tool"} />
    </span>
  );
}
