import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { JsonField } from "../../form/JsonField";
import { SchemaForm } from "../../form/SchemaForm";
import { INPUT } from "../../texts/app";
import { MessageComposer } from "./MessageComposer";
import { Conversation } from "./Conversation";
import { inputSchemaOf } from "./formDrafts";
import type { Description } from "./protocol";
import type { CheckedForm } from "./startRequest";
import { useFormView } from "./useForm";

interface PartProps {
  readonly description: Description;
  readonly errors: CheckedForm;
}

/** The input, as fields or as JSON. */
export function InputFields({ description, errors }: PartProps): JSX.Element {
  const { drafts, held } = useFormView();
  const schema = useMemo(() => inputSchemaOf(description, held.mode), [description, held.mode]);
  const put = (input: typeof held.input) => drafts.set({ input });
  return (
    <div class="lgj-app-fields">
      {held.mode === "json" ? (
        <>
          <JsonField label={INPUT.name} value={held.input} onChange={put} invalid={errors.input.length > 0} />
          {errors.input.map((each) => (
            <p key={each.path + each.text} class="lgj-problem" role="alert">
              {each.path} {each.text}
            </p>
          ))}
        </>
      ) : (
        <SchemaForm
          schema={schema}
          value={held.input}
          onChange={put}
          errors={errors.input}
          label={INPUT.input}
        />
      )}
    </div>
  );
}

export function ChatFields(props: PartProps & { disabled: boolean; onSend: () => void }): JSX.Element {
  const { description, errors } = props;
  const schema = useMemo(() => inputSchemaOf(description, "chat"), [description]);
  const hasMore = Object.keys((schema.properties ?? {}) as object).length > 0;
  return (
    <>
      <Conversation />
      {hasMore ? (
        <details class="lgj-app-more" open={errors.input.length > 0}>
          <summary>{INPUT.more}</summary>
          <InputFields description={description} errors={errors} />
        </details>
      ) : null}
      <MessageComposer disabled={props.disabled} onSend={props.onSend} />
    </>
  );
}

/** What few runs need: context and config. */
export function ContextAndConfigFields({ description, errors }: PartProps): JSX.Element {
  const { drafts, held } = useFormView();
  const needed = description.context !== null && Array.isArray(description.context.required);
  const wrong = errors.context.length + errors.config.length > 0;
  return (
    <details class="lgj-app-more" open={needed || wrong}>
      <summary>{description.context ? INPUT.context : INPUT.config}</summary>
      {description.context ? (
        <SchemaForm
          schema={description.context}
          value={held.context}
          onChange={(context) => drafts.set({ context })}
          errors={errors.context}
          label={INPUT.contextField}
        />
      ) : null}
      {description.context ? <h4 class="lgj-app-title">{INPUT.config}</h4> : null}
      <SchemaForm
        schema={description.config}
        value={held.config}
        onChange={(config) => drafts.set({ config })}
        errors={errors.config}
        label={INPUT.configField}
      />
    </details>
  );
}
