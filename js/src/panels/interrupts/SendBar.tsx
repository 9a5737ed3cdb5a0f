import type { JSX } from "preact";
import { Problem } from "../../components/Problem";
import { type InterruptRow, isFinal } from "../../core/schema";
import { useNoKernelReason, useStore } from "../../hooks/store";
import { PythonLine } from "../../steer/PythonLine";
import { resumeCode } from "../../steer/pythonCode";
import { GRACE_PERIOD } from "../../steer/answerSending";
import type { RunSteering } from "../../steer/runSteering";
import type { StateValues } from "../../steer/writes";
import { SEND } from "../../texts/interrupts";
import { unknownNodesHint, sendLabel, readyAnswersOf } from "./data";
import "../../steer/steer.css";
import "./SendBar.css";

interface Props {
  readonly steer: RunSteering;
  readonly waiting: readonly InterruptRow[];
}

/** What is sent, its line of Python, and why it is not sent yet. */
export function SendBar({ steer, waiting }: Props): JSX.Element | null {
  const over = useStore(["summary"], ({ summary }) => isFinal(summary.status));
  const pending = useStore(["interrupts"], ({ tables }) =>
    tables.interrupts.rows.some(({ status }) => status === "pending"),
  );
  if (waiting.length === 0) {
    const why = !over ? SEND.running : steer.known?.resume_blocker;
    return pending && why ? <p class="lgj-send lgj-muted">{why}</p> : null;
  }
  const { answers, problems } = readyAnswersOf(steer, waiting);
  const nodes = waiting.filter(({ interrupt_id }) => interrupt_id in answers).map(({ node }) => node);
  const { stage } = steer.sending;
  return (
    <div class="lgj-send" role="group" aria-label={SEND.name}>
      {stage.at === "grace" ? (
        <GracePeriod steer={steer} answers={stage.answers} />
      ) : (
        <SendButton steer={steer} answers={answers} problem={problems[0]} waiting={waiting.length} />
      )}
      {nodes.length > 0 ? (
        <PythonLine steer={steer} line={(run) => resumeCode(run, answers, waiting.length, steer.chosen)} />
      ) : null}
      <p class="lgj-hint">
        {stage.at === "refused" ? <Problem text={stage.problem} /> : (problems[0] ?? unknownNodesHint(nodes))}
      </p>
    </div>
  );
}

interface SendProps {
  readonly steer: RunSteering;
  readonly answers: StateValues;
  readonly problem: string | undefined;
  readonly waiting: number;
}

function SendButton({ steer, answers, problem, waiting }: SendProps): JSX.Element {
  const noKernel = useNoKernelReason();
  const count = Object.keys(answers).length;
  const sending = steer.sending.stage.at === "sending";
  return (
    <button
      type="button"
      class="lgj-button lgj-primary"
      disabled={noKernel !== null || sending || count === 0 || problem !== undefined}
      title={noKernel ?? problem ?? SEND.hint}
      onClick={() => steer.sending.sendNow(answers)}
    >
      {sending ? SEND.sending : sendLabel(count, waiting)}
    </button>
  );
}

/** What was decided by a click is about to be sent: at once, or not at all. */
function GracePeriod({ steer, answers }: { steer: RunSteering; answers: StateValues }): JSX.Element {
  return (
    <>
      <button type="button" class="lgj-button lgj-primary" onClick={() => steer.sending.sendNow(answers)}>
        {SEND.now}
      </button>
      <button type="button" class="lgj-button" title={SEND.undoHint} onClick={() => steer.sending.undo()}>
        {SEND.undo}
      </button>
      <span class="lgj-grace" role="status">
        {SEND.soon(`${GRACE_PERIOD / 1000}`)}
        <span class="lgj-grace-bar" style={{ animationDuration: `${GRACE_PERIOD}ms` }} />
      </span>
    </>
  );
}
