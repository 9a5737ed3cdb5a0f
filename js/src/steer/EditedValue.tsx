import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { isWritten, type Message, roleOf, roleWord } from "../core/messages";
import type { Json } from "../core/schema";
import { schemaOf } from "../form/derived";
import { JsonField } from "../form/JsonField";
import { SchemaForm } from "../form/SchemaForm";
import { type Draft, Unparsed } from "../form/schema";
import { TextArea } from "../form/TextArea";
import { validate } from "../form/validate";
import { IN_PLACE } from "../texts/edit";
import { contentOf, withContentOf } from "./inPlace";

interface Props {
  readonly label: string;
  /** The value as it was: fields are by its types. */
  readonly before: Json;
  readonly value: Draft;
  readonly onChange: (value: Draft) => void;
}

/** A value as it is edited: a text as text, messages by their texts, an object by its entries, else as JSON. */
export function EditedValue({ label, before, value, onChange }: Props): JSX.Element {
  const schema = useMemo(() => schemaOf(before), [before]);
  if (typeof before === "string" && (typeof value === "string" || value === undefined))
    return <TextArea label={label} value={value ?? ""} onText={onChange} />;
  if (isMessages(before) && isMessages(value))
    return <Messages messages={value} onChange={(messages) => onChange(messages as unknown as Draft)} />;
  if (Object.keys(schema).length === 0) {
    const invalid = value instanceof Unparsed;
    return <JsonField label={label} value={value} invalid={invalid} onChange={onChange} />;
  }
  const errors = validate(schema, value);
  return (
    <div role="group" aria-label={label}>
      <SchemaForm schema={schema} value={value} errors={errors} onChange={onChange} />
    </div>
  );
}

function isMessages(value: Draft): value is readonly Message[] & Draft {
  return Array.isArray(value) && value.length > 0 && value.every((each) => isWritten(each as Json));
}

function Messages(props: { messages: readonly Message[]; onChange: (messages: readonly Message[]) => void }) {
  const { messages, onChange } = props;
  const put = (nth: number, content: Draft) => {
    const said = (message: Message) => withContentOf(message, content as Json) as Message;
    onChange(messages.map((each, index) => (index === nth ? said(each) : each)));
  };
  return (
    <div class="lgj-fields">
      {messages.map((message, nth) => {
        const role = roleWord(roleOf(message as Json) ?? String(message.role ?? IN_PLACE.message));
        const label = IN_PLACE.textOf(`${nth + 1}`, role);
        const content = contentOf(message) as Draft;
        return (
          <div key={message.id ?? nth} class="lgj-field">
            <span class="lgj-field-name">{role}</span>
            {typeof content === "string" ? (
              <TextArea label={label} value={content} onText={(text) => put(nth, text)} />
            ) : (
              <JsonField label={label} value={content} onChange={(next) => put(nth, next)} />
            )}
          </div>
        );
      })}
    </div>
  );
}
