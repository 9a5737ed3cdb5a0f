import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { formatCountWithNoun } from "../core/format";
import type { FilterOption } from "../state/options";
import { FILTER } from "../texts/frame";
import { DropDown } from "./DropDown";

interface Props {
  readonly label: string;
  readonly options: readonly FilterOption[];
  readonly chosen: readonly string[];
  readonly onChoose: (chosen: readonly string[]) => void;
}

const MANY = 10; // options beyond which they can be searched
const DRAWN = 200; // options drawn at once

/** A button that opens a list of check boxes. Nothing chosen means: no narrowing. */
export function MultiSelect({ label, options, chosen, onChoose }: Props): JSX.Element {
  const isChosen = ({ values }: FilterOption) => values.every((value) => chosen.includes(value));
  const toggle = (option: FilterOption) => {
    const others = chosen.filter((value) => !option.values.includes(value));
    onChoose(isChosen(option) ? others : [...others, ...option.values]);
  };
  const whole = options.find(
    ({ values }) => values.length === chosen.length && values.every((v) => chosen.includes(v)),
  );
  const what =
    whole?.label ??
    (chosen.length === 1 ? chosen[0] : formatCountWithNoun(chosen.length, FILTER.chosen, FILTER.chosen));
  return (
    <DropDown
      label={label}
      shown={`${label}${chosen.length > 0 ? `: ${what}` : ""}`}
      chosen={chosen.length > 0}
    >
      {() => <OptionMenu options={options} isChosen={isChosen} onToggle={toggle} />}
    </DropDown>
  );
}

function OptionMenu(props: {
  options: readonly FilterOption[];
  isChosen: (option: FilterOption) => boolean;
  onToggle: (option: FilterOption) => void;
}): JSX.Element {
  const { options, isChosen, onToggle } = props;
  const [text, setText] = useState("");
  const fitting = options.filter(({ label }) => label.toLowerCase().includes(text.toLowerCase()));
  return (
    <div class="lgj-menu">
      {options.length > MANY ? (
        <input
          type="search"
          class="lgj-menu-search"
          aria-label={FILTER.findInList}
          placeholder={FILTER.find}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      ) : null}
      {fitting.slice(0, DRAWN).map((option) => (
        <label key={option.label} class={`lgj-option ${option.inner ? "lgj-option-inner" : ""}`}>
          <input type="checkbox" checked={isChosen(option)} onChange={() => onToggle(option)} />
          {option.label || FILTER.empty}
        </label>
      ))}
      {fitting.length > DRAWN ? (
        <span class="lgj-muted">
          {FILTER.others(formatCountWithNoun(fitting.length - DRAWN, FILTER.other))}
        </span>
      ) : null}
      {fitting.length === 0 ? <span class="lgj-muted">{text ? FILTER.noneFits : FILTER.noneYet}</span> : null}
    </div>
  );
}
