import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { CopyButton } from "../../components/CopyButton";
import { Icon } from "../../components/Icon";
import { JsonTree } from "../../components/JsonTree";
import { LazyTree, type LoadLevel } from "../../components/LazyTree";
import { NamespacePath } from "../../components/NodeName";
import { bytes, clip } from "../../core/format";
import { child } from "../../core/pointer";
import { isBig, isFinal, type Json } from "../../core/schema";
import { JsonField } from "../../form/JsonField";
import { type Draft, settled, Unparsed } from "../../form/schema";
import { useView } from "../../hooks/context";
import { useReachable, useStore } from "../../hooks/store";
import { PythonLine } from "../../steer/PythonLine";
import type { History } from "../../steer/protocol";
import { forkLine } from "../../steer/python";
import type { Steer } from "../../steer/steer";
import { opaque, type Values, writesOf } from "../../steer/writes";
import { type Item, nextOf } from "./data";
import "../../components/keys.css";
import "../../form/SchemaForm.css";
import "../../steer/steer.css";

interface Props {
  readonly item: Item;
  readonly history: History | null;
  readonly steer: Steer;
  readonly onBack: () => void;
}

type State = Readonly<Record<string, Json>>;

/** One checkpoint: the state there, what to change of it, and a run that begins there. */
export function AtCheckpoint({ item, history, steer, onBack }: Props): JSX.Element {
  const { call } = useView();
  const id = item.listed.checkpoint_id;
  const [state, setState] = useState<State | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [edits, setEdits] = useState<ReadonlyMap<string, Edit>>(new Map());
  const load: LoadLevel = (path, offset, limit) =>
    call("checkpoint", { checkpoint_id: id, path, offset, limit });
  useEffect(() => {
    load("", 0, 1000).then(
      ({ value }) => setState(asState(value)),
      (error: Error) => setProblem(error.message),
    );
  }, [id]);
  const edit = (key: string, next: Edit | null) =>
    setEdits((edits) => {
      const changed = new Map(edits);
      if (next) changed.set(key, next);
      else changed.delete(key);
      return changed;
    });
  const isRoot = item.namespace === "";
  const keys = [...new Set([...Object.keys(state ?? {}), ...(isRoot ? (history?.keys ?? []) : [])])];
  return (
    <div class="lgj-at">
      <Head item={item} onBack={onBack} />
      <div class="lgj-scroll lgj-at-state">
        {problem ? (
          <p class="lgj-problem" role="alert">
            {problem}
          </p>
        ) : null}
        {state === null && !problem ? <p class="lgj-muted">Loading…</p> : null}
        {state !== null && keys.length === 0 ? <p class="lgj-muted">The state is empty here.</p> : null}
        {state === null
          ? null
          : keys.map((key) => (
              <KeyOfState
                key={key}
                name={key}
                value={state[key]}
                changed={item.listed.changed.includes(key)}
                load={load}
                of={id}
                edit={edits.get(key) ?? null}
                onEdit={isRoot ? (next) => edit(key, next) : null}
              />
            ))}
      </div>
      {isRoot ? (
        <ForkBar item={item} history={history} steer={steer} edits={edits} />
      ) : (
        <p class="lgj-send lgj-muted">A run can begin anew at checkpoints of the whole graph only.</p>
      )}
    </div>
  );
}

function asState(value: Json): State {
  const isState = typeof value === "object" && value !== null && !Array.isArray(value);
  return isState ? (value as State) : { __root__: value };
}

function Head({ item, onBack }: { item: Item; onBack: () => void }): JSX.Element {
  const back = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => back.current?.focus({ preventScroll: true }), []);
  const { step, source, checkpoint_id } = item.listed;
  return (
    <div class="lgj-panel-bar">
      <button type="button" class="lgj-quiet-button" ref={back} onClick={onBack}>
        <Icon name="left" /> All checkpoints
      </button>
      <b>{step === null ? "Checkpoint" : `Step ${step}`}</b>
      {item.namespace ? <NamespacePath namespace={item.namespace} /> : null}
      {source ? <span class="lgj-tag">{source}</span> : null}
      <span class="lgj-muted">next: {nextOf(item.listed)}</span>
      <span class="lgj-at-id lgj-muted">
        <code class="lgj-clip" title={checkpoint_id}>
          {checkpoint_id}
        </code>
        <CopyButton text={() => checkpoint_id} label="Copy the checkpoint’s id" />
      </span>
    </div>
  );
}

