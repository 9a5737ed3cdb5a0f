import type { JSX } from "preact";
import { IN_PLACE } from "../texts/edit";
import { InPlaceEditor } from "./InPlaceEditor";
import { ValueEditor } from "./ValueEditor";
import type { InPlaceEdit } from "./inPlaceEdit";
import type { EditSubject } from "./editSubject";

interface Props {
  readonly subject: EditSubject & { readonly kind: "value" };
  readonly edit: InPlaceEdit;
  readonly fresh: boolean;
  readonly onChange: (edit: InPlaceEdit | null) => void;
}

/** A value of the state as it is edited where it is shown. */
export function StateValueEditor({ subject, edit, fresh, onChange }: Props): JSX.Element {
  const { place, draft } = edit;
  return (
    <InPlaceEditor subject={subject} edit={edit} fresh={fresh} onChange={onChange}>
      <ValueEditor
        label={IN_PLACE.valueOf(subject.key)}
        before={place.value}
        value={draft}
        onChange={(next) => onChange({ ...edit, draft: next })}
      />
    </InPlaceEditor>
  );
}
