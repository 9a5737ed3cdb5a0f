import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Icon } from "../../components/Icon";
import { Problem } from "../../components/Problem";
import { StatusBadge } from "../../components/StatusBadge";
import { useView } from "../../hooks/context";
import { RUN } from "../../texts/app";
import { ListPicker } from "./ListPicker";
import { useIsRunning, useFormView, useFormSummary } from "./useForm";

interface ActionBarProps {
  readonly chat: boolean;
  readonly wrong: number;
  readonly disabled: boolean;
  readonly onStart: () => void;
  readonly code: boolean;
  readonly onCode: (shown: boolean) => void;
}

/** Run, Stop, what was given before, the line of Python, the panels. */
export function ActionBar({ chat, wrong, disabled, onStart, code, onCode }: ActionBarProps): JSX.Element {
  const { call } = useView();
  const { drafts } = useFormView();
  const run = useFormSummary((summary) => summary.run);
  const panels = useFormSummary((summary) => summary.panels);
  const earlier = useFormSummary((summary) => summary.earlier);
  const busy = useIsRunning();
  const [problem, setProblem] = useState<string | null>(null);
  const fail = (error: Error) => setProblem(error.message);
  const recall = async () =>
    earlier.map(({ title }, index) => ({ value: String(index), label: title, detail: "" })).reverse();
  return (
    <footer class="lgj-app-foot">
      <button
        type="button"
        class="lgj-button lgj-go"
        title={chat ? RUN.sendKey : RUN.runKey}
        disabled={disabled}
        onClick={onStart}
      >
        <Icon name="right" />
        {chat ? RUN.send : RUN.run}
      </button>
      {busy ? (
        <button
          type="button"
          class="lgj-button lgj-stop"
          title={RUN.stopHint}
          onClick={() => call("cancel", {}).catch(fail)}
        >
          <Icon name="stop" />
          {RUN.stop}
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
          {wrong === 1 ? RUN.wrongField : RUN.wrongFields(`${wrong}`)}
        </span>
      ) : null}
      <Problem text={problem} />
      <span class="lgj-app-space" />
      {earlier.length > 0 ? (
        <ListPicker
          label={RUN.earlier}
          shown={null}
          title={RUN.earlierHint}
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
        {RUN.python}
      </button>
      {run ? (
        <button
          type="button"
          class={`lgj-tool ${panels ? "lgj-tool-on" : ""}`}
          aria-pressed={panels}
          title={panels ? RUN.hidePanels : RUN.showPanels}
          onClick={() => call("panels", { shown: !panels }).catch(fail)}
        >
          {RUN.panels}
        </button>
      ) : null}
    </footer>
  );
}
