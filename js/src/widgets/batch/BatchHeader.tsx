import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "../../components/Icon";
import { Problem } from "../../components/Problem";
import { StatusBadge } from "../../components/StatusBadge";
import { elapsedSecondsNow } from "../../core/elapsed";
import {
  formatCountWithNoun,
  formatDollars,
  formatTokensInAndOut,
  formatInteger,
  formatRunningDuration,
} from "../../core/format";
import { isFinal, type Status } from "../../core/schema";
import { useView } from "../../hooks/context";
import { useNoKernelReason, useStore, useTicking } from "../../hooks/store";
import { BATCH, FIGURES, STEERING } from "../../texts/batch";
import { areWatchedRuns, type InputRow, batchSummaryOf } from "./rows";
import "../../components/header.css";

interface Props {
  readonly rows: readonly InputRow[];
  readonly counts: ReadonlyMap<Status, number>;
}

/** How the batch goes: its status, what runs, how many are over, how long, how much, and how to stop it. */
export function BatchHeader({ rows, counts }: Props): JSX.Element {
  const { status, target } = useStore(["summary"], ({ summary }) => summary);
  const over = [...counts].reduce((sum, [each, count]) => sum + (isFinal(each) ? count : 0), 0);
  const used = formatTokensInAndOut({
    input_tokens: sumColumn(rows, "input_tokens"),
    output_tokens: sumColumn(rows, "output_tokens"),
  });
  return (
    <header class="lgj-header">
      <BatchStatus status={status} good={counts.get("success") ?? 0} all={rows.length} />
      <span class="lgj-target" title={target}>
        {target || BATCH.graph}
      </span>
      <dl class="lgj-figures">
        <Elapsed />
        <OverCount over={over} all={rows.length} />
        {used ? (
          <Figure name={FIGURES.tokens} hint={FIGURES.tokensHint}>
            {used}
          </Figure>
        ) : null}
        <BatchCost rows={rows} />
      </dl>
      <StopOrResumeButton />
    </header>
  );
}

/** How many inputs, or runs that other code started, are over. */
function OverCount({ over, all }: { over: number; all: number }): JSX.Element {
  const { more, ...summary } = useStore(["summary"], (known) => batchSummaryOf(known));
  const [one, several, hint] = areWatchedRuns(summary)
    ? [FIGURES.run, FIGURES.runs, FIGURES.runsHint]
    : [FIGURES.input, FIGURES.inputs, FIGURES.inputsHint];
  return (
    <>
      <Figure name={all === 1 ? one : several} hint={hint}>
        {over === all ? formatInteger(over) : FIGURES.part(formatInteger(over), formatInteger(all))}
      </Figure>
      {more ? (
        <Figure name={FIGURES.more} hint={FIGURES.moreHint}>
          {`+ ${formatInteger(more)}`}
        </Figure>
      ) : null}
    </>
  );
}

/** How a batch ended that came to its end in part is told by numbers: what it was in no status says. */
function BatchStatus(props: { status: Status; good: number; all: number }): JSX.Element {
  const { status, good, all } = props;
  if (status !== "error" || good === 0) return <StatusBadge status={status} />;
  const numbers = FIGURES.part(formatInteger(good), formatInteger(all));
  return (
    <span class="lgj-status lgj-tone-warn" title={FIGURES.succeeded(numbers)}>
      <Icon name="warning" />
      {numbers}
    </span>
  );
}

function BatchCost({ rows }: { rows: readonly InputRow[] }): JSX.Element | null {
  const cost = sumColumn(rows, "cost");
  if (cost === null) return null;
  const unpriced = sumColumn(rows, "unpriced_calls");
  const without = unpriced ? `\n${FIGURES.unpriced(formatCountWithNoun(unpriced, "call"))}` : "";
  return (
    <Figure name={FIGURES.cost} hint={`${FIGURES.costHint}${without}`}>
      {`${formatDollars(cost)}${unpriced ? " + ?" : ""}`}
    </Figure>
  );
}

type Summed = "input_tokens" | "output_tokens" | "cost" | "unpriced_calls";

/** The sum of what was counted; null where nothing was. */
function sumColumn(rows: readonly InputRow[], column: Summed): number | null {
  return rows.reduce<number | null>(
    (all, row) => (row[column] === null ? all : (all ?? 0) + row[column]),
    null,
  );
}

function Elapsed(): JSX.Element {
  const { store } = useView();
  const shown = useRef<HTMLElement>(null);
  useTicking(() => {
    const seconds = elapsedSecondsNow(store);
    if (shown.current) shown.current.textContent = seconds === null ? "–" : formatRunningDuration(seconds);
  });
  return (
    <Figure name={FIGURES.elapsed} hint={FIGURES.elapsedHint}>
      <span ref={shown}>–</span>
    </Figure>
  );
}

function Figure(props: { name: string; hint: string; children: JSX.Element | string }): JSX.Element {
  return (
    <div class="lgj-figure" title={props.hint}>
      <dd>{props.children}</dd>
      <dt>{props.name}</dt>
    </div>
  );
}

interface Steering {
  readonly method: "cancel" | "resume";
  readonly icon: IconName;
  readonly word: string;
  readonly meanwhile: string;
  readonly hint: string;
}

const STOP: Steering = {
  method: "cancel",
  icon: "stop",
  word: STEERING.stop,
  meanwhile: STEERING.stopping,
  hint: STEERING.stopHint,
};
const GO_ON: Steering = {
  method: "resume",
  icon: "right",
  word: STEERING.resume,
  meanwhile: STEERING.resuming,
  hint: STEERING.resumeHint,
};

/** Stop while it goes on; Go on where it was stopped. */
function StopOrResumeButton(): JSX.Element | null {
  const { call, store } = useView();
  const { status, stop, remaining } = useStore(["summary"], () => batchSummaryOf(store));
  const noKernel = useNoKernelReason();
  const [requested, setRequested] = useState<Status | null>(null); // how it was when it was requested
  const [problem, setProblem] = useState<string | null>(null);
  const steering = isFinal(status) ? (remaining ? GO_ON : null) : STOP;
  if (!steering) return null;
  const waiting = requested === status;
  const press = () => {
    setRequested(status);
    setProblem(null);
    const reply: Promise<unknown> = call(steering.method, {});
    reply.catch((error: Error) => {
      setRequested(null);
      setProblem(error.message);
    });
  };
  return (
    <>
      <button
        type="button"
        class={`lgj-button ${steering === STOP ? "lgj-stop" : ""}`}
        disabled={noKernel !== null || waiting || (steering === STOP && !stop.available)}
        title={noKernel ?? stop.hint ?? steering.hint}
        onClick={press}
      >
        <Icon name={steering.icon} />
        {waiting ? steering.meanwhile : steering.word}
      </button>
      <Problem text={problem} />
    </>
  );
}
