import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { CopyButton } from "../../components/CopyButton";
import { Icon } from "../../components/Icon";
import { JsonTree } from "../../components/JsonTree";
import { LazyTree, type LoadLevel } from "../../components/LazyTree";
import { NamespacePath } from "../../components/NodeName";
import { bigSize, clipText } from "../../core/format";
import { childPointer } from "../../core/pointer";
import { isBigCell, isFinal, isObject, type Json } from "../../core/schema";
import { hasInvalidInput } from "../../core/invalidInput";
import { type Draft, draftToJson, InvalidInput } from "../../form/schema";
import { useView } from "../../hooks/context";
import { useDraft } from "../../hooks/drafts";
import { useNoKernelReason, useStore } from "../../hooks/store";
import { ValueEditor } from "../../steer/ValueEditor";
import { PythonLine } from "../../steer/PythonLine";
import type { CheckpointHistory } from "../../steer/protocol";
import { forkCode } from "../../steer/pythonCode";
import type { RunSteering } from "../../steer/runSteering";
import { findOpaquePath, type StateValues, type WriteRules, writesOf } from "../../steer/writes";
import { CHECKPOINT, FORK, CHECKPOINT_ROW } from "../../texts/checkpoints";
import { type CheckpointItem, nextNodesText } from "./data";
import { type CheckpointDraft, draftNameAt, type KeyEdit, withKeyEdit, NO_EDITS, withWriter } from "./draft";
import "../../components/keys.css";
import "../../form/SchemaForm.css";
import "../../steer/steer.css";

interface Props {
  readonly item: CheckpointItem;
  readonly history: CheckpointHistory | null;
  readonly steer: RunSteering;
  readonly onBack: () => void;
}

type State = Readonly<Record<string, Json>>;

/** One checkpoint: the state there, what to change of it, and a run that begins there. */
export function CheckpointDetails({ item, history, steer, onBack }: Props): JSX.Element {
  const { call } = useView();
  const id = item.listed.checkpoint_id;
  const [state, setState] = useState<State | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [draft, change] = useDraft<CheckpointDraft>(draftNameAt(id));
  const load: LoadLevel = (path, offset, limit) =>
    call("checkpoint", { checkpoint_id: id, path, offset, limit });
  useEffect(() => {
    load("", 0, 1000).then(
      ({ value }) => setState(asState(value)),
      (error: Error) => setProblem(error.message),
    );
  }, [id]);
  const edit = (key: string, next: KeyEdit | null) => change((now) => withKeyEdit(now, key, next));
  const isRoot = item.namespace === "";
  const keys = [...new Set([...Object.keys(state ?? {}), ...(isRoot ? (history?.keys ?? []) : [])])];
  return (
    <div class="lgj-at">
      <DetailsHead item={item} onBack={onBack} />
      <div class="lgj-scroll lgj-at-state">
        {problem ? (
          <p class="lgj-problem" role="alert">
            {problem}
          </p>
        ) : null}
        {state === null && !problem ? <p class="lgj-muted">{CHECKPOINT.loading}</p> : null}
        {state !== null && keys.length === 0 ? <p class="lgj-muted">{CHECKPOINT.empty}</p> : null}
        {state === null
          ? null
          : keys.map((key) => (
              <StateKeyRow
                key={key}
                name={key}
                value={state[key]}
                changed={item.listed.changed.includes(key)}
                load={load}
                of={id}
                edit={draft?.edits[key] ?? null}
                onEdit={isRoot ? (next) => edit(key, next) : null}
              />
            ))}
      </div>
      {isRoot ? (
        <ForkBar item={item} history={history} steer={steer} />
      ) : (
        <p class="lgj-send lgj-muted">{CHECKPOINT.rootOnly}</p>
      )}
    </div>
  );
}

function asState(value: Json): State {
  return isObject(value) ? value : { __root__: value };
}

