import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { formatInteger } from "../core/format";
import { useFilter } from "../hooks/narrowing";
import type { Store } from "../core/store";
import { useRunName, useStore, useTable } from "../hooks/store";
import { type Filter, isFiltering, NO_FILTER } from "../state/filter";
import { namespaceOptions, nodeOptions, tagOptions } from "../state/options";
import { FILTER } from "../texts/frame";
import { Icon } from "./Icon";
import { MultiSelect } from "./MultiSelect";
import type { TextSearch } from "./useTextSearch";
import "./FilterBar.css";

const DEBOUNCE = 250; // milliseconds after the last key before the panels follow

/** Narrows every panel at once: by text, node, namespace, step, and tag where there are tags. */
export function FilterBar({ id, finding }: { id: string; finding: TextSearch }): JSX.Element {
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
  const unsearched = useStore(["link"], unsearchedHint);
  const run = useRunName();
  const set = (fields: Partial<Filter>) => setFilter({ ...filter, ...fields });
  return (
    <div class="lgj-filter" role="search" aria-label={FILTER.name(run)} id={id}>
      <SearchField text={filter.text} onText={(text) => set({ text })} finding={finding} />
      <MultiSelect
        label={FILTER.node}
        options={nodes}
        chosen={filter.nodes}
        onChoose={(chosen) => set({ nodes: chosen })}
      />
      {places.length > 1 || filter.namespaces.length > 0 ? (
        <MultiSelect
          label={FILTER.namespace}
          options={places}
          chosen={filter.namespaces}
          onChoose={(chosen) => set({ namespaces: chosen })}
        />
      ) : null}
      <StepRangeFields steps={filter.steps} onSteps={(steps) => set({ steps })} />
      {tags.length > 0 ? (
        <MultiSelect
          label={FILTER.tag}
          options={tags}
          chosen={filter.tags}
          onChoose={(chosen) => set({ tags: chosen })}
        />
      ) : null}
      {filter.text !== "" && unsearched !== null ? (
        <span class="lgj-muted" role="note">
          {unsearched}
        </span>
      ) : null}
      {isFiltering(filter) ? (
        <button type="button" class="lgj-quiet-button" onClick={() => setFilter(NO_FILTER)}>
          <Icon name="cross" />
          <span>{FILTER.clear}</span>
        </button>
      ) : null}
    </div>
  );
}

/** What a text is not looked for in; null where all is searched. */
function unsearchedHint({ link }: Store): string | null {
  if (link.state === "gone" || link.state === "mismatch") return FILTER.inPart;
  return link.state === "saved" && link.omitted !== null ? FILTER.inSavedPart : null;
}

/** What is typed, reported in its normal form after a pause; where the value changes for another reason, it is shown. */
function useDebouncedInput<T>(
  value: T,
  onTyped: (value: T) => void,
  normalize: (typed: T) => T = (typed) => typed,
): readonly [T, (typed: T) => void] {
  const [typed, setTyped] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(onTyped);
  latest.current = onTyped;
  const key = JSON.stringify(value);
  const shown = useRef(key);
  // Before the next key: an effect after the paint would take back what was typed since.
  useLayoutEffect(() => {
    if (shown.current === key) return;
    shown.current = key;
    clearTimeout(timer.current);
    setTyped(value);
  }, [key]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (next: T) => {
    setTyped(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      const reported = normalize(next);
      shown.current = JSON.stringify(reported);
      latest.current(reported);
    }, DEBOUNCE);
  };
  return [typed, type];
}

const trimText = (text: string): string => text.trim();

/** What is typed is looked for; Enter goes to the next place where it stands, Shift + Enter to the one before. */
function SearchField(props: {
  text: string;
  onText: (text: string) => void;
  finding: TextSearch;
}): JSX.Element {
  const { text, onText, finding } = props;
  const [typed, type] = useDebouncedInput(text, onText, trimText);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    if (typed.trim() === text) finding.step(event.shiftKey ? -1 : 1);
    else onText(typed.trim());
  };
  return (
    <span class="lgj-find">
      <label class="lgj-search">
        <Icon name="search" />
        <span class="lgj-sr">{FILTER.field}</span>
        <input
          type="search"
          placeholder={FILTER.search}
          dir="auto"
          value={typed}
          onInput={(event) => type(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
      </label>
      {text !== "" ? <MatchCount finding={finding} /> : null}
    </span>
  );
}

function MatchCount({ finding: { count, more, position, step } }: { finding: TextSearch }): JSX.Element {
  const all = `${formatInteger(count)}${more ? "+" : ""}`;
  return (
    <>
      <span class="lgj-muted" role="status">
        {position > 0 ? FILTER.position(formatInteger(position), all) : FILTER.found(all)}
      </span>
      <MatchStepButton name="up" label={FILTER.previous} disabled={count === 0} onClick={() => step(-1)} />
      <MatchStepButton name="down" label={FILTER.next} disabled={count === 0} onClick={() => step(1)} />
    </>
  );
}

function MatchStepButton(props: {
  name: "up" | "down";
  label: string;
  disabled: boolean;
  onClick: () => void;
}): JSX.Element {
  const { name, label, disabled, onClick } = props;
  return (
    <button
      type="button"
      class="lgj-tool"
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={name} />
    </button>
  );
}

function StepRangeFields(props: {
  steps: Filter["steps"];
  onSteps: (steps: Filter["steps"]) => void;
}): JSX.Element {
  const [[from, to], type] = useDebouncedInput(props.steps, props.onSteps);
  const field = (label: string, value: number | null, change: (value: number | null) => void) => (
    <input
      type="number"
      aria-label={label}
      placeholder={label === FILTER.firstStep ? FILTER.from : FILTER.to}
      value={value ?? ""}
      onInput={({ currentTarget: { value } }) => change(value === "" ? null : Number(value))}
    />
  );
  return (
    <span class="lgj-steps" role="group" aria-label={FILTER.steps}>
      <span>{FILTER.steps}</span>
      {field(FILTER.firstStep, from, (value) => type([value, to]))}–
      {field(FILTER.lastStep, to, (value) => type([from, value]))}
    </span>
  );
}
