import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../../components/Icon";
import { MultiSelect } from "../../components/MultiSelect";
import { useStore, useTable } from "../../hooks";
import { type Filter, NO_FILTER, isFiltering, modeOptions, namespaceOptions } from "./data";

const PAUSE = 250; // milliseconds after the last key before the kernel is asked

interface Props {
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
  readonly seenModes: ReadonlySet<string>;
}

export function FilterBar({ filter, onFilter, seenModes }: Props): JSX.Element {
  const asked = useStore(["summary", "counts"], ({ summary }) => summary.modes);
  const { rows } = useTable("namespaces");
  const modes = modeOptions(asked, seenModes).map((mode) => ({ value: mode, label: mode }));
  return (
    <div class="lgj-filter" role="search" aria-label="Filter the events">
      <SearchField text={filter.text} onText={(text) => onFilter({ ...filter, text })} />
      <MultiSelect
        label="Mode"
        options={modes}
        chosen={filter.modes}
        onChoose={(chosen) => onFilter({ ...filter, modes: chosen })}
      />
      <MultiSelect
        label="Namespace"
        options={namespaceOptions(rows)}
        chosen={filter.namespaces}
        onChoose={(chosen) => onFilter({ ...filter, namespaces: chosen })}
      />
      {isFiltering(filter) ? (
        <button type="button" class="lgj-quiet-button" onClick={() => onFilter(NO_FILTER)}>
          <Icon name="cross" /> Clear
        </button>
      ) : null}
    </div>
  );
}

function SearchField({ text, onText }: { text: string; onText: (text: string) => void }): JSX.Element {
  const [typed, setTyped] = useState(text);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => setTyped(text), [text]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (value: string) => {
    setTyped(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onText(value.trim()), PAUSE);
  };
  return (
    <label class="lgj-search">
      <Icon name="search" />
      <span class="lgj-sr">Text in the events</span>
      <input
        type="search"
        placeholder="Search"
        value={typed}
        onInput={(event) => type(event.currentTarget.value)}
      />
    </label>
  );
}
