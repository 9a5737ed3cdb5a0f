import type { JSX } from "preact";
import { nextSorting, type Sorting } from "../core/sorting";
import { SORT } from "../texts/sorting";
import { Icon } from "./Icon";
import "./SortButton.css";

interface Props {
  readonly title: string;
  /** The title in a sentence, where it is a sign. */
  readonly spoken?: string;
  readonly isNumeric: boolean;
  readonly sorting: Sorting;
  readonly onSort: (next: Sorting) => void;
}

/** The title of a column that sorts by it, the other way round, and then no more; its head says `ariaSort`. */
export function SortButton({ title, spoken, isNumeric, sorting, onSort }: Props): JSX.Element {
  const isSorted = sorting?.title === title;
  return (
    <button
      type="button"
      class={isSorted ? "lgj-sort-button lgj-sorted" : "lgj-sort-button"}
      title={SORT.hint(spoken ?? title)}
      onClick={() => onSort(nextSorting(title, isNumeric, sorting))}
    >
      {title}
      {isSorted ? <Icon name={sorting.descending ? "down" : "up"} /> : null}
    </button>
  );
}

export function ariaSort(title: string, sorting: Sorting): "none" | "ascending" | "descending" {
  if (sorting?.title !== title) return "none";
  return sorting.descending ? "descending" : "ascending";
}
