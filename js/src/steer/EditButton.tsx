import type { JSX } from "preact";
import { useModule } from "../hooks/module";
import { EDIT } from "../texts/steer";
import type * as Edit from "./edit";
import type { EditingState } from "./useInPlaceEdit";

/** Begins to edit what it stands beside; nothing where no run can begin from it. */
export function EditButton({ of, name }: { of: EditingState; name: string }): JSX.Element | null {
  if (!of.possible || of.edit) return null;
  return (
    <button
      type="button"
      class="lgj-quiet-button"
      aria-label={EDIT.of(name)}
      title={EDIT.hint}
      onClick={of.begin}
    >
      {EDIT.edit}
    </button>
  );
}

/** A message's text as it is edited, in a module that is loaded then. */
export function LazyMessageEditor({ id, of }: { id: string; of: EditingState }): JSX.Element | null {
  const { module, problem } = useModule<typeof Edit>("edit");
  if (of.edit === null || module === null) return <p class="lgj-muted">{problem ?? EDIT.loading}</p>;
  return <module.MessageEditor id={id} edit={of.edit} fresh={of.fresh} onChange={of.change} />;
}
