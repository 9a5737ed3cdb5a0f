import type { JSX } from "preact";
import { formatInteger } from "../core/format";
import { RUN_STATUSES, type Status } from "../core/schema";
import { Icon } from "./Icon";
import { statusLook } from "./StatusBadge";
import "./FilterBar.css";
import "./StatusFilter.css";

interface Words {
  readonly all: string;
  readonly search: string;
  readonly searchField: string;
  readonly searchHint: string;
}

interface Props {
  readonly label: string;
  readonly words: Words;
  readonly counts: ReadonlyMap<Status, number>;
  readonly total: number;
  readonly status: Status | null;
  readonly text: string;
  readonly onStatus: (status: Status | null) => void;
  readonly onText: (text: string) => void;
}

/** Narrows a table of runs to one status, or to a text. */
export function StatusFilter(props: Props): JSX.Element {
  const { label, words, counts, total, status, text, onStatus, onText } = props;
  const there = RUN_STATUSES.filter((each) => counts.get(each) || each === status);
  return (
    <div class="lgj-filter lgj-status-filter" role="search" aria-label={label}>
      <StatusButton word={words.all} count={total} chosen={status === null} onChoose={() => onStatus(null)} />
      {there.map((each) => (
        <StatusButton
          key={each}
          status={each}
          word={statusLook(each).word}
          count={counts.get(each) ?? 0}
          chosen={each === status}
          onChoose={() => onStatus(each === status ? null : each)}
        />
      ))}
      <label class="lgj-search">
        <Icon name="search" />
        <span class="lgj-sr">{words.search}</span>
        <input
          type="text"
          placeholder={words.searchField}
          title={words.searchHint}
          value={text}
          onInput={({ currentTarget }) => onText(currentTarget.value)}
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

function StatusButton({ status, word, count, chosen, onChoose }: ChoiceProps): JSX.Element {
  const known = status ? statusLook(status) : null;
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
      {word} <span class="lgj-muted">{formatInteger(count)}</span>
    </button>
  );
}
