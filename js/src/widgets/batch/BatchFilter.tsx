import type { JSX } from "preact";
import { StatusFilter } from "../../components/StatusFilter";
import type { Status } from "../../core/schema";
import { useStore } from "../../hooks/store";
import { BATCH } from "../../texts/batch";
import type { InputFilter } from "./rows";

const WORDS = {
  all: BATCH.all,
  search: BATCH.search,
  searchField: BATCH.searchField,
  searchHint: BATCH.searchHint,
};

interface Props {
  readonly counts: ReadonlyMap<Status, number>;
  readonly total: number;
  readonly narrowing: InputFilter;
  readonly onNarrowing: (fields: Partial<InputFilter>) => void;
}

/** Narrows the table to one status, or to a text. */
export function BatchFilter({ counts, total, narrowing, onNarrowing }: Props): JSX.Element {
  const target = useStore(["summary"], ({ summary }) => summary.target);
  return (
    <StatusFilter
      label={BATCH.filter(target)}
      words={WORDS}
      counts={counts}
      total={total}
      status={narrowing.status}
      text={narrowing.text}
      onStatus={(status) => onNarrowing({ status })}
      onText={(text) => onNarrowing({ text: text.toLowerCase() })}
    />
  );
}