function DetailsHead({ item, onBack }: { item: CheckpointItem; onBack: () => void }): JSX.Element {
  const back = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => back.current?.focus({ preventScroll: true }), []);
  const { step, source, checkpoint_id } = item.listed;
  return (
    <div class="lgj-panel-bar">
      <button type="button" class="lgj-quiet-button" ref={back} onClick={onBack}>
        <Icon name="left" /> {CHECKPOINT.back}
      </button>
      <b>{step === null ? CHECKPOINT.checkpoint : CHECKPOINT.step(`${step}`)}</b>
      {item.namespace ? <NamespacePath namespace={item.namespace} /> : null}
      {source ? <span class="lgj-tag">{source}</span> : null}
      <span class="lgj-muted">{CHECKPOINT_ROW.next(nextNodesText(item.listed))}</span>
      <span class="lgj-at-id lgj-muted">
        <code class="lgj-clip" title={checkpoint_id}>
          {checkpoint_id}
        </code>
        <CopyButton text={() => checkpoint_id} label={CHECKPOINT.copyId} />
      </span>
    </div>
  );
}

interface KeyProps {
  readonly name: string;
  /** Undefined where it is not set. */
  readonly value: Json | undefined;
  readonly changed: boolean;
  readonly load: LoadLevel;
  readonly of: string;
  readonly edit: KeyEdit | null;
  readonly onEdit: ((edit: KeyEdit | null) => void) | null;
}

function StateKeyRow(props: KeyProps): JSX.Element {
  const { name, value, changed, edit, onEdit } = props;
  const [problem, setProblem] = useState<string | null>(null);
  const begin = () => {
    props.load(childPointer("", name), 0, 0).then(
      (level) => {
        const place = level.total === null ? findOpaquePath(level.value) : null;
        if (level.total !== null) setProblem(CHECKPOINT.explain.tooLarge);
        else if (place !== null) setProblem(CHECKPOINT.explain.notJson(place));
        else onEdit?.({ before: level.value, draft: level.value as Draft });
      },
      (error: Error) => setProblem(error.message),
    );
  };
  const unset = value === undefined;
  return (
    <section role="group" class="lgj-key-row lgj-at-key" aria-label={name}>
      <div class="lgj-at-name">
        <code class="lgj-key" title={name}>
          {name}
        </code>
        {changed ? <span class="lgj-tag">{CHECKPOINT.changedHere}</span> : null}
      </div>
      <div class="lgj-at-value">
        {edit && onEdit ? (
          <EditField name={name} edit={edit} onEdit={onEdit} />
        ) : (
          <>
            {unset ? (
              <span class="lgj-muted">{CHECKPOINT.notSet}</span>
            ) : (
              <StateKeyValue {...props} value={value} />
            )}
            {onEdit ? (
              <button
                type="button"
                class="lgj-quiet-button"
                aria-label={CHECKPOINT.editKey(name)}
                onClick={() => (unset ? onEdit({ before: null, draft: undefined }) : begin())}
              >
                {CHECKPOINT.edit}
              </button>
            ) : null}
          </>
        )}
        {problem ? (
          <p class="lgj-problem" role="alert">
            {problem}
          </p>
        ) : null}
      </div>
    </section>
  );
}

function StateKeyValue({ name, value, load, of }: KeyProps & { value: Json }): JSX.Element {
  const [open, setOpen] = useState(false);
  if (!isBigCell(value)) return <JsonTree value={value} open={1} />;
  if (open) return <LazyTree load={load} of={of} path={childPointer("", name)} />;
  return (
    <button type="button" class="lgj-json-toggle" aria-expanded={false} onClick={() => setOpen(true)}>
      <Icon name="right" />
      <span class="lgj-muted">
        {bigSize(value.$big, value.preview)} · {clipText(value.preview, 80)}
      </span>
    </button>
  );
}

function EditField(props: {
  name: string;
  edit: KeyEdit;
  onEdit: (edit: KeyEdit | null) => void;
}): JSX.Element {
  const { name, edit, onEdit } = props;
  const unparsed = edit.draft instanceof InvalidInput ? edit.draft : null;
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => box.current?.querySelector("textarea")?.focus({ preventScroll: true }), []);
  return (
    <div class="lgj-field-body" ref={box}>
      <ValueEditor
        label={CHECKPOINT.newValue(name)}
        before={edit.before}
        value={edit.draft}
        onChange={(draft) => onEdit({ ...edit, draft })}
      />
      <span class="lgj-at-tools">
        <button type="button" class="lgj-link" onClick={() => onEdit(null)}>
          {CHECKPOINT.leave}
        </button>
        {unparsed ? (
          <span class="lgj-problem" role="alert">
            {parseProblemText(unparsed)}
          </span>
        ) : null}
      </span>
    </div>
  );
}

