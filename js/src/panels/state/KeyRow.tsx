import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Problem } from "../../components/Problem";
import { formatCountWithNoun } from "../../core/format";
import { EditButton } from "../../steer/EditButton";
import { StateValueEditor } from "../../steer/StateValueEditor";
import type { EditSubject } from "../../steer/editSubject";
import { useInPlaceEdit } from "../../steer/useInPlaceEdit";
import { CHANGE } from "../../texts/state";
import { ChangeView } from "./ChangeView";
import { type KeyChanges, messagesOf } from "./data";

const FEW = 30; // changes of one key drawn at first

interface Props {
  readonly changes: KeyChanges;
  /** The step of the root graph, after which the key can be changed; null where there is none. */
  readonly step: number | null;
}

/** What a step changed in a key, and a way to change it; messages are changed one by one. */
export function KeyRow({ changes: { key, changes }, step }: Props): JSX.Element {
  const [shown, setShown] = useState(FEW);
  const subject: EditSubject = { kind: "value", step: step ?? 0, key };
  const editing = useInPlaceEdit(subject);
  const { edit } = editing;
  const canEdit = step !== null && key !== "" && !changes.some(({ row }) => messagesOf(row.after)?.length);
  return (
    <div class="lgj-key-row">
      <span class="lgj-key-name">
        <code class="lgj-key">{key || CHANGE.whole}</code>
        {canEdit ? <EditButton of={editing} name={key} /> : null}
      </span>
      <div class="lgj-key-changes">
        {changes.slice(0, shown).map((change) => (
          <ChangeView key={change.index} change={change} />
        ))}
        {changes.length > shown ? (
          <button type="button" class="lgj-link" onClick={() => setShown(changes.length)}>
            {CHANGE.showMore(formatCountWithNoun(changes.length - shown, CHANGE.change))}
          </button>
        ) : null}
        <Problem text={editing.problem} />
        {canEdit && edit ? (
          <StateValueEditor subject={subject} edit={edit} fresh={editing.fresh} onChange={editing.change} />
        ) : null}
      </div>
    </div>
  );
}
