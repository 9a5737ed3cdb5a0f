import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { Empty } from "../../components/Empty";
import { NothingShown } from "../../components/NothingShown";
import { Problem } from "../../components/Problem";
import { VirtualList } from "../../components/VirtualList";
import { type InterruptRow, isFinal } from "../../core/schema";
import { useNarrowing } from "../../hooks/narrowing";
import { useReachable, useStore, useTable } from "../../hooks/store";
import { PythonLine } from "../../steer/PythonLine";
import { resumeLine } from "../../steer/python";
import type { Steer } from "../../steer/steer";
import { useSteer } from "../../steer/useSteer";
import { hintOf, sendLabel, written } from "./data";
import { Question } from "./Question";
import "../../steer/steer.css";
import "./view.css";

export function View(): JSX.Element {
  const { rows, version } = useTable("interrupts");
  const narrowing = useNarrowing();
  const shown = useMemo(() => rows.filter((row) => narrowing.shows(row)), [rows, version, narrowing]);
  const steer = useSteer();
  const waiting = shown.filter((row) => steer.awaits(row));
  if (rows.length === 0)
    return <Empty waiting="Nothing asks for an answer." none="Nothing asked for an answer." />;
  if (shown.length === 0) {
    const what = narrowing.scope ? "No interrupt." : "No interrupt passes the filter.";
    return <NothingShown what={what} narrowing={narrowing} />;
  }
  return (
    <div class="lgj-interrupts">
      <VirtualList
        class="lgj-questions"
        label="Interrupts"
        count={shown.length}
        keyOf={(index) => (shown[index] as InterruptRow).number}
        estimate={() => 120}
        epoch={narrowing}
        render={(index) => (
          <Question
            row={shown[index] as InterruptRow}
            steer={steer}
            marked={narrowing.marks(shown[index] as InterruptRow)}
            oneOfMany={waiting.length > 1}
          />
        )}
      />
      <SendBar steer={steer} waiting={waiting} />
    </div>
  );
}

function SendBar({ steer, waiting }: { steer: Steer; waiting: readonly InterruptRow[] }): JSX.Element | null {
  const reachable = useReachable();
  const over = useStore(["summary"], ({ summary }) => isFinal(summary.status));
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const pending = useStore(["interrupts"], ({ tables }) =>
    tables.interrupts.rows.some(({ status }) => status === "pending"),
  );
  if (waiting.length === 0) {
    const why = !over ? "The run goes on: it can be answered when it has stopped." : steer.known?.why_not;
    return pending && why ? <p class="lgj-send lgj-muted">{why}</p> : null;
  }
  const { answers, problems } = written(steer, waiting);
  const count = Object.keys(answers).length;
  const nodes = waiting.filter(({ interrupt_id }) => interrupt_id in answers).map(({ node }) => node);
  const send = () => {
    setSending(true);
    setProblem(null);
    steer
      .resume(answers)
      .catch((error: Error) => setProblem(error.message))
      .finally(() => setSending(false));
  };
  return (
    <div class="lgj-send" role="group" aria-label="Answer">
      <button
        type="button"
        class="lgj-button lgj-primary"
        disabled={!reachable || sending || count === 0 || problems.length > 0}
        title={problems[0] ?? "The run goes on with it, here"}
        onClick={send}
      >
        {sending ? "Sending…" : sendLabel(count, waiting.length)}
      </button>
      {count > 0 ? (
        <PythonLine steer={steer} line={(run) => resumeLine(run, answers, waiting.length, steer.chosen)} />
      ) : null}
      <p class="lgj-hint">{problem ? <Problem text={problem} /> : (problems[0] ?? hintOf(nodes))}</p>
    </div>
  );
}
