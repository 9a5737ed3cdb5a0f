import type { JSX } from "preact";
import { CopyButton } from "../components/CopyButton";
import type { Steer } from "./steer";

/** The line of Python that does the same as the button beside it. */
export function PythonLine({ steer, line }: { steer: Steer; line: string }): JSX.Element {
  return (
    <span class="lgj-python" role="group" aria-label="The same in Python">
      <code title={line}>{line}</code>
      <CopyButton text={() => `${steer.known?.imports ?? ""}${line}`} label="Copy this line" />
    </span>
  );
}
