import type { JSX } from "preact";
import "./TextArea.css";

interface Props {
  readonly value: string;
  readonly onText: (text: string) => void;
  readonly label?: string | undefined;
  readonly id?: string | undefined;
  readonly placeholder?: string;
  readonly code?: boolean;
  /** Has room for several lines from the start. */
  readonly tall?: boolean;
  readonly invalid?: boolean;
  readonly disabled?: boolean;
  readonly describedBy?: string | undefined;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
}

const MOST_ROWS = 12;
const WIDTH = 90; // characters that fit on most lines

/** A field for text that is as high as the text, up to a bound. */
export function TextArea(props: Props): JSX.Element {
  const { value, onText, label, code, tall, invalid, describedBy, ...rest } = props;
  const rows = value.split("\n").reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / WIDTH)), 0);
  return (
    <textarea
      dir="auto"
      {...rest}
      class={`lgj-input ${code ? "lgj-code" : ""} ${tall ? "lgj-tall" : ""}`}
      aria-label={label}
      aria-invalid={invalid}
      aria-describedby={describedBy}
      rows={Math.min(rows, MOST_ROWS)}
      spellcheck={!code}
      value={value}
      onInput={(event) => onText(event.currentTarget.value)}
    />
  );
}
