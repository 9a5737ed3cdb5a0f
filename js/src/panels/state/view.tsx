import type { JSX } from "preact";
import { useLayoutEffect, useMemo, useState } from "preact/hooks";
import { useOpenRows } from "../../components/DataTable";
import { Empty } from "../../components/Empty";
import { Explanation } from "../../components/Explanation";
import { Icon } from "../../components/Icon";
import { NamespacePath, NodeName } from "../../components/NodeName";
import { NothingShown } from "../../components/NothingShown";
import { VirtualList } from "../../components/VirtualList";
import type { Failure } from "../../core/failure";
import { formatCountWithNoun, formatInteger, formatTimeSinceStart } from "../../core/format";
import { namespaceLabel } from "../../core/namespace";
import { isFinal } from "../../core/schema";
import { useView } from "../../hooks/context";
import { useNarrowing, useSelectActions, useSelectedElsewhere } from "../../hooks/narrowing";
import { hasModifier, isTextField } from "../../hooks/shortcuts";
import { useStore, useTable } from "../../hooks/store";
import type { Narrowing } from "../../state/narrowing";
import { STATE, STEP } from "../../texts/state";
import { groupByStep, hasOnlyWrites, type StepChanges } from "./data";
import { FailureCard } from "./FailureCard";
import { FullState } from "./FullState";
import { KeyRow } from "./KeyRow";
import "../../components/keys.css";
import "./view.css";

export function View(): JSX.Element {
  const { rows, version } = useTable("state_diffs");
  const narrowing = useNarrowing(["step"]);
  const steps = useMemo(() => groupByStep(rows, narrowing.shows), [rows, version, narrowing]);
  const failure = useShownFailure(narrowing);
  const reading = useStepReading(steps, failure);
  if (rows.length === 0 && !failure) {
    return <Empty explained waiting={STATE.waiting} none={STATE.none} />;
  }
  if (steps.length === 0 && !failure) {
    const what = narrowing.scope ? STATE.noneSelected : STATE.noneFits;
    return <NothingShown what={what} narrowing={narrowing} />;
  }
  return <Steps steps={steps} failure={failure} narrowing={narrowing} reading={reading} />;
}

/** Why the run failed, where the task that did is shown; what no task raised is shown where nothing narrows. */
function useShownFailure({ shows, active }: Narrowing): Failure | null {
  const { store } = useView();
  const failure = useStore(["summary", "tasks"], ({ summary }) => summary.failure);
  if (failure === null) return null;
  const task = failure.task_id === null ? undefined : store.tables.tasks.get(failure.task_id);
  return (task ? shows(task, () => failure.why) : !active) ? failure : null;
}

interface StepsProps {
  readonly steps: readonly StepChanges[];
  readonly failure: Failure | null;
  readonly narrowing: Narrowing;
  readonly reading: ReturnType<typeof useStepReading>;
}

