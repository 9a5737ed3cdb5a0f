// The arguments of a call: as they are read, and as fields.

import { Fragment, type JSX } from "preact";
import { ClippedText } from "../../components/ClippedText";
import { JsonTree } from "../../components/JsonTree";
import type { Json } from "../../core/schema";
import { inferSchema } from "../../form/inferSchema";
import { SchemaForm } from "../../form/SchemaForm";
import { type Draft, isRecord, type Schema } from "../../form/schema";
import { findProblems } from "../../form/validate";
import type { ActionChoice } from "../../steer/reviewAnswer";
import type { ReviewAction } from "../../steer/review";
import type { RunSteering } from "../../steer/runSteering";
import { REVIEW } from "../../texts/interrupts";
import "./Arguments.css";

/** The schema of the tool, where the kernel knows the tool; else by the values that are there. */
export function argumentSchema({ name, args }: ReviewAction, steer: RunSteering): Schema {
  return (Object.hasOwn(steer.tools ?? {}, name) && steer.tools?.[name]) || inferSchema(args);
}

/** Each argument by its name; texts as texts. */
export function ArgumentList({ value }: { value: Json }): JSX.Element | null {
  if (!isRecord(value)) return <JsonTree value={value} open={2} />;
  const entries = Object.entries(value as { readonly [key: string]: Json });
  if (entries.length === 0) return <span class="lgj-muted">{REVIEW.noArgs}</span>;
  return (
    <dl class="lgj-arguments">
      {entries.map(([name, each]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>
            <Argument value={each} />
          </dd>
        </Fragment>
      ))}
    </dl>
  );
}

function Argument({ value }: { value: Json }): JSX.Element {
  if (typeof value === "string") return <ClippedText text={value || '""'} limit={4000} />;
  if (typeof value === "object" && value !== null) return <JsonTree value={value} open={2} />;
  return <code class={`lgj-json-${value === null ? "null" : typeof value}`}>{String(value)}</code>;
}

interface FieldsProps {
  readonly action: ReviewAction;
  readonly choice: ActionChoice;
  readonly disabled: boolean;
  readonly onChange: (choice: ActionChoice) => void;
}

export function ArgumentFields({ action, choice, disabled, onChange }: FieldsProps): JSX.Element {
  const schema = choice.schema ?? inferSchema(action.args);
  return (
    <div role="group" aria-label={REVIEW.argumentsOf(action.name)}>
      <SchemaForm
        schema={schema}
        value={choice.args}
        errors={findProblems(schema, choice.args)}
        disabled={disabled}
        label={REVIEW.args}
        onChange={(args: Draft) => onChange({ ...choice, args, schema })}
      />
    </div>
  );
}
