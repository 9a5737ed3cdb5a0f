import type { JSX } from "preact";
import type { Json } from "../../core/schema";
import { optionLabel } from "../../form/options";
import { type Draft, InvalidInput } from "../../form/schema";
import { isSameJson } from "../../steer/writes";

interface Props {
  readonly label: string;
  readonly options: readonly Json[];
  readonly value: Draft;
  readonly disabled: boolean;
  readonly onChoose: (option: Json) => void;
}

/** The answers that a question offers, a button each. */
export function OptionButtons({ label, options, value, disabled, onChoose }: Props): JSX.Element | null {
  if (options.length === 0) return null;
  const known = value === undefined || value instanceof InvalidInput ? undefined : (value as Json);
  return (
    <div class="lgj-choices" role="group" aria-label={label}>
      {options.map((option) => {
        const pressed = known !== undefined && isSameJson(known, option);
        return (
          <button
            key={JSON.stringify(option)}
            type="button"
            class={`lgj-button ${pressed ? "lgj-chosen" : ""}`}
            aria-pressed={pressed}
            disabled={disabled}
            onClick={() => onChoose(option)}
          >
            {optionLabel(option)}
          </button>
        );
      })}
    </div>
  );
}
