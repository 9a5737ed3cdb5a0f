import type { JSX } from "preact";
import { useLayoutEffect, useMemo, useState } from "preact/hooks";
import { useOpenRows } from "../../components/DataTable";
import { Empty } from "../../components/Empty";
import { Explanation } from "../../components/Explanation";
import { Icon } from "../../components/Icon";
import { NamespacePath, NodeName } from "../../components/NodeName";
import { NothingShown } from "../../components/NothingShown";
import { VirtualList } from "../../components/VirtualList";
import { counted, integer, since } from "../../core/format";
import { namespaceLabel } from "../../core/namespace";
import { isFinal } from "../../core/schema";
import { useView } from "../../hooks/context";
import { useNarrowing, useSelect, useSelectedElsewhere } from "../../hooks/narrowing";
import { isField } from "../../hooks/shortcuts";
import { useStore, useTable } from "../../hooks/store";
import type { Narrowing } from "../../state/narrowing";
import { ChangeView } from "./ChangeView";
import { byStep, isWritesAlone, type KeyChanges, type StepChanges } from "./data";
import { FullState } from "./FullState";
import "../../components/keys.css";
import "./view.css";

const FEW = 30; // changes of one key drawn at first

export function View(): JSX.Element {
  const { rows, version } = useTable("state_diffs");
  const narrowing = useNarrowing(["step"]);
  const steps = useMemo(() => byStep(rows, narrowing.shows), [rows, version, narrowing]);
  const reading = useReading(steps);
  if (rows.length === 0) {
    return (
      <Empty explained waiting="No change of the state yet." none="The run changed nothing in the state." />
    );
  }
  if (steps.length === 0) {
    const what = narrowing.scope ? "No change of the state." : "No change passes the filter.";
    return <NothingShown what={what} narrowing={narrowing} />;
  }
  return <Steps steps={steps} narrowing={narrowing} reading={reading} />;
}

interface StepsProps {
  readonly steps: readonly StepChanges[];
  readonly narrowing: Narrowing;
  readonly reading: ReturnType<typeof useReading>;
}

