import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "../../components/Icon";
import { Problem } from "../../components/Problem";
import { StatusBadge } from "../../components/StatusBadge";
import { elapsedNow } from "../../core/elapsed";
import { inAndOut, integer, ticking } from "../../core/format";
import { isFinal, type Status } from "../../core/schema";
import { useView } from "../../hooks/context";
import { useReachable, useStore, useTicking } from "../../hooks/store";
import { type InputRow, summaryOf } from "./rows";
import "../../components/header.css";

interface Props {
  readonly rows: readonly InputRow[];
  readonly counts: ReadonlyMap<Status, number>;
}

/** How the batch goes: its status, what runs, how many are over, how long, how much, and how to stop it. */
export function BatchHeader({ rows, counts }: Props): JSX.Element {
  const { status, target } = useStore(["summary"], ({ summary }) => summary);
  const over = [...counts].reduce((sum, [each, count]) => sum + (isFinal(each) ? count : 0), 0);
  const used = inAndOut({
    input_tokens: sum(rows, "input_tokens"),
    output_tokens: sum(rows, "output_tokens"),
  });
  return (
    <header class="lgj-header">
      <StatusBadge status={status} />
      <span class="lgj-target" title={target}>
        {target || "graph"}
      </span>
      <dl class="lgj-figures">
        <Elapsed />
        <Figure name={rows.length === 1 ? "input" : "inputs"} hint="Inputs that are over, of all">
          {over === rows.length ? integer(over) : `${integer(over)} of ${integer(rows.length)}`}
        </Figure>
        <Figure name="tokens" hint="Given to models and given out by them, in all runs">
          {used || "–"}
        </Figure>
      </dl>
      <Steer />
    </header>
  );
}

/** The sum of what was counted; null where nothing was. */
function sum(rows: readonly InputRow[], column: "input_tokens" | "output_tokens"): number | null {
  return rows.reduce<number | null>(
    (all, row) => (row[column] === null ? all : (all ?? 0) + row[column]),
    null,
  );
}

function Elapsed(): JSX.Element {
  const { store } = useView();
  const shown = useRef<HTMLElement>(null);
  useTicking(() => {
    const seconds = elapsedNow(store);
    if (shown.current) shown.current.textContent = seconds === null ? "–" : ticking(seconds);
  });
  return (
    <Figure name="elapsed" hint="Time since the first run's start, by the kernel's clock">
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
  word: "Stop",
  meanwhile: "Stopping…",
  hint: "Take no more inputs, and cancel the runs that go on",
};
const GO_ON: Steering = {
  method: "resume",
  icon: "right",
  word: "Go on",
  meanwhile: "Going on…",
  hint: "With the inputs that were not taken, and anew with those that were cancelled",
};

/** Stop while it goes on; Go on where it was stopped. */
function Steer(): JSX.Element | null {
  const { call, store } = useView();
  const { status, stop, remaining } = useStore(["summary"], () => summaryOf(store));
  const reachable = useReachable();
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
        disabled={!reachable || waiting || (steering === STOP && !stop.available)}
        title={reachable ? (stop.hint ?? steering.hint) : "The kernel is gone"}
        onClick={press}
      >
        <Icon name={steering.icon} />
        {waiting ? steering.meanwhile : steering.word}
      </button>
      <Problem text={problem} />
    </>
  );
}
