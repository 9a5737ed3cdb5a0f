import type { JSX } from "preact";
import { IN_PLACE } from "../texts/edit";
import { EditInPlace } from "./EditInPlace";
import { EditedValue } from "./EditedValue";
import type { InPlace } from "./inPlace";
import type { Subject } from "./subject";

interface Props {
  readonly subject: Subject & { readonly kind: "value" };
  readonly edit: InPlace;
  readonly fresh: boolean;
  readonly onChange: (edit: InPlace | null) => void;
}

/** A value of the state as it is edited where it is shown. */
export function EditValue({ subject, edit, fresh, onChange }: Props): JSX.Element {
  const { place, draft } = edit;
  return (
    <EditInPlace subject={subject} edit={edit} fresh={fresh} onChange={onChange}>
      <EditedValue
        label={IN_PLACE.valueOf(subject.key)}
        before={place.value}
        value={draft}
        onChange={(next) => onChange({ ...edit, draft: next })}
      />
    </EditInPlace>
  );
}
