import type { JSX } from "preact";
import { canBeButtons } from "./options";
import "./ChoiceField.css";

interface Props {
  readonly id: string;
  readonly labels: readonly string[];
  /** Which is chosen; -1 for none. */
  readonly chosen: number;
  /** Which it is as long as none is chosen; -1 for none. */
  readonly fallback?: number;
  /** What a list says while none is chosen; without it, there always is one. */
  readonly none?: string;
  /** Where buttons have no label of their own beside them. */
  readonly label?: string;
  readonly disabled: boolean;
  readonly invalid?: boolean;
  readonly onChoose: (index: number) => void;
}

/** One of several: a row of buttons where they are few and short, else a list. Arrow keys move the choice. */
export function ChoiceField(props: Props): JSX.Element {
  return canBeButtons(props.labels) ? <SegmentedButtons {...props} /> : <SelectList {...props} />;
}

/** The id of what names the buttons of a field. */
export function labelIdOf(id: string): string {
  return `${id}~name`;
}

function SegmentedButtons(props: Props): JSX.Element {
  const { id, labels, chosen, fallback = -1, label, disabled, invalid, onChoose } = props;
  return (
    <div
      class="lgj-segments"
      role="radiogroup"
      aria-label={label}
      aria-labelledby={label === undefined ? labelIdOf(id) : undefined}
      aria-invalid={invalid}
    >
      {labels.map((each, index) => (
        <label key={index} class={`lgj-segment ${index === fallback ? "lgj-segment-fallback" : ""}`}>
          <input
            type="radio"
            name={id}
            disabled={disabled}
            checked={index === chosen}
            onChange={() => onChoose(index)}
          />
          <span>{each}</span>
        </label>
      ))}
    </div>
  );
}

function SelectList({ id, labels, chosen, none, label, disabled, invalid, onChoose }: Props): JSX.Element {
  return (
    <select
      id={id}
      class="lgj-input"
      aria-label={label}
      aria-invalid={invalid}
      disabled={disabled}
      value={String(chosen)}
      onChange={(event) => onChoose(Number(event.currentTarget.value))}
    >
      {none === undefined ? null : <option value="-1">{none}</option>}
      {labels.map((each, index) => (
        <option key={index} value={String(index)}>
          {each}
        </option>
      ))}
    </select>
  );
}
