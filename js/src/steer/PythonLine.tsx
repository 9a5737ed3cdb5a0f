import type { JSX } from "preact";
import { CopyButton } from "../components/CopyButton";
import { LINE } from "../texts/resume";
import type { SteeringInfo } from "./protocol";
import type { RunSteering } from "./runSteering";
import "./PythonLine.css";

interface Props {
  readonly steer: RunSteering;
  /** The line, for what the run is called in the notebook now: a newer run may have taken its name. */
  readonly line: (run: string) => string;
}

/** The line of Python that does the same as the button beside it. */
export function PythonLine({ steer, line }: Props): JSX.Element {
  const written = pythonLineText(steer.known, line);
  const refresh = () => steer.refresh();
  return (
    <span class="lgj-python" role="group" aria-label={LINE.name} onPointerEnter={refresh} onFocusIn={refresh}>
      <code title={written}>{written}</code>
      <CopyButton
        text={async () => {
          const known = await steer.fetch();
          const written = pythonLineText(known, line);
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

function pythonLineText(known: SteeringInfo | null, line: Props["line"]): string {
  const comment = known?.named === false ? `  # ${LINE.noName}` : "";
  return `${line(known?.name ?? "run")}${comment}`;
}
