// A form for what a JSON schema asks for. What was not given is not in its value: a default stays the graph's.

import type { ComponentChildren, JSX } from "preact";
import { useContext, useMemo, useRef, useState } from "preact/hooks";
import { previewValue } from "../core/format";
import { childPointer } from "../core/pointer";
import { useElementId } from "../hooks/ids";
import { FIELD } from "../texts/form";
import { type FieldAt, type ControlProps, FormContext } from "./context";
import { ChoiceField, labelIdOf } from "./ChoiceField";
import { ChoiceInput, isChoiceField, NumberInput, placeholderOf, TextInput } from "./inputs";
import { JsonField } from "./JsonField";
import { MessagesField } from "./MessagesField";
import { JsonGroupField, FieldDescription, MissingGroup, FieldProblems, QuietButton } from "./fieldParts";
import {
  type Draft,
  expectedKindText,
  type Field,
  type FieldOf,
  fieldOf,
  initialDraft,
  isRecord,
  type Schema,
} from "./schema";
import { type FieldProblem, findProblems } from "./validate";
import "./SchemaForm.css";

interface Props {
  readonly schema: Schema;
  readonly value: Draft;
  readonly onChange: (value: Draft) => void;
  /** Those to show, from {@link findProblems}. */
  readonly errors?: readonly FieldProblem[];
  readonly disabled?: boolean;
  /** What to call the field of a schema that is no object. */
  readonly label?: string;
}

export function SchemaForm({
  schema,
  value,
  onChange,
  errors = [],
  disabled = false,
  label = FIELD.value,
}: Props) {
  const scope = useElementId("lgj-form");
  const form = useMemo(() => ({ scope, root: schema, errors, disabled }), [schema, errors, disabled]);
  const field = useMemo(() => fieldOf(schema, schema), [schema]);
  const isObject = field.kind === "object" && isRecord(value);
  return (
    <FormContext.Provider value={form}>
      <div class="lgj-form">
        {isObject ? (
          <ObjectFields field={field} value={value} onChange={onChange} path="" depth={0} />
        ) : (
          <FieldRow
            name={label}
            schema={schema}
            required
            value={value}
            onChange={onChange}
            path=""
            depth={0}
          />
        )}
        {isObject ? <FieldProblems path="" /> : null}
      </div>
    </FormContext.Provider>
  );
}

interface RowProps {
  readonly name: string;
  readonly schema: Schema;
  readonly required: boolean;
  readonly value: Draft;
  readonly onChange: (value: Draft) => void;
  readonly path: string;
  readonly depth: number;
  /** What an item of a list has beside it. */
  readonly tools?: ComponentChildren;
}

/** A field with its name, what it is for, what is wrong with it, and how to take it back. */
function FieldRow({
  name,
  schema,
  required,
  value,
  onChange,
  path,
  depth,
  tools,
}: RowProps): JSX.Element | null {
  const { scope, root, disabled } = useContext(FormContext);
  const field = useMemo(() => fieldOf(schema, root, depth), [schema, root, depth]);
  const id = scope + path;
  const isItem = tools !== undefined;
  if (field.kind === "fixed" && path !== "") return null;
  const none = required && field.nullable ? null : undefined;
  const removable = value !== none && (!required || field.nullable) && !disabled;
  const nullable = field.nullable && value === undefined && (field.fallback ?? undefined) !== undefined;
  return (
    <div class={`lgj-field lgj-field-${field.kind}`}>
      <label
        class={`lgj-field-name ${required && !field.nullable && !isItem ? "lgj-needed" : ""}`}
        id={labelIdOf(id)}
        for={isGroupField(field) || isChoiceField(field) ? undefined : id}
        title={path}
      >
        {name}
      </label>
      <div class="lgj-field-body" {...(isGroupField(field) ? { role: "group", "aria-label": name } : {})}>
        <div class="lgj-field-line">
          <FieldControl
            field={field}
            value={value}
            onChange={(next) => onChange(next === undefined ? none : next)}
            path={path}
            depth={depth}
            id={id}
            required={required}
          />
          {nullable && !disabled ? (
            <QuietButton label={FIELD.null} title={FIELD.giveNull(name)} onClick={() => onChange(null)} />
          ) : null}
          {removable ? <QuietButton icon title={FIELD.leave(name)} onClick={() => onChange(none)} /> : null}
          {tools}
        </div>
        <FieldDescription name={isItem || path === "" ? field.title : name} field={field} />
        <FieldProblems path={path} deep={field.kind === "json" || field.kind === "messages"} />
      </div>
    </div>
  );
}

function isGroupField(field: Field): boolean {
  return field.kind === "object" || field.kind === "list" || field.kind === "union";
}

const BOOLEAN_OPTIONS = [true, false];

