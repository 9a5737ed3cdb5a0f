import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { CodeMenu } from "../../components/CodeMenu";
import { Icon } from "../../components/Icon";
import { Problem } from "../../components/Problem";
import { StatusBadge } from "../../components/StatusBadge";
import { elapsedSecondsNow } from "../../core/elapsed";
import {
  formatCost,
  formatCountWithNoun,
  formatDuration,
  formatTokensInAndOut,
  formatInteger,
  formatRunningDuration,
  formatUsageLines,
} from "../../core/format";
import { isFinal } from "../../core/schema";
import type { Store } from "../../core/store";
import { useView } from "../../hooks/context";
import { useNoKernelReason, useStore, useTicking } from "../../hooks/store";
import type { RunSteering } from "../../steer/runSteering";
import { useRunSteering } from "../../steer/useRunSteering";
import { HEADER } from "../../texts/frame";
import "../../components/header.css";

/** Status, what runs, how long, how much, and how to stop it. */
export function RunHeader(): JSX.Element {
  const { tools = null } = useView();
  const { status, target, source, thread_id, history } = useStore(["summary"], ({ summary }) => summary);
  return (
    <header class="lgj-header">
      <StatusBadge status={status} />
      <span
        class="lgj-target"
        title={[target, source, thread_id && HEADER.thread(thread_id)].filter(Boolean).join("\n")}
      >
        {target || HEADER.graph}
      </span>
      {source && source !== target ? <span class="lgj-source lgj-clip">{source}</span> : null}
      {history ? (
        <span class="lgj-source" title={HEADER.keptHint(history)}>
          {HEADER.kept}
        </span>
      ) : null}
      <div class="lgj-header-end">
        <Figures />
        {tools}
        <CodeMenu />
        <StopControl />
      </div>
    </header>
  );
}

/** What is known of how long it took and how much it was; what is not known yet takes no room. */
function Figures(): JSX.Element {
  const { store } = useView();
  const elapsed = useRef<HTMLElement>(null);
  const rate = useRef<HTMLElement>(null);
  const steps = useStore(["summary"], ({ summary }) => summary.steps);
  useTicking(() => {
    const seconds = elapsedSecondsNow(store);
    const short = seconds !== null && seconds < 1 && isFinal(store.summary.status);
    const write = short ? formatDuration : formatRunningDuration;
    writeFigure(elapsed.current, seconds === null ? null : write(seconds));
    writeFigure(rate.current, rateText(store, seconds));
  });
  return (
    <dl class="lgj-figures">
      <Figure name={HEADER.elapsed} hint={HEADER.elapsedHint}>
        <span ref={elapsed} />
      </Figure>
      {steps ? (
        <Figure name={steps === 1 ? HEADER.step : HEADER.steps} class="lgj-figure-steps">
          {formatInteger(steps)}
        </Figure>
      ) : null}
      <Tokens />
      <Cost />
      <Figure name={HEADER.rate} class="lgj-figure-rate" hint={HEADER.rateHint}>
        <span ref={rate} />
      </Figure>
    </dl>
  );
}

/** Writes a figure past Preact; there is none while nothing is known. */
function writeFigure(figure: HTMLElement | null, text: string | null): void {
  if (!figure) return;
  (figure.closest(".lgj-figure") as HTMLElement).hidden = text === null;
  if (figure.textContent !== (text ?? "")) figure.textContent = text; // a write has the page laid out anew
}

const UNCOUNTED = "Uncounted: pieces of text of calls that told no usage, as when they were cancelled";

function Tokens(): JSX.Element | null {
  const tokens = useStore(["summary", "counts"], tokensOf);
  const { usage, status } = useStore(["summary"], ({ summary }) => summary);
  const over = isFinal(status); // until then the calls that go on told nothing yet
  const used = usage ? formatTokensInAndOut(usage) : "";
  if (usage && used) {
    const uncounted = tokens - (usage.output_tokens ?? 0);
    return uncounted > 0 && over ? (
      <Figure name={HEADER.tokens} hint={`${formatUsageLines(usage)}\n${UNCOUNTED}`}>
        {`${used} · ${formatInteger(uncounted)} uncounted`}
      </Figure>
    ) : (
      <Figure name={HEADER.tokens} hint={formatUsageLines(usage)}>
        {used}
      </Figure>
    );
  }
  if (tokens === 0) return null;
  return (
    <Figure name={tokens === 1 ? HEADER.token : HEADER.tokens} hint={HEADER.piecesHint}>
      {formatInteger(tokens)}
    </Figure>
  );
}

