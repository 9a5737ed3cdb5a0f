import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Icon } from "../../components/Icon";
import { Problem } from "../../components/Problem";
import { StatusBadge } from "../../components/StatusBadge";
import { useView } from "../../hooks/context";
import { Picker } from "./Picker";
import { useBusy, useForm, useFormSummary } from "./useForm";

interface FootProps {
  readonly chat: boolean;
  readonly wrong: number;
  readonly disabled: boolean;
  readonly onStart: () => void;
  readonly code: boolean;
  readonly onCode: (shown: boolean) => void;
}

/** Run, Stop, what was given before, the line of Python, the panels. */
export function Foot({ chat, wrong, disabled, onStart, code, onCode }: FootProps): JSX.Element {
  const { call } = useView();
  const { drafts } = useForm();
  const run = useFormSummary((summary) => summary.run);
  const panels = useFormSummary((summary) => summary.panels);
  const earlier = useFormSummary((summary) => summary.earlier);
  const busy = useBusy();
  const [problem, setProblem] = useState<string | null>(null);
  const fail = (error: Error) => setProblem(error.message);
  const recall = async () =>
    earlier.map(({ title }, index) => ({ value: String(index), label: title, detail: "" })).reverse();
  return (
    <footer class="lgj-app-foot">
      <button
        type="button"
        class="lgj-button lgj-go"
        title={chat ? "Enter" : "Ctrl+Enter"}
        disabled={disabled}
        onClick={onStart}
      >
        <Icon name="right" />
        {chat ? "Send" : "Run"}
      </button>
      {busy ? (
        <button
          type="button"
          class="lgj-button lgj-stop"
          title="Stop the run; what was received is kept"
          onClick={() => call("cancel", {}).catch(fail)}
        >
          <Icon name="stop" />
          Stop
        </button>
      ) : null}
      {run && !panels ? <StatusBadge status={run.status} /> : null}
      {run?.error && !panels && !chat ? (
        <span class="lgj-problem" role="alert">
          {run.error}
        </span>
      ) : null}
      {wrong > 0 ? (
        <span class="lgj-problem" role="status">
          {wrong === 1 ? "One field is" : `${wrong} fields are`} to be corrected.
        </span>
      ) : null}
      <Problem text={problem} />
      <span class="lgj-app-space" />
      {earlier.length > 0 ? (
        <Picker
          label="Earlier"
          shown={null}
          title="Bring back an input that was given before"
          load={recall}
          onPick={(index) =>
            call("earlier", { index: Number(index) }).then((given) => drafts.fill(given), fail)
          }
        />
      ) : null}
      <button
        type="button"
        class={`lgj-tool ${code ? "lgj-tool-on" : ""}`}
        aria-pressed={code}
        onClick={() => onCode(!code)}
      >
        Python
      </button>
      {run ? (
        <button
          type="button"
          class={`lgj-tool ${panels ? "lgj-tool-on" : ""}`}
          aria-pressed={panels}
          title={panels ? "Put the run's panels away" : "Show the run's panels"}
          onClick={() => call("panels", { shown: !panels }).catch(fail)}
        >
          Panels
        </button>
      ) : null}
    </footer>
  );
}