function Steps({ steps, failure, narrowing, reading }: StepsProps): JSX.Element {
  const { current, reveal, at, goTo, follow, isOpen, toggle } = reading;
  const onKeyDown = (event: KeyboardEvent) => {
    if (isTextField(event.target) || hasModifier(event)) return;
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    goTo(at < 0 ? (by > 0 ? 0 : steps.length - 1) : at + by);
  };
  return (
    <div class="lgj-state" role="group" aria-label={STATE.name} onKeyDown={onKeyDown}>
      <Explanation />
      {steps.length > 0 ? <Stepper steps={steps} at={at} onGo={goTo} /> : null}
      <VirtualList
        class="lgj-steps-list"
        label={STATE.changes}
        count={steps.length + (failure ? 1 : 0)}
        keyOf={(index) => steps[index]?.id ?? "failure"}
        estimate={() => 110}
        epoch={narrowing}
        aside={narrowing.scope !== null}
        reveal={reveal}
        render={(index) => {
          const step = steps[index];
          if (!step) return <FailureCard failure={failure as Failure} />;
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
function useStepReading(steps: readonly StepChanges[], failure: Failure | null) {
  const { store } = useView();
  // What goes on is watched at its end; what is over is read from where it failed, or else from its beginning.
  const [follow] = useState(() => !isFinal(store.summary.status));
  const [current, setCurrent] = useState<string | null>(null);
  const [reveal, setReveal] = useState(() => (failure && !follow ? { index: steps.length } : null));
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

interface StepperProps {
  readonly steps: readonly StepChanges[];
  readonly at: number;
  readonly onGo: (index: number) => void;
}

function Stepper({ steps, at, onGo }: StepperProps): JSX.Element {
  const count = steps.length;
  const here = steps[at];
  return (
    <div class="lgj-panel-bar" role="toolbar" aria-label={STATE.stepper}>
      <button
        type="button"
        class="lgj-quiet-button"
        disabled={at === 0}
        title={STATE.beforeHint}
        onClick={() => onGo(at < 0 ? count - 1 : at - 1)}
      >
        <Icon name="left" />
        <span class="lgj-sr">{STATE.before}</span>
      </button>
      <span class="lgj-muted" aria-live="polite">
        {here
          ? STATE.position(stepName(here), formatInteger(at + 1), formatInteger(count))
          : formatCountWithNoun(count, STATE.state)}
      </span>
      <button
        type="button"
        class="lgj-quiet-button"
        disabled={at === count - 1}
        title={STATE.nextHint}
        onClick={() => onGo(at + 1)}
      >
        <Icon name="right" />
        <span class="lgj-sr">{STATE.next}</span>
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
      role="group" // a landmark each would be many
      class={`lgj-step ${current ? "lgj-step-current" : ""} ${marked ? "lgj-marked" : ""}`}
      aria-label={namespace ? STEP.of(stepName(step), namespaceLabel(namespace)) : stepName(step)}
      aria-current={current ? "step" : undefined}
    >
      <StepHead step={step} wide={wide} onWide={onWide} />
      {wide ? (
        <div class="lgj-full-state">
          <span class="lgj-muted">{STEP.fullTitle}</span>
          <FullState at={{ namespace, seq }} />
        </div>
      ) : null}
      {step.keys.map((changes) => (
        <KeyRow key={changes.key} changes={changes} step={namespace === "" ? step.step : null} />
      ))}
      <UnchangedKeys keys={step.unchanged} writes={hasOnlyWrites(step)} />
    </section>
  );
}

function stepName({ step }: StepChanges): string {
  return step === null ? STEP.unknown : STEP.step(`${step}`);
}

function StepHead(props: Pick<StepProps, "step" | "wide" | "onWide">): JSX.Element {
  const { step, wide, onWide } = props;
  const select = useSelectActions();
  const started = useStore(["summary"], ({ summary }) => summary.started);
  const title = <b class="lgj-step-name">{stepName(step)}</b>;
  return (
    <header class="lgj-step-head">
      {step.namespace === "" && step.step !== null ? (
        <button
          type="button"
          class="lgj-link lgj-plain"
          title={STEP.selectHint}
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
          <WriterButton key={node} step={step} node={node} />
        ))}
      </span>
      <span class="lgj-muted lgj-step-time">{formatTimeSinceStart(step.timestamp, started)}</span>
      <button
        type="button"
        class="lgj-quiet-button"
        aria-expanded={wide}
        title={STEP.fullHint}
        onClick={() => onWide(step.id)}
      >
        <Icon name={wide ? "down" : "right"} /> {STEP.full}
      </button>
    </header>
  );
}

/** Who wrote it; a click selects that task. */
function WriterButton({ step, node }: { step: StepChanges; node: string }): JSX.Element {
  const { store } = useView();
  const { toggle } = useSelectActions();
  if (node === "__start__") return <span class="lgj-tag">{STEP.input}</span>;
  const select = () => {
    const task = store.tables.tasks.rows.find(
      (row) => row.node === node && row.step === step.step && row.namespace === step.namespace,
    );
    toggle(task ? { kind: "task", id: task.task_id } : { kind: "node", id: node });
  };
  return (
    <button type="button" class="lgj-link lgj-plain" title={STEP.writerHint(node)} onClick={select}>
      <NodeName node={node} />
    </button>
  );
}

/** Keys that the step left alone, folded; of writes alone it is only known that nobody wrote them. */
function UnchangedKeys({ keys, writes }: { keys: readonly string[]; writes: boolean }): JSX.Element | null {
  const [open, setOpen] = useState(false);
  if (keys.length === 0) return null;
  return (
    <p class="lgj-unchanged">
      <button type="button" class="lgj-fold" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? "down" : "right"} />
        {writes
          ? STEP.notWritten(formatCountWithNoun(keys.length, STEP.key))
          : formatCountWithNoun(keys.length, STEP.unchangedKey)}
      </button>
      {open ? keys.map((key) => <code key={key}>{key}</code>) : null}
    </p>
  );
}
