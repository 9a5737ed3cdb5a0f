import type { JSX } from "preact";
import type { Narrowing } from "../state/narrowing";
import { SELECTION } from "../texts/frame";

/** What a panel says that has rows, none of which passes the filter or belongs to what is selected. */
export function NothingShown({ what, narrowing }: { what: string; narrowing: Narrowing }): JSX.Element {
  const { scope, clear } = narrowing;
  return (
    <div class="lgj-empty" role="note">
      {scope ? SELECTION.within(what.replace(/\.$/, ""), scope.label) : what}
      <button type="button" class="lgj-link" onClick={clear}>
        {scope ? SELECTION.showAll : SELECTION.clearFilter}
      </button>
    </div>
  );
}
