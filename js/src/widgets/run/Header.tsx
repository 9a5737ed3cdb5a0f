import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { CodeMenu } from "../../components/CodeMenu";
import { Icon } from "../../components/Icon";
import { Problem } from "../../components/Problem";
import { StatusBadge } from "../../components/StatusBadge";
import { elapsedNow } from "../../core/elapsed";
import { inAndOut, integer, ticking, usageLines } from "../../core/format";
import { isFinal } from "../../core/schema";
import type { Store } from "../../core/store";
import { useView } from "../../hooks/context";
import { useReachable, useStore, useTicking } from "../../hooks/store";
import type { Steer } from "../../steer/steer";
import { useSteer } from "../../steer/useSteer";
import "../../components/header.css";

/** Status, what runs, how long, how much, and how to stop it. */
export function Header(): JSX.Element {
  const { status, target, source, thread_id } = useStore(["summary"], ({ summary }) => summary);
  return (
    <header class="lgj-header">
      <StatusBadge status={status} />
      <span
        class="lgj-target"
        title={[target, source, thread_id && `thread ${thread_id}`].filter(Boolean).join("\n")}
      >
        {target || "graph"}
      </span>
      {source && source !== target ? <span class="lgj-source lgj-clip">{source}</span> : null}
      <div class="lgj-header-end">
        <Figures />
        <CodeMenu />
        <Stop />
      </div>
    </header>
  );
}

function Figures(): JSX.Element {
  const { store } = useView();
  const elapsed = useRef<HTMLElement>(null);
  const rate = useRef<HTMLElement>(null);
  const steps = useStore(["summary"], ({ summary }) => summary.steps);
  const tokens = useStore(["summary", "counts"], tokensOf);
  const usage = useStore(["summary"], ({ summary }) => summary.usage);
  useTicking(() => {
    const seconds = elapsedNow(store);
    if (elapsed.current) elapsed.current.textContent = seconds === null ? "–" : ticking(seconds);
    if (rate.current) rate.current.textContent = rateText(store, seconds);
  });
  const used = usage ? inAndOut(usage) : "";
  return (
    <dl class="lgj-figures">
      <Figure name="elapsed" hint="How long it ran; waiting for an answer or in a queue does not count">
        <span ref={elapsed}>–</span>
      </Figure>
      {steps !== null && <Figure name={steps === 1 ? "step" : "steps"}>{integer(steps)}</Figure>}
      {usage && used ? (
        <Figure name="tokens" hint={usageLines(usage)}>
          {used}
        </Figure>
      ) : (
        <Figure
          name={tokens === 1 ? "token" : "tokens"}
          hint="Pieces of text received; no model told its usage"
        >
          {integer(tokens)}
        </Figure>
      )}
      <Figure name="tok/s" hint="Over the last seconds while running; over the whole run once it has ended">
        <span ref={rate}>–</span>
      </Figure>
    </dl>
  );
}

function Figure(props: { name: string; hint?: string; children: JSX.Element | string }): JSX.Element {
  return (
    <div class="lgj-figure" title={props.hint}>
      <dd>{props.children}</dd>
      <dt>{props.name}</dt>
    </div>
  );
}

function tokensOf({ summary, counts }: Store): number {
  return summary.tokens || (counts.tokens ?? 0);
}

function rateText(store: Store, seconds: number | null): string {
  const { summary, rate } = store;
  const tokens = tokensOf(store); // as they are now: what was drawn last may be older than the run's end
  if (seconds === null || tokens === 0) return "–";
  const perSecond = isFinal(summary.status) ? tokens / Math.max(seconds, 0.001) : rate.at(seconds);
  if (perSecond === null) return "–";
  return perSecond < 10 ? perSecond.toFixed(1) : integer(Math.round(perSecond));
}

type Stopping =
  | { state: "no" }
  | { state: "requested" }
  | { state: "replied"; text: string; failed: boolean };

function Stop(): JSX.Element | null {
  const { call, store } = useView();
  const { status, stop } = useStore(["summary"], ({ summary }) => summary);
  const reachable = useReachable();
  const [stopping, setStopping] = useState<Stopping>({ state: "no" });
  const steer = useSteer();
  const over = isFinal(status);
  useEffect(() => setStopping({ state: "no" }), [over]); // it may go on, and be stopped again
  if (over) return null;
  const press = () => {
    setStopping({ state: "requested" });
    call("cancel", {}).then(
      ({ message }) => setStopping({ state: "replied", text: message, failed: false }),
      (error: Error) => setStopping({ state: "replied", text: error.message, failed: true }),
    );
  };
  const available = stop.available && reachable && store.link.state !== "silent";
  const reply = stopping.state === "replied" ? stopping : null;
  return (
    <>
      {available && steer.known?.drains ? <Drain steer={steer} /> : null}
      <button
        type="button"
        class="lgj-button lgj-stop"
        disabled={!available || stopping.state === "requested" || (reply !== null && !reply.failed)}
        title={
          reachable
            ? (stop.hint ??
              `Stop the run now; what was received is kept: ${steer.known?.name ?? "run"}.cancel()`)
            : "The kernel is gone"
        }
        onClick={press}
      >
        <Icon name="stop" />
        {stopping.state === "requested" || (reply && !reply.failed) ? "Stopping…" : "Stop"}
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
function Drain({ steer }: { steer: Steer }): JSX.Element {
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
        title={`Stop after this step, which ends and is kept; it can go on from there: ${steer.known?.name ?? "run"}.drain()`}
        onClick={press}
      >
        {requested ? "Stopping after this step…" : "Stop after this step"}
      </button>
      <Problem text={problem} />
    </>
  );
}
