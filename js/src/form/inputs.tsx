// The fields of a form that hold one value.

import type { JSX } from "preact";
import { previewValue } from "../core/format";
import type { Json } from "../core/schema";
import { FIELD, WRONG } from "../texts/form";
import { ChoiceField } from "./ChoiceField";
import { formatLiteral } from "./literal";
import { canBeButtons, optionLabel } from "./options";
import { type Draft, type Field, type FieldOf, InvalidInput } from "./schema";
import { TextArea } from "./TextArea";
import { useDraftText } from "./useDraftText";

/** What stands in a field that holds nothing. */
export function placeholderOf(field: Field, value: Draft): string {
  if (value === null) return FIELD.null;
  if (field.fallback === null) return FIELD.optional;
  if (field.fallback !== undefined)
    return FIELD.fallback(
      isChoiceField(field) ? optionLabel(field.fallback) : previewValue(field.fallback, 80),
    );
  if (field.kind === "json") return FIELD.asJson(field.expects);
  return field.kind === "text" ? (EXAMPLES[field.format] ?? "") : "";
}

/** Whether one of a few values is chosen for it. */
export function isChoiceField({ kind }: Field): boolean {
  return kind === "boolean" || kind === "choice";
}

const EXAMPLES: Readonly<Record<string, string>> = FIELD.examples;

interface InputProps {
  readonly id: string;
  readonly invalid: boolean;
  readonly disabled: boolean;
  readonly placeholder: string;
  readonly value: Draft;
  readonly onChange: (value: Draft) => void;
}

export function TextInput(props: InputProps & { field: FieldOf<"text">; required: boolean }): JSX.Element {
  const { field, required, value, onChange, invalid, ...rest } = props;
  const text = typeof value === "string" ? value : value == null ? "" : formatLiteral(value);
  const type = (typed: string) => onChange(typed === "" && !required ? undefined : typed);
  if (field.format === "" && !field.secret) {
    return <TextArea {...rest} tall={field.prompt} invalid={invalid} value={text} onText={type} />;
  }
  const input = {
    ...rest,
    class: "lgj-input",
    autocomplete: "off",
    "aria-invalid": invalid,
    value: text,
    onInput: (event: { currentTarget: HTMLInputElement }) => type(event.currentTarget.value),
  };
  if (field.secret) return <input {...input} type="password" />;
  return field.format === "date" ? <input {...input} type="date" /> : <input {...input} type="text" />;
}

export function NumberInput({ value, onChange, invalid, ...rest }: InputProps): JSX.Element {
  const [text, type] = useDraftText(
    value,
    (each) => (each === null ? "" : formatLiteral(each)),
    readNumber,
    onChange,
  );
  return (
    <input
      {...rest}
      class="lgj-input lgj-number"
      type="text"
      inputMode="decimal"
      autocomplete="off"
      aria-invalid={invalid}
      value={text}
      onInput={(event) => type(event.currentTarget.value)}
    />
  );
}

function readNumber(text: string): Draft {
  const plain = text.trim().replaceAll("_", "");
  if (plain === "") return undefined;
  const number = Number(plain);
  return Number.isFinite(number) ? number : new InvalidInput(text, WRONG.noNumber(JSON.stringify(text)));
}

/** One of the values that there are; what a field has that was not given stands beside them. */
export function ChoiceInput(props: InputProps & { field: Field; options: readonly Json[] }): JSX.Element {
  const { field, options, value, onChange, id, disabled, invalid, placeholder } = props;
  const at = (sought: Draft | Json) =>
    options.findIndex((each) => JSON.stringify(each) === JSON.stringify(sought));
  const chosen = at(value);
  const labels = options.map(optionLabel);
  const strange = chosen < 0 && value != null;
  const none = strange ? formatLiteral(value) : placeholder || FIELD.notGiven;
  return (
    <span class="lgj-choice">
      <ChoiceField
        id={id}
        labels={labels}
        chosen={chosen}
        fallback={at(field.fallback)}
        none={none}
        disabled={disabled}
        invalid={invalid}
        onChoose={(index) => onChange(index < 0 ? undefined : (options[index] as Draft))}
      />
      {chosen < 0 && canBeButtons(labels) ? <span class="lgj-muted">{none}</span> : null}
    </span>
  );
}
