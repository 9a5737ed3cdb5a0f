import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Problem } from "../components/Problem";
import { formatNamesWithCounts } from "../core/format";
import { ChoiceField } from "../form/ChoiceField";
import { InvalidInput } from "../form/schema";
import { useElementId } from "../hooks/ids";
import { useCtrlEnter } from "../hooks/ctrlEnter";
import { IN_PLACE } from "../texts/edit";
import { type InPlaceEdit, writesOfEdit } from "./inPlaceEdit";
import type { WritePlace } from "./protocol";
import { PythonLine } from "./PythonLine";
import { forkCode } from "./pythonCode";
import type { EditSubject } from "./editSubject";
import { useRunSteering } from "./useRunSteering";
import "./steer.css";
import "./InPlaceEditor.css";

interface Props {
  readonly subject: EditSubject;
  readonly edit: InPlaceEdit;
  readonly onChange: (edit: InPlaceEdit | null) => void;
  /** Just begun: so what is typed next is the new value. */
  readonly fresh: boolean;
  /** Where the new value is typed. */
  readonly children: ComponentChildren;
}

/** A value as it is edited, and the run that goes on with it; its line of Python does the same. */
export function InPlaceEditor({ subject, edit, fresh, onChange, children }: Props): JSX.Element {
  const steer = useRunSteering();
  const [starting, setStarting] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const { checkpoint_id, as_node } = edit.place;
  const values = writesOfEdit(subject, edit);
  const box = useRef<HTMLDivElement>(null);
  const ready = !starting && values !== null && !isWriterUnknown(edit.place);
  const latest = useRef(edit);
  latest.current = edit;
  const start = () => {
    setStarting(true);
    setProblem(null);
    steer
      .fork(checkpoint_id, values, as_node)
      .then(
        ({ name, shown }) => {
          if (!shown) setProblem(IN_PLACE.runs(name));
          else if (latest.current === edit) onChange(null); // what was changed since is kept
        },
        (error: Error) => setProblem(error.message),
      )
      .finally(() => setStarting(false));
  };
  useCtrlEnter(box, () => {
    if (ready) start();
  });
  useLayoutEffect(() => {
    if (fresh) box.current?.querySelector<HTMLElement>("textarea, input")?.focus();
  }, []);
  return (
    <div class="lgj-in-place" ref={box}>
      {children}
      <WriterChoice
        place={edit.place}
        onPick={(node) => onChange({ ...edit, place: { ...edit.place, as_node: node } })}
      />
      <div class="lgj-in-place-bar">
        <button
          type="button"
          class="lgj-button lgj-primary"
          disabled={!ready}
          title={IN_PLACE.runHint}
          onClick={start}
        >
          {starting ? IN_PLACE.starting : IN_PLACE.run}
        </button>
        <button type="button" class="lgj-link" onClick={() => onChange(null)}>
          {IN_PLACE.leave}
        </button>
        {values && ready ? (
          <PythonLine
            steer={steer}
            line={(run) => forkCode(run, checkpoint_id, values, as_node, steer.chosen)}
          />
        ) : null}
      </div>
      <p class="lgj-hint">{problem ? <Problem text={problem} /> : editHintText(edit)}</p>
    </div>
  );
}

/** Whether several nodes may have written it, and nobody said which. */
function isWriterUnknown({ as_node, nodes }: WritePlace): boolean {
  return as_node === null && nodes.length > 1;
}

/** As which node it is written, where several ran in the step. */
function WriterChoice({
  place,
  onPick,
}: {
  place: WritePlace;
  onPick: (node: string) => void;
}): JSX.Element | null {
  const id = useElementId("lgj-writer");
  const { nodes, as_node } = place;
  if (nodes.length < 2) return null;
  return (
    <div class="lgj-in-place-bar">
      <span class="lgj-muted">{IN_PLACE.writer}</span>
      <ChoiceField
        id={id}
        labels={nodes}
        chosen={as_node === null ? -1 : nodes.indexOf(as_node)}
        label={IN_PLACE.writer}
        disabled={false}
        onChoose={(index) => onPick(nodes[index] as string)}
        {...(as_node === null ? { none: IN_PLACE.pickOne } : {})}
      />
    </div>
  );
}

/** Where it is written, and what follows; a key whose reducer cannot be passed by says so. */
function editHintText({ draft, place }: InPlaceEdit): string {
  if (draft instanceof InvalidInput) return draft.problem;
  const { step, key, reduced, by_id, supports_overwrite } = place;
  const where = placeText(place);
  if (isWriterUnknown(place)) return IN_PLACE.pick(`${step}`);
  const { reducer, perhapsReducer } = IN_PLACE.explain;
  const added = reduced?.includes(key) && !by_id?.includes(key) && !supports_overwrite;
  if (added) return `${where} ${reducer(key)}`;
  return reduced === null ? `${where} ${perhapsReducer(key)}` : where;
}

function placeText({ step, as_node, nodes }: WritePlace): string {
  const at = `${step ?? IN_PLACE.noStep}`;
  if (as_node === null) return IN_PLACE.written(at);
  const others = nodes.filter((each) => each !== as_node);
  const where = IN_PLACE.writtenAs(at, as_node);
  return others.length === 0 ? where : `${where} ${IN_PLACE.others(formatNamesWithCounts(others))}`;
}
