import type { JSX } from "preact";
import { JsonField } from "../form/JsonField";
import { TextArea } from "../form/TextArea";
import { IN_PLACE } from "../texts/edit";
import { InPlaceEditor } from "./InPlaceEditor";
import type { InPlaceEdit } from "./inPlaceEdit";
import type { EditSubject } from "./editSubject";

interface Props {
  readonly id: string;
  readonly edit: InPlaceEdit;
  readonly fresh: boolean;
  readonly onChange: (edit: InPlaceEdit | null) => void;
}

/** A message's text in a field for text; content of several blocks as JSON. */
export function MessageEditor({ id, edit, fresh, onChange }: Props): JSX.Element {
  const subject: EditSubject = { kind: "message", id };
  const { draft } = edit;
  return (
    <InPlaceEditor subject={subject} edit={edit} fresh={fresh} onChange={onChange}>
      {typeof draft === "string" ? (
        <TextArea label={IN_PLACE.text} value={draft} onText={(text) => onChange({ ...edit, draft: text })} />
      ) : (
        <JsonField
          label={IN_PLACE.content}
          value={draft}
          onChange={(next) => onChange({ ...edit, draft: next })}
        />
      )}
    </InPlaceEditor>
  );
}