function FieldControl(props: ControlProps): JSX.Element {
  const { field, value, onChange, path, depth } = props;
  const { errors, disabled } = useContext(FormContext);
  const group = isGroupField(field);
  if (group && (value === undefined || value === null)) return <MissingGroup {...props} />;
  if (group && !canShowValue(field, value)) return <JsonGroupField {...props} />;
  const invalid = errors.some((each) => each.path === path);
  const shared = { id: props.id, invalid, disabled, placeholder: placeholderOf(field, value) };
  switch (field.kind) {
    case "text":
      return (
        <TextInput {...shared} field={field} value={value} onChange={onChange} required={props.required} />
      );
    case "number":
      return <NumberInput {...shared} value={value} onChange={onChange} />;
    case "boolean":
      return (
        <ChoiceInput {...shared} field={field} options={BOOLEAN_OPTIONS} value={value} onChange={onChange} />
      );
    case "choice":
      return (
        <ChoiceInput {...shared} field={field} options={field.options} value={value} onChange={onChange} />
      );
    case "fixed":
      return <code>{previewValue(field.value)}</code>;
    case "object":
      return <ObjectFields field={field} value={value} onChange={onChange} path={path} depth={depth + 1} />;
    case "list":
      return <ListFields field={field} value={value} onChange={onChange} path={path} depth={depth + 1} />;
    case "union":
      return <UnionFields field={field} value={value} onChange={onChange} path={path} depth={depth + 1} />;
    case "messages":
      return <MessagesField {...shared} value={value} onChange={onChange} />;
    case "json":
      return <JsonField {...shared} value={value} onChange={onChange} />;
  }
}

/** Whether a group's fields can show the value; a wrong one is shown as JSON. */
function canShowValue(field: Field, value: Draft): boolean {
  return field.kind === "list" ? Array.isArray(value) : field.kind !== "object" || isRecord(value);
}

function ObjectFields({ field, value, onChange, path, depth }: FieldAt<"object">): JSX.Element {
  const object = isRecord(value) ? value : {};
  const latest = useRef(object);
  latest.current = object;
  const set = (name: string) => (next: Draft) => onChange({ ...latest.current, [name]: next });
  const known = new Set(field.properties.map(({ name }) => name));
  const others = Object.keys(object).filter((name) => !known.has(name) && object[name] !== undefined);
  return (
    <div class="lgj-fields">
      {[...field.properties, ...others.map((name) => ({ name, schema: {}, required: false }))].map((each) => (
        <FieldRow
          key={each.name}
          {...each}
          value={object[each.name]}
          onChange={set(each.name)}
          path={childPointer(path, each.name)}
          depth={depth}
        />
      ))}
    </div>
  );
}

function ListFields({ field, value, onChange, path, depth }: FieldAt<"list">): JSX.Element {
  const { root, disabled } = useContext(FormContext);
  const items = Array.isArray(value) ? (value as readonly Draft[]) : [];
  const schemaOf = (nth: number) => field.first[nth] ?? field.item;
  const set = (nth: number) => (next: Draft) => onChange(items.map((item, at) => (at === nth ? next : item)));
  const remove = (nth: number) => onChange(items.filter((_, at) => at !== nth));
  const add = () => onChange([...items, initialDraft(schemaOf(items.length), root, depth)]);
  return (
    <div class="lgj-fields">
      {items.map((item, nth) => (
        <FieldRow
          key={nth}
          name={`${nth + 1}`}
          schema={schemaOf(nth)}
          required
          value={item}
          onChange={set(nth)}
          path={childPointer(path, nth)}
          depth={depth}
          tools={
            disabled || nth < field.first.length ? null : (
              <QuietButton icon title={FIELD.remove(String(nth + 1))} onClick={() => remove(nth)} />
            )
          }
        />
      ))}
      {items.length < field.most ? (
        <button type="button" class="lgj-button lgj-add" disabled={disabled} onClick={add}>
          {items.length === 0 ? FIELD.addFirst : FIELD.addNext}
        </button>
      ) : null}
    </div>
  );
}

/** One of several kinds of value; which, the reader says, or the value that is there already. */
function UnionFields({ field, value, onChange, path, depth }: FieldAt<"union">): JSX.Element {
  const { scope, root, disabled } = useContext(FormContext);
  const mine = useRef(value);
  const [chosen, setChosen] = useState(() => nearestAlternative(field, value, root));
  let shown = chosen;
  if (mine.current !== value) {
    mine.current = value;
    shown = nearestAlternative(field, value, root, chosen);
    if (shown !== chosen) setChosen(shown);
  }
  const put = (next: Draft) => {
    mine.current = next;
    onChange(next);
  };
  const choose = (index: number) => {
    setChosen(index);
    put(initialDraft(field.options[index] as Schema, root, depth));
  };
  const option = field.options[shown] as Schema;
  const inner = useMemo(() => fieldOf(option, root, depth), [option, root, depth]);
  return (
    <div class="lgj-union">
      <ChoiceField
        id={`${scope}${path}!`}
        labels={field.options.map((each) => expectedKindText(each, root, 1))}
        chosen={shown}
        label={FIELD.kind}
        disabled={disabled}
        onChoose={choose}
      />
      <FieldControl
        key={shown}
        field={inner}
        value={value}
        onChange={put}
        path={path}
        depth={depth}
        id={`${scope}${path}?`}
        required
      />
    </div>
  );
}

/** The option that a value is of, and where none takes it, the one that nearly does. */
function nearestAlternative(field: FieldOf<"union">, value: Draft, root: Schema, present = 0): number {
  const counts = field.options.map((each) => findProblems(each, value, root).length);
  return counts[present] === 0 ? present : counts.indexOf(Math.min(...counts));
}