/** A key that is being edited: what it was, and what is to be written. */
interface Edit {
  readonly before: Json;
  readonly draft: Draft;
}

interface KeyProps {
  readonly name: string;
  /** Undefined where it is not set. */
  readonly value: Json | undefined;
  readonly changed: boolean;
  readonly load: LoadLevel;
  readonly of: string;
  readonly edit: Edit | null;
  readonly onEdit: ((edit: Edit | null) => void) | null;
}

function KeyOfState(props: KeyProps): JSX.Element {
  const { name, value, changed, edit, onEdit } = props;
  const [problem, setProblem] = useState<string | null>(null);
  const begin = () => {
    props.load(child("", name), 0, 0).then(
      (level) => {
        const place = level.total === null ? opaque(level.value) : null;
        if (level.total !== null) setProblem(TOO_LARGE);
        else if (place !== null) setProblem(notJson(place));
        else onEdit?.({ before: level.value, draft: level.value as Draft });
      },
      (error: Error) => setProblem(error.message),
    );
  };
  const unset = value === undefined;
  return (
    <section class="lgj-key-row lgj-at-key" aria-label={name}>
      <div class="lgj-at-name">
        <code class="lgj-key" title={name}>
          {name}
        </code>
        {changed ? <span class="lgj-tag">changed here</span> : null}
      </div>
      <div class="lgj-at-value">
        {edit && onEdit ? (
          <EditField name={name} edit={edit} onEdit={onEdit} />
        ) : (
          <>
            {unset ? <span class="lgj-muted">not set</span> : <Shown {...props} value={value} />}
            {onEdit ? (
              <button
                type="button"
                class="lgj-quiet-button"
                aria-label={`Edit ${name}`}
                onClick={() => (unset ? onEdit({ before: null, draft: undefined }) : begin())}
              >
                Edit
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

const UNPARSED = "A new value cannot be read yet.";

const TOO_LARGE = "It is too large to be edited here: write it in a cell, run.fork(…, values={…}).";

function notJson(place: string): string {
  return `At ${place} is an object that JSON cannot say: write this key in a cell, run.fork(…, values={…}).`;
}

function Shown({ name, value, load, of }: KeyProps & { value: Json }): JSX.Element {
  const [open, setOpen] = useState(false);
  if (!isBig(value)) return <JsonTree value={value} open={1} />;
  if (open) return <LazyTree load={load} of={of} path={child("", name)} />;
  return (
    <button type="button" class="lgj-json-toggle" aria-expanded={false} onClick={() => setOpen(true)}>
      <Icon name="right" />
      <span class="lgj-muted">
        {bytes(value.$big)} · {clip(value.preview, 80)}
      </span>
    </button>
  );
}

function EditField(props: { name: string; edit: Edit; onEdit: (edit: Edit | null) => void }): JSX.Element {
  const { name, edit, onEdit } = props;
  const unparsed = edit.draft instanceof Unparsed ? edit.draft : null;
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => box.current?.querySelector("textarea")?.focus({ preventScroll: true }), []);
  return (
    <div class="lgj-field-body" ref={box}>
      <JsonField
        label={`New value of ${name}`}
        value={edit.draft}
        invalid={unparsed !== null}
        onChange={(draft) => onEdit({ ...edit, draft })}
      />
      <span class="lgj-at-tools">
        <button type="button" class="lgj-link" onClick={() => onEdit(null)}>
          Leave as it was
        </button>
        {unparsed ? (
          <span class="lgj-problem" role="alert">
            {placed(unparsed)}
          </span>
        ) : null}
      </span>
    </div>
  );
}

/** Where in a text the reading stopped, in lines and columns: browsers tell it each in their way. */
function placed({ text, problem }: Unparsed): string {
  if (/line \d+/.test(problem)) return problem;
  const at = /position (\d+)/.exec(problem)?.[1] ?? text.length; // else the text ended too soon
  const before = text.slice(0, Number(at)).split("\n");
  return `${problem} (line ${before.length} column ${(before.at(-1)?.length ?? 0) + 1})`;
}

interface ForkProps {
  readonly item: Item;
  readonly history: History | null;
  readonly steer: Steer;
  readonly edits: ReadonlyMap<string, Edit>;
}

function ForkBar({ item, history, steer, edits }: ForkProps): JSX.Element {
  const reachable = useReachable();
  const over = useStore(["summary"], ({ summary }) => isFinal(summary.status));
  const [node, setNode] = useState<string | null>(null);
  const [outcome, setOutcome] = useState<{ text: string; failed: boolean } | null>(null);
  const [starting, setStarting] = useState(false);
  const { checkpoint_id, next } = item.listed;
  const given = [...edits].filter(([, { draft }]) => draft !== undefined);
  const unparsed = given.some(([, { draft }]) => draft instanceof Unparsed);
  const values = unparsed ? null : valuesOf(given, history);
  const writes = values !== null || node !== null;
  const nothing = next.length === 0 && !writes;
  const start = () => {
    setStarting(true);
    setOutcome(null);
    steer
      .fork(checkpoint_id, values, node)
      .then(
        ({ name, shown }) =>
          setOutcome({
            text: shown ? `It runs: ${name}.` : `It runs: ${name}.show() shows it.`,
            failed: false,
          }),
        (error: Error) => setOutcome({ text: error.message, failed: true }),
      )
      .finally(() => setStarting(false));
  };
  return (
    <div class="lgj-send" role="group" aria-label="Run again from here">
      <button
        type="button"
        class="lgj-button lgj-primary"
        disabled={!reachable || starting || unparsed || nothing || steer.known?.why_no_branch !== null}
        title={nothing ? "Nothing is left to run here" : "A new run begins here; this one stays as it is"}
        onClick={start}
      >
        {starting ? "Starting…" : writes ? "Write this and run from here" : "Run again from here"}
      </button>
      <label class="lgj-as-node">
        as node
        <select
          class="lgj-input"
          value={node ?? ""}
          title="Which node is to have written it: what follows that node runs next"
          onChange={(event) => setNode(event.currentTarget.value || null)}
        >
          <option value="">–</option>
          {(history?.nodes ?? []).map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
      </label>
      <PythonLine steer={steer} line={(run) => forkLine(run, checkpoint_id, values, node, steer.chosen)} />
      <p class="lgj-hint" role={outcome?.failed ? "alert" : "status"}>
        <span class={outcome?.failed ? "lgj-problem" : ""}>
          {outcome?.text ??
            steer.known?.why_no_branch ??
            (unparsed ? UNPARSED : null) ??
            hint(nothing, over, values, history)}
        </span>
      </p>
    </div>
  );
}

/** What is to be written of the edits; null if nothing changed. */
function valuesOf(given: readonly (readonly [string, Edit])[], history: History | null): Values | null {
  const before = Object.fromEntries(given.map(([key, edit]) => [key, edit.before]));
  const after = Object.fromEntries(given.map(([key, edit]) => [key, settled(edit.draft)]));
  const writes = writesOf(before, after, history?.reduced ?? null, history?.replaces);
  return Object.keys(writes).length > 0 ? writes : null;
}

function hint(nothing: boolean, over: boolean, values: Values | null, history: History | null): string {
  if (nothing)
    return "Nothing is left to run here: change something, or choose the node that is to have written it.";
  if (!over) return "The run goes on meanwhile, on the same thread.";
  if (values === null) return "A new run begins here; this one stays as it is.";
  if (history?.reduced == null) {
    return "Only what changed is written. Keys with a reducer, which a server does not tell of, are written through it.";
  }
  return !history.replaces
    ? "Only what changed is written, through the keys’ reducers: this langgraph cannot pass by them."
    : "Only what changed is written, in a checkpoint of its own; this run stays as it is.";
}
