import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Icon } from "../../components/Icon";
import { formatCountWithNoun } from "../../core/format";
import { CHOSEN, HISTORY } from "../../texts/history";
import type { RunAction } from "./runActions";
import type { KeptRow } from "./rows";

interface Props {
  readonly rows: readonly KeptRow[];
  readonly act: RunAction;
  readonly onNone: () => void;
}

/** What can be done with the chosen runs; nothing while none is. */
export function ChosenRunsBar({ rows, act, onNone }: Props): JSX.Element | null {
  if (rows.length === 0) return null;
  const ids = rows.map(({ id }) => id);
  const pinned = rows.every((row) => row.pinned);
  return (
    <div class="lgj-chosen-runs" role="group" aria-label={CHOSEN.name}>
      <span>{CHOSEN.chosen(formatCountWithNoun(rows.length, HISTORY.run))}</span>
      <button
        type="button"
        class="lgj-button"
        disabled={rows.length !== 2}
        title={CHOSEN.compareHint}
        onClick={() => act("show", { ids })}
      >
        <Icon name="columns" />
        {CHOSEN.compare}
      </button>
      <button
        type="button"
        class="lgj-button"
        title={pinned ? CHOSEN.unpinHint : CHOSEN.pinHint}
        onClick={() => act("pin", { ids, pinned: !pinned })}
      >
        <Icon name="pin" />
        {pinned ? CHOSEN.unpin : CHOSEN.pin}
      </button>
      <DeleteButton ids={ids} act={act} onNone={onNone} />
      <button type="button" class="lgj-quiet-button" title={CHOSEN.none} onClick={onNone}>
        <Icon name="cross" />
        <span class="lgj-sr">{CHOSEN.none}</span>
      </button>
    </div>
  );
}

/** Asks once more: what is deleted is gone. */
function DeleteButton({
  ids,
  act,
  onNone,
}: {
  ids: readonly string[];
  act: RunAction;
  onNone: () => void;
}): JSX.Element {
  const [asked, ask] = useState(""); // about these: others are not meant
  const which = ids.join();
  if (asked !== which) {
    return (
      <button type="button" class="lgj-button" title={CHOSEN.removeHint} onClick={() => ask(which)}>
        {CHOSEN.remove}
      </button>
    );
  }
  const remove = () => {
    act("delete", { ids });
    onNone();
  };
  return (
    <>
      <button type="button" class="lgj-button lgj-final" onClick={remove}>
        {CHOSEN.confirm(formatCountWithNoun(ids.length, HISTORY.run))}
      </button>
      <button type="button" class="lgj-button" onClick={() => ask("")}>
        {CHOSEN.keep}
      </button>
    </>
  );
}
