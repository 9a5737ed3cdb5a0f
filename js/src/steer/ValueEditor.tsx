import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { isMessageLike, type Message, roleOf, roleWord } from "../core/messages";
import type { Json } from "../core/schema";
import { inferSchema } from "../form/inferSchema";
import { JsonField } from "../form/JsonField";
import { SchemaForm } from "../form/SchemaForm";
import { type Draft, InvalidInput } from "../form/schema";
import { TextArea } from "../form/TextArea";
import { findProblems } from "../form/validate";
import { IN_PLACE } from "../texts/edit";
import { editableContentOf, messageWithContent } from "./inPlaceEdit";

interface Props {
  readonly label: string;
  /** The value as it was: fields are by its types. */
  readonly before: Json;
  readonly value: Draft;
  readonly onChange: (value: Draft) => void;
}

/** A value as it is edited: a text as text, messages by their texts, an object by its entries, else as JSON. */
export function ValueEditor({ label, before, value, onChange }: Props): JSX.Element {
  const schema = useMemo(() => inferSchema(before), [before]);
  if (typeof before === "string" && (typeof value === "string" || value === undefined))
    return <TextArea label={label} value={value ?? ""} onText={onChange} />;
  if (isMessageList(before) && isMessageList(value))
    return (
      <MessageListEditor messages={value} onChange={(messages) => onChange(messages as unknown as Draft)} />
    );
  if (Object.keys(schema).length === 0) {
    const invalid = value instanceof InvalidInput;
    return <JsonField label={label} value={value} invalid={invalid} onChange={onChange} />;
  }
  const errors = findProblems(schema, value);
  return (
    <div role="group" aria-label={label}>
      <SchemaForm schema={schema} value={value} errors={errors} onChange={onChange} />
    </div>
  );
}

function isMessageList(value: Draft): value is readonly Message[] & Draft {
  return Array.isArray(value) && value.length > 0 && value.every((each) => isMessageLike(each as Json));
}

function MessageListEditor(props: {
  messages: readonly Message[];
  onChange: (messages: readonly Message[]) => void;
}) {
  const { messages, onChange } = props;
  const put = (nth: number, content: Draft) => {
    const said = (message: Message) => messageWithContent(message, content as Json) as Message;
    onChange(messages.map((each, index) => (index === nth ? said(each) : each)));
  };
  return (
    <div class="lgj-fields">
      {messages.map((message, nth) => {
        const role = roleWord(roleOf(message as Json) ?? String(message.role ?? IN_PLACE.message));
        const label = IN_PLACE.textOf(`${nth + 1}`, role);
        const content = editableContentOf(message) as Draft;
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