/** Where in a text the reading stopped, in lines and columns: browsers tell it each in their way. */
function parseProblemText({ text, problem }: InvalidInput): string {
  if (/line \d+/.test(problem)) return problem;
  const at = /position (\d+)/.exec(problem)?.[1] ?? text.length; // else the text ended too soon
  const before = text.slice(0, Number(at)).split("\n");
  return `${problem} (line ${before.length} column ${(before.at(-1)?.length ?? 0) + 1})`;
}

interface ForkProps {
  readonly item: CheckpointItem;
  readonly history: CheckpointHistory | null;
  readonly steer: RunSteering;
}

function ForkBar({ item, history, steer }: ForkProps): JSX.Element {
  const noKernel = useNoKernelReason();
  const over = useStore(["summary"], ({ summary }) => isFinal(summary.status));
  const [outcome, setOutcome] = useState<{ text: string; failed: boolean } | null>(null);
  const [starting, setStarting] = useState(false);
  const { checkpoint_id, next } = item.listed;
  const [written, change] = useDraft<CheckpointDraft>(draftNameAt(checkpoint_id));
  const { edits, node } = written ?? NO_EDITS;
  const given = Object.entries(edits).filter(([, { draft }]) => draft !== undefined);
  const unparsed = given.some(([, { draft }]) => hasInvalidInput(draft));
  const values = unparsed ? null : writesOfEdits(given, history);
  const writes = values !== null || node !== null;
  const nothing = next.length === 0 && !writes;
  const start = () => {
    setStarting(true);
    setOutcome(null);
    steer
      .fork(checkpoint_id, values, node)
      .then(
        ({ name, shown }) => {
          change((now) => (now === written ? undefined : now)); // what was changed since is kept
          setOutcome({
            text: shown ? FORK.runs(name) : FORK.runsElsewhere(name),
            failed: false,
          });
        },
        (error: Error) => setOutcome({ text: error.message, failed: true }),
      )
      .finally(() => setStarting(false));
  };
  return (
    <div class="lgj-send" role="group" aria-label={FORK.run}>
      <button
        type="button"
        class="lgj-button lgj-primary"
        disabled={noKernel !== null || starting || unparsed || nothing || steer.known?.fork_blocker !== null}
        title={noKernel ?? (nothing ? FORK.nothing : FORK.hint)}
        onClick={start}
      >
        {starting ? FORK.starting : writes ? FORK.writeAndRun : FORK.run}
      </button>
      <label class="lgj-as-node">
        {FORK.asNode}
        <select
          class="lgj-input"
          value={node ?? ""}
          title={FORK.asNodeHint}
          onChange={({ currentTarget: { value } }) => change((now) => withWriter(now, value || null))}
        >
          <option value="">–</option>
          {(history?.nodes ?? []).map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
      </label>
      <PythonLine steer={steer} line={(run) => forkCode(run, checkpoint_id, values, node, steer.chosen)} />
      <p class="lgj-hint" role={outcome?.failed ? "alert" : "status"}>
        <span class={outcome?.failed ? "lgj-problem" : ""}>
          {outcome?.text ??
            steer.known?.fork_blocker ??
            (unparsed ? CHECKPOINT.unparsed : null) ??
            forkHint(nothing, over, values, history)}
        </span>
      </p>
    </div>
  );
}

/** Before the thread's checkpoints are listed. */
const UNKNOWN: WriteRules = { reduced: null, by_id: null, supports_overwrite: false };

/** What is to be written of the edits; null if nothing changed. */
function writesOfEdits(
  given: readonly (readonly [string, KeyEdit])[],
  history: CheckpointHistory | null,
): StateValues | null {
  const before = Object.fromEntries(given.map(([key, edit]) => [key, edit.before]));
  const after = Object.fromEntries(given.map(([key, edit]) => [key, draftToJson(edit.draft)]));
  const writes = writesOf(before, after, history ?? UNKNOWN);
  return Object.keys(writes).length > 0 ? writes : null;
}

function forkHint(
  nothing: boolean,
  over: boolean,
  values: StateValues | null,
  history: CheckpointHistory | null,
): string {
  if (nothing) return FORK.explain.nothing;
  if (!over) return FORK.goesOn;
  if (values === null) return FORK.stays;
  if (history?.reduced == null) return FORK.explain.unknownReducers;
  return history.supports_overwrite ? FORK.explain.written : FORK.explain.throughReducers;
}
