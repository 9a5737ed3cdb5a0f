import type { JSX } from "preact";
import { NamespacePath } from "../../components/NodeName";
import { Value } from "../../components/Value";
import { VirtualList } from "../../components/VirtualList";
import { ChangeView } from "../../panels/state/ChangeView";
import { COMPARE, STATES } from "../../texts/compare";
import { type StateKey, stateKeysOf } from "./data";
import { NoDifference } from "./NoDifference";
import type { PanelProps } from "./panel";
import "../../components/keys.css";

/** What makes the end state of B of that of A, key by key. */
export function StatePanel({ compared, all }: PanelProps): JSX.Element {
  const keys = stateKeysOf(compared, all);
  if (keys.length === 0) {
    return (
      <NoDifference
        some={compared.unchanged.length > 0 || compared.path.length > 0}
        same={STATES.same}
        none={STATES.none}
      />
    );
  }
  return (
    <VirtualList
      class="lgj-pairs"
      label={STATES.name}
      count={keys.length}
      keyOf={(index) => `${keys[index]?.namespace}\n${keys[index]?.key}`}
      estimate={() => 80}
      epoch={all}
      render={(index) => <KeyView at={keys[index] as StateKey} />}
    />
  );
}

function KeyView({ at }: { at: StateKey }): JSX.Element {
  return (
    <article class="lgj-pair lgj-key-row">
      <div>
        <div class="lgj-key">{at.key || STATES.state}</div>
        {at.namespace ? <NamespacePath namespace={at.namespace} /> : null}
      </div>
      <div class="lgj-key-changes">
        {"changes" in at ? (
          at.changes.map((change) => <ChangeView key={change.index} change={change} />)
        ) : (
          <>
            <span class="lgj-muted lgj-pair-part">{COMPARE.same}</span>
            <Value
              value={at.same.row.value}
              address={{ table: "unchanged", key: at.same.index, column: "value" }}
            />
          </>
        )}
      </div>
    </article>
  );
}
