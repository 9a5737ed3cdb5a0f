import type { JSX } from "preact";
import { CopyButton } from "../components/CopyButton";
import type { Steering } from "./protocol";
import type { Steer } from "./steer";
import "./PythonLine.css";

interface Props {
  readonly steer: Steer;
  /** The line, for what the run is called in the notebook now: a newer run may have taken its name. */
  readonly line: (run: string) => string;
}

/** The line of Python that does the same as the button beside it. */
export function PythonLine({ steer, line }: Props): JSX.Element {
  const written = writtenFor(steer.known, line);
  const refresh = () => steer.refresh();
  return (
    <span
      class="lgj-python"
      role="group"
      aria-label="The same in Python"
      onPointerEnter={refresh}
      onFocusIn={refresh}
    >
      <code title={written}>{written}</code>
      <CopyButton
        text={async () => {
          const known = await steer.fetch();
          return `${known.imports}${writtenFor(known, line)}`;
        }}
        label="Copy this line"
      />
    </span>
  );
}

function writtenFor(known: Steering | null, line: Props["line"]): string {
  const comment = known?.named === false ? "  # which no variable holds: start it with -o run" : "";
  return `${line(known?.name ?? "run")}${comment}`;
}
