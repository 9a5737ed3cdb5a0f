import type { JSX } from "preact";
import { Icon } from "../../components/Icon";
import { statusOf } from "../../components/StatusBadge";
import { integer } from "../../core/format";
import type { Status } from "../../core/schema";
import { type Narrowing, STATUSES } from "./rows";
import "../../components/FilterBar.css";

interface Props {
  readonly counts: ReadonlyMap<Status, number>;
  readonly total: number;
  readonly narrowing: Narrowing;
  readonly onNarrowing: (fields: Partial<Narrowing>) => void;
}

/** Narrows the table to one status, or to a text. */
export function Narrow({ counts, total, narrowing, onNarrowing }: Props): JSX.Element {
  const { status, text } = narrowing;
  const there = STATUSES.filter((each) => counts.get(each) || each === status);
  return (
    <div class="lgj-filter" role="search" aria-label="Filter the inputs">
      <Choice
        word="All"
        count={total}
        chosen={status === null}
        onChoose={() => onNarrowing({ status: null })}
      />
      {there.map((each) => (
        <Choice
          key={each}
          status={each}
          word={statusOf(each).word}
          count={counts.get(each) ?? 0}
          chosen={each === status}
          onChoose={() => onNarrowing({ status: each === status ? null : each })}
        />
      ))}
      <label class="lgj-search">
        <Icon name="search" />
        <span class="lgj-sr">Search inputs, errors and last words</span>
        <input
          type="text"
          placeholder="Search"
          title="In inputs, errors and last words ( / )"
          value={text}
          onInput={({ currentTarget }) => onNarrowing({ text: currentTarget.value.toLowerCase() })}
        />
      </label>
    </div>
  );
}

interface ChoiceProps {
  readonly status?: Status;
  readonly word: string;
  readonly count: number;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}

function Choice({ status, word, count, chosen, onChoose }: ChoiceProps): JSX.Element {
  const known = status ? statusOf(status) : null;
  return (
    <button
      type="button"
      class={`lgj-button lgj-choice ${chosen ? "lgj-chosen" : ""}`}
      aria-pressed={chosen}
      onClick={onChoose}
    >
      {known ? (
        <span class={`lgj-choice-sign lgj-tone-${known.tone}`}>
          <Icon name={known.icon} />
        </span>
      ) : null}
      {word} <span class="lgj-muted">{integer(count)}</span>
    </button>
  );
}
