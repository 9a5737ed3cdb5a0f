// Under the header of a run that stopped: what it waits for, and how it goes on.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Icon } from "../components/Icon";
import { clip, counted, preview } from "../core/format";
import { type InterruptRow, isFinal, type Status } from "../core/schema";
import { useReachable, useStore, useTable } from "../hooks/store";
import { PythonLine } from "./PythonLine";
import type { Steering } from "./protocol";
import { resumeLine } from "./python";
import { reviewOf } from "./review";
import { showPanel } from "./show";
import type { Steer } from "./steer";
import { useSteer } from "./useSteer";
import "./ResumeBar.css";

export function ResumeBar(): JSX.Element | null {
  const status = useStore(["summary"], ({ summary }) => summary.status);
  const { rows } = useTable("interrupts");
  const reachable = useReachable();
  const steer = useSteer();
  if (!isFinal(status) || status === "success" || !reachable || steer.known === null) return null;
  const pending = rows.filter((row) => steer.awaits(row));
  if (pending.length > 0) return <PendingQuestions pending={pending} />;
  if (steer.known.why_not !== null) return null;
  return <Continue steer={steer} known={steer.known} status={status} />;
}

function PendingQuestions({ pending }: { pending: readonly InterruptRow[] }): JSX.Element {
  const [first] = pending as [InterruptRow];
  const who = first.node ?? "the graph";
  return (
    <div class="lgj-notice lgj-resume lgj-tone-warn" role="note">
      <Icon name="pause" />
      <span class="lgj-clip">
        {pending.length === 1 ? questionText(who, first) : `Waits for ${counted(pending.length, "answer")}.`}
      </span>
      <button
        type="button"
        class="lgj-button"
        onClick={(event) => showPanel(event.currentTarget, "interrupts")}
      >
        Answer
      </button>
    </div>
  );
}

function questionText(who: string, { value, response_schema }: InterruptRow): string {
  const review = reviewOf(value, response_schema);
  if (review) return `Wants to call ${review.actions.map(({ name }) => name).join(", ")}.`;
  return `${who} asks: ${typeof value === "string" ? clip(value, 100) : preview(value, 100)}`;
}

function Continue(props: { steer: Steer; known: Steering; status: Status }): JSX.Element {
  const { steer, known, status } = props;
  const [problem, setProblem] = useState<string | null>(null);
  const [going, setGoing] = useState(false);
  const go = () => {
    setGoing(true);
    setProblem(null);
    steer
      .resume(null)
      .catch((error: Error) => setProblem(error.message))
      .finally(() => setGoing(false));
  };
  return (
    <div class="lgj-notice lgj-resume lgj-tone-warn" role="note">
      <Icon name="pause" />
      <span class="lgj-resume-why">{problem ?? standingText(known, status)}</span>
      <button
        type="button"
        class="lgj-button"
        disabled={going}
        title="It goes on from its last checkpoint"
        onClick={go}
      >
        Continue
      </button>
      <PythonLine steer={steer} line={(run) => resumeLine(run, {}, 0, steer.chosen)} />
    </div>
  );
}

/** Where it stopped and why, or that it can go on where it ended. */
export function standingText({ standing, next, before, after }: Steering, status: Status): string {
  if (standing) return standing;
  const nodes = next.filter((node) => node !== "__start__");
  const following = nodes.length > 0 ? ` with ${nodes.join(", ")}` : "";
  if (status !== "interrupted") return `It can go on from its last checkpoint${following}.`;
  const at = nodes.filter((node) => before.includes(node) || before.includes("*"));
  if (at.length > 0) return `Stopped at the breakpoint before ${at.join(", ")}.`;
  const passed = after.includes("*") ? "a node" : after.join(" or ");
  return passed
    ? `Stopped at the breakpoint after ${passed}; it goes on${following}.`
    : "Stopped at a breakpoint.";
}
