import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useFilter } from "../hooks/narrowing";
import { useReachable, useTable } from "../hooks/store";
import { type Filter, isFiltering, NO_FILTER } from "../state/filter";
import { namespaceOptions, nodeOptions, tagOptions } from "../state/options";
import { Icon } from "./Icon";
import { MultiSelect } from "./MultiSelect";
import "./FilterBar.css";

const PAUSE = 250; // milliseconds after the last key before the panels follow

/** Narrows every panel at once: by text, node, namespace, step, and tag where there are tags. */
export function FilterBar({ id }: { id: string }): JSX.Element {
  const [filter, setFilter] = useFilter();
  const namespaces = useTable("namespaces");
  const tasks = useTable("tasks");
  const messages = useTable("messages");
  const nodes = useMemo(
    () => nodeOptions(tasks.rows, messages.rows),
    [tasks.rows, tasks.version, messages.rows, messages.version],
  );
  const places = useMemo(() => namespaceOptions(namespaces.rows), [namespaces.rows, namespaces.version]);
  const tags = useMemo(
    () => tagOptions(messages.rows, filter.tags),
    [messages.rows, messages.version, filter.tags],
  );
  const reachable = useReachable();
  const set = (fields: Partial<Filter>) => setFilter({ ...filter, ...fields });
  return (
    <div class="lgj-filter" role="search" aria-label="Filter all panels" id={id}>
      <SearchField text={filter.text} onText={(text) => set({ text })} />
      <MultiSelect
        label="Node"
        options={nodes}
        chosen={filter.nodes}
        onChoose={(chosen) => set({ nodes: chosen })}
      />
      <MultiSelect
        label="Namespace"
        options={places}
        chosen={filter.namespaces}
        onChoose={(chosen) => set({ namespaces: chosen })}
      />
      <Steps steps={filter.steps} onSteps={(steps) => set({ steps })} />
      {tags.length > 0 ? (
        <MultiSelect
          label="Tag"
          options={tags}
          chosen={filter.tags}
          onChoose={(chosen) => set({ tags: chosen })}
        />
      ) : null}
      {filter.text !== "" && !reachable ? (
        <span class="lgj-muted" role="note">
          Of big values only the beginning is searched: the kernel is gone.
        </span>
      ) : null}
      {isFiltering(filter) ? (
        <button type="button" class="lgj-quiet-button" onClick={() => setFilter(NO_FILTER)}>
          <Icon name="cross" /> Clear
        </button>
      ) : null}
    </div>
  );
}

/** What is typed, told after a pause. */
function useTyped<T>(value: T, onTyped: (value: T) => void): readonly [T, (typed: T) => void] {
  const [typed, setTyped] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(onTyped);
  latest.current = onTyped;
  const key = JSON.stringify(value);
  useEffect(() => setTyped(value), [key]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (next: T) => {
    setTyped(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => latest.current(next), PAUSE);
  };
  return [typed, type];
}

function SearchField({ text, onText }: { text: string; onText: (text: string) => void }): JSX.Element {
  const [typed, type] = useTyped(text, (value) => onText(value.trim()));
  return (
    <label class="lgj-search">
      <Icon name="search" />
      <span class="lgj-sr">Text in all panels</span>
      <input
        type="search"
        placeholder="Search"
        value={typed}
        onInput={(event) => type(event.currentTarget.value)}
      />
    </label>
  );
}

function Steps(props: { steps: Filter["steps"]; onSteps: (steps: Filter["steps"]) => void }): JSX.Element {
  const [[from, to], type] = useTyped(props.steps, props.onSteps);
  const field = (label: string, value: number | null, change: (value: number | null) => void) => (
    <input
      type="number"
      aria-label={label}
      placeholder={label === "First step" ? "from" : "to"}
      value={value ?? ""}
      onInput={({ currentTarget: { value } }) => change(value === "" ? null : Number(value))}
    />
  );
  return (
    <span class="lgj-steps" role="group" aria-label="Steps">
      Steps
      {field("First step", from, (value) => type([value, to]))}–
      {field("Last step", to, (value) => type([from, value]))}
    </span>
  );
}