function Cost(): JSX.Element | null {
  const { cost, unpriced_calls } = useStore(["summary"], ({ summary }) => summary).usage ?? {};
  const text = formatCost(cost, unpriced_calls);
  if (text === null) return null;
  const without = unpriced_calls ? `\n${HEADER.unpriced(formatCountWithNoun(unpriced_calls, "call"))}` : "";
  return (
    <Figure name={HEADER.cost} class="lgj-figure-cost" hint={`${HEADER.costHint}${without}`}>
      {text}
    </Figure>
  );
}

function Figure(props: {
  name: string;
  hint?: string;
  class?: string;
  children: JSX.Element | string;
}): JSX.Element {
  return (
    <div class={`lgj-figure ${props.class ?? ""}`} title={props.hint}>
      <dd>{props.children}</dd>
      <dt>{props.name}</dt>
    </div>
  );
}

function tokensOf({ summary, counts }: Store): number {
  return summary.tokens || (counts.tokens ?? 0);
}

function rateText(store: Store, seconds: number | null): string | null {
  const { summary, rate } = store;
  const tokens = tokensOf(store); // as they are now: what was drawn last may be older than the run's end
  if (seconds === null || tokens === 0) return null;
  const perSecond = isFinal(summary.status) ? tokens / Math.max(seconds, 0.001) : rate.rateAt(seconds);
  if (perSecond === null) return null;
  return perSecond < 10 ? perSecond.toFixed(1) : formatInteger(Math.round(perSecond));
}

type Stopping =
  | { state: "no" }
  | { state: "requested" }
  | { state: "replied"; text: string; failed: boolean };

/** One for each time that the run goes on: it may be stopped again. */
function StopControl(): JSX.Element | null {
  const over = useStore(["summary"], ({ summary }) => isFinal(summary.status));
  return over ? null : <StopButton />;
}

function StopButton(): JSX.Element {
  const { call, store } = useView();
  const { stop } = useStore(["summary"], ({ summary }) => summary);
  const noKernel = useNoKernelReason();
  const [stopping, setStopping] = useState<Stopping>({ state: "no" });
  const steer = useRunSteering();
  const press = () => {
    setStopping({ state: "requested" });
    call("cancel", {}).then(
      ({ message }) => setStopping({ state: "replied", text: message, failed: false }),
      (error: Error) => setStopping({ state: "replied", text: error.message, failed: true }),
    );
  };
  const available = stop.available && noKernel === null && store.link.state !== "silent";
  const reply = stopping.state === "replied" ? stopping : null;
  return (
    <>
      {available && steer.known?.drainable ? <DrainButton steer={steer} /> : null}
      <button
        type="button"
        class="lgj-button lgj-stop"
        disabled={!available || stopping.state === "requested" || (reply !== null && !reply.failed)}
        title={noKernel ?? stop.hint ?? HEADER.stopHint(steer.known?.name ?? "run")}
        onClick={press}
      >
        <Icon name="stop" />
        {stopping.state === "requested" || (reply && !reply.failed) ? HEADER.stopping : HEADER.stop}
      </button>
      {reply ? (
        <span class={reply.failed ? "lgj-problem" : "lgj-muted"} role={reply.failed ? "alert" : "status"}>
          {reply.text}
        </span>
      ) : null}
    </>
  );
}

/** Stops at the next boundary between steps: nothing that runs is lost. */
function DrainButton({ steer }: { steer: RunSteering }): JSX.Element {
  const { call } = useView();
  const [requested, setRequested] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const press = () => {
    setRequested(true);
    call("drain", {}).catch((error: Error) => {
      setRequested(false);
      setProblem(error.message);
    });
  };
  return (
    <>
      <button
        type="button"
        class="lgj-button"
        disabled={requested}
        title={HEADER.drainHint(steer.known?.name ?? "run")}
        onClick={press}
      >
        {requested ? HEADER.draining : HEADER.drain}
      </button>
      <Problem text={problem} />
    </>
  );
}
