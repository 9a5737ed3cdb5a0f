// The fields of a form that hold one value.

import type { JSX } from "preact";
import { preview } from "../core/format";
import { writeLiteral } from "./literal";
import { type Draft, type Field, type FieldOf, Unparsed } from "./schema";
import { TextArea } from "./TextArea";
import { useText } from "./useText";

/** What stands in a field that holds nothing. */
export function placeholderOf(field: Field, value: Draft): string {
  if (value === null) return "null";
  if (field.fallback === null) return "optional";
  if (field.fallback !== undefined) return `default: ${preview(field.fallback, 80)}`;
  if (field.kind === "json") return `${field.expects}, as JSON or a Python literal`;
  return field.kind === "text" ? (FORMATS[field.format] ?? "") : "";
}

const FORMATS: Readonly<Record<string, string>> = {
  "date-time": "2026-01-31T12:00:00Z",
  time: "12:00:00",
  duration: "PT1H",
  uri: "https://…",
  email: "name@example.org",
  uuid: "00000000-0000-0000-0000-000000000000",
};

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
  const text = typeof value === "string" ? value : value == null ? "" : writeLiteral(value);
  const type = (typed: string) => onChange(typed === "" && !required ? undefined : typed);
  if (field.format === "" && !field.secret) {
    return <TextArea {...rest} invalid={invalid} value={text} onText={type} />;
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
  const [text, type] = useText(
    value,
    (each) => (each === null ? "" : writeLiteral(each)),
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
  return Number.isFinite(number)
    ? number
    : new Unparsed(text, `expects a number, not ${JSON.stringify(text)}`);
}

export function Toggle({
  field,
  value,
  onChange,
  invalid,
  placeholder: _,
  ...rest
}: InputProps & { field: Field }): JSX.Element {
  return (
    <span class="lgj-absent">
      <input
        {...rest}
        type="checkbox"
        aria-invalid={invalid}
        checked={(value ?? field.fallback) === true}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span class="lgj-muted">
        {value == null ? placeholderOf(field, value) || "not given" : String(value)}
      </span>
    </span>
  );
}

export function ChoiceInput({
  field,
  value,
  onChange,
  invalid,
  placeholder,
  ...rest
}: InputProps & { field: FieldOf<"choice"> }) {
  const { options } = field;
  const chosen = options.findIndex((each) => JSON.stringify(each) === JSON.stringify(value));
  const strange = chosen < 0 && value != null;
  const choose = (index: string) => onChange(index === "" ? undefined : options[Number(index)]);
  return (
    <select
      {...rest}
      class="lgj-input"
      aria-invalid={invalid}
      value={chosen < 0 ? "" : String(chosen)}
      onChange={(event) => choose(event.currentTarget.value)}
    >
      <option value="">{strange ? writeLiteral(value) : placeholder || "not given"}</option>
      {options.map((each, index) => (
        <option key={index} value={String(index)}>
          {typeof each === "string" ? each : preview(each)}
        </option>
      ))}
    </select>
  );
}
