import type { JSX } from "preact";
import { CopyButton } from "../components/CopyButton";
import { LINE } from "../texts/steer";
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
    <span class="lgj-python" role="group" aria-label={LINE.name} onPointerEnter={refresh} onFocusIn={refresh}>
      <code title={written}>{written}</code>
      <CopyButton
        text={async () => {
          const known = await steer.fetch();
          const written = writtenFor(known, line);
          const imports =
            written.includes(ATTACHMENT) && !known.name.startsWith(PACKAGE) ? IMPORT : known.imports;
          return `${imports}${written}`;
        }}
        label={LINE.copy}
      />
    </span>
  );
}

const PACKAGE = "lg_jupyter.";
const ATTACHMENT = `${PACKAGE}attachment(`;
/** For what a line has of the package beside the run's own name. */
const IMPORT = "import lg_jupyter; ";

function writtenFor(known: Steering | null, line: Props["line"]): string {
  const comment = known?.named === false ? `  # ${LINE.noName}` : "";
  return `${line(known?.name ?? "run")}${comment}`;
}
