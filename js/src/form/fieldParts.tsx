// What stands beside and in the place of a form's fields.

import type { JSX } from "preact";
import { useContext } from "preact/hooks";
import { Icon } from "../components/Icon";
import { FIELD } from "../texts/form";
import { type ControlProps, FormContext } from "./context";
import { placeholderOf } from "./inputs";
import { JsonField } from "./JsonField";
import { startedDraft, type Field, addsToName } from "./schema";

/** What a field is for. */
export function FieldDescription({ name, field }: { name: string; field: Field }): JSX.Element | null {
  const parts = [addsToName(field.title, name) ? field.title : "", field.description].filter(Boolean);
  return parts.length === 0 ? null : <p class="lgj-about">{parts.join(" · ")}</p>;
}

/** The problems at a path, and those beneath it where no other field shows them. */
export function FieldProblems({ path, deep = false }: { path: string; deep?: boolean }): JSX.Element | null {
  const { errors } = useContext(FormContext);
  const found = errors.filter((each) => each.path === path || (deep && each.path.startsWith(`${path}/`)));
  if (found.length === 0) return null;
  return (
    <div role="alert">
      {found.map((each) => (
        <p key={each.path + each.text} class="lgj-problem">
          {each.path === path ? "" : `${each.path.slice(path.length)} `}
          {each.text}
        </p>
      ))}
    </div>
  );
}

export function QuietButton(props: {
  icon?: boolean;
  label?: string;
  title: string;
  onClick: () => void;
}): JSX.Element {
  return (
    <button
      type="button"
      class="lgj-quiet-button"
      title={props.title}
      aria-label={props.title}
      onClick={props.onClick}
    >
      {props.icon ? <Icon name="cross" /> : props.label}
    </button>
  );
}

/** A group's field for a value that its fields cannot show. */
export function JsonGroupField({ id, value, onChange, path }: ControlProps): JSX.Element {
  const { disabled, errors } = useContext(FormContext);
  const invalid = errors.some((each) => each.path === path);
  return <JsonField id={id} value={value} onChange={onChange} disabled={disabled} invalid={invalid} />;
}

/** A group that was not given, and a way to give it. */
export function MissingGroup({ field, value, onChange, depth }: ControlProps): JSX.Element {
  const { root, disabled } = useContext(FormContext);
  const begin = () => onChange(field.fallback ?? startedDraft(field, root, depth));
  return (
    <span class="lgj-absent">
      <span class="lgj-muted">{placeholderOf(field, value) || FIELD.notGiven}</span>
      <button type="button" class="lgj-button" disabled={disabled} onClick={begin}>
        {FIELD.give}
      </button>
    </span>
  );
}
