import type { JSX } from "preact";
import { JsonField } from "../form/JsonField";
import { TextArea } from "../form/TextArea";
import { IN_PLACE } from "../texts/edit";
import { EditInPlace } from "./EditInPlace";
import type { InPlace } from "./inPlace";
import type { Subject } from "./subject";

interface Props {
  readonly id: string;
  readonly edit: InPlace;
  readonly fresh: boolean;
  readonly onChange: (edit: InPlace | null) => void;
}

/** A message's text in a field for text; content of several blocks as JSON. */
export function EditMessage({ id, edit, fresh, onChange }: Props): JSX.Element {
  const subject: Subject = { kind: "message", id };
  const { draft } = edit;
  return (
    <EditInPlace subject={subject} edit={edit} fresh={fresh} onChange={onChange}>
      {typeof draft === "string" ? (
        <TextArea label={IN_PLACE.text} value={draft} onText={(text) => onChange({ ...edit, draft: text })} />
      ) : (
        <JsonField
          label={IN_PLACE.content}
          value={draft}
          onChange={(next) => onChange({ ...edit, draft: next })}
        />
      )}
    </EditInPlace>
  );
}
