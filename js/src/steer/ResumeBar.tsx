// Of a run that stopped (`LazyResume.tsx` sees that it did): what it waits for, and how it goes on.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Icon } from "../components/Icon";
import { Problem } from "../components/Problem";
import { clipText, formatCountWithNoun, formatNamesWithCounts, previewValue } from "../core/format";
import { type InterruptRow, isFinal, type Status } from "../core/schema";
import type { Store } from "../core/store";
import { useNoKernelReason, useStore, useTable } from "../hooks/store";
import { RESUME } from "../texts/resume";
import { PythonLine } from "./PythonLine";
import type { SteeringInfo } from "./protocol";
import { resumeCode } from "./pythonCode";
import { reviewOf } from "./review";
import { requestShowPanel } from "./showRequests";
import type { RunSteering } from "./runSteering";
import { StepButtons } from "./StepButtons";
import { useRunSteering } from "./useRunSteering";
import "./ResumeBar.css";

/** Of a run whose end no notice tells; questions that are `inSight` speak for themselves. */
export function ResumeBar({ inSight }: { inSight: boolean }): JSX.Element | null {
  const status = useStore(["summary"], ({ summary }) => summary.status);
  const told = useStore(["summary"], isShownInNotice);
  const { rows } = useTable("interrupts");
  const steer = useRunSteering();
  if (steer.known === null) return null;
  const pending = rows.filter((row) => steer.awaits(row));
  if (pending.length > 0) return inSight ? null : <PendingQuestions pending={pending} />;
  if (steer.known.resume_blocker !== null || told) return null;
  return (
    <div class="lgj-notice lgj-resume lgj-tone-warn" role="note">
      <Icon name="pause" />
      <span class="lgj-resume-why">{resumeHintText(steer.known, status)}</span>
      <ContinueButton steer={steer} hint={RESUME.continueHint} />
    </div>
  );
}

/** How a run goes on whose end a notice tells: to stand in that. */
export function ResumeAction(): JSX.Element | null {
  const status = useStore(["summary"], ({ summary }) => summary.status);
  const told = useStore(["summary"], isShownInNotice);
  const steer = useRunSteering();
  if (!told || steer.known === null || steer.known.resume_blocker !== null) return null;
  return <ContinueButton steer={steer} hint={resumeHintText(steer.known, status)} />;
}

/** Whether a notice tells how a run ended that may go on. */
function isShownInNotice({ summary: { status, error, note } }: Store): boolean {
  const broken = isFinal(status) && status !== "success" && status !== "interrupted";
  return broken && (error !== null || note !== null);
}

function PendingQuestions({ pending }: { pending: readonly InterruptRow[] }): JSX.Element {
  const [first] = pending as [InterruptRow];
  const who = first.node ?? RESUME.graph;
  return (
    <div class="lgj-notice lgj-resume lgj-tone-warn" role="note">
      <Icon name="pause" />
      <span class="lgj-clip">
        {pending.length === 1
          ? pendingQuestionText(who, first)
          : RESUME.waits(formatCountWithNoun(pending.length, RESUME.answers))}
      </span>
      <button
        type="button"
        class="lgj-button"
        onClick={(event) => requestShowPanel(event.currentTarget, "interrupts")}
      >
        {RESUME.answer}
      </button>
    </div>
  );
}

function pendingQuestionText(who: string, { value, response_schema }: InterruptRow): string {
  const review = reviewOf(value, response_schema);
  if (review) return RESUME.wantsToCall(formatNamesWithCounts(review.actions.map(({ name }) => name)));
  return RESUME.asks(who, typeof value === "string" ? clipText(value, 100) : previewValue(value, 100));
}

/** Has it go on from its last checkpoint; the line of Python beside it does the same. */
function ContinueButton({ steer, hint }: { steer: RunSteering; hint: string }): JSX.Element {
  const [problem, setProblem] = useState<string | null>(null);
  const [going, setGoing] = useState(false);
  const noKernel = useNoKernelReason();
  const go = (until: readonly string[]) => {
    setGoing(true);
    setProblem(null);
    steer
      .resume(null, until)
      .catch((error: Error) => setProblem(error.message))
      .finally(() => setGoing(false));
  };
  return (
    <span class="lgj-resume-action">
      <button
        type="button"
        class="lgj-button"
        disabled={going || noKernel !== null}
        title={noKernel ?? hint}
        onClick={() => go([])}
      >
        {RESUME.continue}
      </button>
      {steer.known ? <StepButtons known={steer.known} disabled={going} onGo={go} /> : null}
      <PythonLine steer={steer} line={(run) => resumeCode(run, {}, 0, steer.chosen)} />
      <Problem text={problem} />
    </span>
  );
}

/** Where it stopped and why, or that it can go on where it ended. */
export function resumeHintText({ resume_hint, next, before, after }: SteeringInfo, status: Status): string {
  if (resume_hint) return resume_hint;
  const nodes = next.filter((node) => node !== "__start__");
  const following = nodes.length > 0 ? formatNamesWithCounts(nodes) : null;
  if (status !== "interrupted")
    return following === null ? RESUME.fromCheckpoint : RESUME.fromCheckpointWith(following);
  const at = nodes.filter((node) => before.includes(node) || before.includes("*"));
  if (at.length > 0) return RESUME.before(formatNamesWithCounts(at));
  const passed = after.includes("*") ? RESUME.node : after.join(RESUME.or);
  if (!passed) return RESUME.breakpoint;
  return following === null ? RESUME.after(passed) : RESUME.afterWith(passed, following);
}