function Steps({ steps, narrowing, reading }: StepsProps): JSX.Element {
  const { current, reveal, at, goTo, follow, isOpen, toggle } = reading;
  const onKeyDown = (event: KeyboardEvent) => {
    if (isField(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    goTo(at < 0 ? (by > 0 ? 0 : steps.length - 1) : at + by);
  };
  return (
    <div class="lgj-state" role="group" aria-label="State by step" onKeyDown={onKeyDown}>
      <Explanation />
      <Stepper at={at} count={steps.length} onGo={goTo} />
      <VirtualList
        class="lgj-steps-list"
        label="Changes of the state, by step"
        count={steps.length}
        keyOf={(index) => (steps[index] as StepChanges).id}
        estimate={() => 110}
        epoch={narrowing}
        aside={narrowing.scope !== null}
        reveal={reveal}
        render={(index) => {
          const step = steps[index] as StepChanges;
          return (
            <StepCard
              step={step}
              current={step.id === current}
              marked={step.keys.some(({ changes }) => changes.some(({ row }) => narrowing.marks(row)))}
              wide={isOpen(step.id)}
              onWide={toggle}
            />
          );
        }}
        follow={follow}
      />
    </div>
  );
}

/** The step that the reader is at, brought into sight when it becomes another, and those whose state is open. */
function useReading(steps: readonly StepChanges[]) {
  const { store } = useView();
  // What goes on is watched at its end; what is over is read from its beginning.
  const [follow] = useState(() => !isFinal(store.summary.status));
  const [current, setCurrent] = useState<string | null>(null);
  const [reveal, setReveal] = useState<{ index: number } | null>(null);
  const selected = useSelectedStep(steps);
  useLayoutEffect(() => {
    if (selected === null || selected.index < 0) return;
    setReveal(selected);
    setCurrent(steps[selected.index]?.id ?? null);
  }, [selected]);
  const goTo = (index: number) => {
    const step = steps[Math.min(steps.length - 1, Math.max(0, index))];
    if (!step) return;
    setCurrent(step.id);
    setReveal({ index: steps.indexOf(step) });
  };
  const at = steps.findIndex(({ id }) => id === current);
  return { current, reveal, at, goTo, follow, ...useOpenRows() };
}

/** Where the step is that was selected elsewhere; a new answer only when another one was. */
function useSelectedStep(steps: readonly StepChanges[]): { index: number } | null {
  const selected = useSelectedElsewhere();
  return useMemo(() => {
    if (selected?.kind !== "step") return null;
    return { index: steps.findIndex(({ namespace, step }) => namespace === "" && step === selected.id) };
  }, [selected]);
}

function Stepper(props: { at: number; count: number; onGo: (index: number) => void }): JSX.Element {
  const { at, count, onGo } = props;
  return (
    <div class="lgj-panel-bar" role="toolbar" aria-label="Step through the changes">
      <button
        type="button"
        class="lgj-quiet-button"
        disabled={at === 0}
        title="The step before (←)"
        onClick={() => onGo(at < 0 ? count - 1 : at - 1)}
      >
        <Icon name="left" />
        <span class="lgj-sr">The step before</span>
      </button>
      <span class="lgj-muted" aria-live="polite">
        {at < 0 ? counted(count, "step") : `${integer(at + 1)} of ${integer(count)}`}
      </span>
      <button
        type="button"
        class="lgj-quiet-button"
        disabled={at === count - 1}
        title="The next step (→)"
        onClick={() => onGo(at + 1)}
      >
        <Icon name="right" />
        <span class="lgj-sr">The next step</span>
      </button>
    </div>
  );
}

interface StepProps {
  readonly step: StepChanges;
  readonly current: boolean;
  readonly marked: boolean;
  /** The whole state after it is shown, too. */
  readonly wide: boolean;
  readonly onWide: (id: string) => void;
}

function StepCard({ step, current, marked, wide, onWide }: StepProps): JSX.Element {
  const { namespace, seq } = step;
  return (
    <section
      class={`lgj-step ${current ? "lgj-step-current" : ""} ${marked ? "lgj-marked" : ""}`}
      aria-label={`${stepName(step)}${namespace ? ` of ${namespaceLabel(namespace)}` : ""}`}
      aria-current={current ? "step" : undefined}
    >
      <StepHead step={step} wide={wide} onWide={onWide} />
      {wide ? (
        <div class="lgj-full-state">
          <span class="lgj-muted">The whole state after this step</span>
          <FullState at={{ namespace, seq }} />
        </div>
      ) : null}
      {step.keys.map((changes) => (
        <KeyRow key={changes.key} changes={changes} />
      ))}
      <Unchanged keys={step.unchanged} writes={isWritesAlone(step)} />
    </section>
  );
}

function stepName({ step }: StepChanges): string {
  return step === null ? "No step" : `Step ${step}`;
}

function StepHead(props: Pick<StepProps, "step" | "wide" | "onWide">): JSX.Element {
  const { step, wide, onWide } = props;
  const select = useSelect();
  const started = useStore(["summary"], ({ summary }) => summary.started);
  const title = <b class="lgj-step-name">{stepName(step)}</b>;
  return (
    <header class="lgj-step-head">
      {step.namespace === "" && step.step !== null ? (
        <button
          type="button"
          class="lgj-link lgj-plain"
          title="Show this step in the other panels"
          onClick={() => select.toggle({ kind: "step", id: step.step as number })}
        >
          {title}
        </button>
      ) : (
        title
      )}
      {step.namespace ? (
        <span class="lgj-clip">
          <NamespacePath namespace={step.namespace} />
        </span>
      ) : null}
      <span class="lgj-step-nodes">
        {step.nodes.map((node) => (
          <Writer key={node} step={step} node={node} />
        ))}
      </span>
      <span class="lgj-muted lgj-step-time">{since(step.timestamp, started)}</span>
      <button
        type="button"
        class="lgj-quiet-button"
        aria-expanded={wide}
        title="The whole state as it was after this step"
        onClick={() => onWide(step.id)}
      >
        <Icon name={wide ? "down" : "right"} /> Full state
      </button>
    </header>
  );
}

/** Who wrote it; a click selects that task. */
function Writer({ step, node }: { step: StepChanges; node: string }): JSX.Element {
  const { store } = useView();
  const { toggle } = useSelect();
  if (node === "__start__") return <span class="lgj-tag">input</span>;
  const select = () => {
    const task = store.tables.tasks.rows.find(
      (row) => row.node === node && row.step === step.step && row.namespace === step.namespace,
    );
    toggle(task ? { kind: "task", id: task.task_id } : { kind: "node", id: node });
  };
  return (
    <button
      type="button"
      class="lgj-link lgj-plain"
      title={`Show what ${node} did here in the other panels`}
      onClick={select}
    >
      <NodeName node={node} />
    </button>
  );
}

function KeyRow({ changes: { key, changes } }: { changes: KeyChanges }): JSX.Element {
  const [shown, setShown] = useState(FEW);
  return (
    <div class="lgj-key-row">
      <code class="lgj-key">{key || "(state)"}</code>
      <div class="lgj-key-changes">
        {changes.slice(0, shown).map((change) => (
          <ChangeView key={change.index} change={change} />
        ))}
        {changes.length > shown ? (
          <button type="button" class="lgj-link" onClick={() => setShown(changes.length)}>
            Show {counted(changes.length - shown, "change")} more
          </button>
        ) : null}
      </div>
    </div>
  );
}

/** Keys that the step left alone, folded; of writes alone it is only known that nobody wrote them. */
function Unchanged({ keys, writes }: { keys: readonly string[]; writes: boolean }): JSX.Element | null {
  const [open, setOpen] = useState(false);
  if (keys.length === 0) return null;
  return (
    <p class="lgj-unchanged">
      <button type="button" class="lgj-fold" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? "down" : "right"} />
        {writes ? `${counted(keys.length, "key")} not written` : counted(keys.length, "unchanged key")}
      </button>
      {open ? keys.map((key) => <code key={key}>{key}</code>) : null}
    </p>
  );
}
