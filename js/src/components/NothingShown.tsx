import type { JSX } from "preact";
import type { Narrowing } from "../state/narrowing";

/** What a panel says that has rows, none of which passes the filter or belongs to what is selected. */
export function NothingShown({ what, narrowing }: { what: string; narrowing: Narrowing }): JSX.Element {
  const { scope, clear } = narrowing;
  return (
    <div class="lgj-empty" role="note">
      {scope ? `${what.replace(/\.$/, "")} within ${scope.label}.` : what}
      <button type="button" class="lgj-link" onClick={clear}>
        {scope ? "Show all" : "Clear the filter"}
      </button>
    </div>
  );
}
